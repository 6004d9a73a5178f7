// Chapters 9 and 12 of PROTOCOL.md over real sockets: a waiter, or a card machine, that wants what cannot
// be had, too much, twice, or nonsense. Each request is answered once, and no till is the worse for it.

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
} from '../support/gateway/restaurant-harness.ts';
import type { WaiterRequest } from '../support/terminal/scripted-machine.ts';
import { outcome } from '../support/terminal/scripted-machine.ts';

describe('C-12.17 no payment without a confirmed lock', () => {
  const atTable = [cardPayment(100), cashPayment(100), tableRequests.bill];

  test('a payment is refused before a lock, during the choice, and after the table was left', async (t) => {
    const { restaurant, till, waiter, machine } = await startRestaurant(t);
    const refused = async (when: string) => {
      for (const tableRequest of atTable) {
        assert.equal(
          (await waiter.request(tableRequest))?.answer,
          'no',
          `${when}: ${tableRequest.kind}`,
        );
      }
    };
    await refused('before');
    await waiter.request(tableRequests.tables);
    await refused('choosing');
    await waiter.request(tableRequests.lock);
    await waiter.request(tableRequests.leave);
    await refused('after');
    assert.deepEqual([machine.commands, till.received('transactionResponse')], [[], []]);
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('a payment is refused during a lock and after a refused lock', async (t) => {
    const { restaurant, till, waiter, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    for (const tableRequest of atTable)
      assert.equal((await waiter.request(tableRequest))?.answer, 'no');
    till.reply(1, { result: { confirmed: false } });
    await restaurant.settled();
    for (const tableRequest of atTable)
      assert.equal((await waiter.request(tableRequest))?.answer, 'no');
    assert.deepEqual([machine.commands, till.till.received.length], [[], 1]);
  });

  test('a payment is refused during the final receipt', async (t) => {
    const { till, waiter, machine } = await startWithLock(t, { parameters: finalReceiptFlag });
    till.leaveUnanswered('finalPosReceiptRequest');
    await waiter.payByCard(cardPayment(2000));
    machine.request(tableRequests.leave);
    for (const tableRequest of atTable)
      assert.equal((await waiter.request(tableRequest))?.answer, 'no');
    assert.deepEqual(machine.commands, ['start']);
  });
});

describe('C-9.19 never more than the amount of the lock', () => {
  const odd = (more: object) => ({ ...cardPayment(100), ...more }) as WaiterRequest;

  const refused: readonly (readonly [string, WaiterRequest])[] = [
    ['a penny more by card', cardPayment(4821)],
    ['a penny more in cash', cashPayment(4821)],
    ['nothing', cardPayment(0)],
    ['nothing in cash', cashPayment(0)],
    ['less than nothing', cardPayment(-1)],
    ['half a penny', cardPayment(0.5)],
    ['no number', cardPayment(Number.NaN)],
    ['without end', cardPayment(Number.POSITIVE_INFINITY)],
    ['a text', odd({ amount: '100' })],
    ['no amount at all', odd({ amount: undefined })],
    ['100000000', cardPayment(100_000_000)],
    ['cashback over 100.00', cardPayment(100, 0, 10_001)],
    ['cashback below 0', cardPayment(100, 0, -1)],
    ['cashback as text', odd({ amountCashback: '1' })],
    ['gratuity of 100000000', cardPayment(100, 100_000_000)],
    ['gratuity below 0', cardPayment(100, -1)],
    ['half a penny of gratuity', cardPayment(100, 0.5)],
    ['cash with cashback', odd({ by: 'other', amountCashback: 100 })],
    ['cash with gratuity', odd({ by: 'other', amountGratuity: 100 })],
    ['by means nobody knows', odd({ by: 'voucher' })],
  ];

  test('a refused payment starts no order and is not sent, and the session goes on', async (t) => {
    const { waiter, machine, book } = await startWithLock(t);
    for (const [what, tableRequest] of refused) {
      assert.equal((await waiter.request(tableRequest))?.answer, 'no', what);
    }
    assert.deepEqual(machine.commands, []);
    const all = { answer: 'payment', paid: true, left: 0 };
    assert.deepEqual(await waiter.payByCard(cardPayment(4820)), all);
    assert.deepEqual([book.bills.get(tableId), book.booked.size], [0, 1]);
  });

  test('C-3.31 cashback is refused at a card machine without it', async (t) => {
    const { waiter, machine } = await startWithLock(t, { profile: { cashback: false } });
    const message = 'This card machine gives no cashback.';
    assert.deepEqual(await waiter.request(cardPayment(100, 0, 500)), { answer: 'no', message });
    assert.deepEqual(machine.commands, []);
    assert.equal((await waiter.payByCard(cardPayment(4820)))?.answer, 'payment');
  });

  test('the amount left is the limit after a part payment, to the last penny', async (t) => {
    const { waiter, book } = await startWithLock(t);
    await waiter.payByCard(
      cardPayment(4000, 0, 1000),
      outcome('SUCCESSFUL', { amountCashback: 1000 }),
    );
    assert.equal((await waiter.request(cardPayment(821)))?.answer, 'no');
    assert.equal((await waiter.request(cashPayment(821)))?.answer, 'no');
    const penny = { answer: 'payment', paid: true, left: 1 };
    assert.deepEqual(await waiter.request(cashPayment(819)), penny);
    assert.equal((await waiter.request(cashPayment(2)))?.answer, 'no');
    assert.deepEqual(await waiter.payByCard(cardPayment(1)), { ...penny, left: 0 });
    assert.deepEqual([book.bills.get(tableId), book.booked.size], [0, 3]);
  });

  test('C-9.15 the bill is printed before the first payment only, and as often as requested', async (t) => {
    const { till, waiter } = await startWithLock(t);
    for (let time = 0; time < 3; time += 1) {
      assert.equal((await waiter.request(tableRequests.bill))?.answer, 'bill');
    }
    await waiter.payByCard(cardPayment(100), outcome('DECLINED'));
    assert.equal((await waiter.request(tableRequests.bill))?.answer, 'bill');
    await waiter.request(cashPayment(100));
    assert.equal((await waiter.request(tableRequests.bill))?.answer, 'no');
    assert.equal(till.received('posReceiptRequest').length, 4);
  });
});

describe('one request at a time', () => {
  test('the second of two simultaneous requests is refused, and the first goes on', async (t) => {
    const { restaurant, till, machine, waiter } = await startRestaurant(t);
    till.leaveUnanswered('tableListRequest', 'tableLockRequest', 'posReceiptRequest');
    const pairs = [
      [tableRequests.tables, 'tableListRequest', { result: ['12A'] }, 'tables'],
      [
        tableRequests.lock,
        'tableLockRequest',
        { result: { confirmed: true, amount: 100, currency: 'GBP' } },
        'locked',
      ],
      [tableRequests.bill, 'posReceiptRequest', { result: { receiptLines: [] } }, 'bill'],
    ] as const;
    for (const [tableRequest, question, answer, kind] of pairs) {
      const first = machine.request(tableRequest);
      for (const other of [
        tableRequest,
        tableRequests.tables,
        tableRequests.lock,
        tableRequests.bill,
        cardPayment(100),
      ]) {
        assert.equal(
          (await waiter.request(other))?.answer,
          'no',
          `${tableRequest.kind} then ${other.kind}`,
        );
      }
      assert.equal(machine.answerTo(first), undefined);
      till.reply(till.lastRequestId(question), answer);
      await restaurant.settled();
      assert.equal(machine.answerTo(first)?.answer, kind);
    }
    assert.equal(till.till.received.length, 3);
  });

  test('one of two simultaneous payments is accepted', async (t) => {
    const { harness, machine, waiter, tableRequest, book } = await startWithPayment(t, {
      amount: 2000,
    });
    for (const other of [
      cardPayment(2000),
      cashPayment(2000),
      tableRequests.bill,
      tableRequests.lock,
      tableRequests.tables,
    ]) {
      assert.equal((await waiter.request(other))?.answer, 'no', other.kind);
    }
    machine.finish();
    await harness.settled();
    assert.deepEqual(machine.answerTo(tableRequest), { answer: 'payment', paid: true, left: 2820 });
    await waiter.request(tableRequests.leave);
    assert.deepEqual([machine.commands, book.booked.size], [['start'], 1]);
  });

  test('a lock or a list while a table is locked is refused, and the table stays locked', async (t) => {
    const { till, waiter } = await startWithLock(t);
    assert.equal((await waiter.request(tableRequests.lock))?.answer, 'no');
    assert.equal((await waiter.request({ ...tableRequests.lock, tableId: '9' }))?.answer, 'no');
    assert.equal((await waiter.request(tableRequests.tables))?.answer, 'no');
    assert.equal((await waiter.payByCard(cardPayment(4820)))?.answer, 'payment');
    assert.equal(till.received('tableLockRequest').length, 1);
  });

  test('leave is accepted during another request, which ends first', async (t) => {
    const { restaurant, harness, till, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest');
    const lock = machine.request(tableRequests.lock);
    await restaurant.settled();
    const leave = machine.request(tableRequests.leave);
    await restaurant.settled();
    assert.deepEqual([machine.answerTo(lock), machine.answerTo(leave)], [undefined, undefined]);
    till.reply(1, { result: { confirmed: true, amount: 4820, currency: 'GBP' } });
    await restaurant.settled();
    assert.notEqual(machine.answerTo(lock), undefined);
    assert.deepEqual(machine.answerTo(leave), { answer: 'left' });
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1', '? tableUnlock']);
  });

  test('a late list of tables does not answer the request of the next waiter', async (t) => {
    const { restaurant, till, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableListRequest');
    const first = machine.request(tableRequests.tables);
    await restaurant.settled();
    machine.disconnect();
    machine.connect();
    const second = machine.request(tableRequests.tables);
    await restaurant.settled();
    till.reply(1, { result: { tables: ['1'], currency: 'GBP' } });
    await restaurant.settled();
    assert.deepEqual([machine.answerTo(first), machine.answerTo(second)], [undefined, undefined]);
    till.reply(2, { result: { tables: ['2'], currency: 'GBP' } });
    await restaurant.settled();
    assert.deepEqual(machine.answerTo(second), { answer: 'tables', tables: ['2'] });
  });

  test('a late bill does not answer the payment of the next waiter', async (t) => {
    const { restaurant, till, machine } = await startWithLock(t);
    till.leaveUnanswered('posReceiptRequest');
    const bill = machine.request(tableRequests.bill);
    await restaurant.settled();
    machine.disconnect();
    machine.connect();
    const payment = machine.request(cardPayment(2000));
    await restaurant.settled();
    till.reply(2, { result: { receiptLines: [{ value: 'THE BILL' }] } });
    await restaurant.settled();
    assert.deepEqual([machine.answerTo(bill), machine.answerTo(payment)], [undefined, undefined]);
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(machine.answerTo(payment), { answer: 'payment', paid: true, left: 2820 });
  });

  test('leave during a payment, even repeated, ends with paid, sent and left', async (t) => {
    const { restaurant, harness, till, machine, tableRequest, book } = await startWithPayment(t, {
      amount: 2000,
    });
    const goodbyes = [1, 2, 3].map(() => machine.request(tableRequests.leave));
    await restaurant.advance(60_000);
    assert.ok(goodbyes.every((number) => machine.answerTo(number) === undefined));
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(machine.answerTo(tableRequest), { answer: 'payment', paid: true, left: 2820 });
    for (const one of goodbyes) assert.deepEqual(machine.answerTo(one), { answer: 'left' });
    const sentToTill = ['? tableLockRequest 1', '? transactionResponse', '? tableUnlock'];
    assert.deepEqual(await harness.summaries(till.till), sentToTill);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [2820, 0]);
  });

  test('leave without a table is answered at once', async (t) => {
    const { till, waiter } = await startRestaurant(t);
    assert.deepEqual(await waiter.request(tableRequests.leave), { answer: 'left' });
    assert.deepEqual(till.till.received, []);
  });
});

describe('invalid names', () => {
  const names: readonly (readonly [string, unknown])[] = [
    ['none', undefined],
    ['an empty one', ''],
    ['10 kB', 'x'.repeat(10_000)],
    ['33 characters', 'x'.repeat(33)],
    ['a card number', '4929123456734821'],
    ['a card number in groups', '4929 1234 5673 4821'],
    ['a number', 12],
    ['an object', { tableId }],
  ];

  test('C-3.37, C-12.21 an invalid table name is sent to no till and not written to the journal', async (t) => {
    const { restaurant, harness, till, waiter } = await startRestaurant(t);
    for (const [what, name] of names) {
      const tableRequest = { ...tableRequests.lock, tableId: name } as WaiterRequest;
      assert.equal((await waiter.request(tableRequest))?.answer, 'no', what);
    }
    assert.deepEqual(till.till.received, []);
    assert.ok(harness.trace.entries.every(({ kind }) => kind !== 'journalled'));
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('C-9.3 an invalid waiter is sent to no till', async (t) => {
    const { restaurant, harness, till, waiter } = await startRestaurant(t);
    const others = [...names.slice(1), ['17 characters', '12345678901234567'] as const];
    for (const [what, name] of others) {
      for (const tableRequest of [tableRequests.tables, tableRequests.lock]) {
        const changed = { ...tableRequest, waiterId: name } as WaiterRequest;
        assert.equal((await waiter.request(changed))?.answer, 'no', `${what} ${tableRequest.kind}`);
      }
    }
    assert.deepEqual(till.till.received, []);
    assert.ok(harness.trace.entries.every(({ kind }) => kind !== 'journalled'));
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('an unknown request of the machine is refused', async (t) => {
    const { till, waiter } = await startRestaurant(t);
    for (const kind of ['dance', '', 'constructor', '__proto__', undefined]) {
      const changed = { kind } as unknown as WaiterRequest;
      assert.equal((await waiter.request(changed))?.answer, 'no', kind);
    }
    assert.deepEqual(till.till.received, []);
  });

  test('C-3.37 names of 32 characters in any script are sent unchanged', async (t) => {
    const { till, waiter, book } = await startRestaurant(t);
    for (const name of ['x'.repeat(32), 'Terrasse 1', 'é桌', '__proto__', '12a', '"']) {
      book.bills.set(name, 100);
      const answer = await waiter.request({ kind: 'lock', tableId: name });
      assert.deepEqual(answer, { answer: 'locked', amount: 100, currency: 'GBP' }, name);
      assert.equal(till.received('tableLockRequest').at(-1)?.params.tableId, name);
      await waiter.request(tableRequests.leave);
    }
    assert.equal(book.locks.size, 0);
  });
});
