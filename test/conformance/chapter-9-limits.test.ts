// Chapters 3 and 9 of PROTOCOL.md over real sockets: answers of tills at the table that are too big, of
// no shape at all, or come in an odd wrapping.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  byCard,
  locked,
  paying,
  restaurant,
  tableId,
  wishes,
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

describe('C-3.35 how much a till at the table may say at once', () => {
  test('262,144 bytes are printed', async (t) => {
    const { house, till, machine } = await locked(t);
    till.saysNothing('posReceiptRequest');
    const wish = machine.wishes(wishes.bill);
    await house.calm();
    const bill = billOf(2, MOST_BYTES);
    till.till.send(bill);
    await house.calm();
    const { receiptLines } = JSON.parse(bill).result;
    assert.deepEqual(machine.answerTo(wish), { answer: 'bill', receiptLines });
  });

  test('262,145 bytes: close 1009; the bill is not printed, the session goes on', async (t) => {
    const { house, shop, till, machine, waiter, book } = await locked(t);
    till.saysNothing('posReceiptRequest');
    const wish = machine.wishes(wishes.bill);
    await house.calm();
    till.till.send(billOf(2, MOST_BYTES + 1));
    assert.equal((await till.till.closed).code, 1009);
    await house.calm();
    assert.equal(machine.answerTo(wish)?.answer, 'no');
    assert.equal((await waiter.pays(byCard(4820)))?.answer, 'payment');
    const again = await house.till();
    assert.deepEqual(await shop.told(again.till), ['? transactionResponse', '? tableUnlock']);
    assert.equal(book.locks.size, 0);
  });

  test('C-9.13 as the answer to a lock: failed at once, unlocked on the next connection', async (t) => {
    const { house, shop, till, machine, waiter, book } = await restaurant(t);
    till.saysNothing('tableLockRequest');
    await waiter.asks(wishes.lock);
    book.lock('12345678', tableId);
    till.till.send(billOf(1, MOST_BYTES + 1));
    assert.equal((await till.till.closed).code, 1009);
    await house.calm();
    assert.equal(machine.answerTo(1)?.answer, 'no');
    const again = await house.till();
    assert.deepEqual(await shop.told(again.till), ['? tableUnlock']);
    assert.equal(book.locks.size, 0);
  });
});

describe('C-3.14 an answer of no shape leaves the question open until its 10 s are over', () => {
  const shapes: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'both result and error',
      JSON.stringify({ jsonrpc: '2.0', id: 1, result: yes, error: { code: 1, message: '' } }),
      [],
    ],
    ['neither', JSON.stringify({ jsonrpc: '2.0', id: 1 }), ['-32600']],
    ['an id that is a text', JSON.stringify({ jsonrpc: '2.0', id: '1', result: yes }), []],
    ['no id', JSON.stringify({ jsonrpc: '2.0', result: yes }), []],
    ['half a message', '{"jsonrpc":"2.0","id":1,"result":', ['-32700']],
    [
      '33 levels',
      `{"jsonrpc":"2.0","id":1,"result":${'['.repeat(32)}${']'.repeat(32)}}`,
      ['-32600'],
    ],
  ];
  for (const [what, text, codes] of shapes) {
    test(what, async (t) => {
      const { house, till, waiter, machine } = await restaurant(t);
      till.saysNothing('tableLockRequest');
      await waiter.asks(wishes.lock);
      till.till.send(text);
      await house.calm();
      const told = () => till.errors.map(({ error }) => String(error.code));
      assert.deepEqual(told(), codes);
      assert.equal(machine.answerTo(1), undefined);
      await house.pass(10_000);
      assert.deepEqual(told(), [...codes, '-32076']);
      assert.equal(till.errors.at(-1)?.error.message, 'No answer to tableLockRequest within 10 s.');
      assert.equal(machine.answerTo(1)?.answer, 'no');
    });
  }

  test('and a right answer within them still counts', async (t) => {
    const { house, till, waiter, machine } = await restaurant(t);
    till.saysNothing('tableLockRequest');
    await waiter.asks(wishes.lock);
    for (const [, text] of shapes) till.till.send(text);
    till.reply(1, { result: yes });
    await house.calm();
    assert.equal(machine.answerTo(1)?.answer, 'locked');
  });
});

describe('answers in an odd wrapping are taken', () => {
  test('C-3.17 a batch of answers: one by one, and nothing is sent', async (t) => {
    const { house, shop, till, waiter, machine, otherMachine } = await restaurant(t);
    till.saysNothing('tableLockRequest', 'tableListRequest');
    await waiter.asks(wishes.lock);
    const other = otherMachine.wishes(wishes.tables);
    await house.calm();
    const answers = [{ tables: ['1'], currency: 'GBP' }, yes];
    till.till.send(answers.map((result, index) => ({ jsonrpc: '2.0', id: 2 - index, result })));
    await house.calm();
    assert.equal(machine.answerTo(1)?.answer, 'locked');
    assert.deepEqual(otherMachine.answerTo(other), { answer: 'tables', tables: ['1'] });
    assert.deepEqual(await shop.told(till.till), ['? tableLockRequest 1', '? tableListRequest 2']);
  });

  test('C-3.2 a binary message of UTF-8', async (t) => {
    const { house, till, waiter, machine } = await restaurant(t);
    till.saysNothing('tableLockRequest');
    await waiter.asks(wishes.lock);
    till.till.send(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result: yes })));
    await house.calm();
    assert.equal(machine.answerTo(1)?.answer, 'locked');
  });
});

describe('what a till says to the waiter', () => {
  const long = 'No '.repeat(3_000);

  test('a sentence of 9 kB is cut the same way, however it came', async (t) => {
    const { till, waiter } = await restaurant(t);
    const shown: unknown[] = [];
    for (const answer of [
      { result: { confirmed: false, userMessage: long } },
      { error: { code: 1, message: long } },
      { error: { code: 1, message: 'No', data: { userMessage: long } } },
    ]) {
      till.says('tableLockRequest', answer);
      shown.push(await waiter.asks(wishes.lock));
    }
    const [first] = shown;
    assert.ok(JSON.stringify(first).length < 300);
    assert.deepEqual(shown, [first, first, first]);
  });

  test('C-12.21 a card number in it is not written down', async (t) => {
    const { shop, till, waiter } = await restaurant(t);
    const card = '4929123412341234';
    till.says('tableLockRequest', { result: { confirmed: false, userMessage: `Card ${card}` } });
    await waiter.asks(wishes.lock);
    till.says('tableLockRequest', { result: { confirmed: false, [card]: card } });
    await waiter.asks(wishes.lock);
    const written = shop.trace.entries.filter(({ kind }) => kind !== 'sent');
    assert.ok(!JSON.stringify(written).includes(card));
  });

  test('an empty sentence is none: the machine shows one of its own', async (t) => {
    const { till, waiter } = await restaurant(t);
    till.says('tableLockRequest', { result: { confirmed: false } });
    const own = await waiter.asks(wishes.lock);
    assert.ok(own?.answer === 'no' && own.message.length > 0);
    for (const answer of [
      { result: { confirmed: false, userMessage: '' } },
      { error: { code: 1, message: '' } },
      { error: { code: 1, message: '', data: { userMessage: '' } } },
    ]) {
      till.says('tableLockRequest', answer);
      assert.deepEqual(await waiter.asks(wishes.lock), own);
    }
  });
});

test('C-12.22 a till at the table that sends nonsense disturbs no payment and no other till', async (t) => {
  const { house, shop, till, machine, wish } = await paying(t);
  for (const text of ['{', '[]', 'null', '7', '""', '[[]]', '{"id":{}}']) till.till.send(text);
  await house.calm();
  assert.equal(await house.status(), 'BUSY');
  machine.finishes();
  await shop.quiet();
  assert.equal(machine.answerTo(wish)?.answer, 'payment');
  assert.deepEqual(
    till.errors.map(({ error }) => error.code),
    [-32700, -32600, -32600, -32600, -32600, -32600, -32600],
  );
});

test('C-11.13 20 unusable messages close it with 1008; the table is told on the next connection', async (t) => {
  const { house, shop, till, machine } = await paying(t);
  for (let count = 0; count < 20; count += 1) till.till.send('{');
  assert.equal((await till.till.closed).code, 1008);
  machine.finishes();
  const again = await house.till();
  assert.deepEqual(await shop.told(again.till), ['? transactionResponse', '? tableUnlock']);
});
