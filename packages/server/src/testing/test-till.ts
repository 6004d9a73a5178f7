// A till on a real socket for tests: sends anything, keeps every frame, and holds every message that
// the gateway sends against its published schema.

import type { ObservedMessage, Version } from '@tillgate/protocol';
import { Conversation, parseEndpoint } from '@tillgate/protocol';
import { WebSocket } from 'ws';

/** A message as it came, parsed. */
export interface Frame {
  readonly jsonrpc?: string;
  readonly id?: unknown;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came.
  readonly params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came.
  readonly result?: any;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came.
  readonly error?: any;
}

/** How a handshake was refused. */
export class Refused extends Error {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;

  constructor(status: number, body: string, headers: Readonly<Record<string, unknown>>) {
    super(`Refused with ${status}: ${body}`);
    this.name = 'Refused';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** Far beyond any machine that works. */
const WAIT_LIMIT_MS = 120_000;

export interface TestTillOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers pings, so that results count as delivered; true by default. */
  readonly autoPong?: boolean;
}

/** Opens a socket; rejects with `Refused`. */
export function connectTill(uri: string, options: TestTillOptions = {}): Promise<TestTill> {
  const { headers = {}, autoPong = true } = options;
  const ws = new WebSocket(uri, { headers, autoPong, rejectUnauthorized: false });
  const till = new TestTill(ws, uri);
  return new Promise((resolve, reject) => {
    ws.once('open', () => resolve(till));
    ws.once('error', reject);
    ws.once('unexpected-response', (_request, response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const body = Buffer.concat(parts).toString();
        reject(new Refused(response.statusCode ?? 0, body, response.headers));
      });
    });
  });
}

export class TestTill {
  readonly socket: WebSocket;
  /** Every frame that came, in order. */
  readonly received: Frame[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** What this socket speaks: v0 if its address does not say [C-2.2]. */
  readonly version: Version;
  readonly #conversation: Conversation;
  #read = 0;
  #wake: (() => void) | undefined;
  #lastId = 0;

  constructor(socket: WebSocket, uri: string) {
    const spoken = parseEndpoint(new URL(uri));
    this.socket = socket;
    this.version = spoken.version === 'v1' ? 'v1' : 'v0';
    this.#conversation = new Conversation(spoken);
    socket.on('message', (data: Buffer) => this.#take(data.toString()));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.once('close', (code: number, reason: Buffer) => {
        resolve({ code, reason: reason.toString() });
        this.#wake?.();
      });
    });
  }

  /** Sends a value as JSON, or a text or bytes as they are. */
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

  /** Sends a request under the next id, or the one given, and returns the id. */
  ask(method: string, params?: object, id: unknown = this.#nextId()): unknown {
    this.send({ jsonrpc: '2.0', id, method, ...(params && { params }) });
    return id;
  }

  /** Sends a request and gives its answer; what else comes stays to be read. */
  async request(method: string, params?: object): Promise<Frame> {
    const id = this.ask(method, params);
    return this.answer(id);
  }

  /** The answer to a request, waiting for it if need be. */
  async answer(id: unknown): Promise<Frame> {
    const text = JSON.stringify(id);
    return this.until((frame) => !frame.method && JSON.stringify(frame.id) === text);
  }

  /** The next frame not yet read by `next`. */
  async next(): Promise<Frame> {
    await this.#waitFor(() => this.received.length > this.#read);
    this.#read += 1;
    return this.received[this.#read - 1] as Frame;
  }

  /** The first frame of all received that fits, waiting for it if need be. */
  async until(fits: (frame: Frame) => boolean): Promise<Frame> {
    await this.#waitFor(() => this.received.some(fits));
    return this.received.find(fits) as Frame;
  }

  /** Waits until this notification value has come, the `times`-th time. */
  async shown(value: string, times = 1): Promise<void> {
    await this.#waitFor(() => this.values.filter((one) => one === value).length >= times);
  }

  /** Notification values so far, in order. */
  get values(): readonly string[] {
    return this.received
      .filter((frame) => frame.method === 'terminalNotification')
      .map((frame) => frame.params.notificationValue);
  }

  /** Answers the gateway's signature question when it comes. */
  async judgeSignature(accepted: boolean): Promise<Frame> {
    const question = await this.until((frame) => frame.method === 'signatureVerificationRequest');
    this.send({ jsonrpc: '2.0', id: question.id, result: { accepted } });
    return question;
  }

  /** Closes in an orderly way. */
  async close(): Promise<void> {
    this.socket.close(1000);
    await this.closed;
  }

  /** Breaks the line as a pulled plug does. */
  cut(): void {
    this.socket.terminate();
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #take(text: string): void {
    for (const said of this.#conversation.follow('gateway', text)) mustBePublished(said, text);
    this.received.push(...([JSON.parse(text)] as (Frame | Frame[])[]).flat());
    this.#wake?.();
  }

  #waitFor(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const giveUp = setTimeout(() => {
        const last = JSON.stringify(this.received.slice(-3));
        reject(new Error(`Nothing like that came within ${WAIT_LIMIT_MS} ms; last: ${last}`));
      }, WAIT_LIMIT_MS);
      const before = this.#wake;
      this.#wake = () => {
        before?.();
        const over = this.socket.readyState === WebSocket.CLOSED;
        if (!done() && !over) return;
        clearTimeout(giveUp);
        if (done()) resolve();
        else reject(new Error('The socket closed before that came.'));
      };
    });
  }
}

/** An uncaught error here fails the test that runs, which is what is wanted. */
function mustBePublished(
  { kind, method, violations, remark }: ObservedMessage,
  text: string,
): void {
  // The answer to a request of an earlier socket, or to a raw text: its method is not known here.
  const isStray = (kind === 'response' || kind === 'error') && method === undefined;
  if (violations.length === 0 && (isStray || remark === undefined)) return;
  throw new Error(`Not as published: ${JSON.stringify({ text, violations, remark })}`);
}
