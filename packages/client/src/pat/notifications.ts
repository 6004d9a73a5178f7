// Does what the gateway tells: books payments once, unlocks tables, passes reports on. What fails is
// tried again, and the delivery mark waits for it [C-3.49]. Knows no sockets.

import type { AtTable, Request, TablePayment } from '@tillgate/protocol';
import type { Job } from '../connection/retry-queue.ts';
import { Backlog } from '../connection/retry-queue.ts';
import type { Timing } from '../connection/timing.ts';
import type { Warn } from '../connection/warning.ts';
import type { PaidTable, TableHandlers, TableReport } from './handlers.ts';
import type { PaidMessage } from './messages.ts';
import { isPaid, readTold } from './messages.ts';
import type { SeenPayments } from './seen-payments.ts';
import { seenInMemory } from './seen-payments.ts';

export interface TableLedgerParts {
  readonly handlers: TableHandlers;
  readonly seen: SeenPayments | undefined;
  /** Told of an unlock as soon as it comes, before it is done. */
  readonly unlocked: (at: AtTable) => void;
  readonly timing: Timing;
  readonly warn: Warn;
}

export class TableLedger {
  readonly #parts: TableLedgerParts;
  readonly #backlog: Backlog;
  /** What this run has done, whatever the host's own memory says. */
  readonly #done = seenInMemory();
  /** A payment could not even be read: nothing may be called delivered any more. */
  #missed = false;

  constructor(parts: TableLedgerParts) {
    this.#parts = parts;
    this.#backlog = new Backlog(parts.timing);
  }

  notified(message: Request): void {
    const told = readTold(message, this.#parts.warn);
    const alike = JSON.stringify([message.method, message.params]);
    if (!told) this.#missed ||= isPaid(message);
    else if (told.notice === 'paid') this.#paid(told.paid, alike);
    else if (told.notice === 'unlock') {
      this.#parts.unlocked(told.at);
      this.undo(told.at, alike);
    } else this.#report(told.report, alike);
  }

  /** Unlocks a table; also one whose lock nobody was told of. */
  undo(at: AtTable, alike = `undo ${JSON.stringify(at)}`): void {
    const { handlers } = this.#parts;
    this.#add({ name: 'unlock', at, alike, run: async () => handlers.unlock(at) });
  }

  /** Fulfilled when all that was told so far is done, of one table or of all. */
  booked(tableId?: string): Promise<void> {
    return this.#backlog.settled(tableId === undefined ? undefined : laneOf({ tableId }));
  }

  /** As `booked`, for the delivery mark: never if something was missed. */
  async stored(): Promise<void> {
    if (this.#missed) await new Promise(() => undefined);
    await this.booked();
  }

  /** What fails from now on is not tried again: the gateway will tell it again. */
  close(): void {
    this.#backlog.close();
  }

  #paid(paid: PaidMessage, alike: string): void {
    const run = () => this.#book(paid);
    this.#add({ name: 'recordPayments', at: paid, alike, run });
  }

  async #book(paid: PaidMessage): Promise<void> {
    const { handlers, seen } = this.#parts;
    const { payments, ...at } = paid;
    const once = new Map(payments.map((payment) => [payment.paymentId, payment]));
    const unseen: TablePayment[] = [];
    for (const [id, payment] of once) {
      if (!(await seen?.has(id))) unseen.push(payment);
    }
    const unbooked = unseen.filter(({ paymentId }) => !this.#done.has(paymentId));
    if (unbooked.length > 0) await handlers.recordPayments({ ...at, ...withSums(unbooked) });
    this.#done.add(idsOf(unbooked));
    if (unseen.length > 0) await seen?.add?.(idsOf(unseen));
  }

  #report(report: TableReport, alike: string): void {
    const { handlers } = this.#parts;
    const { tid, reportId } = report;
    const run = async () => {
      if (this.#done.has(reportId)) return;
      await handlers.report?.(report);
      this.#done.add([reportId]);
    };
    this.#add({ name: 'report', at: { tid }, alike, run });
  }

  #add(task: Task): void {
    const { name, at, alike, run } = task;
    const { tid, tableId } = at;
    const ofTable = tableId === undefined ? '' : ` of table ${tableId}`;
    const failed: Job['failed'] = (cause, retryInMs) => {
      const why = cause instanceof Error ? ` ${cause.message}` : '';
      const next =
        retryInMs === undefined
          ? 'It was not done before the end.'
          : `It is tried again in ${retryInMs / 1000} s.`;
      const message = `${name}${ofTable} failed. ${next}${why}`;
      this.#parts.warn({
        warning: 'handlerFailed',
        message,
        tid,
        ...(tableId !== undefined && { tableId }),
        cause,
      });
    };
    this.#backlog.add({ lane: laneOf(at), alike, closing: name === 'unlock', run, failed });
  }
}

interface Task {
  readonly name: keyof TableHandlers;
  readonly at: { readonly tid: string; readonly tableId?: string };
  readonly alike: string;
  readonly run: () => Promise<void>;
}

/** Payments and unlocks of a table in one lane, reports in another. */
function laneOf({ tableId }: { readonly tableId?: string }): string {
  return tableId === undefined ? 'reports' : `table ${tableId}`;
}

function idsOf(payments: readonly TablePayment[]): readonly string[] {
  return payments.map(({ paymentId }) => paymentId);
}

type Sums = Omit<PaidTable, keyof AtTable | 'currency'>;

function withSums(payments: readonly TablePayment[]): Sums {
  const sum = (of: (payment: TablePayment) => number) =>
    payments.reduce((total, payment) => total + of(payment), 0);
  return {
    payments,
    amountOffBill: sum(({ amountPaid, amountCashback }) => amountPaid - amountCashback),
    amountPaid: sum(({ amountPaid }) => amountPaid),
    amountCashback: sum(({ amountCashback }) => amountCashback),
    amountGratuity: sum(({ amountGratuity }) => amountGratuity),
  };
}
