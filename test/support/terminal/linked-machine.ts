// A linked card machine on a real socket whose messages the test sends, valid or not. It accepts orders and
// answers `lastOrder` from its memory, except for the methods in `unanswered`.

import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { Frame, TestTill, TestTillOptions } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import type { GatewayHarness, HarnessOptions } from '../gateway/gateway-harness.ts';
import { startHarness } from '../gateway/gateway-harness.ts';
import { outcome } from './scripted-machine.ts';

export const TID = '12345678';
/** The machine's own key. */
export const KEY = '77777777-2222-4333-8444-555555555555';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** An enrolled card machine as the store holds it; paired unless `key` is null. */
export function linkedRecord(tid = TID, key: string | null = KEY, site = 'testhost') {
  const paired = key === null ? {} : { key: { hash: sha256(key), createdAt: 0 } };
  const value = JSON.stringify({ site, tid, enrolledAt: 0, ...paired });
  return { collection: 'terminals', key: `${site}/${tid}`, value };
}

export const profile = {
  currency: 'GBP',
  cashback: true,
  transactions: ['SALE', 'REFUND'],
  reports: ['X_BALANCE'],
};

/** Starts a gateway with one linked card machine and a till. */
export async function startLinkedMachine(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, { ...options, records: [linkedRecord()] });
  const till = await harness.till();
  const machine = await LinkedMachine.link(harness);
  /** Asks for a sale; gives the id of the request. */
  const sale = (more: object = {}) =>
    till.ask('sale', { tid: TID, currency: 'GBP', amount: 1250, ...more });
  /** The status of the machine, or the code of the error. */
  const status = async () => {
    const { result, error } = await till.request('terminalDetails', { tid: TID });
    return result?.status ?? error.code;
  };
  /** How a request for a transaction ended. */
  const ended = async (id: unknown) => (await harness.answer(till, id)).result.transactionResult;
  /** How the last transaction ended, from the answer to `duplicate`. */
  const last = async () => (await till.request('duplicate', { tid: TID })).result.transactionResult;
  return { harness, till, machine, sale, status, ended, last };
}

/** Starts a gateway with one linked card machine and a till at the table, which answers each method with its result. */
export async function startLinkedRestaurant(
  t: TestContext,
  results: Readonly<Record<string, object>>,
) {
  const harness = await startHarness(t, { records: [linkedRecord()] });
  const till = await harness.connect(harness.server.uri('pat'));
  till.socket.on('message', (data: Buffer) => {
    const { id, method = '' } = JSON.parse(data.toString());
    if (results[method]) till.send({ jsonrpc: '2.0', id, result: results[method] });
  });
  const machine = await LinkedMachine.link(harness);
  return { harness, till, machine };
}

/** Has a machine report how an order ended. */
export const finish = (machine: LinkedMachine, order: string, end: object = outcome()) =>
  machine.notify('finished', { order, outcome: end });

export interface MachineAddress {
  readonly tid?: string | undefined;
  readonly token?: string | undefined;
}

export function addressOf(
  harness: GatewayHarness,
  { tid = TID, token = KEY }: MachineAddress = {},
): string {
  const none = { 'api-version': undefined, 'software-house-id': undefined };
  return harness.server.uri('terminal', { ...none, 'installer-id': undefined, tid, token });
}

export class LinkedMachine {
  readonly socket: TestTill;
  readonly #harness: GatewayHarness;
  /** What it answers to `lastOrder`. */
  memory: object = { knows: 'nothing' };
  /** Methods that it does not answer. */
  readonly unanswered = new Set<string>();
  /** What it answers instead, by method. */
  readonly answers = new Map<string, object>();

  private constructor(harness: GatewayHarness, socket: TestTill) {
    this.#harness = harness;
    this.socket = socket;
    socket.socket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString())));
  }

  /** Opens a socket; without `hello`. */
  static async connect(
    harness: GatewayHarness,
    address: MachineAddress = {},
    options: TestTillOptions = {},
  ): Promise<LinkedMachine> {
    const socket = await connectTill(addressOf(harness, address), options);
    if (options.autoPong !== false) harness.track(socket);
    return new LinkedMachine(harness, socket);
  }

  /** Opens a socket and greets. */
  static async link(
    harness: GatewayHarness,
    address: MachineAddress = {},
    options: TestTillOptions = {},
  ): Promise<LinkedMachine> {
    const machine = await LinkedMachine.connect(harness, address, options);
    await machine.notify('hello', profile);
    return machine;
  }

  /** Sends a notification and waits for its effect. */
  async notify(method: string, params?: object): Promise<void> {
    this.socket.send({ jsonrpc: '2.0', method, ...(params && { params }) });
    await this.#harness.settled();
  }

  /** Ids of the orders it was handed, in order. */
  get orders(): readonly string[] {
    return this.#askedFor('start', 'startReport').map(({ params }) => params.order.id);
  }

  /** Id of the order it was handed last, waiting for the first. */
  async order(): Promise<string> {
    await this.socket.until(({ method }) => method === 'start' || method === 'startReport');
    await this.#harness.settled();
    return this.orders.at(-1) ?? '';
  }

  /** The params of all requests and notifications of this method, in order. */
  paramsOf(method: string): readonly Frame['params'][] {
    return this.#askedFor(method).map(({ params }) => params);
  }

  /** The errors it was sent without an id. */
  get errors(): readonly Frame['error'][] {
    return this.socket.received.filter(({ error, id }) => error && id === undefined).map(codeOf);
  }

  #askedFor(...methods: readonly string[]): readonly Frame[] {
    return this.socket.received.filter(({ method = '' }) => methods.includes(method));
  }

  #receive({ id, method = '' }: Frame): void {
    if (id === undefined || method === '' || this.unanswered.has(method)) return;
    const answer = this.answers.get(method);
    const result = method === 'lastOrder' ? this.memory : {};
    this.socket.send({ jsonrpc: '2.0', id, ...(answer ?? { result }) });
  }
}

const codeOf = ({ error }: Frame) => error.code;
