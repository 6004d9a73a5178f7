// The invariants of chapter 12 that compare the messages sent with the journal at that moment.

import { isDeepStrictEqual } from 'node:util';
import type { Version } from '@tillgate/protocol';
import type { Frame } from 'tillgate/testing';
import type { MessageEntry, TraceEntry, Written } from './trace.ts';
import { tidOf } from './trace.ts';

/** Methods whose requests hand something over to a card machine. */
export const jobMethods: ReadonlySet<string> = new Set([
  ...['sale', 'refund', 'preAuth', 'completion', 'accountVerification'],
  ...['reportEndOfDay', 'reportBanking', 'reportXBalance', 'reportZBalance'],
]);

const endsOfTable: ReadonlySet<string> = new Set(['lockRefused', 'lockFailed', 'tableUnlocked']);

interface JournalEvent {
  readonly kind: string;
  readonly result?: object;
  readonly requestedBy?: { readonly requestId: unknown };
}

/** C-12.2, C-12.3, C-12.4, C-12.8, C-12.10: the journal is written first, and has each thing once. */
export function journalFaults(entries: readonly TraceEntry[]): string[] {
  const book = new JournalChecker();
  for (const entry of entries) {
    if (entry.kind === 'journalled') book.written(entry.written);
    else if (entry.kind === 'sent') book.sent(entry.line, entry.frame);
    else if (entry.kind === 'received') book.received(entry);
  }
  return [...book.faults, ...book.handedOverAndRefused()];
}

export function isJobResult(result: unknown): boolean {
  return ['transactionResult', 'reportResult'].some((key) => Object.hasOwn(Object(result), key));
}

/** A journalled result as a till of that version receives it [C-8.1]. */
function asSent(result: object, version: Version): object {
  if (version === 'v1') return result;
  const { tid: tpi, ...rest } = result as { readonly tid?: string };
  const words = JSON.stringify({ tpi, ...rest });
  const unknown = '"cardholderVerificationMethod":"UNKNOWN"';
  return JSON.parse(words.replace(unknown, unknown.replace('UNKNOWN', 'NONE')));
}

const nameOf = (line: number, { id }: Frame) => `${line} ${JSON.stringify(id)}`;

class JournalChecker {
  readonly faults: string[] = [];
  /** The activity open on each stream. */
  readonly #open = new Map<string, number>();
  /** Activities that are tables: their card payments are no job of a till. */
  readonly #tables = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #results: object[] = [];
  /** Method of each request sent, by line and id. */
  readonly #methods = new Map<string, string>();
  /** Lines that asked a card machine for something, by line and tid. */
  readonly #starters = new Set<string>();
  /** Requests for jobs less refusals less beginnings, by id. */
  readonly #balance = new Map<string, number>();
  #begun = 0;
  #begunShown = 0;
  #endedShown = 0;

  written({ stream, activityId, body }: Written): void {
    for (const { kind, result, requestedBy } of JSON.parse(body) as JournalEvent[]) {
      if (kind === 'started') this.#begins(stream, activityId, requestedBy?.requestId);
      else if (kind === 'lockAsked') this.#sitsDown(stream, activityId);
      else if (endsOfTable.has(kind)) this.#open.delete(stream);
      else if (kind === 'ended') this.#ends(stream, activityId, result ?? {});
    }
  }

  sent(line: number, frame: Frame): void {
    const { id, method, params } = frame;
    if (method === undefined) return;
    this.#methods.set(nameOf(line, frame), method);
    if (!jobMethods.has(method)) return;
    this.#starters.add(`${line} ${tidOf(params)}`);
    this.#add(id, 1);
  }

  received({ line, frame, version }: MessageEntry): void {
    if (frame.method === 'terminalNotification') this.#shown(line, frame);
    const method = this.#methods.get(nameOf(line, frame)) ?? '';
    if (frame.error && jobMethods.has(method)) this.#add(frame.id, -1);
    if (method === 'duplicate' || !isJobResult(frame.result)) return;
    if (!this.#results.some((one) => isDeepStrictEqual(asSent(one, version), frame.result))) {
      this.#fault(`C-12.2: a result under id ${JSON.stringify(frame.id)} is not in the journal`);
    }
  }

  /** C-12.8: what was refused was not handed over, what was handed over was not refused. */
  handedOverAndRefused(): string[] {
    return [...this.#balance]
      .filter(([, left]) => left < 0)
      .map(([id]) => `C-12.8: the refused request ${id} was handed over`);
  }

  #begins(stream: string, activityId: number, requestId: unknown): void {
    this.#begun += 1;
    this.#add(requestId, -1);
    this.#occupies(stream, activityId);
  }

  #sitsDown(stream: string, activityId: number): void {
    this.#tables.add(`${stream}/${activityId}`);
    this.#occupies(stream, activityId);
  }

  #occupies(stream: string, activityId: number): void {
    const before = this.#open.get(stream);
    if (before !== undefined) {
      this.#fault(`C-12.4: ${stream}/${activityId} began during ${before}`);
    }
    this.#open.set(stream, activityId);
  }

  #ends(stream: string, activityId: number, result: object): void {
    const name = `${stream}/${activityId}`;
    if (this.#tables.has(name)) return;
    this.#open.delete(stream);
    if (this.#ended.has(name)) this.#fault(`C-12.10: ${name} ended twice`);
    this.#ended.add(name);
    this.#results.push(result);
  }

  #shown(line: number, { params }: Frame): void {
    const { notificationValue: value } = params;
    if (value === 'TRANSACTION_FINISHED') this.#endedShown += 1;
    // A till that has come back may be shown the beginning once more [C-4.40].
    const isStarter = this.#starters.has(`${line} ${tidOf(params)}`);
    if (value === 'TRANSACTION_STARTED' && isStarter) this.#begunShown += 1;
    if (this.#begunShown > this.#begun) this.#fault(`C-12.3: ${value} before the journal had it`);
    if (this.#endedShown > this.#results.length) {
      this.#fault(`C-12.2: ${value} before the journal had it`);
    }
  }

  #add(id: unknown, change: number): void {
    const text = JSON.stringify(id);
    this.#balance.set(text, (this.#balance.get(text) ?? 0) + change);
  }

  #fault(text: string): void {
    this.faults.push(text);
  }
}
