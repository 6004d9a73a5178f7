// Sites without a node are looked for every few seconds, and at once when some have become free.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { startOrphanSearch } from './orphan-search.ts';
import { TestClock } from './testing/test-clock.ts';

/** A search whose ownership has these orphans. */
function started(t: TestContext, orphans: string[]) {
  const clock = new TestClock();
  const opened: string[] = [];
  const freed = new Set<() => void>();
  let isAway = false;
  let mostAtOnce = 0;
  const opening = new Set<string>();
  const stop = startOrphanSearch({
    clock,
    ownership: {
      orphans: async (limit) => {
        if (isAway) throw new Error('The database is away.');
        return orphans.slice(0, limit);
      },
      onFreed: (then) => {
        freed.add(then);
        return () => freed.delete(then);
      },
    },
    takeUp: async (site) => {
      opening.add(site);
      mostAtOnce = Math.max(mostAtOnce, opening.size);
      await new Promise(setImmediate);
      opening.delete(site);
      orphans.splice(orphans.indexOf(site), 1);
      opened.push(site);
      return true;
    },
  });
  t.after(stop);
  return {
    ...{ clock, opened, stop },
    mostAtOnce: () => mostAtOnce,
    free: (...sites: string[]) => {
      orphans.push(...sites);
      for (const then of freed) then();
    },
    setAway: (away: boolean) => {
      isAway = away;
    },
  };
}

/** Lets what was started go on until it waits for the clock. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
}

test('orphans are opened every five seconds, also after the database was away', async (t) => {
  const { clock, opened, setAway } = started(t, ['a', 'b']);
  await clock.advance(4_999);
  await settled();
  assert.deepEqual(opened, []);
  setAway(true);
  await clock.advance(1);
  await settled();
  setAway(false);
  await clock.advance(5_000);
  await settled();
  assert.deepEqual(opened, ['a', 'b']);
});

test('sites that have become free are opened at once, those that became free meanwhile soon after', async (t) => {
  const { clock, opened, free } = started(t, []);
  free('a');
  free('b');
  await settled();
  assert.ok(opened.includes('a'));
  await clock.advance(100);
  await settled();
  assert.deepEqual(opened, ['a', 'b']);
});

test('of many orphans 50 are opened at a time, some of them at once', async (t) => {
  const orphans = Array.from({ length: 120 }, (_, index) => `shop${index}`);
  const { clock, opened, mostAtOnce, free } = started(t, orphans);
  free();
  for (const count of [50, 100, 120]) {
    await settled();
    assert.equal(opened.length, count);
    await clock.advance(100);
  }
  assert.equal(mostAtOnce(), 20);
});

test('nothing is opened after the search has ended', async (t) => {
  const { clock, opened, stop, free } = started(t, ['a']);
  stop();
  free();
  await clock.advance(60_000);
  await settled();
  assert.deepEqual(opened, []);
});
