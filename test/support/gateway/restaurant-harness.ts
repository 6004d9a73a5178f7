// A restaurant whose card machines are moved by hand: a till with tables, a waiter at each machine, and
// a counter beside.

import type { TestContext } from 'node:test';
import type { Frame, TestTill, TestTillOptions } from 'tillgate/testing';
import type { Outcome, TableAnswer, WaiterRequest } from '../terminal/scripted-machine.ts';
import { outcome, ScriptedDriver, ScriptedMachine } from '../terminal/scripted-machine.ts';
import type { GatewayHarness, HarnessOptions } from './gateway-harness.ts';
import { startHarness } from './gateway-harness.ts';
import { TableBook, TableTill } from './table-till.ts';

export const tid = '12345678';
export const otherTid = '23456789';
export const waiterId = '007';
export const tableId = '12A';
/** What every message about the table says of it. */
export const tableFields = { tid, waiterId, tableId };

export const tableRequests = {
  tables: { kind: 'tables', waiterId },
  lock: { kind: 'lock', tableId, waiterId },
  bill: { kind: 'bill' },
  leave: { kind: 'leave' },
} as const satisfies Record<string, WaiterRequest>;

/** A part of the bill by card. */
export function cardPayment(amount: number, amountGratuity = 0, amountCashback = 0): WaiterRequest {
  return { kind: 'pay', by: 'card', amount, amountCashback, amountGratuity };
}

/** A part of the bill by other means. */
export function cashPayment(amount: number): WaiterRequest {
  return { kind: 'pay', by: 'other', amount, amountCashback: 0, amountGratuity: 0 };
}

type Parameters = Record<string, string | undefined>;
/** The parameter that asks for final receipts [C-2.2]. */
export const finalReceiptFlag: Parameters = { 'final-pos-receipt-request': '' };

export interface RestaurantOptions extends Omit<HarnessOptions, 'driver'> {
  readonly book?: TableBook;
  /** Of the till's address. */
  readonly parameters?: Parameters;
  readonly profile?: ConstructorParameters<typeof ScriptedMachine>[1];
  readonly machines?: readonly ScriptedMachine[];
}

/** A restaurant with its till and its machines connected; nothing has been asked. */
export async function startRestaurant(t: TestContext, options: RestaurantOptions = {}) {
  const { book = new TableBook(), parameters, profile, machines = [], ...others } = options;
  const machine = new ScriptedMachine(tid, profile);
  const otherMachine = new ScriptedMachine(otherTid, profile);
  const driver = new ScriptedDriver(machine, otherMachine, ...machines);
  const harness = await startHarness(t, { ...others, driver });
  const restaurant = new Restaurant(harness, book);
  await restaurant.openCounter();
  const till = await restaurant.till(parameters);
  const waiter = new ScriptedWaiter(restaurant, machine);
  return { restaurant, harness, book, machine, otherMachine, till, waiter };
}

/** The same, and the waiter has locked table 12A. */
export async function startWithLock(t: TestContext, options: RestaurantOptions = {}) {
  const all = await startRestaurant(t, options);
  await all.waiter.request(tableRequests.lock);
  return all;
}

/** The same, and a card is in the machine for the whole bill, or for so much of it. */
export async function startWithPayment(
  t: TestContext,
  options: RestaurantOptions & { amount?: number } = {},
) {
  const all = await startWithLock(t, options);
  const tableRequest = all.machine.request(cardPayment(options.amount ?? 4820));
  await all.restaurant.settled();
  return { ...all, tableRequest };
}

export class Restaurant {
  readonly harness: GatewayHarness;
  readonly book: TableBook;
  #counter: TestTill | undefined;

  constructor(harness: GatewayHarness, book: TableBook) {
    this.harness = harness;
    this.book = book;
  }

  /** A till at the counter: it looks for the card machines, which are then in reach. */
  async openCounter(): Promise<TestTill> {
    const counter = await this.harness.till();
    this.#counter = counter;
    await this.harness.request(counter, 'connectedTerminals');
    return counter;
  }

  /** Another socket of a till with these books. */
  async till(parameters: Parameters = {}, options: TestTillOptions = {}): Promise<TableTill> {
    const uri = this.harness.server.uri('pat', parameters);
    const till = new TableTill(await this.harness.connect(uri, options), this.book);
    await this.settled();
    return till;
  }

  /** What the counter is answered. */
  async counter(method: string, params?: object): Promise<Frame> {
    const counter = this.#counter ?? (await this.openCounter());
    return this.harness.request(counter, method, params);
  }

  /** Asks without waiting for an answer. */
  sendFromCounter(method: string, params: object): void {
    this.#counter?.ask(method, params);
  }

  async status(of = tid): Promise<string | undefined> {
    return (await this.counter('terminalDetails', { tid: of })).result?.status;
  }

  /** The gateway falls and another stands up on its journal; the counter is there again. */
  async restart(): Promise<void> {
    await this.harness.restart();
    await this.openCounter();
  }

  /** Waits until nothing more happens without time passing. */
  async settled(): Promise<void> {
    const { entries } = this.harness.trace;
    let before = -1;
    while (before < entries.length) {
      before = entries.length;
      await this.harness.settled();
    }
  }

  async advance(ms: number): Promise<void> {
    await this.harness.advance(ms);
    await this.settled();
  }
}

/** The waiter at one machine. */
export class ScriptedWaiter {
  readonly #restaurant: Restaurant;
  readonly #machine: ScriptedMachine;

  constructor(restaurant: Restaurant, machine: ScriptedMachine) {
    this.#restaurant = restaurant;
    this.#machine = machine;
  }

  /** What the request is answered without time passing; undefined if nothing is. */
  async request(tableRequest: WaiterRequest): Promise<TableAnswer | undefined> {
    const number = this.#machine.request(tableRequest);
    await this.#restaurant.settled();
    return this.#machine.answerTo(number);
  }

  /** A card payment from its request to its end. */
  async payByCard(
    tableRequest: WaiterRequest,
    ended: Outcome = outcome(),
  ): Promise<TableAnswer | undefined> {
    const number = this.#machine.request(tableRequest);
    await this.#restaurant.settled();
    this.#machine.finish(ended);
    await this.#restaurant.settled();
    return this.#machine.answerTo(number);
  }
}
