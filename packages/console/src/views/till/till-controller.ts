// Actions and state of the till: start and cancel payments, judge signatures, resolve unknown outcomes, and ask a
// card machine for its last payment and its reports.

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
import { navigate } from '../../app/route.ts';
import { pendingQuestion } from '../../kit/pending-question.tsx';
import type { Explanation } from '../../socket/explanation.ts';
import type { GatewayAddress } from '../../socket/gateway-address.ts';
import type { Order } from './order.ts';
import { startTransaction } from './order.ts';
import type { ReportKind } from './outcome-text.ts';
import { orderText, whyFailed } from './outcome-text.ts';
import * as list from './payment-history.ts';
import { loadPayments, savePayments } from './tab-storage.ts';
import { hasTried, openConnection, refreshTerminals, till } from './till-connection.ts';

export type TillStatus =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'payment'; readonly key: number }
  /** The last payment of a card machine, whichever till took it. */
  | { readonly kind: 'lastPayment'; readonly payment: Payment }
  | { readonly kind: 'report'; readonly reportKind: ReportKind; readonly report: Report }
  /** A card machine is asked for one of these. */
  | { readonly kind: 'waiting'; readonly what: string; readonly tid: string }
  | { readonly kind: 'failed'; readonly what: string; readonly why: Explanation };

export interface SignatureRequest {
  readonly question: SignatureQuestion;
  /** When it is too late, in ms since 1970. */
  readonly expiresAt: number;
  readonly answer: (accepted: boolean) => void;
}

export const payments = signal(loadPayments());
export const tillStatus = signal<TillStatus>({ kind: 'nothing' });
export const signatureRequest = signal<SignatureRequest | undefined>(undefined);
/** Whether its dialog is open. */
export const isSignatureShown = signal(false);
/** Keys of payments that are being found out about. */
export const resolvingKeys = signal<ReadonlySet<number>>(new Set());
export const runningPayment = computed(() => payments.value.find(({ end }) => !end));
export const isBusy = computed(
  () => runningPayment.value !== undefined || tillStatus.value.kind === 'waiting',
);
/** The card machine that this till has at work. */
export const busyTid = computed(() => {
  const now = tillStatus.value;
  return runningPayment.value?.order.tid ?? (now.kind === 'waiting' ? now.tid : undefined);
});

/** What the SDK gave for the payments, beside what is shown of them. */
const sdk = {
  /** The payment that is running. */
  transaction: undefined as Transaction | undefined,
  /** By the key of the payment. */
  unknownOutcomes: new Map<number, UnknownOutcome>(),
};

effect(() => savePayments(payments.value));

effect(() => {
  const request = signatureRequest.value;
  const order = runningPayment.value?.order;
  pendingQuestion.value = request && {
    text: ['Signature to judge', ...(order ? [orderText(order)] : [])].join(': '),
    expiresAt: request.expiresAt,
    action: 'Judge it',
    open: () => {
      isSignatureShown.value = true;
      navigate('till');
    },
  };
});

/** Connects to a gateway it has not tried yet: one that has sent it away is not asked again. */
export function connectOnce(parts: GatewayAddress): void {
  if (!hasTried(parts)) reconnect(parts);
}

export function reconnect(parts: GatewayAddress): void {
  openConnection(parts, claim);
}

/** Sends an order to its card machine and shows its progress; tells how it ended. */
export async function startPayment(order: Order): Promise<list.PaymentEnd['kind'] | undefined> {
  const { client } = till;
  if (!client || isBusy.value) return undefined;
  const at = Date.now();
  payments.value = list.addPayment(payments.value, order, at);
  const key = payments.value[0]?.key ?? 0;
  tillStatus.value = { kind: 'payment', key };
  const transaction = startTransaction(client, order, {
    onSent: (requestId) => {
      payments.value = list.setRequestId(payments.value, key, requestId);
    },
    onProgress: (value) => {
      const step = { value, afterMs: Date.now() - at };
      payments.value = list.addStep(payments.value, key, step);
    },
    onSignature: askForSignature,
  });
  sdk.transaction = transaction;
  await settle(key, transaction);
  sdk.transaction = undefined;
  return payments.value.find((entry) => entry.key === key)?.end?.kind;
}

/** Asks the card machine to cancel; the result comes with the payment itself [C-4.22]. */
export function cancelPayment(): void {
  sdk.transaction?.cancel();
}

/** Never takes a payment: waits for the result, or compares the machine's last one. */
export async function resolvePayment(key: number): Promise<void> {
  const unknown = sdk.unknownOutcomes.get(key);
  if (!unknown || resolvingKeys.value.has(key)) return;
  resolvingKeys.value = new Set([...resolvingKeys.value, key]);
  await settle(key, unknown.resolve());
  resolvingKeys.value = new Set([...resolvingKeys.value].filter((other) => other !== key));
}

export function canResolve(key: number): boolean {
  return sdk.unknownOutcomes.has(key);
}

async function settle(key: number, outcome: Promise<Outcome>): Promise<void> {
  try {
    const known = await outcome;
    if (known.outcome === 'unknown') sdk.unknownOutcomes.set(key, known);
    else sdk.unknownOutcomes.delete(key);
    payments.value = list.setEnd(payments.value, key, list.endOfOutcome(known));
  } catch (cause) {
    sdk.unknownOutcomes.delete(key);
    payments.value = list.setEnd(payments.value, key, { kind: 'refused', why: whyFailed(cause) });
  }
  signatureRequest.value = undefined;
  void refreshTerminals();
}

function askForSignature(question: SignatureQuestion): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  isSignatureShown.value = true;
  signatureRequest.value = {
    question,
    expiresAt: Date.now() + question.timeout * 1000,
    answer: (accepted) => {
      signatureRequest.value = undefined;
      resolve(accepted);
    },
  };
  return promise;
}

/** What a page before this one has asked for. */
function claim(unclaimed: Unclaimed): void {
  if (unclaimed.kind !== 'payment') return;
  const { requestId, payment } = unclaimed;
  const owner = list.findUnclaimed(payments.value, requestId, payment);
  const end = list.endOfPayment(payment);
  if (owner && end) payments.value = list.setEnd(payments.value, owner.key, end);
}

export function showPayment(key: number): void {
  tillStatus.value = { kind: 'payment', key };
}

/** The last payment of a card machine, whichever till took it. */
export async function showLastPayment(tid: string): Promise<void> {
  await fromMachine('Last payment', tid, async (till) => {
    const payment = await till.duplicate({ tid });
    return { kind: 'lastPayment', payment };
  });
}

const asks: Readonly<Record<ReportKind, (till: PacTill, tid: string) => Promise<Report>>> = {
  xBalance: (till, tid) => till.reportXBalance({ tid }),
  zBalance: (till, tid) => till.reportZBalance({ tid }),
  banking: (till, tid) => till.reportBanking({ tid }),
  endOfDay: (till, tid) => till.reportEndOfDay({ tid }),
};

export async function runReport(kind: ReportKind, what: string, tid: string): Promise<void> {
  await fromMachine(what, tid, async (till) => {
    return { kind: 'report', reportKind: kind, report: await asks[kind](till, tid) };
  });
}

async function fromMachine(
  what: string,
  tid: string,
  work: (till: PacTill) => Promise<TillStatus>,
): Promise<void> {
  const { client } = till;
  if (!client || isBusy.value) return;
  tillStatus.value = { kind: 'waiting', what, tid };
  try {
    tillStatus.value = await work(client);
  } catch (cause) {
    tillStatus.value = { kind: 'failed', what, why: whyFailed(cause) };
  }
  void refreshTerminals();
}
