// Compares what the tills were told with what the gateway has written in its journal: each sale has one
// outcome there, or none if it was refused, and the till was told the same. The journal is read beside the
// running gateway.

import type { Payment } from '@tillgate/protocol';
import { eventsOf } from '../../packages/server/src/application/journal/entries.ts';
import type { Activity, ActivityEvent } from '../../packages/server/src/domain/activity.ts';
import { evolveActivity, isTable } from '../../packages/server/src/domain/activity.ts';
import type { TableSession } from '../../packages/server/src/domain/table.ts';
import type { Entry, Place, Store } from '../../packages/server/src/ports/store.ts';
import type { Bills } from '../../test/support/scenario/bills.ts';
import type { LinkedTerminal } from '../../test/support/scenario/linked-terminal.ts';

/**
 * What a till knows of a sale in the end: an outcome, as `outcomeText` writes it; that it was refused; that
 * it asked in vain; or nothing, since it left and may not ask [C-4.39].
 */
export type Told = string | typeof REFUSED | typeof UNKNOWN | typeof LEFT;
export const [REFUSED, UNKNOWN, LEFT] = ['refused', 'unknown', 'left'] as const;

const WITHOUT_OUTCOME: ReadonlySet<Told> = new Set([REFUSED, UNKNOWN, LEFT]);

/** One transaction of the journal, without its receipts. */
interface Job {
  readonly tid: string;
  readonly order: string;
  ends: number;
  /** As the till was to be told, and as it turned out later. */
  readonly outcomes: string[];
  taken: number;
}

interface Sale {
  told: Told | undefined;
  settled: boolean;
  readonly jobs: Map<string, Job>;
}

/** Activities. */
const PAGE = 500;
const MOST_FAULTS = 20;

export function outcomeText(payment: Pick<Payment, 'transactionResult' | 'transactionId'>): string {
  return `${payment.transactionResult} ${payment.transactionId}`;
}

export class Ledger {
  /** What a correct gateway never does, in sentences; the first ones. */
  readonly faults: string[] = [];
  /** Sales whose outcome both the till and the journal have. */
  settled = 0;
  readonly tally = new Map<string, number>();
  readonly #sales = new Map<number, Sale>();
  readonly #jobs = new Map<string, Job>();
  readonly #tables = new Map<string, TableSession>();

  /** An amount that no other sale has, by which the journal finds it. */
  newSale(): number {
    const amount = this.#sales.size + 1;
    this.#sales.set(amount, { told: undefined, settled: false, jobs: new Map() });
    return amount;
  }

  /** A result may come again, but not another one [C-4.42]. */
  tell(amount: number, told: Told): void {
    const sale = this.#sales.get(amount);
    if (!sale) {
      this.fault(`a result of ${amount} came, for which no till has asked`);
    } else if (sale.told === undefined) {
      sale.told = told;
      const [word = ''] = told.split(' ');
      this.tally.set(word, (this.tally.get(word) ?? 0) + 1);
      this.#compare(amount, sale);
    } else if (sale.told !== LEFT && sale.told !== told) {
      this.fault(`sale ${amount}: the till was told ${sale.told}, then ${told}`);
    }
  }

  fault(text: string): void {
    const isNew = !this.faults.includes(text);
    if (isNew && this.faults.length < MOST_FAULTS) this.faults.push(text);
  }

  /** Reads what was started at that time or later; what was read before is read as it is now. */
  async read(store: Store, since = 0): Promise<void> {
    let before: Place | undefined;
    do {
      const from = before ? { before } : {};
      const found = await store.findActivities({ keys: [], limit: PAGE, since, ...from });
      for (const entries of found.activities) this.#take(entries);
      before = found.next;
    } while (before);
  }

  /** To be called when nothing runs any more: then nothing may be open or missing. */
  checkSales(): void {
    for (const [amount, { told, jobs }] of this.#sales) {
      if (told === undefined) this.fault(`sale ${amount}: the till was told nothing`);
      const isOutcome = told !== undefined && !WITHOUT_OUTCOME.has(told);
      if (isOutcome && jobs.size === 0) {
        this.fault(`sale ${amount}: the till was told ${told}, the journal has nothing`);
      }
      if ([...jobs.values()].some(({ ends }) => ends === 0))
        this.fault(`sale ${amount} has no end`);
    }
  }

  /** What the till at the table has booked is what the journal has. */
  checkTables({ booked, faults, locked }: Bills): void {
    const journalled = new Map<string, number>();
    for (const { phase, notices, payments, tableId } of this.#tables.values()) {
      const isDone = phase === 'closed' && notices.every(({ delivered }) => delivered);
      if (!isDone) this.fault(`the session at ${tableId} is not over`);
      for (const paid of payments) journalled.set(paid.paymentId, paid.amountPaid);
    }
    const ours = new Map([...booked].map(([id, { payment }]) => [id, payment.amountPaid]));
    for (const id of new Set([...journalled.keys(), ...ours.keys()])) {
      const [here, there] = [ours.get(id), journalled.get(id)];
      if (here !== there) this.fault(`${id}: ${here} is booked, the journal has ${there}`);
    }
    for (const fault of faults) this.fault(fault);
    for (const tableId of locked) this.fault(`${tableId} is still locked`);
  }

  /** Each order was charged once at most, and what the bank has taken is what the journal has. */
  checkBank({ tid, bank }: LinkedTerminal): void {
    for (const [order, count] of bank.charges) {
      if (count !== 1) this.fault(`${order} on ${tid} was charged ${count} times`);
    }
    for (const { tid: own, order, taken } of this.#jobs.values()) {
      if (own !== tid || bank.taken(order) === taken) continue;
      this.fault(`${order} on ${tid}: the bank has ${bank.taken(order)}, the journal ${taken}`);
    }
  }

  #take(entries: readonly Entry[]): void {
    const [{ stream, activityId }] = entries as [Entry];
    const key = `${stream}/${activityId}`;
    const events = entries.flatMap(eventsOf);
    const [begin] = events;
    if (begin?.kind === 'lockAsked') {
      const table = events.reduce(evolveActivity, undefined as Activity | undefined);
      if (table && isTable(table)) this.#tables.set(key, table);
    } else if (begin?.kind === 'started' && begin.order.kind === 'transaction') {
      const { id: order, amount } = begin.order.order;
      const job: Job = { tid: begin.tid, order, ends: 0, outcomes: [], taken: 0 };
      for (const event of events) noteOutcome(job, event);
      if (job.ends > 1) this.fault(`${key} has ${job.ends} ends`);
      this.#jobs.set(key, job);
      this.#takeJob(key, amount, job);
    }
  }

  #takeJob(key: string, amount: number, job: Job): void {
    const sale = this.#sales.get(amount);
    if (!sale) {
      this.fault(`${key} of ${amount} is in the journal, but no till has asked for it`);
      return;
    }
    sale.jobs.set(key, job);
    if (sale.jobs.size > 1) this.fault(`sale ${amount} is in the journal twice`);
    this.#compare(amount, sale);
  }

  /** As soon as both sides have an outcome. */
  #compare(amount: number, sale: Sale): void {
    const { told, settled } = sale;
    const [job] = sale.jobs.values();
    if (told === undefined || !job) return;
    const isHere = job.ends > 0;
    const isOpenOutcome = job.outcomes.every((outcome) => outcome.startsWith('TIMED_OUT'));
    if (told === REFUSED || (told === UNKNOWN && isHere && !isOpenOutcome)) {
      this.fault(`sale ${amount}: the till was told ${told}, the journal has ${job.outcomes}`);
    } else if (isHere) {
      const isSame = WITHOUT_OUTCOME.has(told) || job.outcomes.includes(told);
      if (isSame && !settled) this.settled += 1;
      sale.settled = isSame;
      if (!isSame)
        this.fault(`sale ${amount}: the till was told ${told}, the journal ${job.outcomes}`);
    }
  }
}

function noteOutcome(job: Job, event: ActivityEvent): void {
  if (event.kind !== 'ended' && event.kind !== 'outcomeLearnt') return;
  if (!('transactionResult' in event.result)) return;
  if (event.kind === 'ended') job.ends += 1;
  job.outcomes.push(outcomeText(event.result));
  const { transactionResult, amountTotal } = event.result;
  job.taken = transactionResult === 'SUCCESSFUL' ? amountTotal : 0;
}
