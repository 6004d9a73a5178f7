// Tills at the counter that sell one thing after the other: one of the SDK, and a stranger's, which is a bare
// WebSocket with JSON and does no more than PROTOCOL.md asks of a till with an epos-id.

import type { ConnectOptions } from '@tillgate/client';
import { NotSent, TillError } from '@tillgate/client';
import type { Payment } from '@tillgate/protocol';
import type { Frame } from 'tillgate/testing';
import { WebSocket } from 'ws';
import { knownOutcome } from '../../../packages/client/src/pac/outcome.ts';
import type { SaleAttempt, SaleEnd } from '../scenario/pac-till.ts';
import { attemptSale, startPacTill } from '../scenario/pac-till.ts';
import { pause } from '../wait.ts';

export interface CounterTill {
  /** Results that it received, those of `duplicate` too. */
  readonly heard: readonly Payment[];
  /** To its end; the amount is another one each time. */
  sell(tid: string, amount: number): Promise<SaleAttempt>;
  close(): void;
}

export interface CounterTillOptions {
  /** Without its epos-id. */
  readonly uri: string;
  readonly eposId: string;
  /** How long a stranger's till waits until it connects or asks again. */
  readonly retryMs: number;
  readonly timing?: ConnectOptions['timing'];
}

export async function startSdkTill(options: CounterTillOptions): Promise<CounterTill> {
  const { uri, eposId, timing } = options;
  const watched = await startPacTill(uri, eposId, { retryFirst: true, ...(timing && { timing }) });
  const { till } = watched;
  const heard: Payment[] = [];
  watched.onText = (text) => {
    if (!text.includes('"transactionResult"')) return;
    heard.push((JSON.parse(text) as { result: Payment }).result);
  };
  return {
    heard,
    sell: (tid, amount) => attemptSale(till, tid, amount),
    close: () => till.close(),
  };
}

const NO_PREVIOUS_TRANSACTION = -32074;

export async function startBareTill({
  uri,
  eposId,
  retryMs,
}: CounterTillOptions): Promise<CounterTill> {
  const till = new BareTill(`${uri}&epos-id=${eposId}`, retryMs);
  await till.connected;
  return till;
}

class BareTill implements CounterTill {
  readonly heard: Payment[] = [];
  readonly #uri: string;
  readonly #retryMs: number;
  /** Requests without an answer; a sale stays one when the connection is lost. */
  readonly #waiting = new Map<number, (answer: Frame | undefined) => void>();
  #socket: WebSocket | undefined;
  #connected = Promise.withResolvers<void>();
  #lost = Promise.withResolvers<void>();
  #lastId = 0;
  #isClosed = false;

  constructor(uri: string, retryMs: number) {
    this.#uri = uri;
    this.#retryMs = retryMs;
    this.#connect();
  }

  get connected(): Promise<void> {
    return this.#connected.promise;
  }

  async sell(tid: string, amount: number): Promise<SaleAttempt> {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return { tid, amount, end: new NotSent('sale') };
    }
    const lost = this.#lost.promise;
    const id = this.#send('sale', { tid, currency: 'GBP', amount });
    const answered = new Promise<SaleEnd>((resolve) => {
      this.#waiting.set(id, (answer) => {
        if (answer) resolve(endOf(answer));
      });
    });
    const found = lost.then(() => this.#lookUp(tid, amount));
    const end = await Promise.race([answered, found]);
    this.#waiting.delete(id);
    return { tid, amount, end };
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.terminate();
  }

  /** What became of a sale whose answer was lost with the connection [C-4.15]. */
  async #lookUp(tid: string, amount: number): Promise<SaleEnd> {
    for (;;) {
      await this.connected;
      const details = await this.#request('terminalDetails', { tid });
      const isFree = details?.result?.status === 'AVAILABLE';
      const last = isFree ? await this.#request('duplicate', { tid }) : undefined;
      if (last?.result?.amountBase === amount) return endOf(last);
      if (last?.result || last?.error?.code === NO_PREVIOUS_TRANSACTION) return unknown('no');
      await pause(this.#retryMs);
    }
  }

  /** Undefined if the connection is lost. */
  async #request(method: string, params: object): Promise<Frame | undefined> {
    if (this.#socket?.readyState !== WebSocket.OPEN) return undefined;
    const id = this.#send(method, params);
    const answered = new Promise<Frame | undefined>((resolve) => this.#waiting.set(id, resolve));
    const answer = await Promise.race([answered, this.#lost.promise]);
    this.#waiting.delete(id);
    return answer ?? undefined;
  }

  #send(method: string, params: object): number {
    this.#lastId += 1;
    this.#socket?.send(JSON.stringify({ jsonrpc: '2.0', id: this.#lastId, method, params }));
    return this.#lastId;
  }

  #connect(): void {
    const socket = new WebSocket(this.#uri);
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => this.#receive(JSON.parse(String(data)) as Frame));
    socket.once('open', () => {
      this.#connected.resolve();
      socket.once('close', () => {
        this.#connected = Promise.withResolvers();
        this.#lost.resolve();
        this.#lost = Promise.withResolvers();
      });
    });
    socket.once('close', () => {
      if (!this.#isClosed) void pause(this.#retryMs).then(() => this.#isClosed || this.#connect());
    });
  }

  #receive(frame: Frame): void {
    const { id, method, result } = frame;
    if (method === 'signatureVerificationRequest') {
      this.#socket?.send(JSON.stringify({ jsonrpc: '2.0', id, result: { accepted: true } }));
    }
    if (method !== undefined) return;
    if (result?.transactionResult) this.heard.push(result);
    this.#waiting.get(Number(id))?.(frame);
  }
}

function endOf({ result, error }: Frame): SaleEnd {
  if (error) return new TillError('sale', error);
  return knownOutcome(result) ?? unknown('yes');
}

function unknown(handedOver: 'yes' | 'no'): SaleEnd {
  const reason = handedOver === 'yes' ? 'timedOut' : 'connectionLost';
  return { outcome: 'unknown', reason, handedOver, advice: '' };
}
