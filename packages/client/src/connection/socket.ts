// What the two sockets (Node's and the browser's) have in common: how they are opened, and a channel
// that keeps what arrives before somebody listens.

import type { Channel, ChannelListener } from '@tillgate/protocol';
import { mask } from '@tillgate/protocol';
import { HandshakeRefused } from './errors.ts';
import type { Timing } from './timing.ts';

/** Settings of TLS; only Node heeds them, a browser has its own. */
export interface TlsOptions {
  /** Certificates to trust beside nobody else, PEM. */
  readonly ca?: string | readonly string[];
  /** False trusts any certificate: for local work with a self-signed one only. */
  readonly rejectUnauthorized?: boolean;
}

/** What a socket is opened with. */
export interface SocketOptions {
  /** Aborted when the opening takes too long or is no longer wanted. */
  readonly signal: AbortSignal;
  /** Settings of TLS; only Node heeds them. */
  readonly tls?: TlsOptions | undefined;
  /**
   * Fulfilled when all that came in before is safely stored: the pong to a delivery mark waits for
   * it [C-3.49]. Node only, since a browser answers every ping by itself, at once.
   */
  readonly stored?: (() => Promise<unknown>) | undefined;
  /**
   * The clock by which a dead connection is noticed: after 20 s without a message, and when the page wakes, the
   * socket asks for the busy card machines (request 0) and keeps the answer to itself; if nothing comes, the
   * connection ends with 1006. Default: it is not noticed. Browser only, since Node sends pings [C-3.47].
   */
  readonly watch?: Timing | undefined;
}

/** Opens a connection to the gateway; rejects with `HandshakeRefused` or `CouldNotConnect`. */
export type OpenSocket = (uri: string, options: SocketOptions) => Promise<Channel>;

/** The part of a channel that differs from socket to socket. */
export interface Wire {
  readonly send: (text: string) => void;
  readonly close: (code: number, reason: string) => void;
}

/** The gateway may send at once after the handshake [C-2.7]: earlier texts wait for `listen`. */
export class HeldChannel implements Channel {
  readonly #wire: Wire;
  readonly #held: ((ears: ChannelListener) => void)[] = [];
  #ears: ChannelListener | undefined;
  #ended = false;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  send(text: string, onWritten?: () => void): void {
    this.#wire.send(text);
    onWritten?.();
  }

  close(code: number, reason: string): void {
    this.#wire.close(code, reason);
  }

  /** Delivery marks are the gateway's business; a till has none to set. */
  confirmDelivery(): void {}

  listen(ears: ChannelListener): void {
    // Whoever listens is first let finish setting itself up.
    queueMicrotask(() => {
      this.#ears = ears;
      for (const tell of this.#held.splice(0)) tell(ears);
    });
  }

  text(text: string): void {
    this.#tell((ears) => ears.onMessage(text));
  }

  /** Runs `then` once every text that came before has been delivered. */
  afterTexts(then: () => void): void {
    this.#tell(then);
  }

  closed(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tell((ears) => ears.onClosed(code, reason));
  }

  #tell(tell: (ears: ChannelListener) => void): void {
    if (this.#ears) tell(this.#ears);
    else this.#held.push(tell);
  }
}

/** An HTTP answer to a handshake, whichever way it was read. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null | undefined;
}

/** The refusal in an answer; its `code` is `""` if something other than a gateway answered. */
export function refusalOf(answer: HttpAnswer): HandshakeRefused {
  const said = gatewaySaid(answer.body);
  const retryAfterMs = readRetryAfter(answer.retryAfter);
  return new HandshakeRefused(answer.status, {
    code: said?.error ?? '',
    message: mask(said?.message ?? ''),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** The code of a refusal; proxies and frameworks write words such as "Not Found" there. */
const REFUSAL_CODE = /^[a-z][a-z0-9_]*$/;

/** The body of a refusal is exactly `{error, message}` [C-2.9]. */
function gatewaySaid(body: string): { error: string; message: string } | undefined {
  try {
    const said = JSON.parse(body) as { error?: unknown; message?: unknown } | null;
    const { error, message } = said ?? {};
    if (typeof error !== 'string' || typeof message !== 'string') return undefined;
    const isRefusal = REFUSAL_CODE.test(error) && Object.keys(said ?? {}).length === 2;
    return isRefusal ? { error, message } : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds, or a date (RFC 9110 10.2.3). */
function readRetryAfter(value: string | null | undefined): number | undefined {
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
