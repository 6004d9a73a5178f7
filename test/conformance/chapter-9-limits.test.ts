// Chapters 3 and 9 of PROTOCOL.md over real sockets: answers of tills at the table that are too big, of
// no shape at all, or come in an odd wrapping.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  cardPayment,
  startRestaurant,
  startWithLock,
  startWithPayment,
  tableId,
  tableRequests,
} from '../support/gateway/restaurant-harness.ts';

const yes = { confirmed: true, amount: 4820, currency: 'GBP' };
const MOST_BYTES = 262_144;

/** An answer to the bill of so many bytes. */
function billOf(id: number, bytes: number): string {
  const message = { jsonrpc: '2.0', id, result: { receiptLines: [{ value: '' }] } };
  const value = '£'.repeat(20) + 'x'.repeat(bytes - JSON.stringify(message).length - 40);
  const text = JSON.stringify({ ...message, result: { receiptLines: [{ value }] } });
  assert.equal(Buffer.byteLength(text), bytes);
  return text;
}

describe('C-3.35 the size of answers of a till', () => {
  test('a receipt of 262,144 bytes is printed', async (t) => {
    const { restaurant, till, machine } = await startWithLock(t);
    till.leaveUnanswered('posReceiptRequest');
    const tableRequest = machine.request(tableRequests.bill);
    await restaurant.settled();
    const bill = billOf(2, MOST_BYTES);
    till.till.send(bill);
    await restaurant.settled();
    const { receiptLines } = JSON.parse(bill).result;
    assert.deepEqual(machine.answerTo(tableRequest), { answer: 'bill', receiptLines });
  });

  test('a receipt of 262,145 bytes closes with 1009 and is not printed, and the session goes on', async (t) => {
    const { restaurant, harness, till, machine, waiter, book } = await startWithLock(t);
    till.leaveUnanswered('posReceiptRequest');
    const tableRequest = machine.request(tableRequests.bill);
    await restaurant.settled();
    till.till.send(billOf(2, MOST_BYTES + 1));
    assert.equal((await till.till.closed).code, 1009);
    await restaurant.settled();
    assert.equal(machine.answerTo(tableRequest)?.answer, 'no');
    assert.equal((await waiter.payByCard(cardPayment(4820)))?.answer, 'payment');
    const again = await restaurant.till();
    assert.deepEqual(await harness.summaries(again.till), [
      '? transactionResponse',
      '? tableUnlock',
    ]);
    assert.equal(book.locks.size, 0);
  });

  test('C-9.13 a lock answered with too many bytes fails at once, and is unlocked on the next connection', async (t) => {
    const { restaurant, harness, till, machine, waiter, book } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    book.lock('12345678', tableId);
    till.till.send(billOf(1, MOST_BYTES + 1));
    assert.equal((await till.till.closed).code, 1009);
    await restaurant.settled();
    assert.equal(machine.answerTo(1)?.answer, 'no');
    const again = await restaurant.till();
    assert.deepEqual(await harness.summaries(again.till), ['? tableUnlock']);
    assert.equal(book.locks.size, 0);
  });
});

describe('C-3.14 a message that is no answer leaves the request open until its 10 s are over', () => {
  const shapes: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'both result and error',
      JSON.stringify({ jsonrpc: '2.0', id: 1, result: yes, error: { code: 1, message: '' } }),
      ['-32600'],
    ],
    ['neither result nor error', JSON.stringify({ jsonrpc: '2.0', id: 1 }), ['-32600']],
    ['no id', JSON.stringify({ jsonrpc: '2.0', result: yes }), []],
    ['half a message', '{"jsonrpc":"2.0","id":1,"result":', ['-32700']],
    [
      '33 levels',
      `{"jsonrpc":"2.0","id":1,"result":${'['.repeat(32)}${']'.repeat(32)}}`,
      ['-32600'],
    ],
  ];
  for (const [what, text, codes] of shapes) {
    test(`a message with ${what} leaves the request open`, async (t) => {
      const { restaurant, till, waiter, machine } = await startRestaurant(t);
      till.leaveUnanswered('tableLockRequest');
      await waiter.request(tableRequests.lock);
      till.till.send(text);
      await restaurant.settled();
      const received = () => till.errors.map(({ error }) => String(error.code));
      assert.deepEqual(received(), codes);
      assert.equal(machine.answerTo(1), undefined);
      await restaurant.advance(10_000);
      assert.deepEqual(received(), [...codes, '-32076']);
      assert.equal(till.errors.at(-1)?.error.message, 'No answer to tableLockRequest within 10 s.');
      assert.equal(machine.answerTo(1)?.answer, 'no');
    });
  }

  test('a valid answer after such a message still counts', async (t) => {
    const { restaurant, till, waiter, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    for (const [, text] of shapes) till.till.send(text);
    till.reply(1, { result: yes });
    await restaurant.settled();
    assert.equal(machine.answerTo(1)?.answer, 'locked');
  });
});

describe('answers in an unusual form are accepted', () => {
  test('C-3.17 the answers of a batch are taken one by one, and nothing is sent', async (t) => {
    const { restaurant, harness, till, waiter, machine, otherMachine } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest', 'tableListRequest');
    await waiter.request(tableRequests.lock);
    const other = otherMachine.request(tableRequests.tables);
    await restaurant.settled();
    const answers = [{ tables: ['1'], currency: 'GBP' }, yes];
    till.till.send(answers.map((result, index) => ({ jsonrpc: '2.0', id: 2 - index, result })));
    await restaurant.settled();
    assert.equal(machine.answerTo(1)?.answer, 'locked');
    assert.deepEqual(otherMachine.answerTo(other), { answer: 'tables', tables: ['1'] });
    assert.deepEqual(await harness.summaries(till.till), [
      '? tableLockRequest 1',
      '? tableListRequest 2',
    ]);
  });

  test('C-3.2 a binary answer of UTF-8 is read', async (t) => {
    const { restaurant, till, waiter, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    till.till.send(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result: yes })));
    await restaurant.settled();
    assert.equal(machine.answerTo(1)?.answer, 'locked');
  });
});

describe('messages of the till to the waiter', () => {
  const long = 'No '.repeat(3_000);

  test('a sentence of 9 kB is cut to the same length in every form', async (t) => {
    const { till, waiter } = await startRestaurant(t);
    const shown: unknown[] = [];
    for (const answer of [
      { result: { confirmed: false, userMessage: long } },
      { error: { code: 1, message: long } },
      { error: { code: 1, message: 'No', data: { userMessage: long } } },
    ]) {
      till.answerWith('tableLockRequest', answer);
      shown.push(await waiter.request(tableRequests.lock));
    }
    const [first] = shown;
    assert.ok(JSON.stringify(first).length < 300);
    assert.deepEqual(shown, [first, first, first]);
  });

  test('C-12.21 a card number in a sentence is not written to the journal', async (t) => {
    const { harness, till, waiter } = await startRestaurant(t);
    const card = '4929123412341234';
    till.answerWith('tableLockRequest', {
      result: { confirmed: false, userMessage: `Card ${card}` },
    });
    await waiter.request(tableRequests.lock);
    till.answerWith('tableLockRequest', { result: { confirmed: false, [card]: card } });
    await waiter.request(tableRequests.lock);
    const written = harness.trace.entries.filter(({ kind }) => kind !== 'sent');
    assert.ok(!JSON.stringify(written).includes(card));
  });

  test('an empty sentence is replaced by one of the gateway', async (t) => {
    const { till, waiter } = await startRestaurant(t);
    till.answerWith('tableLockRequest', { result: { confirmed: false } });
    const own = await waiter.request(tableRequests.lock);
    assert.ok(own?.answer === 'no' && own.message.length > 0);
    for (const answer of [
      { result: { confirmed: false, userMessage: '' } },
      { error: { code: 1, message: '' } },
      { error: { code: 1, message: '', data: { userMessage: '' } } },
    ]) {
      till.answerWith('tableLockRequest', answer);
      assert.deepEqual(await waiter.request(tableRequests.lock), own);
    }
  });
});

test('C-12.22 invalid messages of a restaurant till disturb no payment and no other till', async (t) => {
  const { restaurant, harness, till, machine, tableRequest } = await startWithPayment(t);
  for (const text of ['{', '[]', 'null', '7', '""', '[[]]', '{"id":{}}']) till.till.send(text);
  await restaurant.settled();
  assert.equal(await restaurant.status(), 'BUSY');
  machine.finish();
  await harness.settled();
  assert.equal(machine.answerTo(tableRequest)?.answer, 'payment');
  assert.deepEqual(
    till.errors.map(({ error }) => error.code),
    [-32700, -32600, -32600, -32600, -32600, -32600, -32600],
  );
});

test('C-11.13 20 bad messages close the till with 1008, and the table is reported on the next connection', async (t) => {
  const { restaurant, harness, till, machine } = await startWithPayment(t);
  for (let count = 0; count < 20; count += 1) till.till.send('{');
  assert.equal((await till.till.closed).code, 1008);
  machine.finish();
  const again = await restaurant.till();
  assert.deepEqual(await harness.summaries(again.till), ['? transactionResponse', '? tableUnlock']);
});
