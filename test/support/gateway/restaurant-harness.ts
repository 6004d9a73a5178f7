// A restaurant whose card machines are moved by hand: a till with tables, a waiter at each machine, and
// a counter beside.

import type { TestContext } from 'node:test';
import type { Frame, TestTill, TestTillOptions } from 'tillgate/testing';
import type { Outcome, TableAnswer, TableWish } from '../terminal/scripted-machine.ts';
import { outcome, ScriptedDriver, ScriptedMachine } from '../terminal/scripted-machine.ts';
import type { Shop, ShopOptions } from './gateway-harness.ts';
import { openShop } from './gateway-harness.ts';
import { TableBook, TableTill } from './table-till.ts';

export const tid = '12345678';
export const otherTid = '23456789';
export const waiterId = '007';
export const tableId = '12A';
/** What every message about the table says of it. */
export const at = { tid, waiterId, tableId };

export const wishes = {
  tables: { wish: 'tables', waiterId },
  lock: { wish: 'lock', tableId, waiterId },
  bill: { wish: 'bill' },
  leave: { wish: 'leave' },
} as const satisfies Record<string, TableWish>;

/** A part of the bill by card. */
export function byCard(amount: number, amountGratuity = 0, amountCashback = 0): TableWish {
  return { wish: 'pay', by: 'card', amount, amountCashback, amountGratuity };
}

/** A part of the bill by other means. */
export function inCash(amount: number): TableWish {
  return { wish: 'pay', by: 'other', amount, amountCashback: 0, amountGratuity: 0 };
}

type Parameters = Record<string, string | undefined>;
/** The parameter that asks for final receipts [C-2.2]. */
export const flag: Parameters = { 'final-pos-receipt-request': '' };

export interface RestaurantOptions extends Omit<ShopOptions, 'driver'> {
  readonly book?: TableBook;
  /** Of the till's address. */
  readonly parameters?: Parameters;
  readonly profile?: ConstructorParameters<typeof ScriptedMachine>[1];
  readonly machines?: readonly ScriptedMachine[];
}

/** A restaurant with its till and its machines connected; nothing has been asked. */
export async function restaurant(t: TestContext, options: RestaurantOptions = {}) {
  const { book = new TableBook(), parameters, profile, machines = [], ...others } = options;
  const machine = new ScriptedMachine(tid, profile);
  const otherMachine = new ScriptedMachine(otherTid, profile);
  const driver = new ScriptedDriver(machine, otherMachine, ...machines);
  const shop = await openShop(t, { ...others, driver });
  const house = new Restaurant(shop, book);
  await house.openCounter();
  const till = await house.till(parameters);
  const waiter = new HandWaiter(house, machine);
  return { house, shop, book, machine, otherMachine, till, waiter };
}

/** The same, and the waiter has locked table 12A. */
export async function locked(t: TestContext, options: RestaurantOptions = {}) {
  const all = await restaurant(t, options);
  await all.waiter.asks(wishes.lock);
  return all;
}

/** The same, and a card is in the machine for the whole bill, or for so much of it. */
export async function paying(
  t: TestContext,
  options: RestaurantOptions & { amount?: number } = {},
) {
  const all = await locked(t, options);
  const wish = all.machine.wishes(byCard(options.amount ?? 4820));
  await all.house.calm();
  return { ...all, wish };
}

export class Restaurant {
  readonly shop: Shop;
  readonly book: TableBook;
  #counter: TestTill | undefined;

  constructor(shop: Shop, book: TableBook) {
    this.shop = shop;
    this.book = book;
  }

  /** A till at the counter: it looks for the card machines, which are then in reach. */
  async openCounter(): Promise<TestTill> {
    const counter = await this.shop.till();
    this.#counter = counter;
    await this.shop.request(counter, 'connectedTerminals');
    return counter;
  }

  /** Another socket of a till with these books. */
  async till(parameters: Parameters = {}, options: TestTillOptions = {}): Promise<TableTill> {
    const uri = this.shop.house.uri('pat', parameters);
    const till = new TableTill(await this.shop.connect(uri, options), this.book);
    await this.calm();
    return till;
  }

  /** What the counter is answered. */
  async counter(method: string, params?: object): Promise<Frame> {
    const counter = this.#counter ?? (await this.openCounter());
    return this.shop.request(counter, method, params);
  }

  /** Asks without waiting for an answer. */
  counterAsks(method: string, params: object): void {
    this.#counter?.ask(method, params);
  }

  async status(of = tid): Promise<string | undefined> {
    return (await this.counter('terminalDetails', { tid: of })).result?.status;
  }

  /** The gateway falls and another stands up on its journal; the counter is there again. */
  async restart(): Promise<void> {
    await this.shop.restart();
    await this.openCounter();
  }

  /** Waits until nothing more happens without time passing. */
  async calm(): Promise<void> {
    const { entries } = this.shop.trace;
    let before = -1;
    while (before < entries.length) {
      before = entries.length;
      await this.shop.quiet();
    }
  }

  async pass(ms: number): Promise<void> {
    await this.shop.pass(ms);
    await this.calm();
  }
}

/** The waiter at one machine. */
export class HandWaiter {
  readonly #house: Restaurant;
  readonly #machine: ScriptedMachine;

  constructor(house: Restaurant, machine: ScriptedMachine) {
    this.#house = house;
    this.#machine = machine;
  }

  /** What the wish is answered without time passing; undefined if nothing is. */
  async asks(wish: TableWish): Promise<TableAnswer | undefined> {
    const number = this.#machine.wishes(wish);
    await this.#house.calm();
    return this.#machine.answerTo(number);
  }

  /** A card payment from its wish to its end. */
  async pays(wish: TableWish, ended: Outcome = outcome()): Promise<TableAnswer | undefined> {
    const number = this.#machine.wishes(wish);
    await this.#house.calm();
    this.#machine.finishes(ended);
    await this.#house.calm();
    return this.#machine.answerTo(number);
  }
}
