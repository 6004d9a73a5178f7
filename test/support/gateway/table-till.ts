// A restaurant's till on one socket: answers what card machines ask about its tables and books what it
// is told, as a good one does, unless it is told how to answer. Its books outlive the socket.

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Frame, TestTill } from 'tillgate/testing';

type Params = Frame['params'];
/** What follows `jsonrpc` and `id` in an answer; undefined says nothing at all. */
export type Answer = Readonly<Record<string, unknown>> | undefined;
export type Says = (params: Params) => Answer;

export type Question =
  | 'tableListRequest'
  | 'tableLockRequest'
  | 'posReceiptRequest'
  | 'finalPosReceiptRequest';

/** The tables of a restaurant, and who holds them. */
export class TableBook {
  /** What is still to pay, by table, minor units. */
  readonly bills: Map<string, number>;
  /** Card machine that holds a table. */
  readonly locks = new Map<string, string>();
  /** Payments by their id: each is booked once. */
  readonly booked = new Map<string, object>();
  readonly currency: string;

  constructor(bills: Readonly<Record<string, number>> = { '12A': 4820 }, currency = 'GBP') {
    this.bills = new Map(Object.entries(bills));
    this.currency = currency;
  }

  list(): Answer {
    return { result: { tables: [...this.bills.keys()], currency: this.currency } };
  }

  lock(tid: string, tableId: string): Answer {
    const amount = this.bills.get(tableId);
    const holder = this.locks.get(tableId) ?? tid;
    if (amount === undefined || holder !== tid) return { result: { confirmed: false } };
    this.locks.set(tableId, tid);
    return { result: { confirmed: true, amount, currency: this.currency } };
  }

  /** An unlock for a table which that machine does not hold is ignored [C-9.13]. */
  unlock(tid: string, tableId: string): void {
    if (this.locks.get(tableId) === tid) this.locks.delete(tableId);
  }

  /** A paymentId that is booked already must be the same payment [C-9.23]. */
  book({ tableId, payments }: Params): void {
    for (const payment of payments) {
      const before = this.booked.get(payment.paymentId);
      if (before) {
        assert.ok(isDeepStrictEqual(before, payment), 'a payment told again is the same payment');
        continue;
      }
      this.booked.set(payment.paymentId, payment);
      const { amountPaid, amountCashback } = payment;
      const left = (this.bills.get(tableId) ?? 0) - (amountPaid - amountCashback);
      this.bills.set(tableId, left);
    }
  }
}

export class TableTill {
  readonly till: TestTill;
  readonly book: TableBook;
  readonly #says = new Map<string, Says>();

  constructor(till: TestTill, book: TableBook) {
    this.till = till;
    this.book = book;
    // What came before anybody listened.
    for (const frame of till.received) this.#take(frame);
    till.socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString()) as Frame));
  }

  /** Answers a question otherwise from now on. */
  says(question: Question, says: Says | Answer): void {
    this.#says.set(question, typeof says === 'function' ? says : () => says);
  }

  saysNothing(...questions: readonly Question[]): void {
    for (const question of questions) this.says(question, undefined);
  }

  /** Sends an answer under an id, perhaps late or once more. */
  reply(id: unknown, answer: object): void {
    this.till.send({ jsonrpc: '2.0', id, ...answer });
  }

  /** The questions and notices of one kind, in order. */
  got(method: string): readonly Frame[] {
    return this.till.received.filter((frame) => frame.method === method);
  }

  /** Id of the last question of one kind. */
  asked(question: Question): number {
    const { id } = this.got(question).at(-1) ?? {};
    assert.ok(typeof id === 'number', `${question} has come`);
    return id;
  }

  /** The errors that came, in order. */
  get errors(): readonly Frame[] {
    return this.till.received.filter(({ error }) => error !== undefined);
  }

  #take(frame: Frame): void {
    const { method, params, id } = frame;
    if (method === undefined) return;
    if (id !== undefined) this.#answer(method, frame);
    else if (method === 'transactionResponse') this.book.book(params);
    else if (method === 'tableUnlock') this.book.unlock(tidOf(params), params.tableId);
  }

  #answer(method: string, { id, params }: Frame): void {
    const says = this.#says.get(method) ?? ((asked: Params) => this.good(method, asked));
    const answer = says(params);
    if (answer) this.reply(id, answer);
  }

  /** What a good till answers; a lock is then held. */
  good(method: string, params: Params): Answer {
    const { tableId } = params;
    switch (method) {
      case 'tableListRequest':
        return this.book.list();
      case 'tableLockRequest':
        return this.book.lock(tidOf(params), tableId);
      case 'posReceiptRequest':
        return { result: { receiptLines: [{ value: `Table ${tableId}` }] } };
      case 'finalPosReceiptRequest':
        return { result: { receiptLines: [{ value: `Table ${tableId} PAID` }] } };
      default:
        throw new Error(`${method} is nothing a till is asked.`);
    }
  }
}

const tidOf = (params: Params): string => params.tid ?? params.tpi;
