// C-9.37 and C-9.22 of PROTOCOL.md over real sockets: the gateway falls in the middle of a session and
// stands up again. No table stays locked, and each payment is told once.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import {
  cardPayment,
  cashPayment,
  finalReceiptFlag,
  startRestaurant,
  startWithLock,
  startWithPayment,
  tableId,
  tid,
  wishes,
} from '../support/gateway/restaurant-harness.ts';
import { outcome } from '../support/terminal/scripted-machine.ts';

const [paid, unlock] = ['? transactionResponse', '? tableUnlock'];
const LIMIT_MS = 200_000;
const IDLE_MS = 900_000;

type Restaurant = Awaited<ReturnType<typeof startRestaurant>>;

/** What the till is told when it comes back, and that all is well then. */
async function cameBack(
  all: Restaurant,
  left: number,
  parameters = {},
): Promise<readonly string[]> {
  const { restaurant, harness, book, waiter } = all;
  const till = await restaurant.till(parameters);
  await restaurant.settled();
  const told = await harness.summaries(till.till);
  assert.deepEqual([book.bills.get(tableId), book.locks.size], [left, 0]);
  assert.equal(await restaurant.status(), 'AVAILABLE');
  book.bills.set('next', 100);
  const next = { kind: 'lock', tableId: 'next' } as const;
  assert.equal((await waiter.request(next))?.answer, 'locked');
  await waiter.payByCard(cardPayment(100));
  assert.deepEqual([book.bills.get('next'), book.locks.size], [0, 0]);
  return told;
}

describe('the gateway falls', () => {
  test('while a list is asked for: nothing is left', async (t) => {
    const all = await startRestaurant(t);
    all.till.leaveUnanswered('tableListRequest');
    await all.waiter.request(wishes.tables);
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 4820), []);
  });

  test('while a lock is asked for: unlocked to be safe', async (t) => {
    const all = await startRestaurant(t);
    const { restaurant, till, waiter, book } = all;
    till.answerWith('tableLockRequest', () => {
      book.locks.set(tableId, tid);
      return undefined;
    });
    await waiter.request(wishes.lock);
    await restaurant.restart();
    assert.deepEqual(await cameBack(all, 4820), [unlock]);
  });

  test('while a table is locked: unlocked', async (t) => {
    const all = await startWithLock(t);
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 4820), [unlock]);
  });

  test('while the bill is asked for: unlocked', async (t) => {
    const all = await startWithLock(t);
    all.till.leaveUnanswered('posReceiptRequest');
    await all.waiter.request(wishes.bill);
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 4820), [unlock]);
  });

  test('after a part was paid: told, and unlocked; the final receipt is left out', async (t) => {
    const all = await startWithLock(t, { parameters: finalReceiptFlag });
    await all.waiter.request(cashPayment(820));
    await all.waiter.payByCard(cardPayment(1000));
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 3000, finalReceiptFlag), [paid, unlock]);
  });

  test('while the final receipt is asked for: unlocked; the payment is not told again', async (t) => {
    const all = await startWithLock(t, { parameters: finalReceiptFlag });
    all.till.leaveUnanswered('finalPosReceiptRequest');
    await all.waiter.payByCard(cardPayment(4820));
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 0, finalReceiptFlag), [unlock]);
    assert.equal(all.book.booked.size, 2);
  });

  test('twice, before the till comes back', async (t) => {
    const all = await startWithLock(t);
    await all.waiter.payByCard(cardPayment(1000));
    await all.restaurant.restart();
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 3820), [paid, unlock]);
  });
});

describe('the gateway falls while a card is paid', () => {
  /** A part in cash is paid and a card is in the machine for another. */
  async function halfway(t: TestContext) {
    const all = await startWithLock(t);
    await all.waiter.request(cashPayment(820));
    await all.waiter.request(cardPayment(1000));
    return all;
  }

  test('the machine has ended it meanwhile', async (t) => {
    const all = await halfway(t);
    const { machine, restaurant } = all;
    await restaurant.harness.server.stop();
    machine.finish();
    await restaurant.harness.start();
    await restaurant.openCounter();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
    assert.deepEqual(machine.commands, ['start', 'start']);
  });

  test('the card is still in: the payment ends first', async (t) => {
    const all = await halfway(t);
    const { machine, restaurant, harness } = all;
    await restaurant.restart();
    const till = await restaurant.till();
    assert.deepEqual(await harness.summaries(till.till), []);
    assert.equal(await restaurant.status(), 'BUSY');
    assert.equal((await all.waiter.request(cardPayment(10)))?.answer, 'no');
    await restaurant.advance(50_000);
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), [paid, unlock]);
    assert.equal(till.received('transactionResponse')[0]?.params.amountPaid, 1820);
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('the card was declined, or the machine knows nothing of it', async (t) => {
    for (const forgets of [true, false]) {
      const all = await halfway(t);
      const { machine, restaurant } = all;
      if (forgets) machine.loseMemory();
      await restaurant.restart();
      if (!forgets) machine.finish(outcome('DECLINED'));
      assert.deepEqual(await cameBack(all, 4000), [paid, unlock]);
    }
  });

  test('the machine is away and comes back with a success', async (t) => {
    const all = await halfway(t);
    const { machine, restaurant, harness } = all;
    machine.disconnect();
    machine.finish();
    await restaurant.restart();
    const till = await restaurant.till();
    await restaurant.advance(100_000);
    assert.deepEqual(await harness.summaries(till.till), []);
    machine.connect();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), [paid, unlock]);
    assert.equal(all.book.bills.get(tableId), 3000);
  });

  test('C-9.38 the machine stays away: the rest is told after tableIdle, a late success on its own', async (t) => {
    const all = await halfway(t);
    const { machine, restaurant, harness, book } = all;
    machine.disconnect();
    await restaurant.restart();
    const till = await restaurant.till();
    await restaurant.advance(LIMIT_MS + IDLE_MS - 1);
    assert.deepEqual(await harness.summaries(till.till), []);
    await restaurant.advance(1);
    assert.deepEqual(await harness.summaries(till.till), [paid, unlock]);
    await restaurant.restart();
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [4000, 0]);
    machine.finish();
    machine.connect();
    await restaurant.settled();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
    assert.equal(book.booked.size, 3);
  });

  test('C-9.38 after the limit, before tableIdle: the machine is asked again', async (t) => {
    const all = await halfway(t);
    const { machine, restaurant } = all;
    await restaurant.advance(LIMIT_MS + 1_000);
    await restaurant.restart();
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
  });

  test('C-9.38 after the table was left: a late success is still told', async (t) => {
    const all = await halfway(t);
    const { machine, restaurant, harness } = all;
    await restaurant.advance(LIMIT_MS + IDLE_MS);
    assert.deepEqual((await harness.summaries(all.till.till)).slice(1), [paid, unlock]);
    await restaurant.restart();
    assert.equal(await restaurant.status(), 'BUSY');
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
  });

  test('it falls again and again, at every step', async (t) => {
    const all = await halfway(t);
    const { machine, restaurant, harness } = all;
    await restaurant.restart();
    await restaurant.restart();
    machine.show('PIN_ENTRY');
    await restaurant.restart();
    const deaf = await restaurant.till({}, { autoPong: false });
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(deaf.till), [paid, unlock]);
    await restaurant.restart();
    await restaurant.restart();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
    assert.equal(all.book.booked.size, 3);
  });

  test('C-4.18 duplicate tells the last card payment at the table, also after the fall', async (t) => {
    const { restaurant, machine } = await startWithPayment(t, { amount: 1000 });
    machine.finish();
    await restaurant.settled();
    await restaurant.restart();
    await restaurant.till();
    const { result } = await restaurant.counter('duplicate', { tid });
    assert.deepEqual([result.transactionResult, result.amountBase], ['SUCCESSFUL', 1000]);
    assert.deepEqual(Object.keys(result.receiptLines), ['CUSTOMER']);
  });
});
