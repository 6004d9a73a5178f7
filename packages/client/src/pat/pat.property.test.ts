// Whatever is sent again, cut off, killed or fails in between: every payment of every session is booked
// exactly once, and a table is never unlocked for good before its payments are booked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { depth } from '../../../../test/support/depth.ts';
import { settle } from '../testing/manual-timing.ts';
import { ScriptedGateway } from '../testing/scripted-gateway.ts';
import { paid, payment } from '../testing/table-script.ts';
import type { TableHandlers } from './handlers.ts';
import type { TableTill } from './pat.ts';

interface Notice {
  readonly method: string;
  readonly params: object;
  delivered: boolean;
}

/** A restaurant whose database outlives its program, and a gateway that keeps what is not marked. */
class World {
  readonly gateway = new ScriptedGateway();
  readonly #notices: Notice[] = [];
  /** Each payment in the database, as often as it was booked. */
  readonly booked: string[] = [];
  readonly log: string[] = [];
  /** How many of the coming bookings fail: before they are written, or after. */
  failures: ('before' | 'after')[] = [];
  #till: TableTill | undefined;
  #payments = 0;
  /** Of a program that has ended nothing is done any more. */
  #life = 0;

  async start(): Promise<void> {
    const seen = { has: (id: string) => this.booked.includes(id) };
    this.#life += 1;
    this.#till = await this.gateway.serve(this.#handlers(this.#life), { seen });
    await this.#tellAll();
  }

  /** The program ends in the middle of whatever it does. */
  async kill(): Promise<void> {
    this.#life += 1;
    this.#till?.close();
    await settle();
    await this.start();
  }

  async cut(): Promise<void> {
    const { connections } = this.gateway;
    const before = connections.length;
    await this.gateway.connection.cut();
    while (connections.length === before) await this.gateway.timing.advance(500);
    await this.#tellAll();
  }

  async session(table: number, payments: number): Promise<void> {
    const at = { tid: '12345678', tableId: `T${table}` };
    const list = Array.from({ length: payments }, () => {
      this.#payments += 1;
      return payment(this.#payments, { amountPaid: 100 });
    });
    const notices: Notice[] = [{ method: 'tableUnlock', params: at, delivered: false }];
    if (list.length > 0) {
      const told = { method: 'transactionResponse', params: paid(list, at), delivered: false };
      notices.unshift(told);
    }
    this.#notices.push(...notices);
    for (const notice of notices) await this.#tell(notice);
  }

  async again(index: number): Promise<void> {
    const kept = this.#notices.filter(({ delivered }) => !delivered);
    const notice = kept[index % Math.max(1, kept.length)];
    if (notice) await this.#tell(notice);
  }

  /** Everything works again, for long enough. */
  async calm(): Promise<void> {
    this.failures = [];
    await this.cut();
    await this.gateway.timing.advance(120_000);
  }

  get undelivered(): number {
    return this.#notices.filter(({ delivered }) => !delivered).length;
  }

  get payments(): number {
    return this.#payments;
  }

  async #tellAll(): Promise<void> {
    for (const notice of this.#notices) if (!notice.delivered) await this.#tell(notice);
  }

  async #tell(notice: Notice): Promise<void> {
    const { method, params } = notice;
    const { connection } = this.gateway;
    await connection.say({ method, params });
    void connection.mark(() => {
      notice.delivered = true;
    });
    await settle();
  }

  #handlers(life: number): TableHandlers {
    return {
      listTables: () => [],
      lockTable: () => ({ amount: 1, currency: 'GBP' }),
      bill: () => [],
      recordPayments: async ({ tableId, payments }) => {
        await Promise.resolve();
        if (life !== this.#life) await new Promise(() => undefined);
        const failure = this.failures.shift();
        if (failure === 'before') throw new Error('The database is locked.');
        this.booked.push(...payments.map(({ paymentId }) => paymentId));
        this.log.push(`booked ${tableId}`);
        if (failure === 'after') throw new Error('The answer of the database was lost.');
      },
      unlock: ({ tableId }) => void this.log.push(`unlocked ${tableId}`),
    };
  }
}

const event = fc.oneof(
  fc.record({ do: fc.constant('session' as const), table: fc.nat(2), payments: fc.nat(2) }),
  fc.record({ do: fc.constant('again' as const), index: fc.nat(9) }),
  fc.record({
    do: fc.constant('fail' as const),
    how: fc.array(fc.constantFrom('before' as const, 'after' as const), { maxLength: 3 }),
  }),
  fc.record({ do: fc.constantFrom('cut' as const, 'kill' as const) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(20_000) }),
);
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

/** Two at one table, the second while the first is not yet booked. */
const visit: Event = { do: 'session', table: 1, payments: 1 };

async function play(world: World, one: Event): Promise<void> {
  switch (one.do) {
    case 'session':
      return world.session(one.table, one.payments);
    case 'again':
      return world.again(one.index);
    case 'fail':
      world.failures.push(...one.how);
      return undefined;
    case 'wait':
      return world.gateway.timing.advance(one.ms);
    default:
      return world[one.do]();
  }
}

test('every payment is booked exactly once, however often it is sent [C-12.18]', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 14 }), async (events) => {
      const world = new World();
      await world.start();
      for (const one of events) await play(world, one);
      await world.calm();
      assert.equal(world.booked.length, world.payments);
      assert.equal(new Set(world.booked).size, world.payments);
      for (const table of ['T0', 'T1', 'T2']) {
        const last = (what: string) => world.log.lastIndexOf(`${what} ${table}`);
        assert.ok(last('unlocked') >= last('booked'), `${table}: ${world.log}`);
      }
      assert.equal(world.undelivered, 0, 'the gateway has its delivery marks');
    }),
    {
      numRuns: depth(60, 15),
      examples: [[[{ do: 'fail', how: ['before'] }, visit, visit, { do: 'wait', ms: 1_000 }]]],
    },
  );
});
