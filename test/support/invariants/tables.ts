// The invariants of chapter 12 about tables: compares requests and notifications to restaurant tills with
// their answers and with the journal at that moment.

import { isDeepStrictEqual } from 'node:util';
import type { Frame } from 'tillgate/testing';
import type { JournalNotice, JournalPayment } from './table-journal.ts';
import { TableStream } from './table-journal.ts';
import type { MessageEntry, TraceEntry, Written } from './trace.ts';
import { tidOf } from './trace.ts';

/** C-12.2, C-12.3 and C-12.17 to C-12.20. */
export function tableFaults(entries: readonly TraceEntry[]): string[] {
  const floor = new TableChecker();
  for (const entry of entries) {
    if (entry.kind === 'journalled') floor.written(entry.written);
    else if (entry.kind === 'closed' || entry.integration !== 'pat') continue;
    else if (entry.kind === 'sent') floor.sent(entry);
    else floor.received(entry);
  }
  return floor.faults;
}

type Params = Frame['params'];
type AmountKey = 'amountPaid' | 'amountCashback' | 'amountGratuity';
const amountKeys: readonly AmountKey[] = ['amountPaid', 'amountCashback', 'amountGratuity'];

class TableChecker {
  readonly faults: string[] = [];
  readonly #streams = new Map<string, TableStream>();
  /** Stream and table of each lock that is asked, by line and id. */
  readonly #asked = new Map<string, string>();
  /** What was confirmed to be paid, by stream and table. */
  readonly #confirmed = new Map<string, number>();
  /** The first sending of every payment. */
  readonly #payments = new Map<string, Params>();
  /** How often each notification was sent, less how often it was proven to have arrived. */
  readonly #sent = new Map<string, number>();
  /** What may be the next notice of each line, by line and stream. */
  readonly #places = new Map<string, readonly number[]>();

  written(entry: Written): void {
    for (const { tableId, amount } of this.#stream(entry.stream).written(entry)) {
      const lock = `${entry.stream} ${tableId}`;
      if (this.#confirmed.get(lock) !== amount) {
        this.#fault(`C-12.17: nobody confirmed the lock of ${tableId} for ${amount}`);
      }
      this.#confirmed.delete(lock);
    }
  }

  sent({ line, frame }: MessageEntry): void {
    const { id, result } = frame;
    if (!isAnswer(frame)) return;
    const question = `${line} ${id}`;
    const lock = this.#asked.get(question);
    this.#asked.delete(question);
    if (lock !== undefined && result?.confirmed === true) this.#confirmed.set(lock, result.amount);
  }

  received({ line, site, frame }: MessageEntry): void {
    const { id, method, params } = frame;
    if (method === undefined) return;
    const stream = `${site}/${tidOf(params)}`;
    if (method === 'tableLockRequest') this.#locks(stream, params.tableId, `${line} ${id}`);
    else if (method.endsWith('ReceiptRequest')) this.#prints(stream, params.tableId);
    else if (method === 'transactionResponse') this.#paid(line, stream, params);
    else if (method === 'tableUnlock') this.#unlocks(line, stream, params.tableId);
  }

  #locks(stream: string, tableId: string, question: string): void {
    const { last } = this.#stream(stream);
    const journalled = last?.tableId === tableId && last.amount === undefined && !last.over;
    if (!journalled) this.#fault(`C-12.3: ${tableId} was locked before the journal had it`);
    // An answer to an earlier question of this card machine comes too late to count.
    for (const [earlier, lock] of this.#asked) {
      if (lock.startsWith(`${stream} `)) this.#asked.delete(earlier);
    }
    this.#confirmed.delete(`${stream} ${tableId}`);
    this.#asked.set(question, `${stream} ${tableId}`);
  }

  #prints(stream: string, tableId: string): void {
    const { last } = this.#stream(stream);
    const holds = last?.tableId === tableId && last.amount !== undefined && !last.over;
    if (!holds) this.#fault(`C-12.17: a receipt of ${tableId} was asked for without a lock`);
  }

  #paid(line: number, stream: string, params: Params): void {
    const { tableId, payments } = params;
    this.#addUp(params);
    this.#checkContents(params);
    const fits = (notice: JournalNotice) =>
      notice.table.tableId === tableId &&
      isDeepStrictEqual(payments.map(amountsOf), notice.payments);
    const isKnown = this.#take({ line, stream, kind: 'paid', fits });
    if (!isKnown) this.#unknown(stream, 'transactionResponse', fits);
  }

  #unlocks(line: number, stream: string, tableId: string): void {
    const fits = ({ table }: JournalNotice) => table.tableId === tableId;
    if (this.#take({ line, stream, kind: 'unlock', fits })) return;
    const wasSent = this.#stream(stream).notices.some((one) => one.kind === 'unlock' && fits(one));
    if (wasSent) this.#fault(`C-12.17: ${tableId} was unlocked too often`);
    else this.#unknown(stream, 'tableUnlock', fits);
  }

  /**
   * Goes on to the next such notice; each connection gets them in order, and misses only those that were delivered.
   * Two unlocks of one table look the same: every place that the line may have got to is followed.
   */
  #take({ line, stream, kind, fits }: Telling): boolean {
    const { notices } = this.#stream(stream);
    const key = `${line} ${stream}`;
    const from = this.#places.get(key) ?? [0];
    const isSuch = (one: JournalNotice) => one.kind === kind && fits(one);
    const found = notices.flatMap((one, at) =>
      isSuch(one) && at >= Math.min(...from) ? [at] : [],
    );
    const [first] = found;
    if (first === undefined) return false;
    const mayFollow = (place: number, before: number) =>
      place >= before && notices.slice(before, place).every(({ delivered }) => delivered);
    const places = found.filter((place) => from.some((before) => mayFollow(place, before)));
    if (places.length === 0) this.#fault(`C-12.17: ${kind} was sent out of order on ${stream}`);
    const next = places.length > 0 ? places : [first];
    this.#places.set(
      key,
      next.map((place) => place + 1),
    );
    this.#count(stream, notices[first] as JournalNotice, 1);
    return true;
  }

  /** A notification that was sent to no till cannot have been delivered. */
  #count(stream: string, { kind, table, payments }: JournalNotice, change: 1 | -1): void {
    const key = JSON.stringify([stream, kind, table.tableId, payments]);
    const count = (this.#sent.get(key) ?? 0) + change;
    this.#sent.set(key, count);
    if (count < 0) this.#fault(`C-12.17: ${kind} of ${table.tableId} was delivered to nobody`);
  }

  #addUp({ payments, ...params }: Params): void {
    for (const key of amountKeys) {
      const sum = payments.reduce((total: number, one: JournalPayment) => total + one[key], 0);
      if (sum !== params[key]) this.#fault(`C-12.19: ${key} is ${params[key]}, its sum ${sum}`);
    }
  }

  #checkContents(params: Params): void {
    const { tid, tpi, ...rest } = params;
    const sent = { tid: tid ?? tpi, ...rest };
    for (const { paymentId } of params.payments) {
      const first = this.#payments.get(paymentId) ?? sent;
      this.#payments.set(paymentId, first);
      if (!isDeepStrictEqual(first, sent))
        this.#fault(`C-12.18: ${paymentId} was sent with other contents`);
    }
  }

  /** Of another site, or of nobody. */
  #unknown(stream: string, what: string, fits: (notice: JournalNotice) => boolean): void {
    const [site] = stream.split('/');
    const others = [...this.#streams].filter(([name]) => !name.startsWith(`${site}/`));
    const foreign = others.some(([, { notices }]) => notices.some(fits));
    if (foreign) this.#fault(`C-12.20: a ${what} of another site came as of ${stream}`);
    else this.#fault(`C-12.2: a ${what} of ${stream} is not in the journal`);
  }

  #stream(name: string): TableStream {
    const known = this.#streams.get(name);
    if (known) return known;
    const stream = new TableStream(
      (text) => this.#fault(text),
      (notice) => this.#count(name, notice, -1),
    );
    this.#streams.set(name, stream);
    return stream;
  }

  #fault(text: string): void {
    this.faults.push(text);
  }
}

interface Telling {
  readonly line: number;
  readonly stream: string;
  readonly kind: JournalNotice['kind'];
  readonly fits: (notice: JournalNotice) => boolean;
}

const MOST_LEVELS = 32;

function isTooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => isTooDeep(inner, left - 1));
}

/** What else a till sends under the id of a question leaves it open [C-3.13, C-3.14, C-3.36]. */
function isAnswer(frame: Frame): boolean {
  if (isTooDeep(frame, MOST_LEVELS)) return false;
  const own = (key: string) => Object.hasOwn(frame, key);
  const isOne = frame.jsonrpc === '2.0' && !own('method') && own('result') !== own('error');
  return isOne && typeof frame.id === 'number';
}

function amountsOf(payment: JournalPayment): JournalPayment {
  const { paymentId, amountPaid, amountCashback, amountGratuity } = payment;
  return { paymentId, amountPaid, amountCashback, amountGratuity };
}
