// The proxy between the till and the gateway of a rehearsal: it takes note of each handshake of the till, answers those
// that a scenario wants answered in another way, and passes everything else on.

import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { splitAddress } from '@tillgate/protocol';
import type { HttpHead } from './http-head.ts';
import { closing, headersOf, headIn, responseText } from './http-head.ts';

/** How a handshake is answered in place of the gateway. */
export type HandshakeAnswer =
  /** As the gateway refuses [C-2.9]. */
  | {
      readonly kind: 'refusal';
      readonly status: number;
      readonly error: string;
      readonly message: string;
      readonly retryAfterS?: number;
    }
  /** As a proxy in front of the gateway answers that does not reach it. */
  | { readonly kind: 'bad-gateway' }
  /** Sends the till to another address. */
  | { readonly kind: 'redirect' }
  /** The connection ends without an answer. */
  | { readonly kind: 'none' }
  /** The gateway answers, so much later. */
  | { readonly kind: 'late'; readonly ms: number };

/** Those that are an HTTP response. */
type Response = Exclude<HandshakeAnswer, { kind: 'none' | 'late' }>;

/** A handshake of the till, and what became of it. */
export interface Handshake {
  /** Such as `pac`; in lower case, without slashes. */
  readonly path: string;
  /** Names of the parameters as they were spelt, in order. */
  readonly parameters: readonly string[];
  /** As it was asked for; v0 if it was not [C-2.2]. */
  readonly version: string;
  readonly subprotocol: string | undefined;
  /** When it came, in milliseconds of real time. */
  readonly realMs: number;
  /** How the scenario had it answered; undefined if by the gateway. */
  readonly answer: HandshakeAnswer | undefined;
  /** HTTP status of the answer; undefined while there is none. */
  status?: number;
  answeredMs?: number;
  retryAfterS?: number;
  /** Whether the answer is a refusal with the body of the gateway. */
  isRefusal?: boolean;
  /** When the till ended the connection, if that was before there was an answer. */
  leftMs?: number;
}

/** Longest head of a request or response in bytes. */
const MAX_HEAD = 65_536;
/** Where a redirect leads: there is nothing. */
export const REDIRECTED = 'redirected';
const BAD_GATEWAY: HandshakeAnswer = { kind: 'bad-gateway' };

export class TillProxy {
  /** Of the whole rehearsal, in order. */
  readonly handshakes: Handshake[] = [];
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  readonly #startedAt: number;
  /** The next answers to handshakes, by path. */
  readonly #answers = new Map<string, HandshakeAnswer[]>();
  /** The answers to all handshakes after those. */
  readonly #standing = new Map<string, HandshakeAnswer>();
  /** By path, the last handshake that was answered in place of the gateway. */
  readonly #lastAnswered = new Map<string, Handshake>();

  /** Passes on to the gateway at `target`; times count from `startedAt` of `performance.now()`. */
  static async start(target: string, startedAt: number): Promise<TillProxy> {
    const proxy = new TillProxy(new URL(target), startedAt);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(target: URL, startedAt: number) {
    this.#target = target;
    this.#startedAt = startedAt;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** The address of the gateway as the till is to use it. */
  through(uri: string): string {
    const url = new URL(uri);
    url.host = `127.0.0.1:${this.#port}`;
    return url.href;
  }

  /** Answers the next handshakes for `path` so, one after the other; those after them go to the gateway. */
  answerNext(path: string, answers: readonly HandshakeAnswer[]): void {
    this.#answers.set(path, [...answers]);
  }

  /** Answers every handshake for `path` so, after those of `answerNext`. */
  answerAlways(path: string, answer: HandshakeAnswer): void {
    this.#standing.set(path, answer);
  }

  /** From now on the gateway answers. */
  passOn(): void {
    this.#answers.clear();
    this.#standing.clear();
    this.#lastAnswered.clear();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get #realMs(): number {
    return performance.now() - this.#startedAt;
  }

  #accept(socket: Socket): void {
    this.#keep(socket);
    readHead(socket, (head, text) => {
      const refusal = this.#refusalShownTo(head);
      if (isUpgrade(head)) this.#answer(socket, text, this.#note(head));
      else if (refusal) this.#respond(socket, refusal);
      // A later request on the same connection would not be seen.
      else this.#passOn(socket, closing(text));
    });
  }

  /** What a program learns that asks why its handshake is refused [C-2.22]. A refusal lasts as long as its Retry-After says. */
  #refusalShownTo({ first }: HttpHead): Response | undefined {
    const [, path = ''] = /^GET \/handshake\/(\w+)/i.exec(first) ?? [];
    const name = path.toLowerCase();
    const { answer, answeredMs = 0, retryAfterS = 0 } = this.#lastAnswered.get(name) ?? {};
    const lasts = this.#realMs < answeredMs + retryAfterS * 1_000;
    const now = lasts ? answer : (this.#answers.get(name)?.[0] ?? this.#standing.get(name));
    return now?.kind === 'refusal' ? now : undefined;
  }

  #note(head: HttpHead): Handshake {
    const target = head.first.split(' ')[1] ?? '/';
    const { path, query } = splitAddress(target);
    const parameters = new URLSearchParams(query);
    const name = path.toLowerCase().replace(/^\/|\/$/g, '');
    const next = this.#answers.get(name)?.shift() ?? this.#standing.get(name);
    const answer = name === REDIRECTED ? BAD_GATEWAY : next;
    const handshake: Handshake = {
      ...{ path: name, parameters: [...parameters.keys()], answer },
      version: parameters.get('api-version') ?? 'v0',
      subprotocol: head.headers.get('sec-websocket-protocol'),
      realMs: this.#realMs,
    };
    this.handshakes.push(handshake);
    return handshake;
  }

  #answer(socket: Socket, text: Buffer, handshake: Handshake): void {
    const left = (): void => {
      if (handshake.status === undefined) handshake.leftMs = this.#realMs;
    };
    socket.once('close', left);
    const { answer } = handshake;
    if (answer === undefined) {
      this.#passOn(socket, text, handshake);
    } else if (answer.kind === 'late') {
      const timer = setTimeout(() => this.#passOn(socket, text, handshake), answer.ms);
      socket.once('close', () => clearTimeout(timer));
      socket.resume();
    } else if (answer.kind === 'none') {
      socket.off('close', left);
      socket.destroy();
    } else {
      this.#answered(handshake, this.#respond(socket, answer));
      handshake.isRefusal = answer.kind === 'refusal';
      this.#lastAnswered.set(handshake.path, handshake);
    }
  }

  #respond(socket: Socket, answer: Response): HttpHead {
    const { status, headers, body } = contentOf(answer, `http://127.0.0.1:${this.#port}`);
    socket.end(responseText(status, headers, body));
    return { first: `HTTP/1.1 ${status}`, headers: headersOf(headers) };
  }

  #passOn(socket: Socket, text: Buffer, handshake?: Handshake): void {
    const { hostname, port } = this.#target;
    const upstream = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
    this.#keep(upstream);
    upstream.setNoDelay(true);
    socket.setNoDelay(true);
    const end = (): void => {
      socket.destroy();
      upstream.destroy();
    };
    // What was received before is still written.
    upstream.once('close', () => socket.destroySoon());
    socket.once('close', () => upstream.destroySoon());
    socket.once('error', end);
    upstream.once('error', end);
    upstream.write(text);
    socket.pipe(upstream);
    if (!handshake) {
      upstream.pipe(socket);
      return;
    }
    readHead(upstream, (head, answer) => {
      this.#answered(handshake, head);
      handshake.isRefusal = head.headers.get('content-type') === 'application/json';
      socket.write(answer);
      upstream.pipe(socket);
    });
  }

  #answered(handshake: Handshake, { first, headers }: HttpHead): void {
    handshake.status = Number(first.split(' ')[1]);
    handshake.answeredMs = this.#realMs;
    const retryAfter = Number(headers.get('retry-after'));
    if (retryAfter > 0) handshake.retryAfterS = retryAfter;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
  }
}

function isUpgrade({ headers }: HttpHead): boolean {
  return headers.get('upgrade')?.toLowerCase() === 'websocket';
}

/** Calls `then` with the head and everything that came with it. */
function readHead(socket: Socket, then: (head: HttpHead, text: Buffer) => void): void {
  let text = Buffer.alloc(0);
  const take = (piece: Buffer): void => {
    text = Buffer.concat([text, piece]);
    const head = headIn(text);
    if (head) {
      socket.off('data', take);
      socket.pause();
      then(head, text);
    } else if (text.length > MAX_HEAD) {
      socket.destroy();
    }
  };
  socket.on('data', take);
}

interface Content {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function contentOf(answer: Response, base: string): Content {
  switch (answer.kind) {
    case 'refusal': {
      const { status, error, message, retryAfterS } = answer;
      const wait = retryAfterS === undefined ? {} : { 'Retry-After': String(retryAfterS) };
      const headers = { 'Content-Type': 'application/json', ...wait };
      return { status, headers, body: JSON.stringify({ error, message }) };
    }
    case 'bad-gateway': {
      const body = '<html><body><h1>502 Bad Gateway</h1></body></html>';
      return { status: 502, headers: { 'Content-Type': 'text/html' }, body };
    }
    case 'redirect':
      return { status: 302, headers: { Location: `${base}/${REDIRECTED}` }, body: '' };
  }
}
