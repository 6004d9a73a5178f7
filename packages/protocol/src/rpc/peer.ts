// One end of a JSON-RPC 2.0 conversation: answers requests and asks its own, singly and in batches.
// It knows envelopes and ids; what a method means, and whether params fit, is its listener's business.

import type { Channel, ChannelListener } from './channel.ts';
import type { ErrorObject } from './error.ts';
import { errorObject, isErrorObject, Refusal } from './error.ts';
import { ConnectionClosed, ErrorResponse, InvalidResponse } from './failure.ts';
import type { Id, IncomingMessage, Request, Response } from './message.ts';
import {
  classifyMessage,
  errorText,
  MAX_BATCH_ITEMS,
  MAX_OWN_ID,
  nestsTooDeep,
  parseMessage,
  requestText,
  resultText,
} from './message.ts';

/** One incoming request while it is being answered. */
export interface IncomingRequest {
  readonly id: Id;
  readonly message: Request;
  /** Runs `then` once the answer is given; in a batch it may still wait for the others. */
  onAnswered(then: () => void): void;
  /** Runs `then` once the answer has been handed to the channel. */
  onSent(then: () => void): void;
}

export type Trace = (note: PeerDiagnostic) => void;

/** What a developer may want to know and the wire does not say. */
export type PeerDiagnostic =
  | { readonly kind: 'errorSent'; readonly code: number; readonly id?: Id }
  | { readonly kind: 'unmatchedResponse'; readonly response: Response }
  | { readonly kind: 'listenerFailed'; readonly cause: unknown };

export interface PeerListener {
  /** Gives the result (or a promise of it) or throws a `Refusal`; any other throw is our fault. */
  readonly onRequest: (call: IncomingRequest) => unknown;
  /** Takes a message without id; left out, such a message is an invalid request [C-3.10]. */
  readonly onNotification?: ((message: Request) => void) | undefined;
  readonly onDiagnostic?: Trace;
  readonly onClosed?: (code: number, reason: string) => void;
  /** The other end has given a sign of life. */
  readonly onActivity?: () => void;
}

/** Takes an answer to one's own request; false leaves the request open [C-4.37]. */
export type ResponseHandler = (answer: Response) => boolean;

export class Peer implements ChannelListener {
  readonly #channel: Channel;
  readonly #listener: PeerListener;
  // Both made when first needed: an idle connection holds neither.
  #open: Map<unknown, ResponseHandler> | undefined;
  #onClosed: Set<(cause: ConnectionClosed) => void> | undefined;
  #lastId: number;
  #closed: ConnectionClosed | undefined;

  /** `lastId` is the number before the first of one's own requests [C-4.41]. */
  constructor(channel: Channel, listener: PeerListener, lastId = 0) {
    this.#channel = channel;
    this.#listener = listener;
    this.#lastId = lastId;
    channel.listen(this);
  }

  /** Called by the channel for each message. */
  onMessage(text: string): void {
    let value: unknown;
    try {
      value = parseMessage(text);
    } catch {
      this.#refuse(undefined, 'notJson');
      return;
    }
    if (nestsTooDeep(value)) this.#refuse(idOf(classifyMessage(value)), 'invalidRequest');
    else if (Array.isArray(value)) this.#takeBatch(value);
    else this.#takeOne(classifyMessage(value), (answer, done) => this.#sendNow(answer, done));
  }

  /** Called by the channel at every sign of life. */
  onActivity(): void {
    this.#listener.onActivity?.();
  }

  /** Called by the channel when it has ended. */
  onClosed(code: number, reason: string): void {
    const closed = new ConnectionClosed(code, reason);
    this.#closed = closed;
    this.#open?.clear();
    for (const reject of this.#onClosed ?? []) reject(closed);
    this.#onClosed = undefined;
    this.#listener.onClosed?.(code, reason);
  }

  /** Sends a request whose answer `take` judges; returns its id for `forget`. */
  sendRequest(method: string, params: unknown, take: ResponseHandler): number {
    const id = this.#nextId();
    this.#open ??= new Map();
    this.#open.set(id, take);
    this.#channel.send(requestText(id, method, params));
    return id;
  }

  /** Stops waiting: a later answer is a stray one [C-3.13]. */
  cancel(id: number): void {
    this.#open?.delete(id);
  }

  /** Gives the result; rejects with `ErrorAnswer`, `InvalidAnswer` or `ConnectionClosed`. */
  request(method: string, params: unknown): Promise<unknown> {
    return this.startRequest(method, params).answer;
  }

  /** As `call`, and tells the id the request went out under. */
  startRequest(
    method: string,
    params: unknown,
  ): { readonly id: number; readonly answer: Promise<unknown> } {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (this.#closed) return { id: 0, answer: Promise.reject(this.#closed) };
    this.#onClosed ??= new Set();
    this.#onClosed.add(reject);
    const id = this.sendRequest(method, params, (answer) => {
      this.#onClosed?.delete(reject);
      if (!Object.hasOwn(answer, 'error')) resolve(answer.result);
      else if (isErrorObject(answer.error)) reject(new ErrorResponse(answer.error));
      else reject(new InvalidResponse(answer.error));
      return true;
    });
    return { id, answer: promise };
  }

  /** Sends a text already made, such as a notification. */
  send(text: string): void {
    this.#channel.send(text);
  }

  /** Answers a request that came in on an earlier connection [C-4.40]. */
  respond(id: Id, result: unknown): void {
    this.#channel.send(resultText(id, result));
  }

  confirmDelivery(delivered: () => void): void {
    this.#channel.confirmDelivery(delivered);
  }

  close(code: number, reason: string): void {
    this.#channel.close(code, reason);
  }

  #nextId(): number {
    do {
      this.#lastId = this.#lastId >= MAX_OWN_ID ? 1 : this.#lastId + 1;
    } while (this.#open?.has(this.#lastId));
    return this.#lastId;
  }

  #sendNow(text: string, done?: () => void): void {
    if (this.#closed) return;
    this.#channel.send(text);
    this.#guard(done);
  }

  #takeOne(item: IncomingMessage, send: Send): void {
    if (item.kind === 'request') {
      this.#answer(item.id, item.message, send);
    } else if (item.kind === 'response') {
      this.#settle(item.message);
    } else if (item.kind === 'notification' && this.#listener.onNotification) {
      this.#guard(() => this.#listener.onNotification?.(item.message));
    } else {
      send(this.#refusalText(idOf(item), errorObject('invalidRequest')));
    }
  }

  /** Answers are gathered and leave as one array when the last is ready [C-3.16]. */
  #takeBatch(items: readonly unknown[]): void {
    if (items.length === 0 || items.length > MAX_BATCH_ITEMS) {
      this.#refuse(undefined, 'invalidRequest');
      return;
    }
    const sorted = items.map(classifyMessage);
    const due = sorted.filter((item) => this.#needsAnswer(item)).length;
    const texts: string[] = [];
    const after: (() => void)[] = [];
    const gather: Send = (text, done) => {
      texts.push(text);
      if (done) after.push(done);
      if (texts.length === due) this.#sendNow(`[${texts.join(',')}]`, () => this.#runAll(after));
    };
    for (const item of sorted) this.#takeOne(item, gather);
  }

  #needsAnswer(item: IncomingMessage): boolean {
    if (item.kind === 'response') return false;
    return item.kind !== 'notification' || !this.#listener.onNotification;
  }

  #answer(id: Id, message: Request, send: Send): void {
    const call = new OpenCall(id, message);
    const succeed = (result: unknown) => {
      send(resultText(id, result), () => this.#guard(call.sent));
      this.#guard(call.answered);
    };
    const fail = (cause: unknown) => this.#fail(id, cause, send);
    try {
      const result = this.#listener.onRequest(call);
      if (result instanceof Promise) result.then(succeed).catch(fail);
      else succeed(result);
    } catch (cause) {
      fail(cause);
    }
  }

  #fail(id: Id, cause: unknown, send: Send): void {
    if (cause instanceof Refusal) {
      // A refusal for an id that is not to be answered goes out without it [C-4.41].
      const answered = cause.errorName === 'invalidRequest' ? undefined : id;
      send(this.#refusalText(answered, cause.error));
      return;
    }
    this.#listener.onDiagnostic?.({ kind: 'listenerFailed', cause });
    send(this.#refusalText(id, errorObject('internal')));
  }

  #refuse(id: Id | undefined, name: 'notJson' | 'invalidRequest'): void {
    this.#sendNow(this.#refusalText(id, errorObject(name)));
  }

  #refusalText(id: Id | undefined, error: ErrorObject): string {
    const note = { kind: 'errorSent', code: error.code } as const;
    this.#listener.onDiagnostic?.(id === undefined ? note : { ...note, id });
    return errorText(id, error);
  }

  #settle(answer: Response): void {
    const take = this.#open?.get(answer.id);
    const both = Object.hasOwn(answer, 'result') && Object.hasOwn(answer, 'error');
    if (!take || both) {
      this.#listener.onDiagnostic?.({ kind: 'unmatchedResponse', response: answer });
      return;
    }
    this.#guard(() => {
      if (take(answer)) this.#open?.delete(answer.id);
    });
  }

  #runAll(steps: readonly (() => void)[]): void {
    for (const step of steps) this.#guard(step);
  }

  /** A fault of this end's own program must not break the line, nor be answered twice. */
  #guard(step: (() => void) | undefined): void {
    try {
      step?.();
    } catch (cause) {
      this.#listener.onDiagnostic?.({ kind: 'listenerFailed', cause });
    }
  }
}

class OpenCall implements IncomingRequest {
  readonly id: Id;
  readonly message: Request;
  answered: (() => void) | undefined;
  sent: (() => void) | undefined;

  constructor(id: Id, message: Request) {
    this.id = id;
    this.message = message;
  }

  onAnswered(then: () => void): void {
    this.answered = then;
  }

  onSent(then: () => void): void {
    this.sent = then;
  }
}

type Send = (text: string, done?: () => void) => void;

/** The id to answer under, where the item is a request and its id can be read [C-3.19]. */
function idOf(item: IncomingMessage): Id | undefined {
  return item.kind === 'request' || item.kind === 'invalid' ? item.id : undefined;
}
