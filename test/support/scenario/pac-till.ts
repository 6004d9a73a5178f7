// Tills made with `connect` of the SDK, and the check that their outcomes agree with the journal.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Outcome, PacTill, Unclaimed } from '@tillgate/client';
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

/** Signatures are accepted at once. */
export async function startPacTill(uri: string, eposId?: string | false): Promise<WatchedPacTill> {
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
  });
  return Object.assign(watched, { till });
}

/** The outcome of one sale at the till. */
export interface SaleAttempt {
  readonly tid: string;
  readonly amount: number;
  readonly end: Outcome | NotSent | TillError;
}

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

/** Where the till's word departs from the journal; undefined if it does not. */
function differs(
  { tid, amount, end }: SaleAttempt,
  jobs: readonly JournalledJob[],
): string | undefined {
  const mine = jobs.filter((job) => job.tid === tid && job.amount === amount);
  const said = wordOf(end);
  const advice = 'advice' in end ? ` (${end.advice})` : '';
  const about = `${amount} on ${tid}: the till has ${said}${advice}`;
  const [job] = mine;
  if (mine.length > 1) return `${about}, the journal has it ${mine.length} times`;
  if (!job) {
    const nothing = end instanceof Error || (end.outcome === 'unknown' && end.handedOver !== 'yes');
    return nothing ? undefined : `${about}, the journal has nothing`;
  }
  if (job.ends !== 1) return `${about}, the journal has ${job.ends} ends`;
  const { transactionResult } = paymentOf(job);
  if (transactionResult === 'TIMED_OUT') {
    const honest = !(end instanceof Error) && end.outcome === 'unknown' && end.handedOver !== 'no';
    return honest ? undefined : `${about}, the journal does not know`;
  }
  return said === words[transactionResult]
    ? undefined
    : `${about}, the journal ${transactionResult}`;
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
  assert.deepEqual(attempts.map((one) => differs(one, jobs)).filter(Boolean), []);
  t.diagnostic(`journal: ${tally(jobs.map((job) => paymentOf(job).transactionResult))}`);
  t.diagnostic(`tills: ${tally(attempts.map(({ end }) => wordOf(end)))}`);
  return jobs;
}

function wordOf(end: SaleAttempt['end']): string {
  if (end instanceof Error) return end.name;
  return end.outcome === 'unknown' ? `unknown ${end.reason} ${end.handedOver}` : end.outcome;
}

function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${word} ${count}`).join(', ');
}
