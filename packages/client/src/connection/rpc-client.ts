// JSON-RPC over the reconnecting connection of a till: sends requests, waits with a limit, and rejects
// apart what was refused, lost or never sent.

import type { IncomingRequest, Request, Response } from '@tillgate/protocol';
import type { ConnectionState } from './connection.ts';
import { Connection } from './connection.ts';
import { ConnectionLost, NoAnswer } from './errors.ts';
import { parseAnswer, rowOf } from './read.ts';
import type { RequestNumbers } from './request-numbers.ts';
import type { RequestListener } from './request-registry.ts';
import { RequestRegistry } from './request-registry.ts';
import type { OpenSocket, TlsOptions } from './socket.ts';
import type { Timing } from './timing.ts';
import type { Warn } from './warning.ts';
import { withResolvers } from './with-resolvers.ts';

export interface RpcClientDeps {
  readonly uri: string;
  readonly tls: TlsOptions | undefined;
  readonly open: OpenSocket;
  readonly timing: Timing;
  readonly numbers: RequestNumbers;
  readonly onRequest: (call: IncomingRequest) => unknown;
  readonly onNotification: (message: Request) => void;
  readonly onUnclaimed: (answer: Response) => void;
  readonly onState: (state: ConnectionState) => void;
  readonly warn: Warn;
}

export class RpcClient {
  readonly #deps: RpcClientDeps;
  readonly #requests: RequestRegistry;
  readonly #connection: Connection;
  #connectionCount = 0;

  constructor(deps: RpcClientDeps) {
    const { uri, tls, open, timing, onState } = deps;
    this.#deps = deps;
    this.#requests = new RequestRegistry(deps.numbers, {
      onRequest: deps.onRequest,
      onNotification: deps.onNotification,
      onUnclaimed: deps.onUnclaimed,
      onClosed: (code, reason) => this.#connection.channelClosed(code, reason),
      disconnectCause: () => causeOf(this.state),
      warn: deps.warn,
    });
    this.#connection = new Connection({
      open: async (signal) => open(uri, { signal, tls, watch: timing }),
      timing,
      onConnected: (channel) => {
        this.#connectionCount += 1;
        this.#requests.attach(channel);
      },
      onState,
    });
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** How many connections were opened so far: the number of the present one. */
  get connectionCount(): number {
    return this.#connectionCount;
  }

  start(): void {
    this.#connection.start();
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  close(): void {
    this.#requests.handleClosed();
    this.#connection.close();
  }

  /** Sends a request and returns its id; throws `NotSent`. */
  request(method: string, params: unknown, asked: RequestListener): number {
    return this.#requests.request(method, params, asked);
  }

  /**
   * Sends a request and gives its checked result; rejects with `TillError`, `BadAnswer`, `NotSent`,
   * `ConnectionLost` or `NoAnswer`.
   */
  async call(method: string, params: unknown, limitMs: number): Promise<unknown> {
    const { promise, resolve, reject } = withResolvers<unknown>();
    const { timing, warn } = this.#deps;
    this.#requests.request(method, params, {
      onAnswer: (answer) => {
        const reading = parseAnswer(rowOf(method), answer, warn);
        if (reading.kind === 'result') resolve(reading.result);
        else reject(reading.error);
      },
      onConnectionLost: () => reject(new ConnectionLost(method)),
    });
    const cancelLimit = timing.after(limitMs, () => reject(new NoAnswer(method, limitMs)));
    return promise.finally(cancelLimit);
  }
}

function causeOf(state: ConnectionState): Error | undefined {
  return state.state === 'waiting' || state.state === 'stopped' ? state.cause : undefined;
}
