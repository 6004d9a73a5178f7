// What a gateway has written down, read from outside: its journal, and the memory of its virtual card
// machines, which is another record of the same payments.

import type { Payment, Report } from '@tillgate/protocol';
import { eventsOf, readChapter } from '../../packages/server/src/application/journal.ts';
import type { Job } from '../../packages/server/src/domain/job.ts';
import type { Entry, Store } from '../../packages/server/src/ports/store.ts';

const PAGE = 1_000;

/** One transaction or report of the journal. */
export interface Written {
  readonly stream: string;
  readonly tid: string;
  readonly chapter: number;
  readonly job: Job;
  /** How often it was written down that it ended. */
  readonly ends: number;
  readonly amount: number | undefined;
  /** What `duplicate` tells; undefined while it is open. */
  readonly truth: Payment | Report | undefined;
}

export async function readJournal(store: Store): Promise<readonly Written[]> {
  const chapters = new Map<string, Entry[]>();
  for (const entry of await allEntries(store)) {
    const key = `${entry.stream}/${entry.chapter}`;
    chapters.set(key, [...(chapters.get(key) ?? []), entry]);
  }
  return [...chapters.values()].map(writtenOf);
}

/** The payment that a transaction ended with; throws for a report and for one still open. */
export function paymentOf({ truth, stream }: Written): Payment {
  if (truth && 'transactionResult' in truth) return truth;
  throw new Error(`${stream} has no payment.`);
}

/** What a virtual card machine has counted itself. */
export interface MachineMemory {
  readonly count: number;
  readonly balances: { readonly totalSalesCount: number; readonly totalSalesAmount: number };
}

export async function machineMemory(
  store: Store,
  site: string,
  tid: string,
): Promise<MachineMemory | undefined> {
  const records = await store.list('virtual-terminals', `${site}/`);
  const record = records.find(({ key }) => key === `${site}/${tid}`);
  return record && (JSON.parse(record.value) as MachineMemory);
}

/** What still waits for an end or a delivery. */
export async function unsettled(store: Store): Promise<readonly string[]> {
  return (await store.list('unsettled', '')).map(({ key }) => key);
}

async function allEntries(store: Store): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  for (;;) {
    const page = await store.entries(all.at(-1)?.position ?? 0, PAGE);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

function writtenOf(entries: readonly Entry[]): Written {
  const read = readChapter(entries);
  const { stream } = entries[0] as Entry;
  if (!read) throw new Error(`A chapter of ${stream} is empty.`);
  const { chapter, job } = read;
  const { order } = job;
  return {
    ...{ stream, chapter, job },
    tid: job.tid,
    ends: eventsOf(entries).filter(({ event }) => event === 'ended').length,
    amount: order.kind === 'transaction' ? order.order.amount : undefined,
    truth: job.phase === 'ended' ? job.truth : undefined,
  };
}
