// A restaurant's till on one socket. It answers table requests and books payments as chapter 9 demands;
// `answerWith` replaces its answers. Its book outlives the socket.

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Frame, TestTill } from 'tillgate/testing';

type Params = Frame['params'];
/** What follows `jsonrpc` and `id` in an answer; undefined sends no answer. */
export type Answer = Readonly<Record<string, unknown>> | undefined;
export type Answerer = (params: Params) => Answer;

export type TableRequest =
  | 'tableListRequest'
  | 'tableLockRequest'
  | 'posReceiptRequest'
  | 'finalPosReceiptRequest';
/** The other spelling, which a site may choose [C-9.2]. */
type OtherSpelling = 'finalPOSReceiptRequest';

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
        assert.ok(
          isDeepStrictEqual(before, payment),
          'a payment that is sent again is the same payment',
        );
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
  readonly #says = new Map<string, Answerer>();

  constructor(till: TestTill, book: TableBook) {
    this.till = till;
    this.book = book;
    // Messages that arrived before this listener.
    for (const frame of till.received) this.#take(frame);
    till.socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString()) as Frame));
  }

  /** Replaces the answers to a request from now on. */
  answerWith(question: TableRequest | OtherSpelling, says: Answerer | Answer): void {
    this.#says.set(question, typeof says === 'function' ? says : () => says);
  }

  leaveUnanswered(...questions: readonly TableRequest[]): void {
    for (const question of questions) this.answerWith(question, undefined);
  }

  /** Sends an answer under an id, perhaps late or once more. */
  reply(id: unknown, answer: object): void {
    this.till.send({ jsonrpc: '2.0', id, ...answer });
  }

  /** The questions and notices of one kind, in order. */
  received(method: string): readonly Frame[] {
    return this.till.received.filter((frame) => frame.method === method);
  }

  /** Id of the last question of one kind. */
  lastRequestId(question: TableRequest): number {
    const { id } = this.received(question).at(-1) ?? {};
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
    const says = this.#says.get(method) ?? ((asked: Params) => this.defaultAnswer(method, asked));
    const answer = says(params);
    if (answer) this.reply(id, answer);
  }

  /** The answer of a till that works as it should; a lock is then held. */
  defaultAnswer(method: string, params: Params): Answer {
    const { tableId } = params;
    switch (method) {
      case 'tableListRequest':
        return this.book.list();
      case 'tableLockRequest':
        return this.book.lock(tidOf(params), tableId);
      case 'posReceiptRequest':
        return { result: { receiptLines: [{ value: `Table ${tableId}` }] } };
      case 'finalPosReceiptRequest':
      case 'finalPOSReceiptRequest':
        return { result: { receiptLines: [{ value: `Table ${tableId} PAID` }] } };
      default:
        throw new Error(`${method} is no request to a till.`);
    }
  }
}

const tidOf = (params: Params): string => params.tid ?? params.tpi;
