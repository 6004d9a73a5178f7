// Handles the notifications of the gateway: books payments once, unlocks tables, passes reports on. What
// fails is tried again, and the delivery mark waits for it [C-3.49].

import type { Request, TableContext, TablePayment } from '@tillgate/protocol';
import type { RetryTask } from '../connection/retry-queue.ts';
import { RetryQueue } from '../connection/retry-queue.ts';
import type { Timing } from '../connection/timing.ts';
import type { Warn } from '../connection/warning.ts';
import type { PaidTable, TableHandlers, TableReport } from './handlers.ts';
import type { PaidMessage } from './messages.ts';
import { isPaid, parseNotification } from './messages.ts';
import type { SeenPayments } from './seen-payments.ts';
import { seenInMemory } from './seen-payments.ts';

export interface TableNotificationsDeps {
  readonly handlers: TableHandlers;
  readonly seen: SeenPayments | undefined;
  /** Called for an unlock as soon as it comes, before it is done. */
  readonly onUnlock: (at: TableContext) => void;
  readonly timing: Timing;
  readonly warn: Warn;
}

export class TableNotifications {
  readonly #deps: TableNotificationsDeps;
  readonly #retries: RetryQueue;
  /** What this run has done, whatever `seen` says. */
  readonly #done = seenInMemory();
  /** A payment could not even be read: nothing may be called delivered any more. */
  #hasUnreadable = false;

  constructor(deps: TableNotificationsDeps) {
    this.#deps = deps;
    this.#retries = new RetryQueue(deps.timing);
  }

  handleNotification(message: Request): void {
    const notification = parseNotification(message, this.#deps.warn);
    const dedupeKey = JSON.stringify([message.method, message.params]);
    if (!notification) this.#hasUnreadable ||= isPaid(message);
    else if (notification.notice === 'paid') this.#paid(notification.paid, dedupeKey);
    else if (notification.notice === 'unlock') {
      this.#deps.onUnlock(notification.at);
      this.undo(notification.at, dedupeKey);
    } else this.#report(notification.report, dedupeKey);
  }

  /** Unlocks a table; also one whose lock could not be answered. */
  undo(at: TableContext, dedupeKey = `undo ${JSON.stringify(at)}`): void {
    const { handlers } = this.#deps;
    this.#add({ name: 'unlock', at, dedupeKey, run: async () => handlers.unlock(at) });
  }

  /** Fulfilled when all notifications so far are handled, of one table or of all. */
  whenBooked(tableId?: string): Promise<void> {
    return this.#retries.drained(tableId === undefined ? undefined : queueKey({ tableId }));
  }

  /** Like `whenBooked`, for the delivery mark: never fulfilled if a payment could not be read. */
  async whenStored(): Promise<void> {
    if (this.#hasUnreadable) await new Promise(() => undefined);
    await this.whenBooked();
  }

  /** What fails from now on is not tried again: the gateway will send it again. */
  close(): void {
    this.#retries.close();
  }

  #paid(paid: PaidMessage, dedupeKey: string): void {
    const run = () => this.#book(paid);
    this.#add({ name: 'recordPayments', at: paid, dedupeKey, run });
  }

  async #book(paid: PaidMessage): Promise<void> {
    const { handlers, seen } = this.#deps;
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

  #report(report: TableReport, dedupeKey: string): void {
    const { handlers } = this.#deps;
    const { tid, reportId } = report;
    const run = async () => {
      if (this.#done.has(reportId)) return;
      await handlers.report?.(report);
      this.#done.add([reportId]);
    };
    this.#add({ name: 'report', at: { tid }, dedupeKey, run });
  }

  #add(task: NotificationTask): void {
    const { name, at, dedupeKey, run } = task;
    const { tid, tableId } = at;
    const ofTable = tableId === undefined ? '' : ` of table ${tableId}`;
    const onFailure: RetryTask['onFailure'] = (cause, retryInMs) => {
      const why = cause instanceof Error ? ` ${cause.message}` : '';
      const next =
        retryInMs === undefined
          ? 'It was not done before the end.'
          : `It is tried again in ${retryInMs / 1000} s.`;
      const message = `${name}${ofTable} failed. ${next}${why}`;
      this.#deps.warn({
        warning: 'handlerFailed',
        message,
        tid,
        ...(tableId !== undefined && { tableId }),
        cause,
      });
    };
    this.#retries.add({
      key: queueKey(at),
      dedupeKey,
      mustBeLast: name === 'unlock',
      run,
      onFailure,
    });
  }
}

interface NotificationTask {
  readonly name: keyof TableHandlers;
  readonly at: { readonly tid: string; readonly tableId?: string };
  readonly dedupeKey: string;
  readonly run: () => Promise<void>;
}

/** Payments and unlocks of a table are handled in order, and so are reports. */
function queueKey({ tableId }: { readonly tableId?: string }): string {
  return tableId === undefined ? 'reports' : `table ${tableId}`;
}

function idsOf(payments: readonly TablePayment[]): readonly string[] {
  return payments.map(({ paymentId }) => paymentId);
}

type Sums = Omit<PaidTable, keyof TableContext | 'currency'>;

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
