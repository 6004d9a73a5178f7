// Whatever happens to a linked card machine, in whatever order: each order is begun once and told one end,
// and that end is what the bank has.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LinkEvent, LinkOrder } from '@tillgate/protocol';
import fc from 'fast-check';
import { depth } from '../../../../test/support/depth.ts';
import { Counter, linked, profile, sale, WatchedMemory } from '../testing/link-script.ts';
import { settle } from '../testing/manual-timing.ts';
import { ScriptedGateway } from '../testing/scripted-gateway.ts';
import type { CardMachine, OrderScreen, PlayedOutcome } from './machine.ts';

/** How often each order was charged; outlives the machine. */
type Bank = Map<string, number>;

/** Continues by one step when the test says so, or fails there. */
class SteppingMachine implements CardMachine {
  readonly profile = { ...profile, reports: [] };
  readonly memory: WatchedMemory;
  readonly #bank: Bank;
  readonly #begun: string[];
  #step: PromiseWithResolvers<void> | undefined;

  constructor(memory: WatchedMemory, bank: Bank, begun: string[]) {
    this.memory = memory;
    this.#bank = bank;
    this.#begun = begun;
  }

  async start({ id }: LinkOrder, screen: OrderScreen): Promise<PlayedOutcome> {
    this.#begun.push(id);
    screen.show('PRESENT_CARD');
    await this.#wait();
    await screen.commit();
    await this.#wait();
    this.#bank.set(id, (this.#bank.get(id) ?? 0) + 1);
    await this.#wait();
    return { transactionResult: 'SUCCESSFUL' };
  }

  async recall({ id }: LinkOrder): Promise<PlayedOutcome> {
    await this.#wait();
    return { transactionResult: this.#bank.has(id) ? 'SUCCESSFUL' : 'UNSUCCESSFUL' };
  }

  goOn(): void {
    this.#step?.resolve();
  }

  breaks(): void {
    this.#step?.reject(new Error('Paper jam.'));
  }

  #wait(): Promise<void> {
    this.#step = Promise.withResolvers();
    return this.#step.promise;
  }
}

const happenings = [
  ...['order', 'order', 'order again', 'cancel', 'cancel', 'ask'],
  ...['goes on', 'goes on', 'goes on', 'breaks', 'cannot keep'],
  ...['cut', 'comes back', 'power loss'],
] as const;
type Happening = (typeof happenings)[number];

class Day {
  readonly memory = new WatchedMemory();
  readonly bank: Bank = new Map();
  readonly begun: string[] = [];
  /** Every word on how an order ended. */
  readonly ends = new Map<string, Set<string>>();
  readonly told: string[] = [];
  #run = 0;
  #orders = 0;
  #gateway = new ScriptedGateway();
  #counter = new Counter(this.#gateway);
  #machine = new SteppingMachine(this.memory, this.bank, this.begun);

  async open(): Promise<void> {
    this.#run += 1;
    this.#gateway = new ScriptedGateway();
    this.#counter = new Counter(this.#gateway);
    this.#machine = new SteppingMachine(this.memory, this.bank, this.begun);
    await linked(this.#machine, {}, this.#gateway);
  }

  async happens(what: Happening): Promise<void> {
    const order = { ...sale, id: `order ${this.#orders}` };
    switch (what) {
      case 'order':
        this.#orders += 1;
        await this.#counter.start({ ...sale, id: `order ${this.#orders}` });
        break;
      case 'order again':
        if (this.begun.includes(order.id)) await this.#counter.start(order);
        break;
      case 'cancel':
        await this.#counter.cancel(order.id);
        break;
      case 'ask':
        await this.#ask(order.id);
        break;
      case 'goes on':
        this.#machine.goOn();
        break;
      case 'breaks':
        this.#machine.breaks();
        break;
      case 'cannot keep':
        this.memory.failures.push(new Error('Full.'));
        break;
      case 'cut':
        await this.#counter.line.cut();
        break;
      case 'comes back':
        await this.#gateway.timing.advance(5_000);
        break;
      case 'power loss':
        this.memory.failures.length = 0;
        await this.open();
    }
    await settle();
    this.#hear(this.#counter.told());
  }

  /** Everything works again, and what is in hand goes on to its end; then it is asked for. */
  async comesToRest(): Promise<void> {
    this.memory.failures.length = 0;
    for (let step = 0; step < 8; step += 1) {
      await this.happens('goes on');
      await this.happens('comes back');
    }
    const { kept } = this.memory;
    if (kept) await this.#ask(kept.order.id);
  }

  async #ask(order: string): Promise<void> {
    const last = await this.#counter.last(order);
    if (last?.knows === 'outcome') this.#note(order, last.outcome);
    if (last?.knows === 'nothing') {
      const isLast = order === this.memory.kept?.order.id;
      assert.ok(!isLast && !this.bank.has(order), `${order} is not known`);
    }
  }

  #hear(told: readonly LinkEvent[]): void {
    for (const telling of told) {
      if (telling.method !== 'finished') continue;
      const { order, outcome } = telling.params;
      this.told.push(`${this.#run} ${order}`);
      this.#note(order, outcome);
    }
  }

  #note(order: string, outcome: object): void {
    const ends = this.ends.get(order) ?? new Set();
    this.ends.set(order, ends.add(JSON.stringify(outcome)));
  }
}

/** One day for each result, so that all are met however few days are random. */
const endings: [Happening[]][] = [
  [['order', 'goes on', 'goes on', 'goes on']],
  [['order', 'cancel']],
  [['order', 'breaks']],
];

test('every order has one outcome, and it agrees with the bank [C-13.10]', async () => {
  const met = new Map<string, number>();
  const days = fc.array(fc.constantFrom(...happenings), { minLength: 5, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(days, async (list) => {
      const day = new Day();
      await day.open();
      for (const what of list) await day.happens(what);
      await day.comesToRest();
      assert.equal(new Set(day.begun).size, day.begun.length, 'begun once');
      assert.equal(new Set(day.told).size, day.told.length, 'told once a run');
      for (const count of day.bank.values()) assert.equal(count, 1, 'charged once');
      for (const [order, ends] of day.ends) {
        assert.equal(ends.size, 1, `${order} has one end`);
        const [end = ''] = ends;
        const { transactionResult } = JSON.parse(end);
        met.set(transactionResult, (met.get(transactionResult) ?? 0) + 1);
        assert.equal(transactionResult === 'SUCCESSFUL', day.bank.has(order), order);
      }
      const kept = day.memory.kept;
      if (kept) assert.ok(day.ends.has(kept.order.id), 'the last end was told');
    }),
    { numRuns: depth(100, 25), examples: endings },
  );
  for (const result of ['SUCCESSFUL', 'CANCELLED', 'UNSUCCESSFUL']) {
    assert.ok((met.get(result) ?? 0) > 0, `${result} was met`);
  }
});
