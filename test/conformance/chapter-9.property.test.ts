// Chapters 9 and 12 of PROTOCOL.md: random actions at restaurant tables. Afterwards no table is locked, no
// machine is busy, and the till's book holds every payment that was taken, once, and no other.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { depth } from '../support/depth.ts';
import { RandomTableActions } from '../support/gateway/random-table-actions.ts';
import { otherTid, startRestaurant, tid } from '../support/gateway/restaurant-harness.ts';
import { TableBook } from '../support/gateway/table-till.ts';
import { SeededRandom } from '../support/random.ts';

const SEEDS = depth(16, 2);
const ACTIONS = 150;
const bills = { 1: 1_000, 2: 5_000, '12A': 20_000, Bar: 99_999 };

interface Booked {
  readonly amountPaid: number;
  readonly amountCashback: number;
  readonly amountGratuity: number;
  readonly paymentMethod: string;
}

const amounts = ({ amountPaid, amountCashback, amountGratuity }: Omit<Booked, 'paymentMethod'>) =>
  `${amountPaid} ${amountCashback} ${amountGratuity}`;
const total = (all: readonly Booked[]) =>
  all.reduce((sum, one) => sum + one.amountPaid - one.amountCashback, 0);

describe('random actions at restaurant tables', () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    test(`with seed ${seed}, the till books every payment once and no other [C-12.18]`, async (t) => {
      const book = new TableBook(bills);
      const { restaurant, harness, machine, otherMachine } = await startRestaurant(t, { book });
      const actions = new RandomTableActions(
        restaurant,
        [machine, otherMachine],
        new SeededRandom(seed),
      );
      for (let action = 0; action < ACTIONS; action += 1) await actions.step();
      await actions.finish();
      const booked = [...book.booked.values()] as Booked[];
      const byCard = booked.filter((one) => one.paymentMethod !== 'UNKNOWN');
      const taken = [...actions.taken.values()].map(amounts);
      assert.deepEqual(byCard.map(amounts).sort(), taken.sort());
      assert.ok(booked.length - byCard.length >= actions.cashAnswered, 'all cash is booked');
      const before = Object.values(bills).reduce((sum, one) => sum + one, 0);
      const after = [...book.bills.values()].reduce((sum, one) => sum + one, 0);
      assert.equal(before - after, total(booked));
      assert.deepEqual([...book.locks], []);
      const states = [await restaurant.status(tid), await restaurant.status(otherTid)];
      assert.deepEqual(states, ['AVAILABLE', 'AVAILABLE']);
      assert.deepEqual(await harness.store.list('incomplete', ''), []);
      t.diagnostic(`${taken.length} cards, ${booked.length - taken.length} times cash`);
    });
  }
});
