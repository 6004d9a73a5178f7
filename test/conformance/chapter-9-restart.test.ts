// C-9.37 and C-9.22 of PROTOCOL.md over real sockets: the gateway falls in the middle of a session and
// stands up again. No table stays locked, and each payment is sent once.

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
  tableRequests,
  tid,
} from '../support/gateway/restaurant-harness.ts';
import { outcome } from '../support/terminal/scripted-machine.ts';

const [paid, unlock] = ['? transactionResponse', '? tableUnlock'];
const LIMIT_MS = 200_000;
const IDLE_MS = 900_000;

type Restaurant = Awaited<ReturnType<typeof startRestaurant>>;

/** What the till is sent when it comes back, and that all is well then. */
async function cameBack(
  all: Restaurant,
  left: number,
  parameters = {},
): Promise<readonly string[]> {
  const { restaurant, harness, book, waiter } = all;
  const till = await restaurant.till(parameters);
  await restaurant.settled();
  const sent = await harness.summaries(till.till);
  assert.deepEqual([book.bills.get(tableId), book.locks.size], [left, 0]);
  assert.equal(await restaurant.status(), 'AVAILABLE');
  book.bills.set('next', 100);
  const next = { kind: 'lock', tableId: 'next' } as const;
  assert.equal((await waiter.request(next))?.answer, 'locked');
  await waiter.payByCard(cardPayment(100));
  assert.deepEqual([book.bills.get('next'), book.locks.size], [0, 0]);
  return sent;
}

describe('a restart of the gateway at the table', () => {
  test('a restart during a list leaves nothing open', async (t) => {
    const all = await startRestaurant(t);
    all.till.leaveUnanswered('tableListRequest');
    await all.waiter.request(tableRequests.tables);
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 4820), []);
  });

  test('a restart during a lock sends tableUnlock', async (t) => {
    const all = await startRestaurant(t);
    const { restaurant, till, waiter, book } = all;
    till.answerWith('tableLockRequest', () => {
      book.locks.set(tableId, tid);
      return undefined;
    });
    await waiter.request(tableRequests.lock);
    await restaurant.restart();
    assert.deepEqual(await cameBack(all, 4820), [unlock]);
  });

  test('a restart while a table is locked sends tableUnlock', async (t) => {
    const all = await startWithLock(t);
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 4820), [unlock]);
  });

  test('a restart during a bill sends tableUnlock', async (t) => {
    const all = await startWithLock(t);
    all.till.leaveUnanswered('posReceiptRequest');
    await all.waiter.request(tableRequests.bill);
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 4820), [unlock]);
  });

  test('a restart after a part was paid sends the payment and tableUnlock, without a final receipt', async (t) => {
    const all = await startWithLock(t, { parameters: finalReceiptFlag });
    await all.waiter.request(cashPayment(820));
    await all.waiter.payByCard(cardPayment(1000));
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 3000, finalReceiptFlag), [paid, unlock]);
  });

  test('a restart during the final receipt sends tableUnlock and not the payment again', async (t) => {
    const all = await startWithLock(t, { parameters: finalReceiptFlag });
    all.till.leaveUnanswered('finalPosReceiptRequest');
    await all.waiter.payByCard(cardPayment(4820));
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 0, finalReceiptFlag), [unlock]);
    assert.equal(all.book.booked.size, 2);
  });

  test('two restarts before the till reconnects send everything once', async (t) => {
    const all = await startWithLock(t);
    await all.waiter.payByCard(cardPayment(1000));
    await all.restaurant.restart();
    await all.restaurant.restart();
    assert.deepEqual(await cameBack(all, 3820), [paid, unlock]);
  });
});

describe('a restart of the gateway during a card payment', () => {
  /** A part in cash is paid and a card is in the machine for another. */
  async function halfway(t: TestContext) {
    const all = await startWithLock(t);
    await all.waiter.request(cashPayment(820));
    await all.waiter.request(cardPayment(1000));
    return all;
  }

  test('an outcome meanwhile is sent to the till', async (t) => {
    const all = await halfway(t);
    const { machine, restaurant } = all;
    await restaurant.harness.server.stop();
    machine.finish();
    await restaurant.harness.start();
    await restaurant.openCounter();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
    assert.deepEqual(machine.commands, ['start', 'start']);
  });

  test('a payment still in progress ends first', async (t) => {
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

  test('a declined payment, or one unknown to the machine, is not sent', async (t) => {
    for (const forgets of [true, false]) {
      const all = await halfway(t);
      const { machine, restaurant } = all;
      if (forgets) machine.loseMemory();
      await restaurant.restart();
      if (!forgets) machine.finish(outcome('DECLINED'));
      assert.deepEqual(await cameBack(all, 4000), [paid, unlock]);
    }
  });

  test('a success of a machine that reconnects later is sent', async (t) => {
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

  test('C-9.38 the other payments are sent after tableIdle while the machine stays away, and a late success on its own', async (t) => {
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

  test('C-9.38 the machine is asked again after the limit and before tableIdle', async (t) => {
    const all = await halfway(t);
    const { machine, restaurant } = all;
    await restaurant.advance(LIMIT_MS + 1_000);
    await restaurant.restart();
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(await cameBack(all, 3000), [paid, unlock]);
  });

  test('C-9.38 a late success is sent after the table was left', async (t) => {
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

  test('restarts at every step lead to one payment', async (t) => {
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

  test('C-4.18 duplicate returns the last card payment at the table, also after a restart', async (t) => {
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
