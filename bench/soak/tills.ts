// The tills at the counter: one made with the SDK, whose line is cut by a proxy, and one that is a bare
// WebSocket with JSON, of version v1 or v0. Both have an epos-id and get what they missed [C-4.40].

import { setTimeout as sleep } from 'node:timers/promises';
import type { Transaction } from '@tillgate/client';
import { NotSent, TillError } from '@tillgate/client';
import type { Frame } from 'tillgate/testing';
import { WebSocket } from 'ws';
import { startTcpProxy } from '../../examples/tcp-proxy.ts';
import { startPacTill } from '../../test/support/scenario/pac-till.ts';
import type { Ledger, Told } from './ledger.ts';
import { outcomeText, REFUSED, UNKNOWN } from './ledger.ts';

/** A till as the traffic needs it, whatever it is made of. */
export interface Till {
  /** Sells or refunds to the end, and puts down what it was told. */
  pay(method: 'sale' | 'refund', tid: string): Promise<void>;
  cancel(tid: string): Promise<void>;
  /** Asks for the card machines, and for one of them. */
  poll(tid: string): Promise<void>;
  /** Loses its connection and comes back. */
  drop(): Promise<void>;
  close(): void;
}

export async function sdkTill(uri: string, eposId: string, ledger: Ledger): Promise<Till> {
  const proxy = await startTcpProxy(uri);
  const { till, unclaimed } = await startPacTill(proxy.address, eposId);
  return {
    pay: async (method, tid) => {
      const amount = ledger.newSale();
      ledger.tell(amount, await toldBy(till[method]({ tid, currency: 'GBP', amount })));
    },
    cancel: async (tid) => void (await unlessRefused(till.cancel({ tid }))),
    poll: async (tid) => {
      await unlessRefused(till.terminals());
      await unlessRefused(till.terminal({ tid }));
    },
    drop: async () => {
      proxy.disconnect();
      await sleep(200 * Math.random());
      proxy.reconnect();
      till.retryNow();
    },
    close: () => {
      till.close();
      // The delivery mark of the last result is still to be sent [C-3.49].
      setTimeout(proxy.close, 500);
      for (const one of unclaimed) {
        if (one.kind === 'payment') ledger.tell(one.payment.amountBase, outcomeText(one.payment));
      }
    },
  };
}

async function toldBy(transaction: Transaction): Promise<Told> {
  try {
    let outcome = await transaction;
    if (outcome.outcome === 'unknown') outcome = await outcome.resolve();
    return outcome.payment ? outcomeText(outcome.payment) : UNKNOWN;
  } catch (cause) {
    if (cause instanceof TillError || cause instanceof NotSent) return REFUSED;
    throw cause;
  }
}

/** A request may be refused, and its connection may be lost: then there is nothing to see. */
async function unlessRefused(answer: Promise<unknown>): Promise<void> {
  await answer.catch((cause: unknown) => {
    const names = ['TillError', 'NotSent', 'ConnectionLost'];
    if (!(cause instanceof Error && names.includes(cause.name))) throw cause;
  });
}

/** Longer than any sale here takes: an answer that is not there by then was lost with its connection. */
const ANSWER_LIMIT_MS = 20_000;
const jobs: ReadonlySet<string> = new Set(['sale', 'refund']);

interface Waiting {
  readonly isJob: boolean;
  readonly settle: (answer?: Frame) => void;
}

export class RawTill implements Till {
  readonly #uri: string;
  readonly #ledger: Ledger;
  /** What a card machine is called in the till's version. */
  readonly #name: 'tid' | 'tpi';
  readonly #waiting = new Map<unknown, Waiting>();
  #socket: WebSocket | undefined;
  #lastId = 0;

  static async open(uri: string, ledger: Ledger): Promise<RawTill> {
    const till = new RawTill(uri, ledger);
    await till.#connect();
    return till;
  }

  private constructor(uri: string, ledger: Ledger) {
    this.#uri = uri;
    this.#ledger = ledger;
    this.#name = new URL(uri).searchParams.has('api-version') ? 'tid' : 'tpi';
  }

  async pay(method: 'sale' | 'refund', tid: string): Promise<void> {
    const amount = this.#ledger.newSale();
    const answer = await this.request(method, { [this.#name]: tid, currency: 'GBP', amount });
    if (answer?.result) this.#ledger.tell(amount, outcomeText(answer.result));
    else this.#ledger.tell(amount, answer?.error ? REFUSED : UNKNOWN);
  }

  async cancel(tid: string): Promise<void> {
    await this.request('cancelTransaction', { [this.#name]: tid });
  }

  async poll(tid: string): Promise<void> {
    await this.request('connectedTerminals');
    if (this.#name === 'tid') await this.request('terminalDetails', { tid });
    else await this.request('terminalsDetails', { tpis: [tid] });
  }

  async drop(): Promise<void> {
    this.#socket?.terminate();
    await sleep(200 * Math.random());
    await this.#connect();
  }

  close(): void {
    this.#socket?.terminate();
  }

  send(text: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  /** Undefined if the answer is lost. */
  request(method: string, params?: object): Promise<Frame | undefined> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const settle = (answer?: Frame): void => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(settle, ANSWER_LIMIT_MS);
      this.#waiting.set(id, { isJob: jobs.has(method), settle });
      this.send(JSON.stringify({ jsonrpc: '2.0', id, method, ...(params && { params }) }));
    });
  }

  #connect(): Promise<void> {
    const socket = new WebSocket(this.#uri);
    this.#socket = socket;
    socket.on('message', (data) => this.#receive(JSON.parse(String(data)) as Frame));
    socket.on('close', () => {
      for (const { isJob, settle } of this.#waiting.values()) if (!isJob) settle();
    });
    return new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.on('error', reject);
    });
  }

  #receive({ id, method, result, error }: Frame): void {
    if (method === 'signatureVerificationRequest') {
      this.send(JSON.stringify({ jsonrpc: '2.0', id, result: { accepted: Math.random() < 0.8 } }));
    }
    if (method !== undefined || id === undefined) return;
    const waiting = this.#waiting.get(id);
    if (waiting) waiting.settle({ id, result, error });
    else if (result?.transactionResult) this.#ledger.tell(result.amountBase, outcomeText(result));
  }
}
