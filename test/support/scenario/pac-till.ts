// Tills made with `connect` of the SDK, and the check that their outcomes agree with the journal.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type {
  ConnectOptions,
  KnownOutcome,
  PacTill,
  Unclaimed,
  UnknownOutcome,
} from '@tillgate/client';
import { connect, NotSent, TillError } from '@tillgate/client';
import type { Store } from '../../../packages/server/src/ports/store.ts';
import { within } from '../wait.ts';
import { acceleratedTiming, openIntercepted } from './client-options.ts';
import type { JournalledJob } from './journal-reader.ts';
import { paymentOf, readJournal } from './journal-reader.ts';

/** Limits to connect and to call, and all beyond [C-11.19, C-11.20], stay as they are. */
const isLimit = (ms: number): boolean => ms === 15_000 || ms >= 30_000;

export interface WatchedPacTill {
  readonly till: PacTill;
  readonly unclaimed: readonly Unclaimed[];
  /** Called with each text as it arrives, before the SDK reads it. */
  onText: (text: string) => void;
}

/** Signatures are accepted at once; the times of the SDK are shorter, unless `more` has others. */
export async function startPacTill(
  uri: string,
  eposId?: string | false,
  more: Pick<ConnectOptions, 'retryFirst' | 'timing'> = {},
): Promise<WatchedPacTill> {
  let last = 0;
  const unclaimed: Unclaimed[] = [];
  const watched = { onText: (_text: string): void => {}, unclaimed };
  const till = await connect({
    uri,
    ...(eposId === undefined ? {} : { eposId }),
    storage: {
      load: () => last,
      save: (number) => {
        last = number;
      },
    },
    onSignature: () => true,
    onUnclaimed: (one) => unclaimed.push(one),
    timing: acceleratedTiming(isLimit),
    open: openIntercepted((text) => watched.onText(text)),
    ...more,
  });
  return Object.assign(watched, { till });
}

/** The outcome of one sale at the till. */
export interface SaleAttempt {
  readonly tid: string;
  readonly amount: number;
  readonly end: SaleEnd;
}

/** What the till knows in the end; an error if the sale was not begun. */
export type SaleEnd =
  | KnownOutcome
  | Pick<UnknownOutcome, 'outcome' | 'reason' | 'handedOver' | 'advice'>
  | NotSent
  | TillError;

/** A sale to its end, asking as long as it is not known. */
export async function attemptSale(
  till: PacTill,
  tid: string,
  amount: number,
): Promise<SaleAttempt> {
  try {
    const first = await till.sale({ tid, currency: 'GBP', amount });
    if (first.outcome !== 'unknown') return { tid, amount, end: first };
    const what = `the outcome of ${amount} on ${tid}`;
    const end = await within(what, first.resolve());
    return { tid, amount, end };
  } catch (cause) {
    if (cause instanceof NotSent || cause instanceof TillError) return { tid, amount, end: cause };
    throw cause;
  }
}

const words = {
  SUCCESSFUL: 'approved',
  DECLINED: 'declined',
  CANCELLED: 'cancelled',
  VOID: 'void',
  UNSUCCESSFUL: 'unsuccessful',
} as const;

/** What a correct gateway never does. */
export interface Fault {
  /** `disorder`: of the rows of the journal. */
  readonly kind: 'lost' | 'doubled' | 'contradiction' | 'disorder';
  /** A sentence. */
  readonly text: string;
}

/** Where the words of the tills depart from the journal. */
export function saleFaults(
  attempts: readonly SaleAttempt[],
  jobs: readonly JournalledJob[],
): readonly Fault[] {
  const known = Map.groupBy(jobs, ({ tid, amount }) => `${tid} ${amount}`);
  return attempts.flatMap((one) => faultOf(one, known.get(`${one.tid} ${one.amount}`) ?? []) ?? []);
}

function faultOf({ tid, amount, end }: SaleAttempt, mine: readonly JournalledJob[]) {
  const said = wordOf(end);
  const advice = 'advice' in end ? ` (${end.advice})` : '';
  const fault = (kind: Fault['kind'], written: string): Fault => ({
    kind,
    text: `${amount} on ${tid}: the till has ${said}${advice}, the journal ${written}`,
  });
  const handedOver = handedOverBy(end);
  const [job] = mine;
  if (mine.length > 1) return fault('doubled', `has it ${mine.length} times`);
  if (!job) return handedOver === 'yes' ? fault('lost', 'has nothing') : undefined;
  if (job.ends !== 1) return fault(job.ends > 1 ? 'doubled' : 'lost', `has ${job.ends} ends`);
  const { transactionResult } = paymentOf(job);
  if (transactionResult === 'TIMED_OUT') {
    const isHonest = isUnknown(end) && handedOver !== 'no';
    return isHonest ? undefined : fault('contradiction', 'does not know');
  }
  if (said === words[transactionResult]) return undefined;
  return fault(isUnknown(end) ? 'lost' : 'contradiction', transactionResult);
}

function isUnknown(end: SaleEnd): end is Extract<SaleEnd, { outcome: 'unknown' }> {
  return 'outcome' in end && end.outcome === 'unknown';
}

function handedOverBy(end: SaleEnd): UnknownOutcome['handedOver'] {
  if (end instanceof Error) return 'no';
  return isUnknown(end) ? end.handedOver : 'yes';
}

/** The journal, in which each transaction has its one end, and every till's word agrees with it. */
export async function assertJournalAgrees(
  t: TestContext,
  store: Store,
  attempts: readonly SaleAttempt[],
): Promise<readonly JournalledJob[]> {
  const jobs = await readJournal(store);
  assert.deepEqual(
    jobs.filter((job) => job.ends !== 1).map(({ stream }) => stream),
    [],
  );
  assert.deepEqual(saleFaults(attempts, jobs), []);
  t.diagnostic(`journal: ${tally(jobs.map((job) => paymentOf(job).transactionResult))}`);
  t.diagnostic(`tills: ${tally(attempts.map(({ end }) => wordOf(end)))}`);
  return jobs;
}

/** How a sale ended for its till, in a word or three. */
export function wordOf(end: SaleEnd): string {
  if (end instanceof Error) return end.name;
  return end.outcome === 'unknown' ? `unknown ${end.reason} ${end.handedOver}` : end.outcome;
}

/** How often each word is there. */
export function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${word} ${count}`).join(', ');
}
