// C-9.37 and C-9.22 of PROTOCOL.md over real sockets: the gateway falls in the middle of a session and
// stands up again. No table stays locked, and each payment is told once.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import {
  byCard,
  flag,
  inCash,
  locked,
  paying,
  restaurant,
  tableId,
  tid,
  wishes,
} from '../support/gateway/restaurant-harness.ts';
import { outcome } from '../support/terminal/scripted-machine.ts';

const [paid, unlock] = ['? transactionResponse', '? tableUnlock'];
const LIMIT_MS = 200_000;
const IDLE_MS = 900_000;

type Restaurant = Awaited<ReturnType<typeof restaurant>>;

/** What the till is told when it comes back, and that all is well then. */
async function cameBack(
  all: Restaurant,
  left: number,
  parameters = {},
): Promise<readonly string[]> {
  const { house, shop, book, waiter } = all;
  const till = await house.till(parameters);
  await house.calm();
  const told = await shop.told(till.till);
  assert.deepEqual([book.bills.get(tableId), book.locks.size], [left, 0]);
  assert.equal(await house.status(), 'AVAILABLE');
  book.bills.set('next', 100);
  const next = { wish: 'lock', tableId: 'next' } as const;
  assert.equal((await waiter.asks(next))?.answer, 'locked');
  await waiter.pays(byCard(100));
  assert.deepEqual([book.bills.get('next'), book.locks.size], [0, 0]);
  return told;
}

describe('the gateway falls', () => {
  test('while a list is asked for: nothing is left', async (t) => {
    const all = await restaurant(t);
    all.till.saysNothing('tableListRequest');
    await all.waiter.asks(wishes.tables);
    await all.house.restart();
    assert.deepEqual(await cameBack(all, 4820), []);
  });

  test('while a lock is asked for: unlocked to be safe', async (t) => {
    const all = await restaurant(t);
    const { house, till, waiter, book } = all;
    till.says('tableLockRequest', () => {
      book.locks.set(tableId, tid);
      return undefined;
    });
    await waiter.asks(wishes.lock);
    await house.restart();
    assert.deepEqual(await cameBack(all, 4820), [unlock]);
  });

  test('while a table is locked: unlocked', async (t) => {
    const all = await locked(t);
    await all.house.restart();
    assert.deepEqual(await cameBack(all, 4820), [unlock]);
  });

  test('while the bill is asked for: unlocked', async (t) => {
    const all = await locked(t);
    all.till.saysNothing('posReceiptRequest');
    await all.waiter.asks(wishes.bill);
    await all.house.restart();
    assert.deepEqual(await cameBack(all, 4820), [unlock]);
  });

  test('after a part was paid: told, and unlocked; the final receipt is left out', async (t) => {
    const all = await locked(t, { parameters: flag });
    await all.waiter.asks(inCash(820));
    await all.waiter.pays(byCard(1000));
    await all.house.restart();
    assert.deepEqual(await cameBack(all, 3000, flag), [paid, unlock]);
  });

  test('while the final receipt is asked for: unlocked; the payment is not told again', async (t) => {
    const all = await locked(t, { parameters: flag });
    all.till.saysNothing('finalPosReceiptRequest');
    await all.waiter.pays(byCard(4820));
    await all.house.restart();
    assert.deepEqual(await cameBack(all, 0, flag), [unlock]);
    assert.equal(all.book.booked.size, 2);
  });

  test('twice, before the till comes back', async (t) => {
    const all = await locked(t);
    await all.waiter.pays(byCard(1000));
    await all.house.restart();
    await all.house.restart();
    assert.deepEqual(await cameBack(all, 3820), [paid, unlock]);
  });
});

describe('the gateway falls while a card is paid', () => {
  /** A part in cash is paid and a card is in the machine for another. */
  async function halfway(t: TestContext) {
    const all = await locked(t);
    await all.waiter.asks(inCash(820));
    await all.waiter.asks(byCard(1000));
    return all;
  }

  test('the machine has ended it meanwhile', async (t) => {
    const all = await halfway(t);
    const { machine, house } = all;
    await house.shop.house.stop();
    machine.finishes();
    await house.shop.start();
    await house.openCounter();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
    assert.deepEqual(machine.told, ['start', 'start']);
  });

  test('the card is still in: the payment ends first', async (t) => {
    const all = await halfway(t);
    const { machine, house, shop } = all;
    await house.restart();
    const till = await house.till();
    assert.deepEqual(await shop.told(till.till), []);
    assert.equal(await house.status(), 'BUSY');
    assert.equal((await all.waiter.asks(byCard(10)))?.answer, 'no');
    await house.pass(50_000);
    machine.finishes();
    await house.calm();
    assert.deepEqual(await shop.told(till.till), [paid, unlock]);
    assert.equal(till.got('transactionResponse')[0]?.params.amountPaid, 1820);
    assert.equal(await house.status(), 'AVAILABLE');
  });

  test('the card was declined, or the machine knows nothing of it', async (t) => {
    for (const forgets of [true, false]) {
      const all = await halfway(t);
      const { machine, house } = all;
      if (forgets) machine.forgets();
      await house.restart();
      if (!forgets) machine.finishes(outcome('DECLINED'));
      assert.deepEqual(await cameBack(all, 4000), [paid, unlock]);
    }
  });

  test('the machine is away and comes back with a success', async (t) => {
    const all = await halfway(t);
    const { machine, house, shop } = all;
    machine.drops();
    machine.finishes();
    await house.restart();
    const till = await house.till();
    await house.pass(100_000);
    assert.deepEqual(await shop.told(till.till), []);
    machine.connects();
    await house.calm();
    assert.deepEqual(await shop.told(till.till), [paid, unlock]);
    assert.equal(all.book.bills.get(tableId), 3000);
  });

  test('C-9.38 the machine stays away: the rest is told after tableIdle, a late success on its own', async (t) => {
    const all = await halfway(t);
    const { machine, house, shop, book } = all;
    machine.drops();
    await house.restart();
    const till = await house.till();
    await house.pass(LIMIT_MS + IDLE_MS - 1);
    assert.deepEqual(await shop.told(till.till), []);
    await house.pass(1);
    assert.deepEqual(await shop.told(till.till), [paid, unlock]);
    await house.restart();
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [4000, 0]);
    machine.finishes();
    machine.connects();
    await house.calm();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
    assert.equal(book.booked.size, 3);
  });

  test('C-9.38 after the limit, before tableIdle: the machine is asked again', async (t) => {
    const all = await halfway(t);
    const { machine, house } = all;
    await house.pass(LIMIT_MS + 1_000);
    await house.restart();
    machine.finishes();
    await house.calm();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
  });

  test('C-9.38 after the table was left: a late success is still told', async (t) => {
    const all = await halfway(t);
    const { machine, house, shop } = all;
    await house.pass(LIMIT_MS + IDLE_MS);
    assert.deepEqual((await shop.told(all.till.till)).slice(1), [paid, unlock]);
    await house.restart();
    assert.equal(await house.status(), 'BUSY');
    machine.finishes();
    await house.calm();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
  });

  test('it falls again and again, at every step', async (t) => {
    const all = await halfway(t);
    const { machine, house, shop } = all;
    await house.restart();
    await house.restart();
    machine.shows('PIN_ENTRY');
    await house.restart();
    const deaf = await house.till({}, { autoPong: false });
    machine.finishes();
    await house.calm();
    assert.deepEqual(await shop.told(deaf.till), [paid, unlock]);
    await house.restart();
    await house.restart();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
    assert.equal(all.book.booked.size, 3);
  });

  test('C-4.18 duplicate tells the last card payment at the table, also after the fall', async (t) => {
    const { house, machine } = await paying(t, { amount: 1000 });
    machine.finishes();
    await house.calm();
    await house.restart();
    await house.till();
    const { result } = await house.counter('duplicate', { tid });
    assert.deepEqual([result.transactionResult, result.amountBase], ['SUCCESSFUL', 1000]);
    assert.deepEqual(Object.keys(result.receiptLines), ['CUSTOMER']);
  });
});
