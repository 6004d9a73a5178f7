// A till on a real WebSocket for tests: sends any message or bytes, records every frame, and validates every
// message of the gateway against its published schema.

import type { EventEmitter } from 'node:events';
import type { ObservedMessage, Version } from '@tillgate/protocol';
import { CloseCode, Conversation, parseEndpoint } from '@tillgate/protocol';
import { WebSocket } from 'ws';

/** A received JSON-RPC message, parsed and not validated. */
export interface Frame {
  /** Always `2.0`. */
  readonly jsonrpc?: string;
  /** The id of a request or a response. */
  readonly id?: unknown;
  /** The method of a request or a notification. */
  readonly method?: string;
  /** The params of a request or a notification. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read any property.
  readonly params?: any;
  /** The result of a response. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read any property.
  readonly result?: any;
  /** The error of an error message. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read any property.
  readonly error?: any;
}

/** The HTTP response to a refused handshake. */
export class Refused extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** The body, which says why. */
  readonly body: string;
  /** The headers, by name in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;

  constructor(status: number, body: string, headers: Readonly<Record<string, unknown>>) {
    super(`Refused with ${status}: ${body}`);
    this.name = 'Refused';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/**
 * The socket of a test till: that of the package `ws`, as far as tests need it. Events are `message`, `ping`, `pong`,
 * `close` and `error`.
 */
export interface TestSocket extends EventEmitter {
  /** 0 while it connects, 1 open, 2 while it closes, 3 closed. */
  readonly readyState: number;
  /** `readyState` of an open socket. */
  readonly OPEN: 1;
  /** Whether reading has stopped. */
  readonly isPaused: boolean;
  /** The address that it has connected to. */
  readonly url: string;
  /** Sends a text, or bytes as a binary message. */
  send(data: string | Uint8Array): void;
  /** Sends a part of a message; `fin` says whether it is the last one. */
  send(data: string | Uint8Array, options: { binary?: boolean; fin?: boolean }): void;
  /** Sends a ping with a body of at most 125 bytes. */
  ping(body?: string | Uint8Array): void;
  /** Sends a pong with a body of at most 125 bytes. */
  pong(body?: string | Uint8Array): void;
  /** Stops reading, so that what the gateway sends piles up. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /** Starts to close the connection. */
  close(code?: number, reason?: string): void;
  /** Drops the connection without a close frame. */
  terminate(): void;
}

/** Limit of every wait, far above the times of a working gateway. */
const WAIT_LIMIT_MS = 120_000;

/** Options of `connectTill`. */
export interface TestTillOptions {
  /** Headers of the handshake. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether to answer pings, so that results count as delivered; true by default. */
  readonly autoPong?: boolean;
}

/** Connects to the address `uri`; rejects with `Refused` if the handshake is refused. Certificates are not verified. */
export function connectTill(uri: string, options: TestTillOptions = {}): Promise<TestTill> {
  const { headers = {}, autoPong = true } = options;
  const ws = new WebSocket(uri, { headers, autoPong, rejectUnauthorized: false });
  const till = new TestTill(ws, uri);
  return new Promise((resolve, reject) => {
    ws.once('open', () => resolve(till));
    ws.once('error', reject);
    ws.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        reject(new Refused(response.statusCode ?? 0, body, response.headers));
      });
    });
  });
}

/**
 * A connected till. Each wait rejects after 120 s, or when the connection closes. A message of the gateway that
 * violates its schema throws outside the waits, which fails the running test.
 */
export class TestTill {
  /** The socket itself, for frames that are no messages. */
  readonly socket: TestSocket;
  /** All received messages, in order; the messages of a batch singly. */
  readonly received: Frame[] = [];
  /** Fulfilled with the close code and reason when the connection has closed. */
  readonly closed: Promise<{
    /** The close code. */
    readonly code: number;
    /** The reason, `""` if there is none. */
    readonly reason: string;
  }>;
  /** The protocol version of the address; v0 if it has none [C-2.2]. */
  readonly version: Version;
  readonly #conversation: Conversation;
  #read = 0;
  /** Those who wait for a message. */
  readonly #waiting = new Set<() => void>();
  #lastId = 0;

  constructor(socket: TestSocket, uri: string) {
    const endpoint = parseEndpoint(new URL(uri));
    this.socket = socket;
    this.version = endpoint.version === 'v1' ? 'v1' : 'v0';
    this.#conversation = new Conversation(endpoint);
    socket.on('message', (data: Buffer) => this.#receive(data.toString()));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.once('close', (code: number, reason: Buffer) => {
        resolve({ code, reason: reason.toString() });
        this.#wake();
      });
    });
  }

  /** Sends a string or a Buffer unchanged, anything else as JSON. */
  send(message: unknown): void {
    const raw = typeof message === 'string' || Buffer.isBuffer(message);
    if (raw) {
      this.socket.send(message);
      return;
    }
    const text = JSON.stringify(message);
    this.#conversation.follow('partner', text);
    this.socket.send(text);
  }

  /** Sends a request with the next id, or with `id`, and returns the id. */
  ask(method: string, params?: object, id: unknown = this.#nextId()): unknown {
    this.send({ jsonrpc: '2.0', id, method, ...(params && { params }) });
    return id;
  }

  /** Sends a request and waits for its response. */
  async request(method: string, params?: object): Promise<Frame> {
    const id = this.ask(method, params);
    return this.answer(id);
  }

  /** Waits for the response to the request `id`, unless it was received already. */
  async answer(id: unknown): Promise<Frame> {
    const text = JSON.stringify(id);
    return this.until((frame) => !frame.method && JSON.stringify(frame.id) === text);
  }

  /** Waits for the first message that `next` has not returned yet. */
  async next(): Promise<Frame> {
    await this.#waitFor(() => this.received.length > this.#read);
    this.#read += 1;
    return this.received[this.#read - 1] as Frame;
  }

  /** The first of all received messages for which `fits` is true; waits for one if there is none. */
  async until(fits: (frame: Frame) => boolean): Promise<Frame> {
    await this.#waitFor(() => this.received.some(fits));
    return this.received.find(fits) as Frame;
  }

  /** Waits until the notification value was received `times` times since the connection opened. */
  async shown(value: string, times = 1): Promise<void> {
    await this.#waitFor(() => this.values.filter((each) => each === value).length >= times);
  }

  /** The notification values received so far, in order. */
  get values(): readonly string[] {
    return this.received
      .filter((frame) => frame.method === 'terminalNotification')
      .map((frame) => frame.params.notificationValue);
  }

  /** Waits for the gateway's signature request, answers it and returns it. */
  async judgeSignature(accepted: boolean): Promise<Frame> {
    const request = await this.until((frame) => frame.method === 'signatureVerificationRequest');
    this.send({ jsonrpc: '2.0', id: request.id, result: { accepted } });
    return request;
  }

  /** Closes the connection with `CloseCode.normal` and waits until it has closed. */
  async close(): Promise<void> {
    this.socket.close(CloseCode.normal);
    await this.closed;
  }

  /** Drops the connection without a close frame. */
  cut(): void {
    this.socket.terminate();
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #receive(text: string): void {
    for (const message of this.#conversation.follow('gateway', text)) {
      assertPublished(message, text);
    }
    this.received.push(...([JSON.parse(text)] as (Frame | Frame[])[]).flat());
    this.#wake();
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }

  #waitFor(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const last = JSON.stringify(this.received.slice(-3));
        reject(new Error(`No such message was received within ${WAIT_LIMIT_MS} ms; last: ${last}`));
      }, WAIT_LIMIT_MS);
      const look = (): void => {
        const isDone = done();
        if (!isDone && this.socket.readyState !== WebSocket.CLOSED) return;
        this.#waiting.delete(look);
        clearTimeout(timer);
        if (isDone) resolve();
        else reject(new Error('The connection closed before such a message was received.'));
      };
      this.#waiting.add(look);
    });
  }
}

/** Throws in the listener of the socket: an uncaught error fails the running test, as intended. */
function assertPublished(
  { kind, method, violations, remark }: ObservedMessage,
  text: string,
): void {
  // The response to a request of an earlier connection or to a raw text: its method is unknown.
  const isStray = (kind === 'response' || kind === 'error') && method === undefined;
  if (violations.length === 0 && (isStray || remark === undefined)) return;
  throw new Error(`A message violates its schema: ${JSON.stringify({ text, violations, remark })}`);
}
