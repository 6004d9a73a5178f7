// Reads everything that tills, card machines and the database have of the payments of a cluster, and says where they
// depart from each other or from the rules of the journal.

import type { Payment } from '@tillgate/protocol';
import type { Store } from '../../../packages/server/src/ports/store.ts';
import type { Administrator } from '../postgres/postgres-nodes.ts';
import type { JournalledJob } from '../scenario/journal-reader.ts';
import { machineMemory, paymentOf, readJournal, untilSettled } from '../scenario/journal-reader.ts';
import type { LinkedTerminal } from '../scenario/linked-terminal.ts';
import { machineFaults } from '../scenario/linked-terminal.ts';
import type { Fault, SaleAttempt } from '../scenario/pac-till.ts';
import { saleFaults } from '../scenario/pac-till.ts';

export interface History {
  readonly store: Store;
  readonly sql: Administrator;
  /** All sales that tills wanted; the amount is another one for each on the same card machine. */
  readonly attempts: readonly SaleAttempt[];
  /** What tills received, answers to `duplicate` too. */
  readonly heard?: readonly Payment[];
  /** Asked when nothing is left to do. */
  readonly totals: () => Promise<readonly MachineTotals[]>;
  readonly linked?: readonly LinkedTerminal[];
}

/** The successful sales that a card machine has counted itself. */
export interface MachineTotals {
  readonly site: string;
  readonly tid: string;
  readonly count: number;
  /** Minor units. */
  readonly amount: number;
}

export interface Checked {
  readonly faults: readonly Fault[];
  readonly jobs: readonly JournalledJob[];
}

/** Waits until nothing is left to do; then everything must agree. */
export async function checkHistory(history: History): Promise<Checked> {
  const { store, sql, attempts, heard = [], totals, linked = [] } = history;
  await untilSettled(store);
  const jobs = await readJournal(store);
  const open = jobs.filter(({ ends }) => ends !== 1);
  if (open.length > 0) return { jobs, faults: open.map(endFault) };
  const faults = [
    ...saleFaults(attempts, jobs),
    ...strangeJobs(attempts, jobs),
    ...heardFaults(heard, jobs),
    ...(await totals()).flatMap((one) => totalsFault(one, jobs) ?? []),
    ...linked.flatMap((machine) => machineFaults(machine, jobs)),
    ...(await orderFaults(sql)),
  ];
  return { jobs, faults };
}

/** The totals of a virtual card machine. */
export async function virtualTotals(
  store: Store,
  site: string,
  tid: string,
): Promise<MachineTotals> {
  const { totalSalesCount = 0, totalSalesAmount = 0 } =
    (await machineMemory(store, site, tid))?.balances ?? {};
  return { site, tid, count: totalSalesCount, amount: totalSalesAmount };
}

/** The totals of a linked card machine, of its bank. */
export function bankTotals(site: string, { tid, bank }: LinkedTerminal): MachineTotals {
  const taken = [...bank.charges.keys()].map((order) => bank.taken(order));
  return {
    ...{ site, tid, count: taken.filter((amount) => amount > 0).length },
    amount: taken.reduce((sum, amount) => sum + amount, 0),
  };
}

function endFault({ stream, activityId, ends }: JournalledJob): Fault {
  return {
    kind: ends > 1 ? 'doubled' : 'lost',
    text: `${stream}/${activityId} has ${ends} ends`,
  };
}

function strangeJobs(
  attempts: readonly SaleAttempt[],
  jobs: readonly JournalledJob[],
): readonly Fault[] {
  const wanted = new Set(attempts.map(({ tid, amount }) => `${tid} ${amount}`));
  return jobs
    .filter(({ tid, amount }) => !wanted.has(`${tid} ${amount}`))
    .map(({ stream, activityId }) => ({
      kind: 'doubled',
      text: `${stream}/${activityId} is a sale that no till has asked for`,
    }));
}

/** Each result that a till received is one that the journal has. */
function heardFaults(heard: readonly Payment[], jobs: readonly JournalledJob[]): readonly Fault[] {
  const results = jobs.flatMap(({ job, truth }) => [truth, job.phase === 'ended' && job.result]);
  const written = new Set(results.map((result) => nameOf(result as Payment)));
  return heard
    .map(nameOf)
    .filter((name) => !written.has(name))
    .map((name) => ({
      kind: 'contradiction',
      text: `a till received what no journal has: ${name}`,
    }));
}

function nameOf(payment: Payment): string {
  const { tid, amountBase, amountTotal, transactionResult, transactionNumber } = payment;
  return `${tid} ${amountBase} ${transactionResult} ${amountTotal} ${transactionNumber}`;
}

function totalsFault(
  { site, tid, count, amount }: MachineTotals,
  jobs: readonly JournalledJob[],
): Fault | undefined {
  const taken = jobs
    .filter(({ stream }) => stream === `${site}/${tid}`)
    .map(paymentOf)
    .filter(({ transactionResult }) => transactionResult === 'SUCCESSFUL');
  const sum = taken.reduce((total, { amountTotal }) => total + amountTotal, 0);
  if (count === taken.length && amount === sum) return undefined;
  const text = `${site}/${tid} has counted ${count} sales, ${amount} in all; the journal has ${taken.length}, ${sum}`;
  return { kind: 'contradiction', text };
}

const GAPS = `SELECT stream, version FROM (
    SELECT stream, version, position,
      lag(version) OVER streams AS before, lag(position) OVER streams AS "positionBefore"
    FROM entry WINDOW streams AS (PARTITION BY stream ORDER BY version)
  ) AS entries WHERE version <> coalesce(before, 0) + 1 OR position <= "positionBefore"`;

/** Later leases have greater numbers. */
const OLD_LEASES = `SELECT site, stream, version FROM (
    SELECT split_part(stream, '/', 1) AS site, stream, version, lease,
      max(lease) OVER (PARTITION BY split_part(stream, '/', 1) ORDER BY position) AS newest
    FROM entry
  ) AS entries WHERE lease < newest`;

/** Versions have no gaps, no entry comes before an earlier one, and none of a lease after one of a later lease. */
async function orderFaults(sql: Administrator): Promise<readonly Fault[]> {
  const gaps = await sql(GAPS);
  const old = await sql(OLD_LEASES);
  return [
    ...gaps.map(({ stream, version }) => disorder(`${stream} has a gap before ${version}`)),
    ...old.map(({ stream, version }) => disorder(`${stream} ${version} has an older lease`)),
  ];
}

function disorder(text: string): Fault {
  return { kind: 'disorder', text };
}
