// Chapter 9 of PROTOCOL.md over real sockets with card machines that vanish, come back, keep silent or
// say things twice: no table stays locked, and each payment is sent once.

import assert from 'node:assert/strict';
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
const asked = '? tableLockRequest 1';
const LIMIT_MS = 200_000;
const IDLE_MS = 900_000;

describe('C-9.37 a machine that sends nothing more', () => {
  test('a locked table is unlocked after tableIdle and not before', async (t) => {
    const { restaurant, harness, till, machine, book } = await startWithLock(t);
    machine.disconnect();
    await restaurant.advance(IDLE_MS - 1);
    assert.deepEqual(await harness.summaries(till.till), [asked]);
    await restaurant.advance(1);
    assert.deepEqual(await harness.summaries(till.till), [asked, unlock]);
    assert.equal(book.locks.size, 0);
    machine.connect();
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('a locked table at a connected machine is unlocked after tableIdle too', async (t) => {
    const { restaurant, harness, till, waiter } = await startWithLock(t);
    await restaurant.advance(IDLE_MS);
    assert.deepEqual(await harness.summaries(till.till), [asked, unlock]);
    assert.equal((await waiter.request(cardPayment(100)))?.answer, 'no');
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('a table paid in part is reported after tableIdle, then unlocked', async (t) => {
    const { restaurant, harness, till, machine, waiter } = await startWithLock(t, {
      parameters: finalReceiptFlag,
    });
    await waiter.request(cashPayment(820));
    await restaurant.advance(IDLE_MS - 1);
    await waiter.payByCard(cardPayment(1000));
    machine.disconnect();
    await restaurant.advance(IDLE_MS - 1);
    assert.deepEqual(await harness.summaries(till.till), [asked]);
    await restaurant.advance(1);
    const final = '? finalPosReceiptRequest 2';
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, final, unlock]);
    assert.equal(till.received('transactionResponse')[0]?.params.amountPaid, 1820);
  });

  test('every message of the machine restarts tableIdle, also a bill and a refused request', async (t) => {
    const { restaurant, till, waiter } = await startWithLock(t);
    for (const tableRequest of [
      tableRequests.bill,
      cardPayment(9999),
      tableRequests.tables,
      tableRequests.lock,
    ]) {
      await restaurant.advance(IDLE_MS - 1);
      await waiter.request(tableRequest);
    }
    await restaurant.advance(IDLE_MS - 1);
    assert.equal(till.received('tableUnlock').length, 0);
    await restaurant.advance(1);
    assert.equal(till.received('tableUnlock').length, 1);
  });

  test('a machine that disconnects during a lock keeps the lock, and the table is left in time', async (t) => {
    const { restaurant, harness, till, machine, waiter } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    machine.disconnect();
    till.reply(1, { result: { confirmed: true, amount: 4820, currency: 'GBP' } });
    await restaurant.advance(IDLE_MS);
    assert.deepEqual(await harness.summaries(till.till), [asked, unlock]);
    assert.deepEqual(machine.answers, []);
    machine.connect();
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('a machine that reconnects to its locked table goes on', async (t) => {
    const { restaurant, harness, till, machine, waiter } = await startWithLock(t);
    machine.disconnect();
    await restaurant.advance(300_000);
    machine.connect();
    assert.equal(await restaurant.status(), 'BUSY');
    assert.equal((await waiter.payByCard(cardPayment(4820)))?.answer, 'payment');
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock]);
  });

  test('a machine that disconnects during the choice of a table is free when it reconnects', async (t) => {
    const { restaurant, machine, waiter } = await startRestaurant(t);
    await waiter.request(tableRequests.tables);
    machine.disconnect();
    assert.equal((await restaurant.counter('terminalDetails', { tid })).error.code, -32070);
    machine.connect();
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });
});

describe('a machine that disconnects during a card payment', () => {
  test('C-4.45 the outcome counts when the machine reconnects with it', async (t) => {
    const { restaurant, harness, till, machine, book } = await startWithPayment(t);
    machine.disconnect();
    machine.finish();
    await restaurant.advance(100_000);
    assert.deepEqual(await harness.summaries(till.till), [asked]);
    machine.connect();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock]);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [0, 0]);
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('the payment goes on when the machine reconnects with the card still in it', async (t) => {
    const { restaurant, harness, till, machine, waiter } = await startWithPayment(t, {
      amount: 2000,
    });
    machine.disconnect();
    await restaurant.advance(100_000);
    machine.connect();
    await restaurant.settled();
    assert.equal((await waiter.request(cardPayment(100)))?.answer, 'no');
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), [asked]);
    await waiter.request(tableRequests.leave);
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock]);
    assert.deepEqual(machine.commands, ['start']);
  });

  test('nothing was paid when the machine reconnects without the payment, and the table is still locked', async (t) => {
    const { restaurant, harness, till, machine, waiter } = await startWithPayment(t);
    machine.disconnect();
    machine.loseMemory();
    machine.connect();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), [asked]);
    const all = { answer: 'payment', paid: true, left: 0 };
    assert.deepEqual(await waiter.payByCard(cardPayment(4820)), all);
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock]);
    assert.equal(till.received('transactionResponse')[0]?.params.payments.length, 1);
    assert.deepEqual(machine.commands, ['start', 'start']);
    assert.notEqual(machine.orders[0]?.id, machine.orders[1]?.id);
  });
});

describe('C-9.38 a card payment without an outcome within its limit', () => {
  test('the waiter is answered that the outcome is unknown, no more is paid, and the table stays locked', async (t) => {
    const { restaurant, harness, till, machine, waiter, tableRequest } = await startWithPayment(t, {
      amount: 2000,
    });
    await restaurant.advance(LIMIT_MS - 1);
    assert.equal(machine.answerTo(tableRequest), undefined);
    await restaurant.advance(1);
    assert.equal(machine.answerTo(tableRequest)?.answer, 'unknown');
    for (const other of [cardPayment(100), cashPayment(100), tableRequests.bill]) {
      assert.equal((await waiter.request(other))?.answer, 'no', other.kind);
    }
    await restaurant.advance(IDLE_MS - 1);
    assert.deepEqual(await harness.summaries(till.till), [asked]);
    assert.deepEqual(machine.commands, ['start']);
  });

  test('a success before tableIdle is sent with the other payments', async (t) => {
    const { restaurant, harness, till, machine, waiter, book } = await startWithLock(t);
    await waiter.request(cashPayment(820));
    await waiter.request(cardPayment(2000));
    await restaurant.advance(LIMIT_MS + 60_000);
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock]);
    assert.equal(till.received('transactionResponse')[0]?.params.payments.length, 2);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [2000, 0]);
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  for (const ended of ['DECLINED', 'VOID', 'CANCELLED'] as const) {
    test(`${ended} before tableIdle is not sent, and the table is left`, async (t) => {
      const { restaurant, harness, till, machine } = await startWithPayment(t);
      await restaurant.advance(LIMIT_MS);
      machine.finish(outcome(ended));
      await restaurant.settled();
      assert.deepEqual(await harness.summaries(till.till), [asked, unlock]);
      assert.equal(await restaurant.status(), 'AVAILABLE');
    });
  }

  test('the table is left, with nothing paid, when the machine reconnects without the payment after the limit', async (t) => {
    const { restaurant, harness, till, machine } = await startWithPayment(t);
    machine.disconnect();
    await restaurant.advance(LIMIT_MS + 60_000);
    assert.deepEqual(await harness.summaries(till.till), [asked]);
    machine.loseMemory();
    machine.connect();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), [asked, unlock]);
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('the other payments are sent and the table unlocked after tableIdle, and the machine stays BUSY', async (t) => {
    const { restaurant, harness, till, machine, waiter, book } = await startWithLock(t);
    await waiter.request(cashPayment(820));
    const tableRequest = machine.request(cardPayment(2000));
    const leave = machine.request(tableRequests.leave);
    await restaurant.advance(LIMIT_MS + IDLE_MS - 1);
    assert.deepEqual(await harness.summaries(till.till), [asked]);
    await restaurant.advance(1);
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock]);
    assert.deepEqual(
      [machine.answerTo(tableRequest)?.answer, machine.answerTo(leave)?.answer],
      ['unknown', 'left'],
    );
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [4000, 0]);
    assert.equal(await restaurant.status(), 'BUSY');
    assert.equal((await waiter.request(tableRequests.lock))?.answer, 'no');
    assert.equal((await waiter.request(tableRequests.tables))?.answer, 'no');
  });

  test('a success after that is sent in a transactionResponse of its own, with another tableUnlock', async (t) => {
    const { restaurant, harness, till, machine, waiter, book } = await startWithLock(t);
    await waiter.request(cashPayment(820));
    await waiter.request(cardPayment(2000));
    await restaurant.advance(LIMIT_MS + IDLE_MS + 3_600_000);
    machine.finish();
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock, paid, unlock]);
    const sums = till.received('transactionResponse').map(({ params }) => params.amountPaid);
    assert.deepEqual(sums, [820, 2000]);
    assert.deepEqual([book.bills.get(tableId), book.booked.size], [2000, 2]);
    assert.equal(await restaurant.status(), 'AVAILABLE');
    const { result } = await restaurant.counter('duplicate', { tid });
    assert.deepEqual([result.transactionResult, result.amountBase], ['SUCCESSFUL', 2000]);
  });

  test('a decline or no knowledge after that sends nothing, and the machine is free', async (t) => {
    for (const forgets of [true, false]) {
      const { restaurant, harness, till, machine } = await startWithPayment(t);
      machine.disconnect();
      await restaurant.advance(LIMIT_MS + IDLE_MS);
      if (forgets) machine.loseMemory();
      else machine.finish(outcome('DECLINED'));
      machine.connect();
      await restaurant.settled();
      assert.deepEqual(await harness.summaries(till.till), [asked, unlock]);
      assert.equal(await restaurant.status(), 'AVAILABLE');
    }
  });

  test('a success during the final receipt request is sent before the one tableUnlock', async (t) => {
    const { restaurant, harness, till, machine, waiter, book } = await startWithLock(t, {
      parameters: finalReceiptFlag,
    });
    till.leaveUnanswered('finalPosReceiptRequest');
    await waiter.request(cashPayment(820));
    await waiter.request(cardPayment(2000));
    await restaurant.advance(LIMIT_MS + IDLE_MS);
    const final = '? finalPosReceiptRequest 2';
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, final]);
    machine.finish();
    await restaurant.settled();
    till.reply(2, { result: { receiptLines: [] } });
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, final, paid, unlock]);
    assert.deepEqual([book.bills.get(tableId), book.booked.size], [2000, 2]);
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });
});
