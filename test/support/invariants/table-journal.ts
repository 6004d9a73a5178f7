// Reads the table events of the journal without the gateway's own code: locks, payments, and the
// notifications that are due to the till. For the invariants of chapter 12.

import type { Written } from './trace.ts';

interface Result {
  readonly transactionResult?: string;
  readonly amountBase: number;
  readonly amountCashback: number;
  readonly amountGratuity: number;
}

interface JournalEvent {
  readonly kind: string;
  readonly tableId?: string;
  readonly amount?: number;
  readonly paymentId?: string;
  readonly result?: Result;
}

/** The amounts of a payment that the till must receive. */
export interface JournalPayment {
  readonly paymentId: string;
  readonly amountPaid: number;
  readonly amountCashback: number;
  readonly amountGratuity: number;
}

export interface JournalNotice {
  readonly kind: 'paid' | 'unlock';
  readonly table: JournalTable;
  /** All payments of a transactionResponse; none for an unlock. */
  readonly payments: readonly JournalPayment[];
  delivered: boolean;
}

/** One session: what one card machine did with one table. */
export interface JournalTable {
  readonly tableId: string;
  /** What was to pay, undefined while no lock is confirmed. */
  amount: number | undefined;
  over: boolean;
  left: boolean;
  paying: string;
  readonly payments: JournalPayment[];
  readonly notices: JournalNotice[];
}

/** Everything that happened at the tables of one card machine. */
export class TableStream {
  readonly tables: JournalTable[] = [];
  /** All notifications that are due to the till, in order. */
  readonly notices: JournalNotice[] = [];
  readonly #activities = new Map<number, JournalTable>();
  readonly #fault: (text: string) => void;
  readonly #proven: (notice: JournalNotice) => void;

  /** `proven` is called with each notification that a till is known to have received. */
  constructor(fault: (text: string) => void, proven: (notice: JournalNotice) => void) {
    this.#fault = fault;
    this.#proven = proven;
  }

  get last(): JournalTable | undefined {
    return this.tables.at(-1);
  }

  /** Gives the locks that it confirms. */
  written({ activityId, body }: Written): readonly JournalTable[] {
    const confirmed: JournalTable[] = [];
    for (const event of JSON.parse(body) as (JournalEvent & { number?: number })[]) {
      if (event.kind === 'lockAsked') this.#begin(activityId, event.tableId ?? '');
      const table = this.#activities.get(activityId);
      if (!table) continue;
      if (event.kind === 'lockConfirmed') confirmed.push(table);
      if (event.kind === 'noticeDelivered') this.#delivered(table, event.number ?? -1);
      else this.#happened(table, event);
    }
    return confirmed;
  }

  #begin(activityId: number, tableId: string): void {
    if (this.last && !this.last.over) {
      this.#fault(`C-12.17: ${this.last.tableId} was not unlocked before ${tableId}`);
    }
    const start = { amount: undefined, over: false, left: false, paying: '' };
    const table: JournalTable = { tableId, ...start, payments: [], notices: [] };
    this.#activities.set(activityId, table);
    this.tables.push(table);
  }

  #happened(table: JournalTable, { kind, amount, paymentId, result }: JournalEvent): void {
    switch (kind) {
      case 'lockConfirmed':
        table.amount = amount;
        return;
      case 'paymentStarted':
        table.paying = paymentId ?? '';
        if (table.amount === undefined) this.#fault('C-12.17: a payment without a lock');
        return;
      case 'paymentNoted':
        this.#paid(
          table,
          { amountBase: amount ?? 0, amountCashback: 0, amountGratuity: 0 },
          paymentId,
        );
        return;
      case 'ended':
      case 'outcomeLearnt':
        if (result?.transactionResult === 'SUCCESSFUL') this.#paid(table, result, table.paying);
        return;
      case 'tableLeft':
        table.left = true;
        if (table.payments.length > 0) this.#tell(table, 'paid', [...table.payments]);
        return;
      case 'lockRefused':
        table.over = true;
        return;
      case 'lockFailed':
      case 'tableUnlocked':
        if (table.over) this.#fault(`C-12.17: ${table.tableId} was unlocked twice`);
        table.over = true;
        this.#tell(table, 'unlock', []);
    }
  }

  #paid(table: JournalTable, result: Result, paymentId = ''): void {
    const { amountBase, amountCashback, amountGratuity } = result;
    const amountPaid = amountBase + amountCashback;
    const payment = { paymentId, amountPaid, amountCashback, amountGratuity };
    table.payments.push(payment);
    const off = table.payments.reduce((sum, one) => sum + one.amountPaid - one.amountCashback, 0);
    if (off > (table.amount ?? 0)) this.#fault(`C-12.19: ${off} of ${table.amount} was paid`);
    // A payment that becomes known after the waiter left is sent on its own.
    if (!table.left) return;
    this.#tell(table, 'paid', [payment]);
    if (table.over) this.#tell(table, 'unlock', []);
  }

  #tell(
    table: JournalTable,
    kind: JournalNotice['kind'],
    payments: readonly JournalPayment[],
  ): void {
    const notice = { kind, table, payments, delivered: false };
    this.notices.push(notice);
    table.notices.push(notice);
  }

  #delivered({ notices, tableId }: JournalTable, number: number): void {
    const notice = notices[number];
    if (!notice) {
      this.#fault(`C-12.2: notice ${number} of ${tableId} was delivered before it was there`);
      return;
    }
    notice.delivered = true;
    this.#proven(notice);
  }
}
