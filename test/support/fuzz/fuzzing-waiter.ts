// A waiter who makes random requests to a till with fuzzed answers, and compares every answer that he gets
// with the verdict on the till's answer.

import { isDeepStrictEqual } from 'node:util';
import type { Frame, TestTill } from 'tillgate/testing';
import type { FuzzingTill, TableQuestion } from './fuzzing-till.ts';
import type { Visit } from './table-answers.ts';
import { CARD } from './table-answers.ts';
import type { Verdict } from './verdicts.ts';

type Result = Frame['result'];

/** The payments that were confirmed to him. */
export interface Seen {
  payments: number;
  offTheBill: number;
  gratuity: number;
}

export interface FuzzingWaiterOptions {
  readonly tid: string;
  readonly till: FuzzingTill;
  readonly limitMs: number;
  /** The gateway's clock. */
  readonly now: () => number;
  readonly connect: () => Promise<TestTill>;
}

/** Tables that the till did not list, some with invalid ids. */
const ODD_TABLES = [
  ...['1', '2', '12A', '7', ' ', '\u0000', '__proto__', 'x'.repeat(32)],
  ...['x'.repeat(33), CARD],
];
const METHODS = { tables: 'tableListRequest', lock: 'tableLockRequest', bill: 'posReceiptRequest' };
const FINAL = 'finalPosReceiptRequest';

export class FuzzingWaiter {
  readonly faults: string[] = [];
  readonly seen: Seen = { payments: 0, offTheBill: 0, gratuity: 0 };
  tableRequests = 0;
  readonly #parts: FuzzingWaiterOptions;
  #line: TestTill | undefined;
  #askedAt = 0;
  /** When the payment was asked for that left nothing to pay: the final receipt is asked for then [C-9.16]. */
  #paidAt: number | undefined;

  constructor(parts: FuzzingWaiterOptions) {
    this.#parts = parts;
  }

  async play(stay: Visit): Promise<void> {
    this.#line ??= await this.#parts.connect();
    const tables = stay.asksForTables ? await this.#tables() : [];
    const tableId = tables[stay.table % tables.length] ?? ODD_TABLES[stay.table];
    this.#parts.till.take(this.#parts.tid, FINAL);
    this.#paidAt = undefined;
    let left = await this.#lock({ tableId });
    if (left > 0 && stay.asksForBill) await this.#bill();
    // Without a table one try is enough to be refused.
    for (const { by, percent } of stay.shares.slice(0, left > 0 ? 4 : 1)) {
      left -= await this.#pay({ by, amount: Math.ceil((left * percent) / 100) }, left);
    }
    if (stay.hangsUp) await this.#hangUp();
    else await this.#leave();
  }

  async end(): Promise<void> {
    await this.#hangUp();
  }

  async #tables(): Promise<readonly string[]> {
    const { tables = [] } = await this.#tableRequest('tables');
    const received = tables.length > 0 ? { verdict: 'tables', tables } : undefined;
    this.#hold('tables', received as Verdict | undefined);
    return tables;
  }

  async #lock(params: object): Promise<number> {
    const { answer, amount } = await this.#tableRequest('lock', params);
    this.#hold('lock', answer === 'locked' ? { verdict: 'locked', amount } : undefined);
    return answer === 'locked' ? amount : 0;
  }

  async #bill(): Promise<void> {
    const { answer, receiptLines } = await this.#tableRequest('bill');
    this.#hold('bill', answer === 'bill' ? { verdict: 'lines', receiptLines } : undefined);
  }

  /** Gives what the bill went down by. */
  async #pay(part: { by: string; amount: number }, left: number): Promise<number> {
    const isCard = part.by === 'card';
    const extras = isCard ? { amountGratuity: left % 3, amountCashback: (left % 2) * 500 } : {};
    const result = await this.#tableRequest('pay', { ...part, ...extras });
    if (result.answer !== 'payment') return 0;
    const off = result.paid ? part.amount : 0;
    if (result.left !== left - off) this.#fault(`${result.left} is left of ${left} after ${off}`);
    if (!result.paid) return 0;
    if (result.left === 0) this.#paidAt ??= this.#askedAt;
    this.seen.payments += 1;
    this.seen.offTheBill += off;
    this.seen.gratuity += extras.amountGratuity ?? 0;
    return off;
  }

  async #leave(): Promise<void> {
    const { receiptLines } = await this.#tableRequest('leave');
    this.#askedAt = this.#paidAt ?? this.#askedAt;
    this.#hold(FINAL, receiptLines && { verdict: 'lines', receiptLines });
  }

  async #hangUp(): Promise<void> {
    await this.#line?.close();
    this.#line = undefined;
  }

  async #tableRequest(method: string, params?: object): Promise<Result> {
    this.tableRequests += 1;
    this.#askedAt = this.#parts.now();
    const line = this.#line as TestTill;
    line.received.splice(0);
    const { result, error } = await line.request(method, params);
    if (result?.message?.includes(CARD)) this.#fault(`${method}: ${result.message}`);
    return result ?? { answer: 'no', error };
  }

  /** The waiter's answer must be the till's answer, or none if the till gave no usable one. */
  #hold(tableRequest: string, received: Verdict | undefined): void {
    const { till, tid, limitMs, now } = this.#parts;
    const asked = till.take(tid, METHODS[tableRequest as keyof typeof METHODS] ?? tableRequest);
    if (!asked) {
      if (received) this.#fault(`${tableRequest} was answered without an answer of the till`);
      return;
    }
    const tookMs = now() - this.#askedAt;
    till.settle(asked, tookMs);
    const { verdict } = asked;
    const due = verdict && isUsable(verdict) ? verdict : undefined;
    const excused = received === undefined && (asked.line.closed || tookMs >= limitMs);
    if (!isDeepStrictEqual(received, due) && !excused)
      this.#fault(difference(asked, received, due));
    asked.later();
  }

  #fault(text: string): void {
    this.faults.push(`${this.#parts.tid}: ${text}`);
  }
}

function isUsable(verdict: Verdict): boolean {
  if (verdict.verdict === 'tables') return verdict.tables.length > 0;
  return verdict.verdict === 'locked' || verdict.verdict === 'lines';
}

function difference({ method, id }: TableQuestion, received: unknown, due: unknown): string {
  const short = (value: unknown) => JSON.stringify(value)?.slice(0, 120);
  return `${method} ${id}: received ${short(received)}, due ${short(due)}`;
}
