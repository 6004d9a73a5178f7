// What a waiter is answered when a handler fails, is slow or returns invalid values; and that no
// table stays locked by it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../testing/manual-timing.ts';
import { answerTo, ask, at, paid, payment, served, tell } from '../testing/table-script.ts';
import type { TableHandlers } from './handlers.ts';

const TOO_SLOW = 'The till took too long to answer. Please try again.';
const FAILED = 'The till could not do this. Please try again, or use the till.';
const BUSY = 'The till is still busy with this table. Please try again in a moment.';

const broken = () => Promise.reject(new Error('The disk is full.'));
const never = () => new Promise<never>(() => undefined);

test('a handler that fails is answered with a sentence for the waiter [C-9.6]', async () => {
  const { line, gateway } = await served({ listTables: broken, lockTable: broken, bill: broken });
  const lock = await ask(line, 'tableLockRequest');
  assert.deepEqual(lock.result, { confirmed: false, userMessage: FAILED });
  for (const method of ['tableListRequest', 'posReceiptRequest']) {
    const { error } = await ask(line, method);
    assert.deepEqual([error.code, error.data], [-32603, { userMessage: FAILED }]);
  }
  assert.deepEqual(
    gateway.warnings.map(({ message }) => message),
    [
      'lockTable of table 12A: it failed. The disk is full.',
      'listTables: it failed. The disk is full.',
      'bill of table 12A: it failed. The disk is full.',
    ],
  );
});

test('a handler that is too slow is answered by the SDK within the limit [C-9.4]', async () => {
  const { line, gateway } = await served({ lockTable: never, bill: never });
  assert.equal(await ask(line, 'tableLockRequest'), undefined);
  await gateway.timing.advance(7_999);
  assert.equal(await answerTo(line), undefined);
  await gateway.timing.advance(1);
  const no = { confirmed: false, userMessage: TOO_SLOW };
  assert.deepEqual((await answerTo(line)).result, no);
  await ask(line, 'posReceiptRequest');
  await gateway.timing.advance(8_000);
  assert.equal((await answerTo(line)).error.data.userMessage, TOO_SLOW);
  assert.deepEqual(gateway.warned, ['handlerFailed', 'handlerFailed']);
});

test('a lock that succeeds after the answer is undone before the next lock [C-9.12]', async () => {
  const slow = Promise.withResolvers<{ amount: number }>();
  const given = [slow.promise, { amount: 4820 }];
  const asked: string[] = [];
  const { line, gateway } = await served({
    lockTable: () => {
      asked.push('lock');
      return given.shift() ?? { refused: '' };
    },
    unlock: () => void asked.push('unlock'),
  });
  await ask(line, 'tableLockRequest');
  await gateway.timing.advance(8_000);
  await ask(line, 'tableLockRequest');
  assert.deepEqual(asked, ['lock'], 'the second waits for the first');
  slow.resolve({ amount: 4820 });
  assert.equal((await answerTo(line)).result.confirmed, true);
  assert.deepEqual(asked, ['lock', 'unlock', 'lock']);
});

test('a lock behind one that never ends is refused as busy, without asking the handler', async () => {
  let asked = 0;
  const { line, gateway } = await served({
    lockTable: () => {
      asked += 1;
      return never();
    },
  });
  await ask(line, 'tableLockRequest');
  await ask(line, 'tableLockRequest');
  await gateway.timing.advance(8_000);
  assert.deepEqual((await answerTo(line)).result, { confirmed: false, userMessage: BUSY });
  assert.equal(asked, 1);
});

test('a lock that the gateway cancelled, or whose connection dropped, is undone [C-9.13]', async () => {
  for (const giveUp of ['unlock', 'cut'] as const) {
    const slow = Promise.withResolvers<{ amount: number }>();
    const { line, calls } = await served({ lockTable: () => slow.promise });
    await ask(line, 'tableLockRequest');
    if (giveUp === 'cut') await line.cut();
    else await tell(line, 'tableUnlock');
    slow.resolve({ amount: 4820 });
    await settle();
    const unlocks = calls.filter((call) => call === 'unlock 12A').length;
    assert.equal(unlocks, giveUp === 'cut' ? 1 : 2, giveUp);
    if (giveUp === 'unlock') assert.equal((await answerTo(line)).result.confirmed, false);
  }
});

test('a question of a closed connection leaves no timer but that of the next connection', async () => {
  const { line, gateway } = await served({ bill: never });
  await ask(line, 'posReceiptRequest');
  const waiting = gateway.timing.waiting;
  await line.cut();
  assert.deepEqual([waiting, gateway.timing.waiting], [1, 1]);
  await gateway.timing.advance(1_000);
  assert.equal(gateway.timing.waiting, 0);
});

test('retryNow connects a restaurant till at once', async () => {
  const { line, gateway, till } = await served();
  await line.cut();
  till.retryNow();
  await settle();
  assert.deepEqual([till.state.state, gateway.connections.length], ['connected', 2]);
});

test('a handler that blocks the event loop past the limit counts as late', async () => {
  const { line, gateway, calls } = await served({
    lockTable: () => {
      Object.assign(gateway.timing, { now: () => Date.UTC(2027, 0, 1) });
      return { amount: 4820 };
    },
  });
  const { result } = await ask(line, 'tableLockRequest');
  assert.deepEqual(result, { confirmed: false, userMessage: TOO_SLOW });
  assert.deepEqual(calls, ['unlock 12A']);
});

test('a table is not locked while payments of it are not booked [C-9.30]', async () => {
  let works = false;
  const { line, gateway, calls } = await served({
    recordPayments: () => (works ? undefined : broken()),
  });
  await tell(line, 'transactionResponse', paid([payment(1)]));
  await tell(line, 'tableUnlock');
  await ask(line, 'tableLockRequest');
  assert.equal((await ask(line, 'tableLockRequest', { ...at, tableId: '1' })).result.amount, 4820);
  await gateway.timing.advance(8_000);
  await settle();
  assert.deepEqual(calls, ['lock 1']);
  assert.equal(line.received.find(({ result }) => result?.userMessage)?.result.userMessage, BUSY);
  works = true;
  await gateway.timing.advance(30_000);
  assert.deepEqual(calls, ['lock 1', 'unlock 12A']);
});

const wrong: readonly (readonly [string, string, Partial<TableHandlers>, RegExp])[] = [
  ['a fraction', 'tableLockRequest', { lockTable: () => ({ amount: 48.2 }) }, /amount: .* 48\.2/],
  ['NaN', 'tableLockRequest', { lockTable: () => ({ amount: Number.NaN }) }, /amount: .* NaN/],
  ['less than nothing', 'tableLockRequest', { lockTable: () => ({ amount: -1 }) }, /amount: .* -1/],
  [
    'another currency',
    'tableLockRequest',
    { lockTable: () => ({ amount: 1, currency: 'USD' as 'GBP' }) },
    /currency: expected GBP or EUR, got string "USD"/,
  ],
  ['nothing', 'tableLockRequest', { lockTable: () => undefined as never }, /amount: .* nothing/],
  ['no list', 'tableListRequest', { listTables: () => 7 as never }, /tables: expected array/],
  [
    'a format nobody prints',
    'posReceiptRequest',
    { bill: () => [{ value: 'A', format: ['ITALIC' as 'BOLD'] }] },
    /0\/format\/0: expected BOLD/,
  ],
  [
    'a bill too long to send',
    'posReceiptRequest',
    { bill: () => Array.from({ length: 30_000 }, () => ({ value: 'A line.' })) },
    /expected 262144 bytes at most/,
  ],
];
for (const [what, method, own, message] of wrong) {
  test(`C-9.5: ${what} is caught before it is sent, and the field is named`, async () => {
    const { line, gateway, calls } = await served(own);
    const { result, error } = await ask(line, method);
    assert.equal(error?.data.userMessage ?? result.userMessage, FAILED);
    assert.equal(gateway.warnings.length, 1);
    assert.match(gateway.warnings[0]?.message ?? '', message);
    assert.deepEqual(calls, method === 'tableLockRequest' ? ['unlock 12A'] : []);
  });
}

test('invalid table ids are left out, and a list is cut at 500 [C-9.10]', async () => {
  const tables = ['', 'x'.repeat(10_240), ...Array.from({ length: 501 }, (_, at) => `T${at}`)];
  const { line, gateway } = await served({ listTables: () => tables });
  const { result } = await ask(line, 'tableListRequest');
  assert.deepEqual(
    [result.tables.length, result.tables[0], result.tables[499]],
    [500, 'T0', 'T499'],
  );
  assert.deepEqual(
    gateway.warnings.map(({ message }) => message),
    [
      'listTables: tables/0: expected string, 1..32 characters. It was left out.',
      'listTables: tables/1: expected string, 1..32 characters. It was left out.',
      'listTables: tables: expected 500 at most, got 501; the rest is cut.',
    ],
  );
});

test('an answer that the gateway refuses is reported as a warning [C-9.5]', async () => {
  const { line, gateway } = await served();
  const errors = [{ path: '/result/currency', expected: 'EUR', got: 'string "GBP"' }];
  const error = { code: -32076, message: 'Invalid answer.', data: { userMessage: '', errors } };
  await line.say({ id: 3, error });
  assert.deepEqual(gateway.warnings, [
    {
      warning: 'answerRefused',
      message:
        'The gateway objects: Invalid answer. /result/currency: expected EUR, got string "GBP".',
    },
  ]);
});
