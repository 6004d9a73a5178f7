// Chapter 9.1 of PROTOCOL.md over real sockets: one card machine between the tables and the counter, and
// what a table without anything to pay, or without a till, leads to.

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
import { TableBook } from '../support/gateway/table-till.ts';
import { card, outcome } from '../support/terminal/scripted-machine.ts';

const sale = { tid, currency: 'GBP', amount: 1250 };
const busy = {
  code: -32071,
  message: 'Terminal 12345678 is busy.',
  data: {
    userMessage: 'Card machine 12345678 is busy. Wait until it has finished, or use another one.',
  },
};

describe('C-9.7 from the waiter’s start until tableUnlock the terminal is BUSY for pac', () => {
  test('the terminal is BUSY at every step, and AVAILABLE after', async (t) => {
    const { restaurant, till, waiter, machine, harness } = await startRestaurant(t, {
      parameters: finalReceiptFlag,
    });
    till.leaveUnanswered('tableListRequest', 'tableLockRequest', 'finalPosReceiptRequest');
    const refused = async (step: string) => {
      assert.equal(await restaurant.status(), 'BUSY', step);
      const methods = ['sale', 'refund', 'reportXBalance', 'duplicate'];
      for (const method of methods) {
        const params = method === 'sale' || method === 'refund' ? sale : { tid };
        assert.deepEqual(
          (await restaurant.counter(method, params)).error,
          busy,
          `${step} ${method}`,
        );
      }
      const { error } = await restaurant.counter('cancelTransaction', { tid });
      assert.equal(error.code, -32072, step);
    };
    assert.equal(await restaurant.status(), 'AVAILABLE');
    await waiter.request(tableRequests.tables);
    await refused('asking for the list');
    till.reply(till.lastRequestId('tableListRequest'), { result: ['12A'] });
    await refused('choosing');
    await waiter.request(tableRequests.lock);
    await refused('locking');
    till.reply(till.lastRequestId('tableLockRequest'), {
      result: { confirmed: true, amount: 4820, currency: 'GBP' },
    });
    await refused('locked');
    await waiter.request(tableRequests.bill);
    await waiter.request(cardPayment(2000));
    await refused('paying');
    machine.finish();
    await refused('paid in part');
    await waiter.request(tableRequests.leave);
    await refused('waiting for the final receipt');
    assert.equal(till.received('tableUnlock').length, 0);
    till.reply(till.lastRequestId('finalPosReceiptRequest'), { result: { receiptLines: [] } });
    await restaurant.settled();
    assert.equal(till.received('tableUnlock').length, 1);
    assert.equal(await restaurant.status(), 'AVAILABLE');
    assert.deepEqual(machine.commands, ['start']);
    const counter = await harness.till();
    counter.ask('sale', sale, 700);
    await harness.settled();
    machine.finish();
    assert.equal((await harness.answer(counter, 700)).result.transactionResult, 'SUCCESSFUL');
  });

  test('C-4.3 the terminal is BUSY in the list of terminals too', async (t) => {
    const { restaurant } = await startWithLock(t);
    const { result } = await restaurant.counter('connectedTerminals', { status: 'AVAILABLE' });
    assert.deepEqual(
      result.map((one: { tid: string }) => one.tid),
      ['23456789'],
    );
  });

  test('the terminal is AVAILABLE after no tables, a refused lock, a failed lock, and leaving the list', async (t) => {
    const { restaurant, till, waiter } = await startRestaurant(t);
    till.answerWith('tableListRequest', { result: [] });
    await waiter.request(tableRequests.tables);
    assert.equal(await restaurant.status(), 'AVAILABLE');
    till.answerWith('tableLockRequest', { result: { confirmed: false } });
    await waiter.request(tableRequests.lock);
    assert.equal(await restaurant.status(), 'AVAILABLE');
    till.answerWith('tableLockRequest', { result: {} });
    await waiter.request(tableRequests.lock);
    assert.equal(await restaurant.status(), 'AVAILABLE');
    till.answerWith('tableListRequest', { result: ['12A'] });
    await waiter.request(tableRequests.tables);
    assert.equal(await restaurant.status(), 'BUSY');
    await waiter.request(tableRequests.leave);
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('the terminal is AVAILABLE after tableIdle when the waiter leaves the list without a request', async (t) => {
    const { restaurant, waiter } = await startRestaurant(t, { settings: { tableIdle: 60 } });
    await waiter.request(tableRequests.tables);
    await restaurant.advance(59_999);
    assert.equal(await restaurant.status(), 'BUSY');
    await restaurant.advance(1);
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('a machine in use at the counter shows no tables and sends no requests', async (t) => {
    const { restaurant, harness, till, waiter, machine } = await startRestaurant(t);
    const counter = await harness.till();
    counter.ask('sale', sale, 700);
    await harness.settled();
    for (const tableRequest of [
      tableRequests.tables,
      tableRequests.lock,
      tableRequests.bill,
      cardPayment(100),
    ]) {
      assert.equal((await waiter.request(tableRequest))?.answer, 'no', tableRequest.kind);
    }
    await waiter.request(tableRequests.leave);
    assert.deepEqual([till.till.received, machine.commands], [[], ['start']]);
    machine.finish();
    assert.equal((await harness.answer(counter, 700)).result.transactionResult, 'SUCCESSFUL');
    assert.deepEqual(
      await restaurant.counter('duplicate', { tid }).then(({ error }) => error),
      undefined,
    );
  });

  test('one of two simultaneous requests, of a waiter and a till, gets the machine', async (t) => {
    const { restaurant, harness, machine, book } = await startRestaurant(t);
    const counter = await harness.till();
    counter.ask('sale', sale, 700);
    machine.request(tableRequests.lock);
    await restaurant.settled();
    assert.equal(machine.answerTo(1)?.answer, 'locked');
    assert.equal((await harness.answer(counter, 700)).error.code, -32071);
    assert.equal(book.locks.size, 1);
  });
});

describe('C-9.8 without a pat connection', () => {
  test('a list is empty and a lock fails, and a till that connects later gets no message of it', async (t) => {
    const { restaurant, till, waiter } = await startRestaurant(t);
    await till.till.close();
    assert.deepEqual(await waiter.request(tableRequests.tables), { answer: 'tables', tables: [] });
    assert.equal((await waiter.request(tableRequests.lock))?.answer, 'no');
    assert.equal(await restaurant.status(), 'AVAILABLE');
    assert.deepEqual((await restaurant.till()).till.received, []);
  });

  test('a bill is not printed, payments go on, and the final receipt is left out', async (t) => {
    const { restaurant, harness, till, waiter, book } = await startWithLock(t, {
      parameters: finalReceiptFlag,
    });
    await till.till.close();
    await restaurant.settled();
    assert.equal((await waiter.request(tableRequests.bill))?.answer, 'no');
    const half = { answer: 'payment', paid: true, left: 2820 };
    assert.deepEqual(await waiter.payByCard(cardPayment(2000)), half);
    assert.deepEqual(await waiter.request(cashPayment(2820)), {
      answer: 'payment',
      paid: true,
      left: 0,
    });
    assert.deepEqual(await waiter.request(tableRequests.leave), { answer: 'left' });
    assert.equal(await restaurant.status(), 'AVAILABLE');
    const again = await restaurant.till(finalReceiptFlag);
    assert.deepEqual(await harness.summaries(again.till), [
      '? transactionResponse',
      '? tableUnlock',
    ]);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [0, 0]);
  });

  test('a request is unanswered at once, not after 10 s, when the till disconnects', async (t) => {
    const { restaurant, till, waiter, machine, harness } = await startRestaurant(t);
    till.leaveUnanswered('tableListRequest');
    await waiter.request(tableRequests.tables);
    till.till.cut();
    await till.till.closed;
    await restaurant.settled();
    assert.deepEqual(machine.answerTo(1), { answer: 'tables', tables: [] });
    const second = await restaurant.till();
    second.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    second.till.cut();
    await second.till.closed;
    await restaurant.settled();
    assert.equal(machine.answerTo(2)?.answer, 'no');
    const third = await restaurant.till();
    assert.deepEqual(await harness.summaries(third.till), ['? tableUnlock']);
  });
});

describe('C-9.9 card reading, PIN and signature are between machine and waiter', () => {
  test("the screen's values are sent to no till, at the counter or at the table", async (t) => {
    const { restaurant, harness, till, machine, tableRequest } = await startWithPayment(t);
    const counter = await harness.till({ 'epos-id': 'T1' });
    machine.show('PRESENT_CARD', 'PIN_ENTRY', 'APPROVED', 'REMOVE_CARD');
    machine.requestSignature();
    machine.decideCancel(true);
    await restaurant.settled();
    machine.finish();
    await restaurant.advance(100_000);
    assert.equal(machine.answerTo(tableRequest)?.answer, 'payment');
    assert.deepEqual(counter.received, []);
    const sentToTill = ['? tableLockRequest 1', '? transactionResponse', '? tableUnlock'];
    assert.deepEqual(await harness.summaries(till.till), sentToTill);
    assert.deepEqual(machine.commands, ['start']);
  });

  test('C-9.17 the card is sent as it was read', async (t) => {
    const { till, waiter } = await startWithLock(t);
    for (const paymentMethod of [
      'KEYED',
      'SWIPED',
      'ICC_CHIP',
      'CONTACTLESS',
      'UNKNOWN',
    ] as const) {
      const read = { ...card, paymentMethod, cardSchemeName: `S-${paymentMethod}` };
      await waiter.payByCard(cardPayment(100), outcome('SUCCESSFUL', { card: read }));
    }
    await waiter.request(tableRequests.leave);
    const { payments } = till.received('transactionResponse')[0]?.params ?? {};
    const read = payments.map(
      (one: Record<string, string>) => `${one.paymentMethod} ${one.cardSchemeName}`,
    );
    const methods = ['KEYED', 'SWIPED', 'ICC_CHIP', 'CONTACTLESS', 'UNKNOWN'];
    assert.deepEqual(
      read,
      methods.map((method) => `${method} S-${method}`),
    );
  });
});

describe('C-9.14 a lock with nothing to pay', () => {
  test('the machine shows it, and tableUnlock follows', async (t) => {
    const book = new TableBook({ '12A': 0 });
    const { restaurant, harness, till, waiter } = await startRestaurant(t, {
      book,
      parameters: finalReceiptFlag,
    });
    assert.equal((await waiter.request(tableRequests.lock))?.answer, 'no');
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1', '? tableUnlock']);
    assert.equal(book.locks.size, 0);
    assert.equal((await waiter.request(cardPayment(1)))?.answer, 'no');
    assert.deepEqual(await waiter.request(tableRequests.leave), { answer: 'left' });
    assert.equal(await restaurant.status(), 'AVAILABLE');
    assert.equal(till.till.received.length, 2);
  });

  test('99999999 can be paid, in one or more parts', async (t) => {
    const book = new TableBook({ '12A': 99_999_999 });
    const { waiter } = await startWithLock(t, { book });
    const left = { answer: 'payment', paid: true, left: 1 };
    assert.deepEqual(await waiter.payByCard(cardPayment(99_999_998)), left);
    assert.deepEqual(await waiter.payByCard(cardPayment(1)), { ...left, left: 0 });
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [0, 0]);
  });
});
