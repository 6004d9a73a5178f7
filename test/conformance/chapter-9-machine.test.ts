// Chapter 9 of PROTOCOL.md over real sockets with card machines that vanish, come back, keep silent or
// say things twice: no table stays locked, and each payment is told once.

import assert from 'node:assert/strict';
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
const asked = '? tableLockRequest 1';
const LIMIT_MS = 200_000;
const IDLE_MS = 900_000;

describe('C-9.37 a machine that says nothing more', () => {
  test('locked: after tableIdle the table is unlocked, not before', async (t) => {
    const { house, shop, till, machine, book } = await locked(t);
    machine.drops();
    await house.pass(IDLE_MS - 1);
    assert.deepEqual(await shop.told(till.till), [asked]);
    await house.pass(1);
    assert.deepEqual(await shop.told(till.till), [asked, unlock]);
    assert.equal(book.locks.size, 0);
    machine.connects();
    assert.equal(await house.status(), 'AVAILABLE');
  });

  test('locked, still in reach: the same', async (t) => {
    const { house, shop, till, waiter } = await locked(t);
    await house.pass(IDLE_MS);
    assert.deepEqual(await shop.told(till.till), [asked, unlock]);
    assert.equal((await waiter.asks(byCard(100)))?.answer, 'no');
    assert.equal(await house.status(), 'AVAILABLE');
  });

  test('paid in part: what was paid is told, then the table unlocked', async (t) => {
    const { house, shop, till, machine, waiter } = await locked(t, { parameters: flag });
    await waiter.asks(inCash(820));
    await house.pass(IDLE_MS - 1);
    await waiter.pays(byCard(1000));
    machine.drops();
    await house.pass(IDLE_MS - 1);
    assert.deepEqual(await shop.told(till.till), [asked]);
    await house.pass(1);
    const final = '? finalPosReceiptRequest 2';
    assert.deepEqual(await shop.told(till.till), [asked, paid, final, unlock]);
    assert.equal(till.got('transactionResponse')[0]?.params.amountPaid, 1820);
  });

  test('every word of the machine starts the time anew: also a bill, and what it may not have', async (t) => {
    const { house, till, waiter } = await locked(t);
    for (const wish of [wishes.bill, byCard(9999), wishes.tables, wishes.lock]) {
      await house.pass(IDLE_MS - 1);
      await waiter.asks(wish);
    }
    await house.pass(IDLE_MS - 1);
    assert.equal(till.got('tableUnlock').length, 0);
    await house.pass(1);
    assert.equal(till.got('tableUnlock').length, 1);
  });

  test('it vanishes while the lock is asked: the yes is kept, and the table left in time', async (t) => {
    const { house, shop, till, machine, waiter } = await restaurant(t);
    till.saysNothing('tableLockRequest');
    await waiter.asks(wishes.lock);
    machine.drops();
    till.reply(1, { result: { confirmed: true, amount: 4820, currency: 'GBP' } });
    await house.pass(IDLE_MS);
    assert.deepEqual(await shop.told(till.till), [asked, unlock]);
    assert.deepEqual(machine.answers, []);
    machine.connects();
    assert.equal(await house.status(), 'AVAILABLE');
  });

  test('it vanishes while locked and comes back: the waiter goes on', async (t) => {
    const { house, shop, till, machine, waiter } = await locked(t);
    machine.drops();
    await house.pass(300_000);
    machine.connects();
    assert.equal(await house.status(), 'BUSY');
    assert.equal((await waiter.pays(byCard(4820)))?.answer, 'payment');
    assert.deepEqual(await shop.told(till.till), [asked, paid, unlock]);
  });

  test('it vanishes while choosing: free when it comes back', async (t) => {
    const { house, machine, waiter } = await restaurant(t);
    await waiter.asks(wishes.tables);
    machine.drops();
    assert.equal((await house.counter('terminalDetails', { tid })).error.code, -32070);
    machine.connects();
    assert.equal(await house.status(), 'AVAILABLE');
  });
});

describe('a machine that vanishes while a card is paid', () => {
  test('C-4.45 it comes back with the outcome: told as ever', async (t) => {
    const { house, shop, till, machine, book } = await paying(t);
    machine.drops();
    machine.finishes();
    await house.pass(100_000);
    assert.deepEqual(await shop.told(till.till), [asked]);
    machine.connects();
    await house.calm();
    assert.deepEqual(await shop.told(till.till), [asked, paid, unlock]);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [0, 0]);
    assert.equal(await house.status(), 'AVAILABLE');
  });

  test('it comes back and the card is still in: the payment goes on', async (t) => {
    const { house, shop, till, machine, waiter } = await paying(t, { amount: 2000 });
    machine.drops();
    await house.pass(100_000);
    machine.connects();
    await house.calm();
    assert.equal((await waiter.asks(byCard(100)))?.answer, 'no');
    machine.finishes();
    await house.calm();
    assert.deepEqual(await shop.told(till.till), [asked]);
    await waiter.asks(wishes.leave);
    assert.deepEqual(await shop.told(till.till), [asked, paid, unlock]);
    assert.deepEqual(machine.told, ['start']);
  });

  test('it comes back without knowledge: nothing was paid, and the table is still locked', async (t) => {
    const { house, shop, till, machine, waiter } = await paying(t);
    machine.drops();
    machine.forgets();
    machine.connects();
    await house.calm();
    assert.deepEqual(await shop.told(till.till), [asked]);
    const all = { answer: 'payment', paid: true, left: 0 };
    assert.deepEqual(await waiter.pays(byCard(4820)), all);
    assert.deepEqual(await shop.told(till.till), [asked, paid, unlock]);
    assert.equal(till.got('transactionResponse')[0]?.params.payments.length, 1);
    assert.deepEqual(machine.told, ['start', 'start']);
    assert.notEqual(machine.orders[0]?.id, machine.orders[1]?.id);
  });
});

describe('C-9.38 a card payment whose end is not told within its limit', () => {
  test('the waiter is told that it is not known; nothing more is paid, and the table stays locked', async (t) => {
    const { house, shop, till, machine, waiter, wish } = await paying(t, { amount: 2000 });
    await house.pass(LIMIT_MS - 1);
    assert.equal(machine.answerTo(wish), undefined);
    await house.pass(1);
    assert.equal(machine.answerTo(wish)?.answer, 'unknown');
    for (const other of [byCard(100), inCash(100), wishes.bill]) {
      assert.equal((await waiter.asks(other))?.answer, 'no', other.wish);
    }
    await house.pass(IDLE_MS - 1);
    assert.deepEqual(await shop.told(till.till), [asked]);
    assert.deepEqual(machine.told, ['start']);
  });

  test('a success before tableIdle is told with the rest', async (t) => {
    const { house, shop, till, machine, waiter, book } = await locked(t);
    await waiter.asks(inCash(820));
    await waiter.asks(byCard(2000));
    await house.pass(LIMIT_MS + 60_000);
    machine.finishes();
    await house.calm();
    assert.deepEqual(await shop.told(till.till), [asked, paid, unlock]);
    assert.equal(till.got('transactionResponse')[0]?.params.payments.length, 2);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [2000, 0]);
    assert.equal(await house.status(), 'AVAILABLE');
  });

  for (const ended of ['DECLINED', 'VOID', 'CANCELLED'] as const) {
    test(`${ended} before tableIdle: not told, and the table is left`, async (t) => {
      const { house, shop, till, machine } = await paying(t);
      await house.pass(LIMIT_MS);
      machine.finishes(outcome(ended));
      await house.calm();
      assert.deepEqual(await shop.told(till.till), [asked, unlock]);
      assert.equal(await house.status(), 'AVAILABLE');
    });
  }

  test('it comes back without knowledge after the limit: the table is left, nothing was paid', async (t) => {
    const { house, shop, till, machine } = await paying(t);
    machine.drops();
    await house.pass(LIMIT_MS + 60_000);
    assert.deepEqual(await shop.told(till.till), [asked]);
    machine.forgets();
    machine.connects();
    await house.calm();
    assert.deepEqual(await shop.told(till.till), [asked, unlock]);
    assert.equal(await house.status(), 'AVAILABLE');
  });

  test('after tableIdle the rest is told and the table unlocked; the machine stays BUSY', async (t) => {
    const { house, shop, till, machine, waiter, book } = await locked(t);
    await waiter.asks(inCash(820));
    const wish = machine.wishes(byCard(2000));
    const leave = machine.wishes(wishes.leave);
    await house.pass(LIMIT_MS + IDLE_MS - 1);
    assert.deepEqual(await shop.told(till.till), [asked]);
    await house.pass(1);
    assert.deepEqual(await shop.told(till.till), [asked, paid, unlock]);
    assert.deepEqual(
      [machine.answerTo(wish)?.answer, machine.answerTo(leave)?.answer],
      ['unknown', 'left'],
    );
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [4000, 0]);
    assert.equal(await house.status(), 'BUSY');
    assert.equal((await waiter.asks(wishes.lock))?.answer, 'no');
    assert.equal((await waiter.asks(wishes.tables))?.answer, 'no');
  });

  test('a success still later: a transactionResponse of its own, and another tableUnlock', async (t) => {
    const { house, shop, till, machine, waiter, book } = await locked(t);
    await waiter.asks(inCash(820));
    await waiter.asks(byCard(2000));
    await house.pass(LIMIT_MS + IDLE_MS + 3_600_000);
    machine.finishes();
    machine.finishes();
    await house.calm();
    assert.deepEqual(await shop.told(till.till), [asked, paid, unlock, paid, unlock]);
    const sums = till.got('transactionResponse').map(({ params }) => params.amountPaid);
    assert.deepEqual(sums, [820, 2000]);
    assert.deepEqual([book.bills.get(tableId), book.booked.size], [2000, 2]);
    assert.equal(await house.status(), 'AVAILABLE');
    const { result } = await house.counter('duplicate', { tid });
    assert.deepEqual([result.transactionResult, result.amountBase], ['SUCCESSFUL', 2000]);
  });

  test('a word still later that it was declined, or forgotten: nothing is told, the machine is free', async (t) => {
    for (const forgets of [true, false]) {
      const { house, shop, till, machine } = await paying(t);
      machine.drops();
      await house.pass(LIMIT_MS + IDLE_MS);
      if (forgets) machine.forgets();
      else machine.finishes(outcome('DECLINED'));
      machine.connects();
      await house.calm();
      assert.deepEqual(await shop.told(till.till), [asked, unlock]);
      assert.equal(await house.status(), 'AVAILABLE');
    }
  });

  test('a success while the final receipt is asked for: told before the one tableUnlock', async (t) => {
    const { house, shop, till, machine, waiter, book } = await locked(t, { parameters: flag });
    till.saysNothing('finalPosReceiptRequest');
    await waiter.asks(inCash(820));
    await waiter.asks(byCard(2000));
    await house.pass(LIMIT_MS + IDLE_MS);
    const final = '? finalPosReceiptRequest 2';
    assert.deepEqual(await shop.told(till.till), [asked, paid, final]);
    machine.finishes();
    await house.calm();
    till.reply(2, { result: { receiptLines: [] } });
    await house.calm();
    assert.deepEqual(await shop.told(till.till), [asked, paid, final, paid, unlock]);
    assert.deepEqual([book.bills.get(tableId), book.booked.size], [2000, 2]);
    assert.equal(await house.status(), 'AVAILABLE');
  });
});
