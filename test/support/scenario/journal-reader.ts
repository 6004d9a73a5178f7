// Reads the store of a gateway from outside: its journal, and the memory of its virtual card machines, which
// is a second record of the same payments.

import type { Balances, Payment, Report } from '@tillgate/protocol';
import {
  DamagedEntry,
  eventsOf,
  foldEntries,
} from '../../../packages/server/src/application/journal/entries.ts';
import type { StoredActivity } from '../../../packages/server/src/application/journal/journal.ts';
import { evolveActivity, isTable } from '../../../packages/server/src/domain/activity.ts';
import type { Job } from '../../../packages/server/src/domain/job.ts';
import type { TableSession } from '../../../packages/server/src/domain/table.ts';
import type { Entry, Store } from '../../../packages/server/src/ports/store.ts';
import { all } from '../../../packages/server/src/testing/store-contract-kit.ts';
import { eventually } from '../wait.ts';

/** One transaction or report of the journal. */
export interface JournalledJob {
  readonly stream: string;
  readonly tid: string;
  readonly activityId: number;
  readonly job: Job;
  /** How often it was written down that it ended. */
  readonly ends: number;
  readonly amount: number | undefined;
  /** The answer to `duplicate`; undefined while it is open. */
  readonly truth: Payment | Report | undefined;
}

/** Every transaction and report a till asked for; tables are read by `readTables`. */
export async function readJournal(store: Store): Promise<readonly JournalledJob[]> {
  const activities = await allActivities(store);
  return activities.flatMap((entries) => {
    const read = activityOf(entries);
    return isTable(read.activity) ? [] : [writtenOf(entries, read.activityId, read.activity)];
  });
}

/** Every session at a table. */
export async function readTables(store: Store): Promise<readonly TableSession[]> {
  const activities = await allActivities(store);
  return activities.map((entries) => activityOf(entries).activity).filter(isTable);
}

async function allActivities(store: Store): Promise<readonly (readonly Entry[])[]> {
  const activities = new Map<string, Entry[]>();
  for (const entry of await all(store)) {
    const key = `${entry.stream}/${entry.activityId}`;
    activities.set(key, [...(activities.get(key) ?? []), entry]);
  }
  return [...activities.values()];
}

/** The payment that a transaction ended with; throws for a report and for one still open. */
export function paymentOf({ truth, stream }: JournalledJob): Payment {
  if (truth && 'transactionResult' in truth) return truth;
  throw new Error(`${stream} has no payment.`);
}

/** What a virtual card machine has counted itself. */
export interface MachineMemory {
  readonly count: number;
  readonly balances: Balances;
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

/** Waits until all work has ended and every result was delivered. */
export function untilSettled(store: Store): Promise<true> {
  return eventually('every delivery', async () =>
    (await store.list('incomplete', '')).length === 0 ? true : undefined,
  );
}

function activityOf(entries: readonly Entry[]): StoredActivity {
  const [first] = entries;
  const activity = foldEntries(entries, evolveActivity, (entry) => {
    throw new DamagedEntry(entry);
  });
  if (!activity || !first) throw new Error(`An activity of ${first?.stream} is empty.`);
  return { activityId: first.activityId, activity };
}

function writtenOf(entries: readonly Entry[], activityId: number, job: Job): JournalledJob {
  const { stream } = entries[0] as Entry;
  const { order } = job;
  return {
    ...{ stream, activityId, job },
    tid: job.tid,
    ends: entries.flatMap(eventsOf).filter(({ kind }) => kind === 'ended').length,
    amount: order.kind === 'transaction' ? order.order.amount : undefined,
    truth: job.phase === 'ended' ? job.reconciledResult : undefined,
  };
}
