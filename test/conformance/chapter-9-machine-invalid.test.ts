// Chapters 9 and 12 of PROTOCOL.md over real sockets with card machines that say what they should not, or
// break when a message reaches them: the till gets each notice once, in messages as published, and no table stays locked.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  cardPayment,
  cashPayment,
  startRestaurant,
  startWithLock,
  startWithPayment,
  tableId,
  tableRequests,
  tid,
} from '../support/gateway/restaurant-harness.ts';
import type { Outcome } from '../support/terminal/scripted-machine.ts';
import { card, outcome, totals } from '../support/terminal/scripted-machine.ts';

const [paid, unlock] = ['? transactionResponse', '? tableUnlock'];
const asked = '? tableLockRequest 1';
const LIMIT_MS = 200_000;
const IDLE_MS = 900_000;

describe('a machine that reports too much', () => {
  test('C-12.18 a second, different outcome is ignored, and the payment is sent once', async (t) => {
    const { restaurant, harness, till, machine, waiter, book } = await startWithPayment(t, {
      amount: 2000,
    });
    machine.finish();
    machine.finish(outcome('DECLINED'));
    await restaurant.settled();
    machine.finish(outcome('SUCCESSFUL', { amountGratuity: 500 }));
    await waiter.request(tableRequests.leave);
    machine.finish();
    machine.disconnect();
    machine.connect();
    await restaurant.advance(LIMIT_MS + IDLE_MS);
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock]);
    assert.deepEqual([book.bills.get(tableId), book.booked.size], [2820, 1]);
  });

  test('reports about earlier payments, other payments and reports change nothing', async (t) => {
    const { restaurant, harness, till, machine, waiter, book } = await startWithLock(t);
    await waiter.payByCard(cardPayment(2000));
    const { order: before } = machine;
    await waiter.request(cardPayment(1000));
    for (const order of [before, '', `testhost/${tid}/1`, `testhost/${tid}/1/3`, '__proto__']) {
      machine.report({ kind: 'finished', order, outcome: outcome() });
      machine.report({ kind: 'reported', order, result: totals });
    }
    machine.report({ kind: 'reported', order: machine.order, result: totals });
    await restaurant.settled();
    assert.equal((await waiter.request(cardPayment(100)))?.answer, 'no');
    machine.finish(outcome('DECLINED'));
    await waiter.request(tableRequests.leave);
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock]);
    assert.deepEqual([book.bills.get(tableId), book.booked.size], [2820, 1]);
  });
});

describe('a machine with an impossible outcome: the till gets a valid notification', () => {
  const odd: readonly (readonly [string, object])[] = [
    ['more cashback than there may be', { amountCashback: 20_000 }],
    ['cashback below 0', { amountCashback: -5 }],
    ['half a penny of cashback', { amountCashback: 0.5 }],
    ['cashback as text', { amountCashback: '5' }],
    ['no cashback at all', { amountCashback: undefined }],
    ['a gratuity without end', { amountGratuity: Number.POSITIVE_INFINITY }],
    ['a gratuity below 0', { amountGratuity: -5 }],
    ['a card read by magic', { card: { ...card, paymentMethod: 'MAGIC' } }],
  ];
  for (const [what, more] of odd) {
    test(`an outcome with ${what} takes the requested amount off the bill`, async (t) => {
      const { restaurant, harness, till, waiter, book } = await startWithLock(t);
      const ended = { ...outcome(), ...more } as Outcome;
      assert.deepEqual(await waiter.payByCard(cardPayment(4820), ended), {
        ...{ answer: 'payment', paid: true, left: 0 },
      });
      assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock]);
      assert.deepEqual([book.bills.get(tableId), book.locks.size], [0, 0]);
      assert.equal(await restaurant.status(), 'AVAILABLE');
    });
  }

  test('C-12.21 a whole card number in a report is sent to nobody', async (t) => {
    const { harness, waiter } = await startWithLock(t);
    const number = '4929123456734821';
    const words = { ...card, authCode: number, cardSchemeName: `VISA ${number}` };
    await waiter.payByCard(cardPayment(4820), outcome('SUCCESSFUL', { card: words }));
    assert.ok(!JSON.stringify(harness.trace.entries).includes(number));
  });
});

describe('a machine whose driver throws', () => {
  test('a payment whose start throws is unknown at the limit, and the table is left in time', async (t) => {
    const { restaurant, harness, till, machine, waiter } = await startWithLock(t);
    machine.onCommand = () => {
      throw new Error('The driver is broken.');
    };
    const tableRequest = machine.request(cardPayment(4820));
    await restaurant.advance(LIMIT_MS);
    assert.equal(machine.answerTo(tableRequest)?.answer, 'unknown');
    machine.loseMemory();
    machine.disconnect();
    machine.connect();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), [asked, unlock]);
    assert.equal(await restaurant.status(), 'AVAILABLE');
    assert.equal((await waiter.request(tableRequests.lock))?.answer, 'locked');
  });

  test('the till gets its notifications though every answer to the machine throws', async (t) => {
    const { restaurant, harness, till, machine, book } = await startRestaurant(t);
    machine.onAnswer = () => {
      throw new Error('The driver is broken.');
    };
    for (const tableRequest of [
      tableRequests.tables,
      tableRequests.lock,
      tableRequests.bill,
      cashPayment(820),
      cardPayment(1000),
    ]) {
      machine.request(tableRequest);
      await restaurant.settled();
    }
    machine.finish();
    machine.request(tableRequests.leave);
    await restaurant.settled();
    const sentToTill = ['? tableListRequest 1', '? tableLockRequest 2', '? posReceiptRequest 3'];
    assert.deepEqual(await harness.summaries(till.till), [...sentToTill, paid, unlock]);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [3000, 0]);
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('an outcome before start has returned is accepted', async (t) => {
    const { restaurant, harness, till, machine } = await startWithLock(t);
    machine.onCommand = () => {
      machine.order = machine.orders[0]?.id ?? '';
      machine.finish();
    };
    const tableRequest = machine.request(cardPayment(4820));
    await restaurant.settled();
    assert.deepEqual(machine.answerTo(tableRequest), { answer: 'payment', paid: true, left: 0 });
    assert.deepEqual(await harness.summaries(till.till), [asked, paid, unlock]);
  });
});

test('C-11.7, C-11.23 the payment ends before the table when their limits are equal', async (t) => {
  const { restaurant, harness, till, machine, tableRequest } = await startWithPayment(t, {
    settings: { tableIdle: 200 },
  });
  await restaurant.advance(LIMIT_MS);
  assert.equal(machine.answerTo(tableRequest)?.answer, 'unknown');
  assert.deepEqual(await harness.summaries(till.till), [asked]);
  await restaurant.advance(LIMIT_MS);
  assert.deepEqual(await harness.summaries(till.till), [asked, unlock]);
});
