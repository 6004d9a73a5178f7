// The invariants of chapter 12 that are about the order of messages within one conversation: of one
// card machine, on one connection.

import type { Frame } from 'tillgate/testing';
import type { TraceEntry } from './trace.ts';
import { tidOf } from './trace.ts';

const transactionMethods: ReadonlySet<string> = new Set([
  ...['sale', 'refund', 'preAuth', 'completion', 'accountVerification'],
]);

/** C-12.6, C-12.9, C-12.14, C-12.15. */
export function conversationFaults(entries: readonly TraceEntry[]): string[] {
  const lines = new Map<number, Line>();
  for (const entry of entries) {
    if (entry.kind === 'journalled' || entry.kind === 'closed') continue;
    const line = lines.get(entry.line) ?? new Line();
    lines.set(entry.line, line);
    if (entry.kind === 'sent') line.sent(entry.frame);
    else line.received(entry.frame);
  }
  return [...lines.values()].flatMap(({ faults }) => faults);
}

/** What one connection knows of one card machine. */
interface Conversation {
  stands: 'idle' | 'running' | 'finished';
  approved: boolean;
  beganHere: boolean;
  /** Id of the signature request that is open. */
  signature: unknown;
  /** Whether the answer to it could not be used, so that it may be asked again [C-4.37]. */
  isAnswerInvalid: boolean;
}

const ENDS_OF_SIGNATURE: ReadonlySet<string> = new Set([
  'SIGNATURE_VERIFICATION_PROCESS_COMPLETED',
  'SIGNATURE_VERIFICATION_PROCESS_COULD_NOT_BE_COMPLETED',
  'SIGNATURE_VERIFICATION_TIMEOUT',
  'TRANSACTION_FINISHED',
]);

class Line {
  readonly faults: string[] = [];
  /** Requests for transactions sent here, by id. */
  readonly #asked = new Map<string, string>();
  readonly #askedFor = new Set<string>();
  readonly #talks = new Map<string, Conversation>();
  readonly #openIds = new Set<unknown>();

  sent({ id, method, params, result }: Frame): void {
    if (method && transactionMethods.has(method)) {
      this.#asked.set(JSON.stringify(id), tidOf(params));
      this.#askedFor.add(tidOf(params));
    }
    if (!method && typeof result?.accepted === 'boolean') this.#openIds.delete(id);
  }

  received(frame: Frame): void {
    const { id, method, params, result, error } = frame;
    if (error) this.#failed(id, error.code);
    else if (method === 'terminalNotification')
      this.#shown(tidOf(params), params.notificationValue);
    else if (method === 'signatureVerificationRequest') this.#asks(id, tidOf(params));
    else if (result?.transactionResult) this.#ended(id, result);
  }

  #failed(id: unknown, code: number): void {
    this.#settle(JSON.stringify(id));
    if (code !== -32076 && code !== -32600 && code !== -32700) return;
    for (const talk of this.#talks.values()) {
      if (id === undefined || id === talk.signature) talk.isAnswerInvalid = true;
    }
  }

  #talk(tid: string): Conversation {
    const known = this.#talks.get(tid);
    if (known) return known;
    const talk: Conversation = {
      stands: 'idle',
      approved: false,
      beganHere: false,
      signature: undefined,
      isAnswerInvalid: false,
    };
    this.#talks.set(tid, talk);
    return talk;
  }

  #shown(tid: string, value: string): void {
    const talk = this.#talk(tid);
    const begins = value === 'TRANSACTION_STARTED';
    if (talk.stands === 'finished') this.#fault(`C-12.6: ${value} after TRANSACTION_FINISHED`);
    if (talk.stands === 'running' && begins) this.#fault('C-12.6: TRANSACTION_STARTED twice');
    // A transaction taken up after a drop begins with its latest value [C-4.40].
    if (talk.stands === 'idle' && !begins && this.#askedFor.has(tid)) {
      this.#fault(`C-12.6: ${value} before TRANSACTION_STARTED`);
    }
    if (begins) {
      talk.approved = false;
      talk.beganHere = this.#askedFor.has(tid);
    }
    talk.stands = value === 'TRANSACTION_FINISHED' ? 'finished' : 'running';
    if (value === 'APPROVED') {
      talk.approved = true;
      if (talk.signature !== undefined) this.#fault('C-12.9: APPROVED during a signature');
    }
    if (ENDS_OF_SIGNATURE.has(value)) this.#signatureEnds(talk, value);
  }

  #signatureEnds(talk: Conversation, value: string): void {
    const isLast = value === 'TRANSACTION_FINISHED';
    // The question of a transaction taken up after a drop may have been asked elsewhere.
    if (talk.signature === undefined && !isLast && talk.beganHere) {
      this.#fault(`C-12.15: ${value} without a question`);
    }
    this.#openIds.delete(talk.signature);
    talk.signature = undefined;
  }

  #asks(id: unknown, tid: string): void {
    const talk = this.#talk(tid);
    if (this.#openIds.has(id)) this.#fault(`C-12.14: id ${id} is open twice`);
    if (talk.signature !== undefined && !talk.isAnswerInvalid) {
      this.#fault(`C-12.15: two signatures open on ${tid}`);
    }
    this.#openIds.add(id);
    talk.signature = id;
    talk.isAnswerInvalid = false;
  }

  #ended(id: unknown, result: Frame['result']): void {
    const key = JSON.stringify(id);
    const talk = this.#talk(tidOf(result));
    if (!this.#asked.has(key)) {
      // Taken up after a drop, or the answer to duplicate: it comes alone [C-12.6].
      if (talk.stands === 'finished') talk.stands = 'idle';
      return;
    }
    if (talk.stands !== 'finished') this.#fault(`C-12.6: result ${key} before the end was shown`);
    if (talk.approved && result.transactionResult !== 'SUCCESSFUL') {
      this.#fault(`C-12.9: APPROVED before ${result.transactionResult}`);
    }
    talk.stands = 'idle';
    talk.approved = false;
    talk.beganHere = false;
    this.#settle(key);
  }

  /** A request that has its answer. */
  #settle(key: string): void {
    const tid = this.#asked.get(key);
    this.#asked.delete(key);
    if (tid !== undefined && ![...this.#asked.values()].includes(tid)) this.#askedFor.delete(tid);
  }

  #fault(text: string): void {
    this.faults.push(text);
  }
}
