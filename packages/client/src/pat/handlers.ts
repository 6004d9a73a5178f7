// What a restaurant provides: one handler for each request and notification of a card machine. Types
// only; amounts are integers in minor units (pence, cents).

import type {
  Currency,
  Report,
  TableContext,
  TablePayment,
  TillReceiptLine,
} from '@tillgate/protocol';

/** The card machine and waiter that a request comes from. */
export interface FromMachine {
  /** The card machine, 1..32 characters. */
  readonly tid: string;
  /** 1..16 characters, leading zeros kept; absent if the machine does not ask waiters for an id. */
  readonly waiterId?: string;
}

/** Table ids in the order to show: 1..32 characters each, 500 at most [C-9.10]. */
export type OpenTables =
  | readonly string[]
  | {
      /** Table ids in the order to show. */
      readonly tables: readonly string[];
      /** The currency of these tables, in place of that of the options. */
      readonly currency: Currency;
    };

/** The answer to a request for a table. */
export type LockAnswer =
  | {
      /**
       * The table is locked for this card machine, and until `unlock` its bill must not change [C-9.12].
       * What is still to pay, not the whole bill: 0..99999999 pence or cents.
       */
      readonly amount: number;
      /** The currency of the bill. Default: that of the options. */
      readonly currency?: Currency;
    }
  | {
      /** The table is not locked; the reason, as a short sentence for the waiter. */
      readonly refused: string;
    };

/** What was paid at a table in one session, except payments that the till has booked before. */
export interface PaidTable extends TableContext {
  /** The currency of all amounts. */
  readonly currency: Currency;
  /** Payments of one session, in order of time. */
  readonly payments: readonly TablePayment[];
  /** Reduces the bill: the sum of amountPaid minus amountCashback, in pence or cents [C-9.19]. */
  readonly amountOffBill: number;
  /** The sum over `payments`, with cashback and without gratuity, in pence or cents. */
  readonly amountPaid: number;
  /** Cash that was handed out: the sum over `payments`, in pence or cents. */
  readonly amountCashback: number;
  /** Extra for the staff: the sum over `payments`, in pence or cents. */
  readonly amountGratuity: number;
}

/** Totals of a card machine. After a restart the same report may come again: compare `reportId`. */
export type TableReport = Report & {
  /** Names this report: the same one may come again. */
  readonly reportId: string;
};

/**
 * The handlers of a restaurant till; each may return a promise. A waiter waits for the first three and for
 * `finalReceipt`: if one throws, rejects, takes longer than `answerWithinMs` or returns an invalid value,
 * the SDK answers "no" in its place and warns (`handlerFailed`). If `recordPayments`, `unlock` or `report`
 * throws or rejects, it is called again after 1 s, 2 s and so on up to 30 s, until it succeeds; those of
 * one table run one after another, in the order of the events.
 */
export interface TableHandlers {
  /** The open tables. Those of other waiters may be left out. */
  listTables(asked: FromMachine): OpenTables | Promise<OpenTables>;
  /**
   * Locks a table and returns what is still to pay. One table is requested once at a time, and never
   * while payments of it are still to be booked. A lock that comes too late, or with a wrong
   * amount, is undone by `unlock`.
   */
  lockTable(asked: TableContext): LockAnswer | Promise<LockAnswer>;
  /** The bill, to be printed before anything is paid. `[]` prints nothing. */
  bill(asked: TableContext): readonly TillReceiptLine[] | Promise<readonly TillReceiptLine[]>;
  /**
   * Books payments. When it succeeds, they must be durable: on Node that confirms the delivery to the
   * gateway. If it fails it is called again, so it should book all or nothing. The till itself
   * closes a table that is paid in full.
   */
  recordPayments(paid: PaidTable): void | Promise<void>;
  /** The receipt for the guest, once payments are booked. Default: none, and the gateway does not ask. */
  finalReceipt?(
    asked: TableContext,
  ): readonly TillReceiptLine[] | Promise<readonly TillReceiptLine[]>;
  /**
   * The card machine is done with the table. It may come more than once, and for a table which that
   * machine does not hold; then do nothing [C-9.13].
   */
  unlock(asked: TableContext): void | Promise<void>;
  /** A report was run on a card machine; only if the site asks for it [C-9.21]. */
  report?(report: TableReport): void | Promise<void>;
}

const REQUIRED = ['listTables', 'lockTable', 'bill', 'recordPayments', 'unlock'] as const;

/** Throws TypeError if one is missing: better now than when a waiter stands at a table. */
export function checkHandlers(handlers: TableHandlers): void {
  for (const name of REQUIRED) {
    if (typeof handlers[name] !== 'function') {
      throw new TypeError(`handlers.${name}: expected a function.`);
    }
  }
}
