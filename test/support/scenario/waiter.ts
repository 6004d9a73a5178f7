// A waiter at virtual card machines. After each lost connection he reconnects, asks the till what is left
// to pay, and goes on until the bill is paid.

import type { Frame, TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import { pause } from '../wait.ts';

/** A part of a bill; a card that is declined is followed by the same part in cash. */
export interface Part {
  readonly by: 'card' | 'other';
  readonly amount: number;
  readonly amountCashback?: number;
  readonly amountGratuity?: number;
}

export interface BillPlan {
  readonly tableId: string;
  readonly waiterId: string;
  /** Together they are the bill. */
  readonly parts: readonly Part[];
}

export interface WaiterOptions {
  /** Where the waiter of a card machine connects. */
  readonly uri: (tid: string) => string;
  /** The card machine for the n-th visit, from 0. */
  readonly tid: (visit: number) => string;
  /** A table that is listed as long as the till is there. */
  readonly beacon: string;
  /** Pause before each request, ms. */
  readonly thinkMs: number;
  /** Whether the test has ended, so that he need not go on. */
  readonly isOver: () => boolean;
  /** Called with a short name of each message that arrives. */
  readonly onStep?: (step: string) => void;
}

const OPEN = 1;
const TRY_AGAIN_MS = 80;

/** The connection was lost during a request. */
class ConnectionLost extends Error {}

/** Pays the whole bill; gives the number of visits it took. */
export async function payBill(parts: WaiterOptions, errand: BillPlan): Promise<number> {
  let visit = 0;
  while (!parts.isOver()) {
    // The gateway may have died a moment ago.
    const line = await connectTill(parts.uri(parts.tid(visit))).catch(() => undefined);
    if (line) {
      visit += 1;
      const done = await new Visit(line, parts, errand).play().catch((cause: unknown) => {
        if (!(cause instanceof ConnectionLost)) throw cause;
        return false;
      });
      line.cut();
      if (done) return visit;
    }
    await pause(TRY_AGAIN_MS);
  }
  throw new Error(`The test ended before ${errand.tableId} was paid.`);
}

class Visit {
  readonly #line: TestTill;
  readonly #parts: WaiterOptions;
  readonly #errand: BillPlan;
  /** Which part of the bill is being paid, from 1, and how much was shown for it. */
  #part = 0;
  #shown = 0;

  constructor(line: TestTill, parts: WaiterOptions, errand: BillPlan) {
    this.#line = line;
    this.#parts = parts;
    this.#errand = errand;
    line.socket.on('message', (data: Buffer) =>
      this.#receive(JSON.parse(data.toString()) as Frame),
    );
  }

  /** Whether the bill is known to be paid. */
  async play(): Promise<boolean> {
    const { tableId, waiterId } = this.#errand;
    const { tables = [] } = await this.#ask('tables', { waiterId });
    if (!tables.includes(this.#parts.beacon)) return false;
    if (!tables.includes(tableId)) return true;
    const lock = await this.#ask('lock', { tableId, waiterId });
    if (lock.answer !== 'locked') return false;
    await this.#ask('bill');
    await this.#payFrom(lock.amount);
    await this.#ask('leave');
    return false;
  }

  /** Ends early if a payment fails: the next visit pays the rest. */
  async #payFrom(amount: number): Promise<void> {
    let left = amount;
    while (left > 0) {
      const part = this.#partFor(left);
      const paid = await this.#pay(part);
      if (paid === undefined) return;
      left = paid;
    }
  }

  /** What is left then; undefined if that is not known. */
  async #pay(part: Part): Promise<number | undefined> {
    this.#shown = 0;
    const answer = await this.#ask('pay', part);
    if (answer.answer !== 'payment') return undefined;
    if (answer.paid) return answer.left;
    const { amount } = part;
    const cash = await this.#ask('pay', { by: 'other', amount });
    return cash.answer === 'payment' && cash.paid ? cash.left : undefined;
  }

  /** The part that comes next when so much is left. */
  #partFor(left: number): Part {
    const { parts, tableId } = this.#errand;
    let rest = parts.reduce((sum, { amount }) => sum + amount, 0);
    for (const [index, part] of parts.entries()) {
      this.#part = index + 1;
      if (rest === left) return part;
      rest -= part.amount;
    }
    throw new Error(`${left} is left at ${tableId}, which is not a number of whole parts.`);
  }

  async #ask(method: string, params?: object): Promise<Frame['result']> {
    await pause(this.#parts.thinkMs);
    const { socket } = this.#line;
    if (socket.readyState !== OPEN) throw new ConnectionLost();
    const answer = await this.#line.request(method, params).catch((cause: unknown) => {
      throw socket.readyState === OPEN ? cause : new ConnectionLost();
    });
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }

  #receive({ method, params, result }: Frame): void {
    const { onStep } = this.#parts;
    if (method === 'showing') {
      this.#shown += 1;
      onStep?.(`${this.#part}.${this.#shown} ${params.notificationValue}`);
    } else if (result?.answer === 'payment') {
      onStep?.(`${this.#part} ${result.paid ? 'paid' : 'not paid'}`);
    } else if (result) {
      onStep?.(result.answer);
    }
  }
}
