// A gateway that says just what a test tells it, over lines in memory. It checks nothing and decides
// nothing.

import type { Breakable, Channel, Payment } from '@tillgate/protocol';
import { linkedPair, v1 } from '@tillgate/protocol';
import { connect } from '../connect.ts';
import type { OpenSocket, SocketOptions } from '../connection/socket.ts';
import type { Warning } from '../connection/warning.ts';
import type { ConnectOptions } from '../pac/options.ts';
import type { PacTill } from '../pac/pac.ts';
import type { TableHandlers } from '../pat/handlers.ts';
import type { TableTill, TableTillOptions } from '../pat/pat.ts';
import { serveTables } from '../pat/pat.ts';
import { ManualTiming, settle } from './manual-timing.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came.
type Json = any;

/** The gateway's end of one connection. */
export class GatewayConnection {
  readonly received: Json[] = [];
  readonly uri: string;
  readonly #end: Channel & Breakable;
  readonly #stored: SocketOptions['stored'];
  closed: number | undefined;

  constructor(end: Channel & Breakable, uri: string, stored: SocketOptions['stored']) {
    this.#end = end;
    this.#stored = stored;
    this.uri = uri;
    end.listen({
      onMessage: (text) => this.received.push(JSON.parse(text)),
      onClosed: (code) => {
        this.closed = code;
      },
    });
  }

  /** The next request of the till, which must be `method`. */
  async next(method: string): Promise<Json> {
    await settle();
    const message = this.received.shift();
    if (message?.method !== method) throw new Error(`Got ${JSON.stringify(message)}.`);
    return message;
  }

  async say(message: object): Promise<void> {
    this.#end.send(JSON.stringify({ jsonrpc: '2.0', ...message }));
    await settle();
  }

  async show(...values: readonly string[]): Promise<void> {
    for (const notificationValue of values) {
      await this.say({ method: 'terminalNotification', params: { tid, notificationValue } });
    }
  }

  /** Sets a delivery mark, as the ping after what must not be lost; `delivered` becomes true at its pong. */
  async mark(delivered?: () => void): Promise<{ readonly delivered: boolean }> {
    const mark = { delivered: false };
    void this.#stored?.().then(() => {
      if (this.closed !== undefined) return;
      mark.delivered = true;
      delivered?.();
    });
    await settle();
    return mark;
  }

  async cut(): Promise<void> {
    this.#end.breakConnection();
    await settle();
  }

  async close(code: number): Promise<void> {
    this.#end.close(code, '');
    await settle();
  }
}

export class ScriptedGateway {
  readonly connections: GatewayConnection[] = [];
  readonly timing = new ManualTiming();
  readonly warnings: Warning[] = [];
  /** What the next openings fail with; once empty, they succeed. */
  readonly refusals: (Error | 'silence')[] = [];

  readonly open: OpenSocket = async (uri, { signal, stored }) => {
    const refusal = this.refusals.shift();
    if (refusal === 'silence') {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    }
    if (refusal) throw refusal;
    const [ours, theirs] = linkedPair();
    this.connections.push(new GatewayConnection(ours, uri, stored));
    return theirs;
  };

  connect(options: Partial<ConnectOptions> = {}): Promise<PacTill> {
    const onWarning = (warning: Warning) => this.warnings.push(warning);
    const { open, timing } = this;
    return connect({ ...address, open, timing, onWarning, ...options } as ConnectOptions);
  }

  serve(handlers: TableHandlers, options: Partial<TableTillOptions> = {}): Promise<TableTill> {
    const onWarning = (warning: Warning) => this.warnings.push(warning);
    const { open, timing } = this;
    const all = { ...address, open, timing, onWarning, ...options } as TableTillOptions;
    return serveTables(all, handlers);
  }

  /** The connection that was opened last. */
  get connection(): GatewayConnection {
    const connection = this.connections.at(-1);
    if (!connection) throw new Error('No connection was opened.');
    return connection;
  }

  get warned(): string[] {
    return this.warnings.map((each) => each.warning);
  }

  /** Lets the pause before the next opening pass. */
  async reconnect(): Promise<GatewayConnection> {
    await this.timing.advance(1_000);
    return this.connection;
  }
}

const address = {
  host: 'wss://shop1.pay.example',
  token: '00000000-0000-4000-8000-000000000001',
  softwareHouseId: 'SH1001',
  installerId: 'IN2002',
};

export const tid = '12345678';
export const params = { tid, currency: 'GBP', amount: 1250 } as const;

export function payment(values: Partial<Payment> = {}): Payment {
  const { result } = example('sale.response');
  return { ...result, amountCashback: 0, amountTotal: values.amountBase ?? 1250, ...values };
}

/** What the gateway says when it does not know either. */
export function timedOut(): Payment {
  const userMessage = 'It is not known whether the payment was taken.';
  const ids = { transactionId: '', transactionNumber: '' };
  return payment({ transactionResult: 'TIMED_OUT', receiptLines: {}, ...ids, userMessage });
}

export const signatureQuestion: Json = example('signatureVerificationRequest.request').params;

function example(name: string): Json {
  const schema: Json = v1.messages.find((each) => each.name === name)?.schema;
  return schema.examples[0];
}

export function refusal(code: number) {
  return { code, message: 'No.', data: { userMessage: 'Sorry, no.' } };
}
