// Delays of any length are kept, over a `setTimeout` that keeps 24.8 days.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from './system-clock.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;
const YEAR_MS = 31_557_600_000;

test('a timer runs once after its delay, whatever its length, and not before', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const delay = fc.oneof(
    fc.integer({ min: 1, max: 3 * YEAR_MS }),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: -1, max: 1 }))
      .map(([times, more]) => times * LONGEST_TIMER_MS + more),
  );
  fc.assert(
    fc.property(delay, (delayMs) => {
      let runs = 0;
      systemClock.after(delayMs, () => {
        runs += 1;
      });
      pass(t, delayMs - 1);
      assert.equal(runs, 0);
      pass(t, 1);
      assert.equal(runs, 1);
    }),
  );
});

test('a long timer that is cancelled does not run, also after its first 24.8 days', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const fail = () => assert.fail('It ran.');
  const cancels = [3 * LONGEST_TIMER_MS, Number.POSITIVE_INFINITY].map((delayMs) =>
    systemClock.after(delayMs, fail),
  );
  pass(t, 2 * LONGEST_TIMER_MS);
  for (const cancel of cancels) cancel();
  pass(t, 2 * LONGEST_TIMER_MS);
});

/** Moves the time in steps, since a timer that is set during a step counts from the end of it. */
function pass({ mock }: TestContext, ms: number): void {
  for (let left = ms; left > 0; left -= LONGEST_TIMER_MS) {
    mock.timers.tick(Math.min(left, LONGEST_TIMER_MS));
  }
}
