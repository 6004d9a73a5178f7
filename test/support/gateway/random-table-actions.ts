// A busy evening by chance: waiters at card machines, a till that does not always answer, drops and comes
// back, cards that are declined, machines that vanish, a gateway that falls, and time that passes. What
// must hold afterwards is for the test to say.

import type { Chance } from '../random.ts';
import type { Outcome, ScriptedMachine, TableWish } from '../terminal/scripted-machine.ts';
import { cancelled, outcome } from '../terminal/scripted-machine.ts';
import type { Restaurant } from './restaurant-harness.ts';
import { byCard, flag, inCash } from './restaurant-harness.ts';
import type { Answer, Question, TableTill } from './table-till.ts';

const LONGEST_PAUSE_MS = 9_000;
const LONG_PAUSES_MS = [60_000, 210_000, 950_000] as const;
const questions: readonly Question[] = [
  'tableListRequest',
  'tableLockRequest',
  'posReceiptRequest',
  'finalPosReceiptRequest',
];
const addresses = [{}, flag, { 'api-version': 'v0' }] as const;
const ends = ['SUCCESSFUL', 'SUCCESSFUL', 'SUCCESSFUL', 'DECLINED', 'CANCELLED'] as const;
const sentence = { code: -32000, message: 'Not now.' };

/** A card payment that the machine took: what it must be told as. */
export interface Taken {
  readonly amountPaid: number;
  readonly amountCashback: number;
  readonly amountGratuity: number;
}

export class BusyEvening {
  /** Card payments at the table that truly happened, by order. */
  readonly taken = new Map<string, Taken>();
  readonly #house: Restaurant;
  readonly #machines: readonly ScriptedMachine[];
  readonly #chance: Chance;
  /** Orders that have come to an end at their machine. */
  readonly #ended = new Set<string>();
  /** Numbers of the wishes for cash, by machine. */
  readonly #cash: { readonly machine: ScriptedMachine; readonly wish: number }[] = [];
  #till: TableTill | undefined;

  constructor(house: Restaurant, machines: readonly ScriptedMachine[], chance: Chance) {
    this.#house = house;
    this.#machines = machines;
    this.#chance = chance;
  }

  /** One thing happens. */
  async go(): Promise<void> {
    const machine = this.#chance.pick(this.#machines);
    const kind = this.#chance.below(60);
    if (kind < 28) this.#wish(machine);
    else if (kind < 42) this.#finish(machine);
    else if (kind < 44) this.#vanish(machine);
    else if (kind < 47) for (const one of this.#machines) one.connects();
    else if (kind < 48) this.#counter(machine);
    else if (kind < 52) await this.#tillComes();
    else if (kind < 53) this.#till?.till.cut();
    else if (kind < 54) await this.#restart();
    else if (kind < 55) await this.#house.pass(this.#chance.pick(LONG_PAUSES_MS));
    else await this.#house.pass(this.#chance.below(LONGEST_PAUSE_MS));
    // Mostly what was begun comes to its end before the next thing happens.
    if (this.#chance.below(4) > 0) await this.#house.calm();
  }

  /** Everybody comes back, what is in a machine ends, and the waiters go home. */
  async end(): Promise<void> {
    await this.#house.calm();
    for (const machine of this.#machines) {
      machine.connects();
      await this.#house.calm();
      this.#finish(machine);
    }
    await this.#house.pass(250_000);
    for (const machine of this.#machines) machine.wishes({ wish: 'leave' });
    await this.#house.pass(1_000_000);
    await this.#house.till();
    await this.#house.calm();
  }

  /** Payments in cash that the waiters were told are taken. */
  get cashAnswered(): number {
    const answers = this.#cash.map(({ machine, wish }) => machine.answerTo(wish));
    return answers.filter((one) => one?.answer === 'payment' && one.paid).length;
  }

  /** Mostly what makes sense after the last answer. */
  #wish(machine: ScriptedMachine): void {
    const last = machine.answers.at(-1)?.answer;
    const paid = last?.answer === 'payment' && last.left > 0;
    const sits = paid || last?.answer === 'locked' || last?.answer === 'bill';
    const sensible = this.#chance.below(5) > 0;
    const wishes = sits === sensible ? this.#atTable() : this.#before();
    const wish = this.#chance.pick(wishes);
    const number = machine.wishes(wish);
    if (wish.wish === 'pay' && wish.by === 'other') this.#cash.push({ machine, wish: number });
  }

  #before(): readonly TableWish[] {
    const tableId = this.#chance.pick([...this.#house.book.bills.keys()]);
    const lock = { wish: 'lock', tableId } as const;
    return [{ wish: 'tables', waiterId: '007' }, lock, lock, { ...lock, waiterId: '007' }];
  }

  #atTable(): readonly TableWish[] {
    const amount = 1 + this.#chance.below(2_000);
    const cards = [byCard(amount), byCard(amount, 100), byCard(amount, 0, 500)];
    return [...cards, ...cards, inCash(amount), { wish: 'bill' }, { wish: 'leave' }];
  }

  /** What the machine has in hand comes to an end, in reach or not. */
  #finish(machine: ScriptedMachine): void {
    const order = machine.orders.at(-1);
    if (!order || this.#ended.has(order.id)) return;
    this.#ended.add(order.id);
    const { amount, amountCashback, table } = order;
    const amountGratuity = table?.amountGratuity ?? 0;
    const end = this.#chance.pick(ends);
    const told: Outcome =
      end === 'CANCELLED' ? cancelled : outcome(end, { amountCashback, amountGratuity });
    if (end === 'SUCCESSFUL' && table) {
      const amountPaid = amount + amountCashback;
      this.taken.set(order.id, { amountPaid, amountCashback, amountGratuity });
    }
    machine.finishes(told);
    if (this.#chance.below(3) === 0) machine.finishes(told);
  }

  /** Sometimes it loses its memory too, while nothing has ended in it. */
  #vanish(machine: ScriptedMachine): void {
    machine.drops();
    const order = machine.orders.at(-1);
    if (!order || this.#ended.has(order.id) || this.#chance.below(3) > 0) return;
    this.#ended.add(order.id);
    machine.forgets();
  }

  #counter({ tid }: ScriptedMachine): void {
    const amount = 1 + this.#chance.below(500);
    this.#house.counterAsks('sale', { tid, currency: 'GBP', amount });
  }

  async #tillComes(): Promise<void> {
    const autoPong = this.#chance.below(3) > 0;
    const till = await this.#house.till(this.#chance.pick(addresses), { autoPong });
    for (const question of questions) {
      till.says(question, (params) => this.#say(till, question, params));
    }
    this.#till = till;
  }

  /** Mostly as a good till; else nothing, no, or nonsense, perhaps with the table locked all the same. */
  #say(till: TableTill, question: Question, params: { readonly tableId?: string }): Answer {
    const kind = this.#chance.below(12);
    if (kind === 0) return undefined;
    if (kind === 1) return { error: sentence };
    if (kind === 2) return { result: 7 };
    const answer = till.good(question, params);
    return kind === 3 ? undefined : answer;
  }

  async #restart(): Promise<void> {
    await this.#house.restart();
    if (this.#chance.below(2) === 0) await this.#tillComes();
  }
}
