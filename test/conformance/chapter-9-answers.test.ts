// Chapters 9.1 and 9.2 of PROTOCOL.md over real sockets: a till that says nothing, says it late, says no,
// or says it in another shape that is taken too.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  cardPayment,
  finalReceiptFlag,
  startRestaurant,
  startWithLock,
  tableFields,
  tableId,
  tableRequests,
  tid,
  waiterId,
} from '../support/gateway/restaurant-harness.ts';
import type { Answer } from '../support/gateway/table-till.ts';

const noAnswer = (method: string, id: number) => ({
  jsonrpc: '2.0',
  id,
  error: {
    code: -32076,
    message: `No answer to ${method} within 10 s.`,
    data: { userMessage: 'The till did not give the card machine a usable answer.' },
  },
});
const yes = { result: { confirmed: true, amount: 4820, currency: 'GBP' } };

describe('C-9.1 requests of the till', () => {
  const methods = [
    ...['tableListRequest', 'tableLockRequest', 'transactionResponse', 'tableUnlock', 'report'],
    ...['connectedTerminals', 'sale', 'terminalNotification', 'toString', '__proto__', ''],
  ];
  for (const method of methods) {
    test(`C-9.1 ${method || 'an empty method'} gets -32601`, async (t) => {
      const { harness, till, machine } = await startRestaurant(t);
      const { error } = await harness.request(till.till, method, { tid });
      const userMessage =
        'The till asked for something this gateway does not know. Please tell your till supplier.';
      assert.deepEqual(error, {
        code: -32601,
        message: `Unknown method: ${method}.`,
        data: { userMessage },
      });
      assert.deepEqual(machine.commands, []);
    });
  }

  test('C-3.11 a request under the id of an open request of the gateway disturbs neither', async (t) => {
    const { restaurant, harness, till, waiter, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    till.till.ask('sale', { tid }, 1);
    await harness.settled();
    assert.deepEqual(await harness.summaries(till.till), [
      '? tableLockRequest 1',
      'error 1 -32601',
    ]);
    till.reply(1, yes);
    await restaurant.settled();
    assert.equal(machine.answerTo(1)?.answer, 'locked');
  });
});

describe('C-9.4 the till has 10 s', () => {
  test('a request without an answer gets -32076 under its id, after 10 s and not before', async (t) => {
    const { restaurant, harness, till, waiter } = await startRestaurant(t);
    till.leaveUnanswered('tableListRequest');
    await waiter.request(tableRequests.tables);
    await restaurant.advance(9_999);
    assert.deepEqual(await harness.summaries(till.till), ['? tableListRequest 1']);
    await restaurant.advance(1);
    assert.deepEqual(till.till.received.slice(1), [noAnswer('tableListRequest', 1)]);
  });

  test('a late answer is ignored, and the machine is answered once that there are no tables', async (t) => {
    const { restaurant, till, waiter, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableListRequest');
    await waiter.request(tableRequests.tables);
    await restaurant.advance(10_000);
    till.reply(1, { result: { tables: ['12A'], currency: 'GBP' } });
    till.reply(1, { result: { tables: 7 } });
    await restaurant.advance(60_000);
    assert.deepEqual(machine.answers, [{ number: 1, answer: { answer: 'tables', tables: [] } }]);
    assert.equal(till.till.received.length, 2);
  });

  test('C-9.13 a lock without an answer fails with -32076 and tableUnlock, and a late yes locks nothing', async (t) => {
    const { restaurant, harness, till, waiter, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    await restaurant.advance(10_000);
    assert.equal(machine.answerTo(1)?.answer, 'no');
    till.reply(1, yes);
    await restaurant.settled();
    const sentToTill = ['? tableLockRequest 1', 'error 1 -32076', '? tableUnlock'];
    assert.deepEqual(await harness.summaries(till.till), sentToTill);
    assert.deepEqual(till.till.received[1], noAnswer('tableLockRequest', 1));
    assert.deepEqual(till.received('tableUnlock')[0]?.params, tableFields);
    assert.equal((await waiter.request(cardPayment(4820)))?.answer, 'no');
    assert.deepEqual(machine.commands, []);
    assert.equal(await restaurant.status(), 'AVAILABLE');
  });

  test('C-9.15 a bill without an answer is not printed, and the session goes on', async (t) => {
    const { restaurant, harness, till, waiter, machine } = await startWithLock(t);
    till.leaveUnanswered('posReceiptRequest');
    const tableRequest = machine.request(tableRequests.bill);
    await restaurant.advance(10_000);
    assert.equal(machine.answerTo(tableRequest)?.answer, 'no');
    assert.deepEqual(till.till.received.at(-1), noAnswer('posReceiptRequest', 2));
    till.reply(2, { result: { receiptLines: [] } });
    await waiter.payByCard(cardPayment(4820));
    const sentToTill = ['? tableLockRequest 1', '? posReceiptRequest 2', 'error 2 -32076'];
    assert.deepEqual(await harness.summaries(till.till), [
      ...sentToTill,
      '? transactionResponse',
      '? tableUnlock',
    ]);
  });

  test('C-3.13 a second answer to one request is ignored', async (t) => {
    const { restaurant, harness, till, machine, waiter } = await startWithLock(t);
    till.reply(1, { result: { confirmed: false } });
    till.reply(1, { result: 'nonsense' });
    till.reply(99, yes);
    till.reply('1', yes);
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1']);
    assert.equal(machine.answers.length, 1);
    assert.equal((await waiter.payByCard(cardPayment(4820)))?.answer, 'payment');
  });

  test('C-11.10 patRequestLimit is a setting, stated in whole seconds', async (t) => {
    const { restaurant, till, waiter } = await startRestaurant(t, {
      settings: { patRequestLimit: 3 },
    });
    till.leaveUnanswered('tableListRequest');
    await waiter.request(tableRequests.tables);
    await restaurant.advance(3_000);
    assert.equal(till.errors[0]?.error.message, 'No answer to tableListRequest within 3 s.');
  });
});

describe('C-9.6 the till may answer with an error: that counts as no', () => {
  const error = { code: -32000, message: 'No such table' };
  const cases: readonly (readonly [string, Answer, string])[] = [
    [
      'its userMessage',
      { error: { ...error, data: { userMessage: 'Table closed.' } } },
      'Table closed.',
    ],
    ['else its message', { error }, 'No such table'],
    [
      'else its message, with other data',
      { error: { ...error, data: { more: 1 } } },
      'No such table',
    ],
    [
      'a userMessage that is no text',
      { error: { ...error, data: { userMessage: 7 } } },
      'No such table',
    ],
    ['data that is no object', { error: { ...error, data: 'why' } }, 'No such table'],
  ];
  for (const [what, answer, message] of cases) {
    test(`${what} is shown on the machine`, async (t) => {
      const { restaurant, harness, till, waiter } = await startRestaurant(t);
      till.answerWith('tableLockRequest', answer);
      assert.deepEqual(await waiter.request(tableRequests.lock), { answer: 'no', message });
      await restaurant.advance(1_000_000);
      assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1']);
      assert.equal(await restaurant.status(), 'AVAILABLE');
    });
  }

  test('an error to a list means no tables, and an error to a receipt that nothing is printed', async (t) => {
    const { harness, till, waiter } = await startRestaurant(t, { parameters: finalReceiptFlag });
    till.answerWith('tableListRequest', { error });
    till.answerWith('posReceiptRequest', { error });
    till.answerWith('finalPosReceiptRequest', { error });
    assert.deepEqual(await waiter.request(tableRequests.tables), { answer: 'tables', tables: [] });
    await waiter.request(tableRequests.lock);
    assert.deepEqual(await waiter.request(tableRequests.bill), {
      answer: 'no',
      message: 'No such table',
    });
    await waiter.payByCard(cardPayment(4820));
    assert.deepEqual(await waiter.request(tableRequests.leave), { answer: 'left' });
    const sentToTill = ['? tableListRequest 1', '? tableLockRequest 2', '? posReceiptRequest 3'];
    const end = ['? transactionResponse', '? finalPosReceiptRequest 4', '? tableUnlock'];
    assert.deepEqual(await harness.summaries(till.till), [...sentToTill, ...end]);
  });
});

describe('C-9.10, C-9.11 lists', () => {
  const listed: readonly (readonly [string, unknown, readonly string[]])[] = [
    ['the order of the till', { tables: ['9', '1', 'A'], currency: 'GBP' }, ['9', '1', 'A']],
    ['a bare array', ['1', '2'], ['1', '2']],
    ['an empty bare array', [], []],
    ['no currency', { tables: ['1'] }, ['1']],
    ['no currency and no tables', { tables: [] }, []],
    ['another currency', { tables: ['1'], currency: 'EUR' }, []],
    ['objects with tableId', { tables: [{ tableId: '1', seats: 4 }], currency: 'GBP' }, ['1']],
    ['objects with tableName', [{ tableName: '1', open: true }, '2'], ['1', '2']],
    ['objects with both', [{ tableName: 'Window', tableId: '1' }], ['1']],
    ['names of 1 and 32 characters', ['1', 'x'.repeat(32)], ['1', 'x'.repeat(32)]],
    ['names in any writing', ['Terrasse 1', 'é', '桌'], ['Terrasse 1', 'é', '桌']],
    ['a table twice', ['1', '2', '1'], ['1', '2']],
  ];
  for (const [what, result, tables] of listed) {
    test(`${what}: the machine shows ${tables.length} tables`, async (t) => {
      const { till, waiter } = await startRestaurant(t);
      till.answerWith('tableListRequest', { result });
      assert.deepEqual(await waiter.request(tableRequests.tables), { answer: 'tables', tables });
      assert.deepEqual(till.errors, []);
    });
  }

  test('C-9.10 a list of 500 tables is shown', async (t) => {
    const { till, waiter } = await startRestaurant(t);
    const tables = Array.from({ length: 500 }, (_, index) => String(index));
    till.answerWith('tableListRequest', { result: { tables, currency: 'GBP' } });
    assert.deepEqual(await waiter.request(tableRequests.tables), { answer: 'tables', tables });
  });

  test("C-9.3 the waiter's number is sent with its leading zeros", async (t) => {
    const { till, waiter } = await startRestaurant(t);
    await waiter.request({ kind: 'tables' });
    await waiter.request({ kind: 'lock', tableId });
    await waiter.request(tableRequests.leave);
    await waiter.request({ kind: 'tables', waiterId: 'W000000000000016' });
    const params = till.till.received.map((frame) => frame.params);
    const table = { tid, tableId };
    assert.deepEqual(params, [{ tid }, table, table, { tid, waiterId: 'W000000000000016' }]);
  });

  test('C-9.11 the till may leave out tables of other waiters, and an unlisted table may be locked', async (t) => {
    const { till, waiter } = await startRestaurant(t);
    till.answerWith('tableListRequest', (params) => ({
      result: params.waiterId === waiterId ? ['12A'] : [],
    }));
    const tables = await waiter.request({ kind: 'tables', waiterId: '8' });
    assert.deepEqual(tables, { answer: 'tables', tables: [] });
    assert.equal((await waiter.request(tableRequests.lock))?.answer, 'locked');
  });
});
