// Chapter 9.1 of PROTOCOL.md over real sockets: one card machine between the tables and the counter, and
// what a table without anything to pay, or without a till, leads to.

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
  test('at every step, and AVAILABLE after', async (t) => {
    const { house, till, waiter, machine, shop } = await restaurant(t, { parameters: flag });
    till.saysNothing('tableListRequest', 'tableLockRequest', 'finalPosReceiptRequest');
    const refused = async (step: string) => {
      assert.equal(await house.status(), 'BUSY', step);
      const methods = ['sale', 'refund', 'reportXBalance', 'duplicate'];
      for (const method of methods) {
        const params = method === 'sale' || method === 'refund' ? sale : { tid };
        assert.deepEqual((await house.counter(method, params)).error, busy, `${step} ${method}`);
      }
      const { error } = await house.counter('cancelTransaction', { tid });
      assert.equal(error.code, -32072, step);
    };
    assert.equal(await house.status(), 'AVAILABLE');
    await waiter.asks(wishes.tables);
    await refused('asking for the list');
    till.reply(till.asked('tableListRequest'), { result: ['12A'] });
    await refused('choosing');
    await waiter.asks(wishes.lock);
    await refused('locking');
    till.reply(till.asked('tableLockRequest'), {
      result: { confirmed: true, amount: 4820, currency: 'GBP' },
    });
    await refused('locked');
    await waiter.asks(wishes.bill);
    await waiter.asks(byCard(2000));
    await refused('paying');
    machine.finishes();
    await refused('paid in part');
    await waiter.asks(wishes.leave);
    await refused('waiting for the final receipt');
    assert.equal(till.got('tableUnlock').length, 0);
    till.reply(till.asked('finalPosReceiptRequest'), { result: { receiptLines: [] } });
    await house.calm();
    assert.equal(till.got('tableUnlock').length, 1);
    assert.equal(await house.status(), 'AVAILABLE');
    assert.deepEqual(machine.told, ['start']);
    const counter = await shop.till();
    counter.ask('sale', sale, 700);
    await shop.quiet();
    machine.finishes();
    assert.equal((await shop.answer(counter, 700)).result.transactionResult, 'SUCCESSFUL');
  });

  test('C-4.3 BUSY in the list of terminals too', async (t) => {
    const { house } = await locked(t);
    const { result } = await house.counter('connectedTerminals', { status: 'AVAILABLE' });
    assert.deepEqual(
      result.map((one: { tid: string }) => one.tid),
      ['23456789'],
    );
  });

  test('AVAILABLE after: no tables, a refused lock, a failed lock, leaving the list', async (t) => {
    const { house, till, waiter } = await restaurant(t);
    till.says('tableListRequest', { result: [] });
    await waiter.asks(wishes.tables);
    assert.equal(await house.status(), 'AVAILABLE');
    till.says('tableLockRequest', { result: { confirmed: false } });
    await waiter.asks(wishes.lock);
    assert.equal(await house.status(), 'AVAILABLE');
    till.says('tableLockRequest', { result: {} });
    await waiter.asks(wishes.lock);
    assert.equal(await house.status(), 'AVAILABLE');
    till.says('tableListRequest', { result: ['12A'] });
    await waiter.asks(wishes.tables);
    assert.equal(await house.status(), 'BUSY');
    await waiter.asks(wishes.leave);
    assert.equal(await house.status(), 'AVAILABLE');
  });

  test('a waiter who walks away from the list leaves the machine free after tableIdle', async (t) => {
    const { house, waiter } = await restaurant(t, { settings: { tableIdle: 60 } });
    await waiter.asks(wishes.tables);
    await house.pass(59_999);
    assert.equal(await house.status(), 'BUSY');
    await house.pass(1);
    assert.equal(await house.status(), 'AVAILABLE');
  });

  test('a machine in use at the counter does not see tables, and asks nothing', async (t) => {
    const { house, shop, till, waiter, machine } = await restaurant(t);
    const counter = await shop.till();
    counter.ask('sale', sale, 700);
    await shop.quiet();
    for (const wish of [wishes.tables, wishes.lock, wishes.bill, byCard(100)]) {
      assert.equal((await waiter.asks(wish))?.answer, 'no', wish.wish);
    }
    await waiter.asks(wishes.leave);
    assert.deepEqual([till.till.received, machine.told], [[], ['start']]);
    machine.finishes();
    assert.equal((await shop.answer(counter, 700)).result.transactionResult, 'SUCCESSFUL');
    assert.deepEqual(
      await house.counter('duplicate', { tid }).then(({ error }) => error),
      undefined,
    );
  });

  test('a waiter and a till reach for the machine in the same moment: one of them gets it', async (t) => {
    const { house, shop, machine, book } = await restaurant(t);
    const counter = await shop.till();
    counter.ask('sale', sale, 700);
    machine.wishes(wishes.lock);
    await house.calm();
    assert.equal(machine.answerTo(1)?.answer, 'locked');
    assert.equal((await shop.answer(counter, 700)).error.code, -32071);
    assert.equal(book.locks.size, 1);
  });
});

describe('C-9.8 without a pat connection', () => {
  test('a list is empty, a lock fails, and a till that comes later hears nothing of it', async (t) => {
    const { house, till, waiter } = await restaurant(t);
    await till.till.close();
    assert.deepEqual(await waiter.asks(wishes.tables), { answer: 'tables', tables: [] });
    assert.equal((await waiter.asks(wishes.lock))?.answer, 'no');
    assert.equal(await house.status(), 'AVAILABLE');
    assert.deepEqual((await house.till()).till.received, []);
  });

  test('the bill is not printed, payments go on, the final receipt is left out', async (t) => {
    const { house, shop, till, waiter, book } = await locked(t, { parameters: flag });
    await till.till.close();
    await house.calm();
    assert.equal((await waiter.asks(wishes.bill))?.answer, 'no');
    const half = { answer: 'payment', paid: true, left: 2820 };
    assert.deepEqual(await waiter.pays(byCard(2000)), half);
    assert.deepEqual(await waiter.asks(inCash(2820)), { answer: 'payment', paid: true, left: 0 });
    assert.deepEqual(await waiter.asks(wishes.leave), { answer: 'left' });
    assert.equal(await house.status(), 'AVAILABLE');
    const again = await house.till(flag);
    assert.deepEqual(await shop.told(again.till), ['? transactionResponse', '? tableUnlock']);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [0, 0]);
  });

  test('it drops while a question is open: unanswered at once, not after 10 s', async (t) => {
    const { house, till, waiter, machine, shop } = await restaurant(t);
    till.saysNothing('tableListRequest');
    await waiter.asks(wishes.tables);
    till.till.cut();
    await till.till.closed;
    await house.calm();
    assert.deepEqual(machine.answerTo(1), { answer: 'tables', tables: [] });
    const second = await house.till();
    second.saysNothing('tableLockRequest');
    await waiter.asks(wishes.lock);
    second.till.cut();
    await second.till.closed;
    await house.calm();
    assert.equal(machine.answerTo(2)?.answer, 'no');
    const third = await house.till();
    assert.deepEqual(await shop.told(third.till), ['? tableUnlock']);
  });
});

describe('C-9.9 card reading, PIN and signature are between machine and waiter', () => {
  test('what the screen shows comes to no till, at the counter or at the table', async (t) => {
    const { house, shop, till, machine, wish } = await paying(t);
    const counter = await shop.till({ 'epos-id': 'T1' });
    machine.shows('PRESENT_CARD', 'PIN_ENTRY', 'APPROVED', 'REMOVE_CARD');
    machine.asksSignature();
    machine.decidesCancel(true);
    await house.calm();
    machine.finishes();
    await house.pass(100_000);
    assert.equal(machine.answerTo(wish)?.answer, 'payment');
    assert.deepEqual(counter.received, []);
    const told = ['? tableLockRequest 1', '? transactionResponse', '? tableUnlock'];
    assert.deepEqual(await shop.told(till.till), told);
    assert.deepEqual(machine.told, ['start']);
  });

  test('C-9.17 the card is told as it was read', async (t) => {
    const { till, waiter } = await locked(t);
    for (const paymentMethod of [
      'KEYED',
      'SWIPED',
      'ICC_CHIP',
      'CONTACTLESS',
      'UNKNOWN',
    ] as const) {
      const read = { ...card, paymentMethod, cardSchemeName: `S-${paymentMethod}` };
      await waiter.pays(byCard(100), outcome('SUCCESSFUL', { card: read }));
    }
    await waiter.asks(wishes.leave);
    const { payments } = till.got('transactionResponse')[0]?.params ?? {};
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
  test('the machine says so and tableUnlock follows', async (t) => {
    const book = new TableBook({ '12A': 0 });
    const { house, shop, till, waiter } = await restaurant(t, { book, parameters: flag });
    assert.equal((await waiter.asks(wishes.lock))?.answer, 'no');
    assert.deepEqual(await shop.told(till.till), ['? tableLockRequest 1', '? tableUnlock']);
    assert.equal(book.locks.size, 0);
    assert.equal((await waiter.asks(byCard(1)))?.answer, 'no');
    assert.deepEqual(await waiter.asks(wishes.leave), { answer: 'left' });
    assert.equal(await house.status(), 'AVAILABLE');
    assert.equal(till.till.received.length, 2);
  });

  test('99999999 can be paid, in one or more parts', async (t) => {
    const book = new TableBook({ '12A': 99_999_999 });
    const { waiter } = await locked(t, { book });
    const left = { answer: 'payment', paid: true, left: 1 };
    assert.deepEqual(await waiter.pays(byCard(99_999_998)), left);
    assert.deepEqual(await waiter.pays(byCard(1)), { ...left, left: 0 });
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [0, 0]);
  });
});
