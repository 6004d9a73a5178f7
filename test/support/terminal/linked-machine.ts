// A card machine on a real socket that a test moves by hand, also as no good machine would. It takes what
// it is handed and answers `lastOrder` from its memory, unless it is told to be silent.

import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { Frame, TestTill, TestTillOptions } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import type { Shop, ShopOptions } from '../gateway/gateway-harness.ts';
import { openShop } from '../gateway/gateway-harness.ts';
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

/** A shop with one card machine that links, and a till. */
export async function openLinkedShop(t: TestContext, options: ShopOptions = {}) {
  const shop = await openShop(t, { ...options, records: [linkedRecord()] });
  const till = await shop.till();
  const machine = await TestMachine.link(shop);
  /** Asks for a sale; gives the id of the request. */
  const sale = (more: object = {}) =>
    till.ask('sale', { tid: TID, currency: 'GBP', amount: 1250, ...more });
  /** The status of the machine, or the code of the error. */
  const status = async () => {
    const { result, error } = await till.request('terminalDetails', { tid: TID });
    return result?.status ?? error.code;
  };
  /** How a request for a transaction ended. */
  const ended = async (id: unknown) => (await shop.answer(till, id)).result.transactionResult;
  /** How the last transaction ended, as `duplicate` tells it. */
  const last = async () => (await till.request('duplicate', { tid: TID })).result.transactionResult;
  return { shop, till, machine, sale, status, ended, last };
}

/** Has a machine tell how an order ended. */
export const finish = (machine: TestMachine, order: string, end: object = outcome()) =>
  machine.tell('finished', { order, outcome: end });

export interface MachineAddress {
  readonly tid?: string | undefined;
  readonly token?: string | undefined;
}

export function addressOf(shop: Shop, { tid = TID, token = KEY }: MachineAddress = {}): string {
  const none = { 'api-version': undefined, 'software-house-id': undefined };
  return shop.house.uri('terminal', { ...none, 'installer-id': undefined, tid, token });
}

export class TestMachine {
  readonly socket: TestTill;
  readonly #shop: Shop;
  /** What it answers to `lastOrder`. */
  memory: object = { knows: 'nothing' };
  /** Methods that it does not answer. */
  readonly silent = new Set<string>();
  /** What it answers instead, by method. */
  readonly answers = new Map<string, object>();

  private constructor(shop: Shop, socket: TestTill) {
    this.#shop = shop;
    this.socket = socket;
    socket.socket.on('message', (data: Buffer) => this.#hear(JSON.parse(data.toString())));
  }

  /** Opens a socket; without `hello`. */
  static async connect(
    shop: Shop,
    address: MachineAddress = {},
    options: TestTillOptions = {},
  ): Promise<TestMachine> {
    const socket = await connectTill(addressOf(shop, address), options);
    if (options.autoPong !== false) shop.join(socket);
    return new TestMachine(shop, socket);
  }

  /** Opens a socket and greets. */
  static async link(
    shop: Shop,
    address: MachineAddress = {},
    options: TestTillOptions = {},
  ): Promise<TestMachine> {
    const machine = await TestMachine.connect(shop, address, options);
    await machine.tell('hello', profile);
    return machine;
  }

  /** Sends a notification and waits for its effect. */
  async tell(method: string, params?: object): Promise<void> {
    this.socket.send({ jsonrpc: '2.0', method, ...(params && { params }) });
    await this.#shop.quiet();
  }

  /** Ids of the orders it was handed, in order. */
  get orders(): readonly string[] {
    return this.#askedFor('start', 'startReport').map(({ params }) => params.order.id);
  }

  /** Id of the order it was handed last, waiting for the first. */
  async order(): Promise<string> {
    await this.socket.until(({ method }) => method === 'start' || method === 'startReport');
    await this.#shop.quiet();
    return this.orders.at(-1) ?? '';
  }

  /** What was told to it by this method, in order. */
  told(method: string): readonly Frame['params'][] {
    return this.#askedFor(method).map(({ params }) => params);
  }

  /** The errors it was sent without an id. */
  get errors(): readonly Frame['error'][] {
    return this.socket.received.filter(({ error, id }) => error && id === undefined).map(codeOf);
  }

  #askedFor(...methods: readonly string[]): readonly Frame[] {
    return this.socket.received.filter(({ method = '' }) => methods.includes(method));
  }

  #hear({ id, method = '' }: Frame): void {
    if (id === undefined || method === '' || this.silent.has(method)) return;
    const answer = this.answers.get(method);
    const result = method === 'lastOrder' ? this.memory : {};
    this.socket.send({ jsonrpc: '2.0', id, ...(answer ?? { result }) });
  }
}

const codeOf = ({ error }: Frame) => error.code;
