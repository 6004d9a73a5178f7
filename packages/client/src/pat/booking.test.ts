// What was paid is booked once and never lost: whatever fails, is cut, or ends in between.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../testing/manual-timing.ts';
import { ScriptedGateway } from '../testing/scripted-gateway.ts';
import { at, noting, paid, payment, served, tell } from '../testing/table-script.ts';
import { seenInMemory, seenInStorage } from './seen-payments.ts';

const session = paid([payment(1, { amountPaid: 4820 })]);

test('a payment that is sent again is not booked again [C-9.23]', async () => {
  const { line, gateway, calls } = await served();
  await tell(line, 'transactionResponse', session);
  await tell(line, 'tableUnlock');
  await line.cut();
  const next = await gateway.reconnect();
  await tell(next, 'transactionResponse', session);
  await tell(next, 'tableUnlock');
  assert.deepEqual(calls, ['book 4820 for 12A', 'unlock 12A', 'unlock 12A']);
});

test('the delivery mark is answered when the payments are booked [C-3.49]', async () => {
  const booking = Promise.withResolvers<void>();
  const { line } = await served({ recordPayments: () => booking.promise });
  await tell(line, 'transactionResponse', session);
  const mark = await line.mark();
  assert.equal(mark.delivered, false);
  booking.resolve();
  await settle();
  assert.equal(mark.delivered, true);
});

test('a failed booking is retried in order with growing pauses before the delivery mark is answered', async () => {
  let failures = 7;
  const { line, gateway, calls } = await served({
    recordPayments: () => {
      calls.push('try');
      failures -= 1;
      if (failures >= 0) throw new Error('The database is locked.');
    },
  });
  await tell(line, 'transactionResponse', session);
  await tell(line, 'tableUnlock');
  await tell(line, 'tableUnlock', { ...at, tableId: '7' });
  const mark = await line.mark();
  assert.deepEqual(calls, ['try', 'unlock 7']);
  await gateway.timing.advance(1_000 + 2_000 + 4_000 + 8_000 + 16_000 + 30_000);
  assert.equal(mark.delivered, false);
  await gateway.timing.advance(30_000);
  assert.deepEqual([calls.length, calls.at(-1), mark.delivered], [10, 'unlock 12A', true]);
  const [first] = gateway.warnings;
  assert.deepEqual(
    [first?.warning, first?.tableId, first?.message],
    [
      'handlerFailed',
      '12A',
      'recordPayments of table 12A failed. It is tried again in 1 s. The database is locked.',
    ],
  );
});

test('a payment that waits to be booked is queued once, however often it is sent', async () => {
  let works = false;
  const { line, gateway, calls } = await served({
    recordPayments: () => {
      if (!works) throw new Error('No.');
      calls.push('booked');
    },
  });
  let on = line;
  for (let drop = 0; drop < 5; drop += 1) {
    await tell(on, 'transactionResponse', session);
    await tell(on, 'tableUnlock');
    await on.cut();
    await gateway.timing.advance(20_000);
    on = gateway.connection;
  }
  works = true;
  await gateway.timing.advance(30_000);
  assert.deepEqual(calls, ['booked', 'unlock 12A']);
});

test('a table is unlocked after its last payment, even if an earlier unlock still waits', async () => {
  let failures = 1;
  const { line, gateway, calls } = await served({
    recordPayments: ({ amountPaid }) => {
      failures -= 1;
      if (failures >= 0) throw new Error('The database is locked.');
      calls.push(`book ${amountPaid}`);
    },
  });
  await tell(line, 'transactionResponse', session);
  await tell(line, 'tableUnlock');
  await tell(line, 'transactionResponse', paid([payment(2, { amountPaid: 900 })]));
  await tell(line, 'tableUnlock');
  await gateway.timing.advance(1_000);
  assert.deepEqual(calls, ['book 4820', 'unlock 12A', 'book 900', 'unlock 12A']);
});

test('after a restart the handler gets only the payments that are not booked', async () => {
  const seen = seenInMemory();
  seen.add(['00000000-0000-4000-8000-000000000001']);
  const { line, booked } = await served({}, { seen });
  const twice = payment(2, { amountPaid: 1820 });
  await tell(line, 'transactionResponse', paid([payment(1), twice, twice]));
  assert.deepEqual(
    booked.map(({ amountPaid, payments }) => [amountPaid, payments.length]),
    [[1820, 1]],
  );
  assert.equal(await seen.has(twice.paymentId), true);
});

test('if seen.add fails after the booking, only seen.add is tried again', async () => {
  let failures = 1;
  const ids = new Set<string>();
  const seen = {
    has: async (id: string) => ids.has(id),
    add: async (some: readonly string[]) => {
      failures -= 1;
      if (failures >= 0) throw new Error('The disk is full.');
      for (const id of some) ids.add(id);
    },
  };
  const { line, gateway, calls } = await served({}, { seen });
  await tell(line, 'transactionResponse', session);
  const mark = await line.mark();
  assert.equal(mark.delivered, false);
  await gateway.timing.advance(1_000);
  assert.deepEqual([calls, [...ids].length, mark.delivered], [['book 4820 for 12A'], 1, true]);
});

test('a task that fails after close is not retried, and later tasks of that table do not run', async () => {
  const { line, till, gateway, calls } = await served({
    recordPayments: () => {
      throw new Error('No.');
    },
  });
  await tell(line, 'transactionResponse', session);
  await tell(line, 'tableUnlock');
  const mark = await line.mark();
  till.close();
  await till.closed;
  assert.deepEqual([calls, mark.delivered, gateway.timing.waiting], [[], false, 0]);
  assert.match(gateway.warnings.at(-1)?.message ?? '', /It was not done before the end/);
});

test('a payment with values that this SDK does not know is booked, with a warning', async () => {
  const { line, gateway, calls } = await served();
  const odd = { ...payment(1), paymentMethod: 'BIOMETRIC' as 'SWIPED' };
  await tell(line, 'transactionResponse', { ...paid([odd]), newKey: 1 });
  assert.deepEqual(gateway.warned, ['badMessage']);
  assert.equal(calls.length, 1);
});

test('after an invalid payment no delivery mark is answered [C-3.49]', async () => {
  const { line, gateway } = await served();
  await tell(line, 'transactionResponse', { ...at, payments: 'none' });
  await tell(line, 'tableUnlock');
  assert.deepEqual([gateway.warned, (await line.mark()).delivered], [['badMessage'], false]);
  const other = await served();
  await tell(other.line, 'somethingNew');
  assert.deepEqual(
    [other.gateway.warned, (await other.line.mark()).delivered],
    [['badMessage'], true],
  );
});

test('seenInStorage remembers the latest payments across restarts', async () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: async (key: string) => kept.get(key) ?? null,
    setItem: async (key: string, value: string) => void kept.set(key, value),
  };
  const seen = seenInStorage(storage, { most: 3 });
  await Promise.all(['a', 'b', 'c', 'd'].map((id) => seen.add([id])));
  const again = seenInStorage(storage, { most: 3 });
  const has = await Promise.all(['a', 'b', 'c', 'd'].map((id) => again.has(id)));
  assert.deepEqual(has, [false, true, true, true]);
});

test('a booking fails if the storage holds something other than payments', async () => {
  const storage = { getItem: () => '{"a":1}', setItem: () => undefined };
  const gateway = new ScriptedGateway();
  const { handlers, calls } = noting();
  await gateway.serve(handlers, { seen: seenInStorage(storage) });
  await tell(gateway.connection, 'transactionResponse', session);
  assert.deepEqual(calls, []);
  assert.match(gateway.warnings[0]?.message ?? '', /not a list of payments/);
});
