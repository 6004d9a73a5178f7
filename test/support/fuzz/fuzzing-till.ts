// A restaurant till that sends fuzzed answers and records the verdict on each. It reconnects whenever its
// connection is lost.

import type { Frame, TestTill } from 'tillgate/testing';
import { echo } from '../gateway/gateway-harness.ts';
import type { FuzzedAnswer } from './table-answers.ts';
import { FRAME_LIMIT } from './table-answers.ts';
import type { Verdict } from './verdicts.ts';
import { answersIn, verdictOn } from './verdicts.ts';

const NO_USABLE_ANSWER = -32076;

/** One question of the gateway. */
export interface TableQuestion {
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came.
  readonly params: any;
  readonly id: number;
  readonly line: Line;
  /** The first answer that counts as one. */
  verdict: Verdict | undefined;
  /** The error that the till received for its answer. */
  complaint: 'invalid' | 'silence' | undefined;
  /** From the waiter's request until it is answered; undefined before. */
  tookMs: number | undefined;
  /** Sends a late answer. */
  later: () => void;
}

export interface Line {
  readonly till: TestTill;
  readonly asked: Map<number, TableQuestion>;
  closed: boolean;
}

export interface FuzzingTillOptions {
  readonly connect: () => Promise<TestTill>;
  /** How the next question about a card machine is answered. */
  readonly saying: (tid: string) => FuzzedAnswer;
  /** To pay, where it answers by the book. */
  readonly amount: (tid: string) => number;
  readonly tables: readonly string[];
  /** For each answer [C-9.4]. */
  readonly limitMs: number;
}

export class FuzzingTill {
  readonly faults: string[] = [];
  /** The first `transactionResponse` of every payment, by paymentId. */
  readonly payments = new Map<string, Frame['params']>();
  readonly counts = { questions: 0, lines: 0, sent: 0, resent: 0 };
  readonly #parts: FuzzingTillOptions;
  readonly #latest = new Map<string, TableQuestion>();
  readonly #toCheck: TableQuestion[] = [];
  #line: Line | undefined;
  #over = false;

  constructor(parts: FuzzingTillOptions) {
    this.#parts = parts;
  }

  async connect(): Promise<void> {
    const till = await this.#parts.connect();
    const line: Line = { till, asked: new Map(), closed: false };
    this.counts.lines += 1;
    this.#line = line;
    for (const frame of till.received.splice(0)) this.#receive(line, frame);
    till.socket.on('message', (data: Buffer) => {
      till.received.splice(0);
      for (const frame of [JSON.parse(data.toString()) as Frame].flat()) this.#receive(line, frame);
    });
    void till.closed.then(() => {
      line.closed = true;
      if (!this.#over) void this.connect();
    });
  }

  close(): void {
    this.#over = true;
    this.#line?.till.cut();
  }

  /** The question that a request led to, if it led to one. */
  take(tid: string, method: string): TableQuestion | undefined {
    const key = `${tid} ${method}`;
    const asked = this.#latest.get(key);
    this.#latest.delete(key);
    return asked;
  }

  /** The waiter has been answered, so long after the request. */
  settle(asked: TableQuestion, tookMs: number): void {
    asked.tookMs = tookMs;
    this.#toCheck.push(asked);
  }

  /** Every unusable answer was complained of, and no other [C-9.4, C-9.5]. */
  async checkComplaints(): Promise<void> {
    await this.quiet();
    for (const asked of this.#toCheck.splice(0)) {
      const { method, id, line, verdict, complaint } = asked;
      line.asked.delete(id);
      const said = verdict?.verdict ?? 'nothing';
      const due = said === 'nothing' ? 'silence' : said;
      const isDue = due === 'invalid' || due === 'silence';
      // What was under way on a line that is gone may be lost; an answer may have come too late.
      if (complaint === undefined ? line.closed || !isDue : complaint === due) continue;
      if (complaint === 'silence' && (asked.tookMs ?? 0) >= this.#parts.limitMs) continue;
      this.faults.push(`${method} ${id}: complaint ${complaint} for ${said}`);
    }
  }

  /** All that was sent to it has come. */
  async quiet(): Promise<void> {
    if (this.#line) await echo(this.#line.till);
  }

  #receive(line: Line, frame: Frame): void {
    const { id, method, params, error } = frame;
    if (method === 'transactionResponse') this.#paid(params);
    else if (method !== undefined && id !== undefined) this.#ask(line, frame);
    else if (error?.code === NO_USABLE_ANSWER) this.#complained(line, id as number, error);
  }

  #ask(line: Line, { id, method = '', params }: Frame): void {
    const asked: TableQuestion = {
      ...{ method, params, id: id as number, line },
      ...{ verdict: undefined, complaint: undefined, tookMs: undefined },
      later: () => undefined,
    };
    this.counts.questions += 1;
    line.asked.set(asked.id, asked);
    this.#latest.set(`${params.tid} ${method}`, asked);
    this.#perform(asked, this.#parts.saying(params.tid));
  }

  #complained(line: Line, id: number, error: Frame['error']): void {
    const asked = line.asked.get(id);
    if (!asked || asked.complaint) this.faults.push(`a complaint too many about ${id}`);
    else asked.complaint = error.data.errors ? 'invalid' : 'silence';
  }

  #paid(params: Frame['params']): void {
    for (const payment of params.payments) {
      if (this.payments.has(payment.paymentId)) this.counts.resent += 1;
      else this.payments.set(payment.paymentId, { ...payment, tid: params.tid });
    }
  }

  #perform(asked: TableQuestion, saying: FuzzedAnswer): void {
    const { line } = asked;
    if (saying.how === 'cut') line.till.cut();
    const words = this.#words(asked, saying);
    const speak = () => {
      for (const one of words) this.#say(line, one);
    };
    if (saying.how === 'late') asked.later = speak;
    else speak();
  }

  #words(asked: TableQuestion, saying: FuzzedAnswer): readonly (string | Buffer)[] {
    const { id } = asked;
    const body = this.#good(asked);
    const good = answer(id, body);
    switch (saying.how) {
      case 'good':
      case 'late':
        return [good];
      case 'other':
        return [answer(id, saying.body)];
      case 'spoilt':
        return [spoilt({ jsonrpc: '2.0', id, ...body }, saying.spoil)];
      case 'twice':
        return [good, answer(id, saying.body)];
      case 'after':
        return [...saying.noise, good];
      case 'elsewhere':
        return [answer(this.#another(asked, saying.pick), body)];
      case 'batch':
        return [`[${good},7]`];
      case 'binary':
        return [Buffer.from(good)];
      case 'long':
        return [long(id, saying.bytes)];
      case 'never':
      case 'cut':
        return [];
    }
  }

  #good({ method, params }: TableQuestion): object {
    const { tid, tableId } = params;
    if (method === 'tableListRequest') {
      return { result: { tables: this.#parts.tables, currency: 'GBP' } };
    }
    if (method === 'tableLockRequest') {
      return { result: { confirmed: true, amount: this.#parts.amount(tid), currency: 'GBP' } };
    }
    return { result: { receiptLines: [{ value: `Table ${tableId}`, format: ['BOLD'] }] } };
  }

  /** The id of another question, one that is open if there is one. */
  #another({ line, id }: TableQuestion, pick: number): number {
    const others = [...line.asked.values()].filter((one) => one.id !== id);
    const open = others.filter(({ verdict }) => !verdict);
    const from = open.length > 0 ? open : others;
    return from[pick % from.length]?.id ?? 0;
  }

  /** Records the verdict, then sends the text. */
  #say(line: Line, words: string | Buffer): void {
    const { socket } = line.till;
    if (socket.readyState !== socket.OPEN) return;
    this.counts.sent += 1;
    const text = words.toString();
    const tooLong = Buffer.byteLength(text) > FRAME_LIMIT;
    for (const said of tooLong ? [] : answersIn(text)) {
      const asked = line.asked.get(said.id as number);
      // Not after the waiter was answered: it is late [C-9.4].
      if (asked && !asked.verdict && !asked.complaint && asked.tookMs === undefined) {
        asked.verdict = verdictOn(asked.method, said);
      }
    }
    socket.send(words);
  }
}

function answer(id: unknown, body: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id, ...body });
}

function spoilt(message: object, spoil: (message: Record<string, unknown>) => void): string {
  const copy = structuredClone(message) as Record<string, unknown>;
  spoil(copy);
  return JSON.stringify(copy);
}

/** A receipt of so many bytes, envelope and all. */
function long(id: number, bytes: number): string {
  const text = (value: string) => answer(id, { result: { receiptLines: [{ value }] } });
  return text('.'.repeat(bytes - text('').length));
}
