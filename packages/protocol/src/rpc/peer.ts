// One end of a JSON-RPC 2.0 connection [C-3.1 - C-3.17]: dispatches incoming requests, notifications and
// batches to its listener, sends requests of its own and matches their responses. It reads envelopes and
// ids only; methods and params are the listener's.

import type { Channel, ChannelListener } from './channel.ts';
import type { ErrorObject, SchemaViolation, Sender } from './error.ts';
import { addressedTo, describeValue, errorObject, isErrorObject, Refusal } from './error.ts';
import type { Id, IncomingMessage, Request, Response } from './message.ts';
import {
  classifyMessage,
  errorText,
  idToText,
  MAX_BATCH_ITEMS,
  MAX_NESTING,
  MAX_OWN_ID,
  nestsTooDeep,
  ownIdInText,
  parseMessage,
  requestText,
  resultText,
} from './message.ts';

/** One incoming request until its response is sent. */
export interface IncomingRequest {
  readonly id: Id;
  readonly message: Request;
  /** Runs `then` once the result is known; in a batch the response may still wait for the others. */
  onAnswered(then: () => void): void;
  /** Runs `then` once the response has been handed to the channel. */
  onSent(then: () => void): void;
}

/** What happened in a peer, for logs and metrics; nothing of it is sent. */
export type PeerDiagnostic =
  /** An error response was sent; `id` is absent where no request can be named [C-3.19]. */
  | { readonly kind: 'errorSent'; readonly code: number; readonly id?: Id }
  /** A response that matches no pending request [C-3.13]. */
  | { readonly kind: 'unmatchedResponse'; readonly response: Response }
  /** The other end answers pings without returning their payload [C-3.49]. */
  | { readonly kind: 'pingPayloadNotReturned' }
  /** A callback of the listener threw something other than a `Refusal`. */
  | { readonly kind: 'listenerFailed'; readonly cause: unknown };

/** What a peer calls with what it has received. */
export interface PeerListener {
  /** The other end, for the sentences of error messages; a till if absent. */
  readonly sender?: Sender | undefined;
  /**
   * Returns the result or a promise of it. A `Refusal` that it throws or rejects with becomes the error
   * response; anything else becomes error -32603 and a `listenerFailed` diagnostic.
   */
  readonly onRequest: (request: IncomingRequest) => unknown;
  /** Receives messages without id, which have no response; without it they are ignored. */
  readonly onNotification?: ((message: Request) => void) | undefined;
  /** Whether the other end has a request with this id open, on this connection or an earlier one. */
  readonly hasOpenRequest?: (id: number) => boolean;
  /** Called with what went wrong without ending the connection. */
  readonly onDiagnostic?: (diagnostic: PeerDiagnostic) => void;
  /** Called once, when the channel has ended. */
  readonly onClosed?: (code: number, reason: string) => void;
  /** `onActivity` is called for everything that arrives, pings and pongs included. */
  readonly onActivity?: () => void;
}

/** Receives the response to a request; returns false to keep the request pending [C-4.37]. */
export type ResponseHandler = (response: Response) => boolean;

/** For a request whose answer matters even where it cannot be read. */
export interface ResponseHandlers {
  readonly onResponse: ResponseHandler;
  /** Called for a response that has the shape of none, after its error message was sent; the request stays open. */
  readonly onInvalid?: (violations: readonly SchemaViolation[]) => void;
}

/** The connection ended before the response came. */
export class ConnectionClosed extends Error {
  /** Close code of RFC 6455 7.4. */
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string) {
    super(`The connection was closed (${code}${reason && `, ${reason}`}).`);
    this.name = 'ConnectionClosed';
    this.code = code;
    this.reason = reason;
  }
}

/** The response to a request was an error message. */
export class ErrorResponse extends Error {
  readonly error: ErrorObject;

  constructor(error: ErrorObject) {
    super(error.message);
    this.name = 'ErrorResponse';
    this.error = error;
  }
}

/** The response had an `error` that is not an error object, so the outcome of the request is unknown. */
export class InvalidResponse extends Error {
  readonly error: unknown;

  constructor(error: unknown) {
    super('The response is not a valid error message.');
    this.name = 'InvalidResponse';
    this.error = error;
  }
}

/** Sends and answers requests over a channel, in both directions [C-3.1]. */
export class Peer implements ChannelListener {
  readonly #channel: Channel;
  readonly #listener: PeerListener;
  // Both are created when first needed, to keep idle connections small.
  #pending: Map<unknown, OpenRequest> | undefined;
  /** Ids, as JSON, of requests of the other end without a response yet. */
  #incoming: Set<string> | undefined;
  #rejectOnClosed: Set<(cause: ConnectionClosed) => void> | undefined;
  #lastId: number;
  #closed: ConnectionClosed | undefined;

  /** Requests of this peer are numbered from `lastId` + 1 on [C-3.11, C-4.41]. */
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
      this.#rejectWhole('notJson', { path: '', expected: 'JSON', got: describeValue(text) });
      return;
    }
    if (nestsTooDeep(value)) this.#rejectNesting(value);
    else if (Array.isArray(value)) this.#dispatchBatch(value);
    else this.#dispatch(this.#classify(value), (response, done) => this.#sendNow(response, done));
  }

  /** Called by the channel for everything that arrives. */
  onActivity(): void {
    this.#listener.onActivity?.();
  }

  /** Called by the channel when the other end turns out not to return the payload of pings. */
  onPingPayloadNotReturned(): void {
    this.#listener.onDiagnostic?.({ kind: 'pingPayloadNotReturned' });
  }

  /** Called by the channel when it has ended. */
  onClosed(code: number, reason: string): void {
    const closed = new ConnectionClosed(code, reason);
    this.#closed = closed;
    this.#pending?.clear();
    for (const reject of this.#rejectOnClosed ?? []) reject(closed);
    this.#rejectOnClosed = undefined;
    this.#listener.onClosed?.(code, reason);
  }

  /** Sends a request and returns its id, for `cancel`. After the channel has closed no response comes. */
  sendRequest(
    method: string,
    params: unknown,
    onResponse: ResponseHandler | ResponseHandlers,
  ): number {
    const handlers = typeof onResponse === 'function' ? { onResponse } : onResponse;
    const id = this.#nextId();
    this.#pending ??= new Map();
    const proveDelivery = this.#channel.deliveryCheckpoint?.();
    this.#pending.set(id, { id, method, handlers, proveDelivery });
    this.#channel.send(requestText(id, method, params));
    return id;
  }

  /** Stops waiting for a response; one that still comes is reported as unmatched [C-3.13]. */
  cancel(id: number): void {
    this.#pending?.delete(id);
  }

  /** Resolves with the result; rejects with `ErrorResponse`, `InvalidResponse` or `ConnectionClosed`. */
  request(method: string, params: unknown): Promise<unknown> {
    return this.startRequest(method, params).response;
  }

  /** Like `request`, and returns the id under which the request was sent, for `cancel`. */
  startRequest(
    method: string,
    params: unknown,
  ): { readonly id: number; readonly response: Promise<unknown> } {
    if (this.#closed) return { id: 0, response: Promise.reject(this.#closed) };
    this.#rejectOnClosed ??= new Set();
    const rejectOnClosed = this.#rejectOnClosed;
    let onResponse: ResponseHandler = () => false;
    const response = new Promise<unknown>((resolve, reject) => {
      rejectOnClosed.add(reject);
      onResponse = (answer) => {
        rejectOnClosed.delete(reject);
        if (!Object.hasOwn(answer, 'error')) resolve(answer.result);
        else if (isErrorObject(answer.error)) reject(new ErrorResponse(answer.error));
        else reject(new InvalidResponse(answer.error));
        return true;
      };
    });
    const id = this.sendRequest(method, params, onResponse);
    return { id, response };
  }

  /** Sends a message that is already text, such as a notification; `onWritten` as for `Channel.send`. */
  send(text: string, onWritten?: () => void): void {
    this.#channel.send(text, onWritten);
  }

  /** Sends the result of a request that came in on an earlier connection [C-4.40]. */
  respond(id: Id, result: unknown): void {
    this.#channel.send(resultText(id, result));
  }

  /** Calls `onDelivered` once the other end is known to have received everything sent before [C-3.49]. */
  confirmDelivery(onDelivered: () => void): void {
    this.#channel.confirmDelivery(onDelivered);
  }

  /** Closes the channel. */
  close(code: number, reason: string): void {
    this.#channel.close(code, reason);
  }

  #nextId(): number {
    do {
      this.#lastId = this.#lastId >= MAX_OWN_ID ? 1 : this.#lastId + 1;
    } while (this.#isInUse(this.#lastId));
    return this.#lastId;
  }

  /** In either direction: some tills tell messages apart by their id alone [C-3.11]. */
  #isInUse(id: number): boolean {
    if (this.#pending?.has(id) || this.#incoming?.has(idText(id))) return true;
    return this.#listener.hasOpenRequest?.(id) ?? false;
  }

  #sendNow(text: string, done?: () => void): void {
    if (this.#closed) return;
    this.#channel.send(text);
    this.#guard(done);
  }

  /** A request whose answer matters may be answered with its method: that is no request of the other end [C-4.37]. */
  #classify(value: unknown): IncomingMessage {
    const item = classifyMessage(value);
    if (!this.#pending?.size) return item;
    if (item.kind !== 'request' && item.kind !== 'notification') return item;
    const { id, method } = item.message;
    const hasAnswer = Object.hasOwn(item.message, 'result') || Object.hasOwn(item.message, 'error');
    const isAnswered = (one: OpenRequest) =>
      one.method.toLowerCase() === method.toLowerCase() || (hasAnswer && one.id === id);
    const open = [...this.#pending.values()].filter(({ handlers }) => handlers.onInvalid);
    if (!open.some(isAnswered)) return item;
    const expected = 'no method in a response';
    const violations = [{ path: '/method', expected, got: describeValue(method) }];
    const invalid = { kind: 'invalid', violations, isResponse: true } as const;
    return id === undefined ? invalid : { ...invalid, id };
  }

  #dispatch(item: IncomingMessage, send: Send): void {
    if (item.kind === 'request') {
      this.#handleRequest(item.id, item.message, send);
    } else if (item.kind === 'response') {
      this.#handleResponse(item.message);
    } else if (item.kind === 'notification') {
      this.#guard(() => this.#listener.onNotification?.(item.message));
    } else {
      this.#rejectInvalid(item, send);
    }
  }

  /** An id of a response is that of a request of this peer, which the error must not seem to answer. */
  #rejectInvalid(item: InvalidMessage, send: Send): void {
    const { violations: errors } = item;
    send(this.#errorText(requestIdOf(item), errorObject('invalidRequest', {}, { errors })));
    const request = item.isResponse ? this.#requestFor(item.id) : undefined;
    if (request) this.#guard(() => request.handlers.onInvalid?.(errors));
    else if (item.id === undefined || item.isResponse) this.#possibleResponse(errors);
  }

  /** A message that may have been meant as the response to any open request [C-4.37]. */
  #possibleResponse(violations: readonly SchemaViolation[]): void {
    for (const { handlers } of [...(this.#pending?.values() ?? [])]) {
      this.#guard(() => handlers.onInvalid?.(violations));
    }
  }

  #rejectNesting(value: unknown): void {
    const item = classifyMessage(value);
    const id = item.kind === 'request' ? item.id : requestIdOf(item);
    const expected = `at most ${MAX_NESTING} levels`;
    this.#rejectWhole('invalidRequest', { path: '', expected, got: 'deeper nesting' }, id);
  }

  /** A text of which no part is used. */
  #rejectWhole(name: 'notJson' | 'invalidRequest', violation: SchemaViolation, id?: Id): void {
    const errors = [violation];
    this.#sendNow(this.#errorText(id, errorObject(name, {}, { errors })));
    if (id === undefined) this.#possibleResponse(errors);
  }

  /** The responses are sent as one array when the last is ready [C-3.16]. */
  #dispatchBatch(items: readonly unknown[]): void {
    if (items.length === 0 || items.length > MAX_BATCH_ITEMS) {
      const expected = `1..${MAX_BATCH_ITEMS} messages in a batch`;
      this.#rejectWhole('invalidRequest', { path: '', expected, got: describeValue(items) });
      return;
    }
    const messages = items.map((item) => this.#classify(item));
    const expected = messages.filter(needsResponse).length;
    const texts: string[] = [];
    const after: (() => void)[] = [];
    const gather: Send = (text, done) => {
      texts.push(text);
      if (done) after.push(done);
      if (texts.length === expected)
        this.#sendNow(`[${texts.join(',')}]`, () => this.#runAll(after));
    };
    for (const item of messages) this.#dispatch(item, gather);
  }

  #handleRequest(id: Id, message: Request, send: Send): void {
    this.#incoming ??= new Set();
    const incoming = this.#incoming;
    const text = idText(id);
    if (incoming.has(text)) {
      // Without id, since the first request is still to be answered under it [C-3.15].
      send(this.#errorText(undefined, errorObject('invalidRequest', {}, { errors: idInUse(id) })));
      return;
    }
    incoming.add(text);
    const request = new PendingRequest(id, message);
    // Open until the response is sent, which in a batch is later than it is known.
    const end = () => incoming.delete(text);
    const succeed = (result: unknown) => {
      send(resultText(id, result), () => {
        end();
        this.#guard(request.sent);
      });
      this.#guard(request.answered);
    };
    const fail = (cause: unknown) => this.#respondWithError(id, cause, (error) => send(error, end));
    try {
      const result = this.#listener.onRequest(request);
      if (result instanceof Promise) result.then(succeed).catch(fail);
      else succeed(result);
    } catch (cause) {
      fail(cause);
    }
  }

  #respondWithError(id: Id, cause: unknown, send: Send): void {
    if (cause instanceof Refusal) {
      // An id that is in use already must not appear in the error [C-4.41].
      const idSent = cause.errorName === 'invalidRequest' ? undefined : id;
      send(this.#errorText(idSent, cause.error));
      return;
    }
    this.#listener.onDiagnostic?.({ kind: 'listenerFailed', cause });
    send(this.#errorText(id, errorObject('internal')));
  }

  #errorText(id: Id | undefined, error: ErrorObject): string {
    const diagnostic = { kind: 'errorSent', code: error.code } as const;
    this.#listener.onDiagnostic?.(id === undefined ? diagnostic : { ...diagnostic, id });
    return errorText(id, addressedTo(error, this.#listener.sender ?? 'till'));
  }

  /**
   * The open request that a response with this id belongs to. Some serializers write the number as text. Some
   * tills respond to the only open request under the id of their own request.
   */
  #requestFor(id: unknown): OpenRequest | undefined {
    const pending = this.#pending;
    if (!pending) return undefined;
    const request = pending.get(id) ?? pending.get(ownIdInText(id));
    if (request) return request;
    return pending.size === 1 && this.#incoming?.has(idText(id))
      ? [...pending.values()][0]
      : undefined;
  }

  /** `id`: of the open request that it was meant for, if that is known. */
  #rejectResponse(violation: SchemaViolation, id?: number): void {
    const invalid = { kind: 'invalid', violations: [violation], isResponse: true } as const;
    this.#rejectInvalid(id === undefined ? invalid : { ...invalid, id }, (text) =>
      this.#sendNow(text),
    );
  }

  #handleResponse(response: Response): void {
    const request = this.#requestFor(response.id);
    if (!request) {
      this.#listener.onDiagnostic?.({ kind: 'unmatchedResponse', response });
      const { id } = response;
      if (typeof id === 'number' || typeof id === 'string') return;
      const pending = [...(this.#pending?.values() ?? [])];
      if (!pending.some(({ handlers }) => handlers.onInvalid)) return;
      const got = describeValue(id);
      this.#rejectResponse({ path: '/id', expected: 'the id of the request', got });
      return;
    }
    this.#guard(request.proveDelivery);
    if (Object.hasOwn(response, 'result') && Object.hasOwn(response, 'error')) {
      const got = describeValue(response.error);
      this.#rejectResponse(
        { path: '/error', expected: 'no error beside a result', got },
        request.id,
      );
      return;
    }
    this.#guard(() => {
      if (request.handlers.onResponse({ ...response, id: request.id }))
        this.#pending?.delete(request.id);
    });
  }

  #runAll(steps: readonly (() => void)[]): void {
    for (const step of steps) this.#guard(step);
  }

  /** An error thrown by the listener must not end the connection or cause a second response. */
  #guard(step: (() => void) | undefined): void {
    try {
      step?.();
    } catch (cause) {
      this.#listener.onDiagnostic?.({ kind: 'listenerFailed', cause });
    }
  }
}

/** A request of this peer without a response yet. */
interface OpenRequest {
  readonly id: number;
  readonly method: string;
  readonly handlers: ResponseHandlers;
  /** Its response proves that everything sent before it arrived [C-3.49]. */
  readonly proveDelivery: (() => void) | undefined;
}

class PendingRequest implements IncomingRequest {
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

type InvalidMessage = Extract<IncomingMessage, { kind: 'invalid' }>;

/** The id for the error message, where the item is meant as a request and its id can be read [C-3.19]. */
function requestIdOf(item: IncomingMessage): Id | undefined {
  return item.kind === 'invalid' && !item.isResponse ? item.id : undefined;
}

/** The id of a request whose digits no number can hold is an object, so ids are compared by their text. */
function idText(id: unknown): string {
  return JSON.stringify(id ?? null);
}

/** What is wrong with a request under the id of one that is still open [C-3.15, C-4.41]. */
export function idInUse(id: Id): readonly SchemaViolation[] {
  const got = describeValue(typeof id === 'object' ? idToText(id) : id);
  return [{ path: '/id', expected: 'an id that is not in use', got }];
}

function needsResponse({ kind }: IncomingMessage): boolean {
  return kind === 'request' || kind === 'invalid';
}
