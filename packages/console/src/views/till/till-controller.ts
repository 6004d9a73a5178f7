// What the cashier does: takes payments, cancels, judges signatures, finds out what is not known, and
// asks a card machine for its books. Holds what is shown.

import { computed, effect, signal } from '@preact/signals';
import type {
  Outcome,
  PacTill,
  Payment,
  Report,
  SignatureQuestion,
  Transaction,
  Unclaimed,
  UnknownOutcome,
} from '@tillgate/client';
import type { Why } from '../../socket/explanation.ts';
import type { AddressParts } from '../../socket/gateway-address.ts';
import type { Order } from './order.ts';
import { start } from './order.ts';
import type { ReportKind } from './outcome-text.ts';
import { whyFailed } from './outcome-text.ts';
import * as list from './payment-history.ts';
import { keepEntries, keptEntries } from './tab-storage.ts';
import { currentTill, hasTried, look, openTill } from './till-connection.ts';

export type Stage =
  | { readonly show: 'nothing' }
  | { readonly show: 'entry'; readonly key: number }
  /** Of a card machine, whoever took it. */
  | { readonly show: 'last'; readonly payment: Payment }
  | { readonly show: 'report'; readonly kind: ReportKind; readonly report: Report }
  /** A card machine is asked for one of these. */
  | { readonly show: 'asking'; readonly what: string; readonly tid: string }
  | { readonly show: 'failed'; readonly what: string; readonly why: Why };

export interface Question {
  readonly asked: SignatureQuestion;
  /** When it is too late, in ms since 1970. */
  readonly until: number;
  readonly answer: (accepted: boolean) => void;
}

export const entries = signal(keptEntries());
export const stage = signal<Stage>({ show: 'nothing' });
export const question = signal<Question | undefined>(undefined);
/** Keys of payments that are being found out about. */
export const findingOut = signal<ReadonlySet<number>>(new Set());
export const running = computed(() => entries.value.find(({ end }) => !end));
export const isBusy = computed(() => running.value !== undefined || stage.value.show === 'asking');
/** The card machine that this till has at work. */
export const atWork = computed(() => {
  const now = stage.value;
  return running.value?.order.tid ?? (now.show === 'asking' ? now.tid : undefined);
});

const unknowns = new Map<number, UnknownOutcome>();
let transaction: Transaction | undefined;

effect(() => keepEntries(entries.value));

/** Connects to a gateway it has not tried yet: one that has sent it away is not asked again. */
export function connectTo(parts: AddressParts): void {
  if (!hasTried(parts)) connectAgain(parts);
}

export function connectAgain(parts: AddressParts): void {
  openTill(parts, claim);
}

/** Hands an order to its card machine and shows how it goes on. */
export async function take(order: Order): Promise<void> {
  const till = currentTill();
  if (!till || isBusy.value) return;
  const at = Date.now();
  entries.value = list.begun(entries.value, order, at);
  const key = entries.value[0]?.key ?? 0;
  stage.value = { show: 'entry', key };
  transaction = start(till, order, {
    onSent: (requestId) => {
      entries.value = list.sent(entries.value, key, requestId);
    },
    onProgress: (value) => {
      const step = { value, afterMs: Date.now() - at };
      entries.value = list.stepped(entries.value, key, step);
    },
    onSignature: ask,
  });
  await settle(key, transaction);
  transaction = undefined;
}

/** The card machine is asked to give up; what comes of it, the payment itself tells [C-4.22]. */
export function cancel(): void {
  transaction?.cancel();
}

/** Never takes a payment: waits for the result, or compares the machine's last one. */
export async function findOut(key: number): Promise<void> {
  const unknown = unknowns.get(key);
  if (!unknown || findingOut.value.has(key)) return;
  findingOut.value = new Set([...findingOut.value, key]);
  await settle(key, unknown.resolve());
  findingOut.value = new Set([...findingOut.value].filter((other) => other !== key));
}

export function canFindOut(key: number): boolean {
  return unknowns.has(key);
}

async function settle(key: number, outcome: Promise<Outcome>): Promise<void> {
  try {
    const known = await outcome;
    if (known.outcome === 'unknown') unknowns.set(key, known);
    else unknowns.delete(key);
    entries.value = list.ended(entries.value, key, list.endOf(known));
  } catch (cause) {
    unknowns.delete(key);
    entries.value = list.ended(entries.value, key, { ended: 'refused', why: whyFailed(cause) });
  }
  question.value = undefined;
  void look();
}

function ask(asked: SignatureQuestion): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  question.value = {
    asked,
    until: Date.now() + asked.timeout * 1000,
    answer: (accepted) => {
      question.value = undefined;
      resolve(accepted);
    },
  };
  return promise;
}

/** What a page before this one has asked for. */
function claim(unclaimed: Unclaimed): void {
  if (unclaimed.kind !== 'payment') return;
  const { requestId, payment } = unclaimed;
  const owner = list.ownerOf(entries.value, requestId, payment);
  const end = list.endOfPayment(payment);
  if (owner && end) entries.value = list.ended(entries.value, owner.key, end);
}

export function show(key: number): void {
  stage.value = { show: 'entry', key };
}

/** The last payment of a card machine, whoever took it. */
export async function duplicate(tid: string): Promise<void> {
  await fromMachine('Last payment', tid, async (till) => {
    const payment = await till.duplicate({ tid });
    return { show: 'last', payment };
  });
}

const asks: Readonly<Record<ReportKind, (till: PacTill, tid: string) => Promise<Report>>> = {
  xBalance: (till, tid) => till.reportXBalance({ tid }),
  zBalance: (till, tid) => till.reportZBalance({ tid }),
  banking: (till, tid) => till.reportBanking({ tid }),
  endOfDay: (till, tid) => till.reportEndOfDay({ tid }),
};

export async function report(kind: ReportKind, what: string, tid: string): Promise<void> {
  await fromMachine(what, tid, async (till) => {
    return { show: 'report', kind, report: await asks[kind](till, tid) };
  });
}

async function fromMachine(
  what: string,
  tid: string,
  work: (till: PacTill) => Promise<Stage>,
): Promise<void> {
  const till = currentTill();
  if (!till || isBusy.value) return;
  stage.value = { show: 'asking', what, tid };
  try {
    stage.value = await work(till);
  } catch (cause) {
    stage.value = { show: 'failed', what, why: whyFailed(cause) };
  }
  void look();
}
