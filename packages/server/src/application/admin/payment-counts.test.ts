import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClock } from '../../testing/test-clock.ts';
import { PaymentCounts } from './payment-counts.ts';

const HOUR_MS = 3_600_000;
const ended = { tid: '1', type: 'SALE', result: 'SUCCESSFUL', currency: 'GBP', amount: 1 };

test('percentiles are right to a tenth, from nothing to more than the longest payment', () => {
  const counts = new PaymentCounts(new TestClock());
  const durations = Array.from({ length: 1_000 }, (_, index) => 1_000 + index * 10);
  for (const durationMs of durations) counts.count({ ...ended, site: 'a', durationMs });
  const { p50Ms = 0, p95Ms = 0 } = counts.read(null).lastDay;
  assert.ok(Math.abs(p50Ms / 6_000 - 1) <= 0.1, `${p50Ms}`);
  assert.ok(Math.abs(p95Ms / 10_500 - 1) <= 0.1, `${p95Ms}`);
  for (const durationMs of [0, -5, Number.NaN]) counts.count({ ...ended, site: 'b', durationMs });
  assert.equal(counts.read(['b']).lastDay.p95Ms, 10);
  counts.count({ ...ended, site: 'c', durationMs: 1e9 });
  assert.ok((counts.read(['c']).lastDay.p50Ms ?? 0) > 300_000);
});

test('sites beyond the limit are counted together, for operators of all sites only, and memory is given back after a day', async () => {
  const clock = new TestClock();
  const counts = new PaymentCounts(clock);
  for (let number = 0; number < 10_500; number += 1) {
    counts.count({ ...ended, site: `shop${number}`, durationMs: 1 });
  }
  assert.equal(counts.read(null).lastDay.results.SUCCESSFUL, 10_500);
  assert.equal(counts.read(['shop1']).lastDay.results.SUCCESSFUL, 1);
  assert.equal(counts.read(['shop10400']).lastDay.results.SUCCESSFUL, 0);
  assert.equal(counts.lately.length, 10_000);
  await clock.advance(24 * HOUR_MS);
  counts.count({ ...ended, site: 'shop10400', durationMs: 1 });
  assert.equal(counts.read(['shop10400']).lastDay.results.SUCCESSFUL, 1);
  assert.deepEqual(counts.lately, ['shop10400']);
});

test('a report and a result of another kind are not counted', () => {
  const counts = new PaymentCounts(new TestClock());
  const report = { tid: '1', site: 'a', durationMs: 1 };
  counts.count({ ...report, type: 'X_BALANCE', result: 'COMPLETE' });
  counts.count({ ...report, type: 'X_BALANCE', result: 'TIMED_OUT' });
  const { lastDay } = counts.read(null);
  assert.equal(
    Object.values(lastDay.results).reduce((sum, count) => sum + count, 0),
    0,
  );
});
