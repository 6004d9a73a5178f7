// Chapter 12 of PROTOCOL.md: a proof that the checker, to which every trace of every test is held, sees
// what goes wrong at the tables.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Frame } from 'tillgate/testing';
import {
  cardPayment,
  cashPayment,
  startRestaurant,
  tableRequests,
  tid,
} from '../support/gateway/restaurant-harness.ts';
import { TableBook } from '../support/gateway/table-till.ts';
import { faultsOf } from '../support/invariants/invariants.ts';
import type { TraceEntry } from '../support/invariants/trace.ts';

type Fits = (entry: TraceEntry) => boolean;
type Spoil = (entries: readonly TraceEntry[]) => readonly TraceEntry[];

/** The trace of two tables at one machine, paid by card and cash, which is without fault. */
async function goodTrace(): Promise<readonly TraceEntry[]> {
  let entries: readonly TraceEntry[] = [];
  await test('a good trace', async (t) => {
    const book = new TableBook({ '12A': 4820, 7: 1000 });
    const { harness, waiter } = await startRestaurant(t, { book });
    await waiter.request(tableRequests.tables);
    await waiter.request(tableRequests.lock);
    await waiter.request(tableRequests.bill);
    await waiter.payByCard(cardPayment(2000));
    await waiter.request(cashPayment(2820));
    await waiter.request({ kind: 'lock', tableId: '7' });
    await waiter.request(tableRequests.leave);
    await waiter.request({ kind: 'lock', tableId: '7' });
    await waiter.request(cashPayment(1000));
    entries = harness.trace.entries;
  });
  return structuredClone(entries);
}

const on = { version: 'v1', integration: 'pat', site: 'testhost', batch: 0 } as const;
const received = (frame: Frame, line = 2): TraceEntry => ({ kind: 'received', line, ...on, frame });
const is =
  (kind: TraceEntry['kind'], method: string): Fits =>
  (entry) =>
    entry.kind === kind && 'frame' in entry && entry.frame.method === method;
const isQuestion = is('received', 'tableListRequest');
const isPaid = is('received', 'transactionResponse');
const isUnlock = is('received', 'tableUnlock');
const confirms: Fits = (entry) => entry.kind === 'sent' && entry.frame.result?.confirmed === true;
const journals =
  (event: string): Fits =>
  (entry) =>
    entry.kind === 'journalled' && entry.written.body.includes(`"kind":"${event}"`);

/** Only the first that fits, so that what is left is the fault that is meant. */
function first(fits: Fits, change: (entry: TraceEntry) => readonly TraceEntry[]): Spoil {
  return (all) => {
    const place = all.findIndex(fits);
    return [...all.slice(0, place), ...change(all[place] as TraceEntry), ...all.slice(place + 1)];
  };
}
const without = (fits: Fits) => first(fits, () => []);
const twice = (fits: Fits) => first(fits, (entry) => [entry, entry]);
const after = (fits: Fits, ...more: readonly TraceEntry[]) => first(fits, (one) => [one, ...more]);
const also = (fits: Fits, change: (frame: Frame) => TraceEntry) =>
  first(fits, (entry) => [entry, change((entry as { frame: Frame }).frame)]);
const rewritten = (fits: Fits, from: string, to: string) =>
  first(fits, (entry) => [JSON.parse(JSON.stringify(entry).replaceAll(from, to))]);
const swapped: Spoil = (all) => {
  const [paid, unlock] = [all.findIndex(isPaid), all.findIndex(isUnlock)];
  return all.with(paid, all[unlock] as TraceEntry).with(unlock, all[paid] as TraceEntry);
};
const chain =
  (...spoils: readonly Spoil[]): Spoil =>
  (all) =>
    spoils.reduce((entries, spoil) => spoil(entries), all);

const where = { tid, tableId: '12A', waiterId: '007' };
const question = (id: number): Frame => ({ id, method: 'tableListRequest', params: { tid } });
const noUsableAnswer = received({ id: 99, error: { code: -32076 } });
const displaced = received({ error: { code: -32075 } });
const unlockOf = (tableId: string) => received({ method: 'tableUnlock', params: { tid, tableId } });

const spoilt: readonly (readonly [string, string, Spoil])[] = [
  [
    'C-12.2',
    'a transactionResponse that the journal does not have',
    without(journals('tableLeft')),
  ],
  ['C-12.2', 'a payment that the journal does not have', without(journals('paymentNoted'))],
  ['C-12.2', 'an unlock that the journal does not have', after(isUnlock, unlockOf('9'))],
  ['C-12.2', 'another amount than the journal has', rewritten(isPaid, '2000', '2001')],
  ['C-12.3', 'a lock that the journal does not have', without(journals('lockAsked'))],
  ['C-12.4', 'a table during a table', twice(journals('lockAsked'))],
  ['C-12.12', 'tpi on v1', rewritten(isUnlock, '"tid"', '"tpi"')],
  ['C-12.14', 'one id open twice', twice(isQuestion)],
  ['C-12.14', 'an error for a stray answer', after(isUnlock, noUsableAnswer)],
  [
    'C-12.16',
    'a question on a displaced connection',
    after(isUnlock, displaced, received(question(50))),
  ],
  [
    'C-12.16',
    'a question on the older of two connections',
    after(isUnlock, received(question(1), 9), received(question(50))),
  ],
  ['C-12.17', 'a lock that nobody confirmed', without(confirms)],
  ['C-12.17', 'a lock confirmed for another amount', rewritten(confirms, '4820', '4821')],
  ['C-12.17', 'a payment without a lock', without(journals('lockConfirmed'))],
  ['C-12.17', 'a tableUnlock sent too often', chain(...Array(3).fill(twice(isUnlock)))],
  ['C-12.17', 'a table unlocked twice', twice(journals('tableUnlocked'))],
  ['C-12.17', 'a table never unlocked', without(journals('tableUnlocked'))],
  ['C-12.17', 'an unlock before what was paid', swapped],
  ['C-12.17', 'an unlock that was left out', without(isUnlock)],
  [
    'C-12.17',
    'a receipt without a lock',
    after(isUnlock, received({ id: 50, method: 'finalPosReceiptRequest', params: where })),
  ],
  [
    'C-12.18',
    'a payment sent with other contents the second time',
    also(isPaid, (frame) => received({ ...frame, params: { ...frame.params, waiterId: '8' } }, 9)),
  ],
  ['C-12.19', 'a sum that is none', rewritten(isPaid, '"amountPaid":4820', '"amountPaid":4821')],
  [
    'C-12.19',
    'more paid than was locked',
    chain(
      rewritten(confirms, '4820', '4819'),
      rewritten(journals('lockConfirmed'), '4820', '4819'),
    ),
  ],
  [
    'C-12.20',
    'what was paid at another site',
    also(isPaid, (frame) => ({ ...received(frame, 9), site: 'shop2' }) as TraceEntry),
  ],
];

describe('the checker of the invariants of tables', () => {
  test('each fault in a correct trace is found', async () => {
    const good = await goodTrace();
    assert.deepEqual(faultsOf(good, []), []);
    for (const [rule, what, spoil] of spoilt) {
      const bad = spoil(good);
      assert.ok(!isDeepStrictEqual(bad, good), what);
      const faults = faultsOf(bad, []);
      const seen = faults.some((fault) => fault.startsWith(`${rule}:`));
      assert.ok(seen, `${rule} ${what}: ${faults}`);
    }
  });
});
