// The one line of a till to the gateway, as its methods use it: asks, waits with a limit, and tells
// apart what was refused, lost or never sent.

import type { IncomingRequest, Request, Response } from '@tillgate/protocol';
import type { ConnectionState } from './connection.ts';
import { Connection } from './connection.ts';
import { ConnectionLost, NoAnswer } from './errors.ts';
import { readAnswer, rowOf } from './read.ts';
import type { RequestNumbers } from './request-numbers.ts';
import type { Asked } from './request-registry.ts';
import { Desk } from './request-registry.ts';
import type { OpenSocket, TlsOptions } from './socket.ts';
import type { Timing } from './timing.ts';
import type { Warn } from './warning.ts';

export interface LineParts {
  readonly uri: string;
  readonly tls: TlsOptions | undefined;
  readonly open: OpenSocket;
  readonly timing: Timing;
  readonly numbers: RequestNumbers;
  readonly answer: (call: IncomingRequest) => unknown;
  readonly notified: (message: Request) => void;
  readonly unclaimed: (answer: Response) => void;
  readonly changed: (state: ConnectionState) => void;
  readonly warn: Warn;
}

export class Line {
  readonly #parts: LineParts;
  readonly #desk: Desk;
  readonly #connection: Connection;
  #count = 0;

  constructor(parts: LineParts) {
    const { uri, tls, open, timing, changed } = parts;
    this.#parts = parts;
    this.#desk = new Desk(parts.numbers, {
      answer: parts.answer,
      notified: parts.notified,
      unclaimed: parts.unclaimed,
      closed: (code, reason) => this.#connection.dropped(code, reason),
      why: () => causeOf(this.state),
      warn: parts.warn,
    });
    this.#connection = new Connection({
      open: async (signal) => open(uri, { signal, tls }),
      timing,
      connected: (channel) => {
        this.#count += 1;
        this.#desk.attach(channel);
      },
      changed,
    });
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** Counts the lines opened so far: tells one from the next. */
  get count(): number {
    return this.#count;
  }

  start(): void {
    this.#connection.start();
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  close(): void {
    this.#desk.drop();
    this.#connection.close();
  }

  /** Sends a request and gives its number; throws `NotSent`. */
  ask(method: string, params: unknown, asked: Asked): number {
    return this.#desk.ask(method, params, asked);
  }

  /**
   * Sends a request and gives its checked result; rejects with `TillError`, `BadAnswer`, `NotSent`,
   * `ConnectionLost` or `NoAnswer`.
   */
  async call(method: string, params: unknown, limitMs: number): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const { timing, warn } = this.#parts;
    this.#desk.ask(method, params, {
      answered: (answer) => {
        const reading = readAnswer(rowOf(method), answer, warn);
        if (reading.says === 'result') resolve(reading.result);
        else reject(reading.error);
      },
      lost: () => reject(new ConnectionLost(method)),
    });
    const callOff = timing.after(limitMs, () => reject(new NoAnswer(method, limitMs)));
    return promise.finally(callOff);
  }
}

function causeOf(state: ConnectionState): Error | undefined {
  return state.state === 'waiting' || state.state === 'stopped' ? state.cause : undefined;
}
