// Random actions at restaurant tables: waiters at card machines, a till that sometimes gives no answer,
// loses its connection and reconnects, declined cards, disconnected machines, gateway restarts and time
// that passes. The test checks the result.

import type { SeededRandom } from '../random.ts';
import type { Outcome, ScriptedMachine, WaiterRequest } from '../terminal/scripted-machine.ts';
import { cancelled, outcome } from '../terminal/scripted-machine.ts';
import type { Restaurant } from './restaurant-harness.ts';
import { cardPayment, cashPayment, finalReceiptFlag } from './restaurant-harness.ts';
import type { Answer, TableRequest, TableTill } from './table-till.ts';

const LONGEST_PAUSE_MS = 9_000;
const LONG_PAUSES_MS = [60_000, 210_000, 950_000] as const;
const questions: readonly TableRequest[] = [
  'tableListRequest',
  'tableLockRequest',
  'posReceiptRequest',
  'finalPosReceiptRequest',
];
const addresses = [{}, finalReceiptFlag, { 'api-version': 'v0' }] as const;
const ends = ['SUCCESSFUL', 'SUCCESSFUL', 'SUCCESSFUL', 'DECLINED', 'CANCELLED'] as const;
const sentence = { code: -32000, message: 'Not now.' };

/** A card payment that the machine took, with the amounts that the till must receive. */
export interface TakenPayment {
  readonly amountPaid: number;
  readonly amountCashback: number;
  readonly amountGratuity: number;
}

export class RandomTableActions {
  /** Card payments at the table that truly happened, by order. */
  readonly taken = new Map<string, TakenPayment>();
  readonly #restaurant: Restaurant;
  readonly #machines: readonly ScriptedMachine[];
  readonly #random: SeededRandom;
  /** Orders that have come to an end at their machine. */
  readonly #ended = new Set<string>();
  /** Numbers of the requests for cash, by machine. */
  readonly #cash: { readonly machine: ScriptedMachine; readonly tableRequest: number }[] = [];
  #till: TableTill | undefined;

  constructor(restaurant: Restaurant, machines: readonly ScriptedMachine[], random: SeededRandom) {
    this.#restaurant = restaurant;
    this.#machines = machines;
    this.#random = random;
  }

  /** Takes one random action. */
  async step(): Promise<void> {
    const machine = this.#random.pick(this.#machines);
    const kind = this.#random.int(60);
    if (kind < 28) this.#tableRequest(machine);
    else if (kind < 42) this.#finish(machine);
    else if (kind < 44) this.#vanish(machine);
    else if (kind < 47) for (const one of this.#machines) one.connect();
    else if (kind < 48) this.#counter(machine);
    else if (kind < 52) await this.#tillComes();
    else if (kind < 53) this.#till?.till.cut();
    else if (kind < 54) await this.#restart();
    else if (kind < 55) await this.#restaurant.advance(this.#random.pick(LONG_PAUSES_MS));
    else await this.#restaurant.advance(this.#random.int(LONGEST_PAUSE_MS));
    // Mostly what was begun comes to its end before the next thing happens.
    if (this.#random.int(4) > 0) await this.#restaurant.settled();
  }

  /** Reconnects everybody, ends what runs at the machines, and has the waiters leave their tables. */
  async finish(): Promise<void> {
    await this.#restaurant.settled();
    for (const machine of this.#machines) {
      machine.connect();
      await this.#restaurant.settled();
      this.#finish(machine);
    }
    await this.#restaurant.advance(250_000);
    for (const machine of this.#machines) machine.request({ kind: 'leave' });
    await this.#restaurant.advance(1_000_000);
    await this.#restaurant.till();
    await this.#restaurant.settled();
  }

  /** Number of cash payments that were confirmed to the waiters. */
  get cashAnswered(): number {
    const answers = this.#cash.map(({ machine, tableRequest }) => machine.answerTo(tableRequest));
    return answers.filter((one) => one?.answer === 'payment' && one.paid).length;
  }

  /** Mostly a request that makes sense after the last answer. */
  #tableRequest(machine: ScriptedMachine): void {
    const last = machine.answers.at(-1)?.answer;
    const paid = last?.answer === 'payment' && last.left > 0;
    const sits = paid || last?.answer === 'locked' || last?.answer === 'bill';
    const sensible = this.#random.int(5) > 0;
    const tableRequests = sits === sensible ? this.#atTable() : this.#before();
    const tableRequest = this.#random.pick(tableRequests);
    const number = machine.request(tableRequest);
    if (tableRequest.kind === 'pay' && tableRequest.by === 'other')
      this.#cash.push({ machine, tableRequest: number });
  }

  #before(): readonly WaiterRequest[] {
    const tableId = this.#random.pick([...this.#restaurant.book.bills.keys()]);
    const lock = { kind: 'lock', tableId } as const;
    return [{ kind: 'tables', waiterId: '007' }, lock, lock, { ...lock, waiterId: '007' }];
  }

  #atTable(): readonly WaiterRequest[] {
    const amount = 1 + this.#random.int(2_000);
    const cards = [cardPayment(amount), cardPayment(amount, 100), cardPayment(amount, 0, 500)];
    return [...cards, ...cards, cashPayment(amount), { kind: 'bill' }, { kind: 'leave' }];
  }

  /** The machine ends its current order, connected or not. */
  #finish(machine: ScriptedMachine): void {
    const order = machine.orders.at(-1);
    if (!order || this.#ended.has(order.id)) return;
    this.#ended.add(order.id);
    const { amount, amountCashback, table } = order;
    const amountGratuity = table?.amountGratuity ?? 0;
    const end = this.#random.pick(ends);
    const ended: Outcome =
      end === 'CANCELLED' ? cancelled : outcome(end, { amountCashback, amountGratuity });
    if (end === 'SUCCESSFUL' && table) {
      const amountPaid = amount + amountCashback;
      this.taken.set(order.id, { amountPaid, amountCashback, amountGratuity });
    }
    machine.finish(ended);
    if (this.#random.int(3) === 0) machine.finish(ended);
  }

  /** Disconnects the machine; sometimes it loses its memory too, if its order has not ended. */
  #vanish(machine: ScriptedMachine): void {
    machine.disconnect();
    const order = machine.orders.at(-1);
    if (!order || this.#ended.has(order.id) || this.#random.int(3) > 0) return;
    this.#ended.add(order.id);
    machine.loseMemory();
  }

  #counter({ tid }: ScriptedMachine): void {
    const amount = 1 + this.#random.int(500);
    this.#restaurant.sendFromCounter('sale', { tid, currency: 'GBP', amount });
  }

  async #tillComes(): Promise<void> {
    const autoPong = this.#random.int(3) > 0;
    const till = await this.#restaurant.till(this.#random.pick(addresses), { autoPong });
    for (const question of questions) {
      till.answerWith(question, (params) => this.#say(till, question, params));
    }
    this.#till = till;
  }

  /** Mostly the default answer; otherwise none, an error, or an invalid one, perhaps with the table locked in the book. */
  #say(till: TableTill, question: TableRequest, params: { readonly tableId?: string }): Answer {
    const kind = this.#random.int(12);
    if (kind === 0) return undefined;
    if (kind === 1) return { error: sentence };
    if (kind === 2) return { result: 7 };
    const answer = till.defaultAnswer(question, params);
    return kind === 3 ? undefined : answer;
  }

  async #restart(): Promise<void> {
    await this.#restaurant.restart();
    if (this.#random.int(2) === 0) await this.#tillComes();
  }
}
