// When a dead connection is noticed without pings.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { ManualTiming } from '../testing/manual-timing.ts';
import { PageEvents } from '../testing/page-events.ts';
import { LineWatch } from './line-watch.ts';

/** A watched connection; `events` are what happened, in seconds since the start. */
function watched(t: TestContext, { answers = false } = {}) {
  const page = new PageEvents();
  const timing = new ManualTiming();
  const start = timing.now();
  const events: string[] = [];
  const note = (what: string) => events.push(`${what} ${(timing.now() - start) / 1000}`);
  const watch: LineWatch = new LineWatch({
    timing,
    probe: () => {
      note('probe');
      if (answers) watch.heard();
    },
    onDead: () => note('dead'),
  });
  t.after(() => {
    watch.stop();
    page.restore();
  });
  return { page, timing, watch, events };
}

describe('a dead connection is noticed without pings [C-3.47]', () => {
  test('a silent connection is probed after 20 s and is dead 15 s later', async (t) => {
    const { timing, events } = watched(t);
    await timing.advance(120_000);
    assert.deepEqual(events, ['probe 20', 'dead 35']);
    assert.equal(timing.waiting, 0);
  });

  test('a connection that answers is probed every 20 s and never dead', async (t) => {
    const { timing, events } = watched(t, { answers: true });
    await timing.advance(60_000);
    assert.deepEqual(events, ['probe 20', 'probe 40', 'probe 60']);
  });

  test('whatever comes is a sign of life', async (t) => {
    const { timing, watch, events } = watched(t);
    for (let second = 0; second < 60; second += 15) {
      await timing.advance(15_000);
      watch.heard();
    }
    assert.deepEqual(events, []);
    await timing.advance(34_000);
    watch.heard();
    await timing.advance(19_000);
    assert.deepEqual(events, ['probe 80', 'probe 110']);
  });

  for (const [what, wake] of [
    ['the network is back', (page: PageEvents) => page.online()],
    ['the page is seen', (page: PageEvents) => page.show('visible')],
    [
      'the page is resumed',
      ({ document }: PageEvents) => document.dispatchEvent(new Event('resume')),
    ],
    ['the page is shown', ({ window }: PageEvents) => window.dispatchEvent(new Event('pageshow'))],
  ] as const) {
    test(`a connection is probed at once when ${what}, and is dead 5 s later`, async (t) => {
      const { page, timing, events } = watched(t);
      await timing.advance(3_000);
      wake(page);
      wake(page);
      await timing.advance(2_000);
      wake(page);
      await timing.advance(3_000);
      assert.deepEqual(events, ['probe 3', 'dead 8']);
    });
  }

  test('an awakening shortens the wait for the answer to an earlier probe', async (t) => {
    const { page, timing, events } = watched(t);
    await timing.advance(21_000);
    page.online();
    await timing.advance(5_000);
    assert.deepEqual(events, ['probe 20', 'probe 21', 'dead 26']);
  });

  test('a page that is hidden asks nothing', async (t) => {
    const { page, timing, events } = watched(t);
    page.show('hidden');
    await timing.advance(1_000);
    assert.deepEqual(events, []);
  });

  for (const byMs of [3_600_000, -3_600_000, 12_000]) {
    test(`a clock that jumps by ${byMs} ms, as after sleep, is followed by a probe`, async (t) => {
      const { timing, events } = watched(t);
      timing.setClock(byMs);
      await timing.advance(10_000);
      const second = byMs / 1000 + 5;
      assert.deepEqual(events, [`probe ${second}`, `dead ${second + 5}`]);
    });
  }

  test('an answer that waited while the page stood still is in time', async (t) => {
    const { timing, watch, events } = watched(t);
    await timing.advance(22_000);
    timing.setClock(3_600_000);
    await timing.advance(3_000);
    watch.heard();
    await timing.advance(19_000);
    assert.deepEqual(events, ['probe 20', 'probe 3625']);
  });

  test('a background tab whose timers run once a minute notices a dead connection', async (t) => {
    const { timing, events } = watched(t);
    for (let minute = 0; minute < 3; minute += 1) {
      timing.setClock(55_000);
      await timing.advance(5_000);
    }
    assert.deepEqual(events, ['probe 60', 'probe 120', 'dead 180']);
  });

  test('a connection that has ended is not watched any more', async (t) => {
    const { page, timing, watch, events } = watched(t);
    watch.stop();
    page.online();
    await timing.advance(120_000);
    assert.deepEqual([events, timing.waiting], [[], 0]);
  });
});
