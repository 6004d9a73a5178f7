// Timers of a clock that is moved on while it goes: each runs once, at its time, in order.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MovableClock } from './movable-clock.ts';
import { systemClock } from './system-clock.ts';

const START = Date.UTC(2026, 2, 14, 12);

/** The system's time and timers are those of the test: `pass` lets them go on. */
function start({ mock }: TestContext) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: START });
  const clock = new MovableClock();
  const ran: [string, number][] = [];
  const note = (name: string, delayMs: number) =>
    clock.after(delayMs, () => ran.push([name, clock.now() - START]));
  return { clock, ran, note, pass: (ms: number) => mock.timers.tick(ms) };
}

describe('a movable clock', () => {
  test('goes like the clock below, and ahead of it when it was moved', async (t) => {
    const { clock, pass } = start(t);
    pass(5);
    assert.equal(clock.now(), START + 5);
    await clock.advance(1_000);
    assert.equal(clock.now(), START + 1_005);
    pass(5);
    assert.equal(clock.now(), START + 1_010);
  });

  test('arms the clock below with the whole delay, also where time passes meanwhile', () => {
    let now = START;
    const delays: number[] = [];
    const clock = new MovableClock({
      ...systemClock,
      now: () => (now += 1),
      after: (delayMs) => {
        delays.push(delayMs);
        return () => {};
      },
    });
    clock.after(1_000, () => {});
    clock.after(-1, () => {});
    assert.deepEqual(delays, [1_000, 0]);
  });

  test('runs what is due in a move in order of time, then of creation, each at its time', async (t) => {
    const { clock, ran, note } = start(t);
    note('third', 20_000);
    note('first', 10_000);
    note('second', 10_000);
    note('later', 20_001);
    await clock.advance(20_000);
    assert.deepEqual(ran, [
      ['first', 10_000],
      ['second', 10_000],
      ['third', 20_000],
    ]);
    assert.equal(clock.now(), START + 20_000);
  });

  test('runs a timer that another one sets during the move, after its microtasks and immediates', async (t) => {
    const { clock, ran, note } = start(t);
    clock.after(10, () => {
      queueMicrotask(() => note('of a microtask', 5));
      setImmediate(() => note('of an immediate', 6));
    });
    note('outer', 30);
    await clock.advance(30);
    assert.deepEqual(ran, [
      ['of a microtask', 15],
      ['of an immediate', 16],
      ['outer', 30],
    ]);
  });

  test('lets timers run in real time before a move, after it, and when they were set before it', async (t) => {
    const { clock, ran, note, pass } = start(t);
    note('before', 10);
    note('over the move', 1_000);
    pass(10);
    await clock.advance(900);
    note('after', 50);
    pass(49);
    assert.deepEqual(ran, [['before', 10]]);
    pass(1);
    pass(40);
    assert.deepEqual(ran, [
      ['before', 10],
      ['after', 960],
      ['over the move', 1_000],
    ]);
  });

  test('keeps the order where real time passes during a move', async (t) => {
    const { clock, ran, note, pass } = start(t);
    note('first', 10);
    clock.after(5, () => pass(40));
    note('second', 20);
    note('beyond', 60);
    await clock.advance(50);
    assert.deepEqual(ran, [
      ['first', 45],
      ['second', 45],
    ]);
    assert.equal(clock.now(), START + 50);
    pass(10);
    assert.deepEqual(ran.at(-1), ['beyond', 60]);
  });

  test('never runs a timer that was cancelled, also by another one in the same move', async (t) => {
    const { clock, ran, note, pass } = start(t);
    note('cancelled', 10)();
    const cancel = note('cancelled in the move', 30);
    clock.after(20, cancel);
    const left = note('cancelled after the move', 90);
    await clock.advance(50);
    left();
    pass(1_000);
    assert.deepEqual(ran, []);
  });

  test('makes one move after the other where two are asked for at once', async (t) => {
    const { clock, ran, note } = start(t);
    note('first', 10);
    note('second', 25);
    await Promise.all([clock.advance(20), clock.advance(20)]);
    assert.deepEqual(ran, [
      ['first', 10],
      ['second', 25],
    ]);
    assert.equal(clock.now(), START + 40);
  });

  test('keeps its other timers where one throws in a move', async (t) => {
    const { clock, ran, note, pass } = start(t);
    clock.after(10, () => {
      throw new Error('broken');
    });
    note('next', 20);
    await assert.rejects(clock.advance(30), /broken/);
    pass(10);
    assert.deepEqual(ran, [['next', 20]]);
    await clock.advance(5);
    assert.equal(clock.now(), START + 25);
  });

  test('moves to one timer after the other until what is waited for is so', async (t) => {
    const { clock, ran, note } = start(t);
    note('first', 10);
    note('second', 20);
    note('third', 30);
    assert.equal(await clock.advanceUntil(() => ran.length === 2), true);
    assert.equal(clock.now(), START + 20);
    assert.equal(await clock.advanceUntil(() => ran.length === 4, 60), false);
    assert.equal(clock.now(), START + 30);
  });

  test('is not moved by less than nothing, a part of a millisecond, or no number', async (t) => {
    const { clock } = start(t);
    for (const ms of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await assert.rejects(clock.advance(ms), {
        name: 'RangeError',
        message: `A clock moves on by whole milliseconds, 0 or more, not by ${ms}.`,
      });
    }
    assert.equal(clock.now(), START);
  });

  test('runs each timer once at its time, or when real time has passed it, for any moves', async (t) => {
    const { mock } = t;
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: START });
    const step = fc.record({
      kind: fc.constantFrom('set', 'move', 'pass'),
      ms: fc.integer({ min: 0, max: 500 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const clock = new MovableClock();
        const waiting = new Map<number, number>();
        const early: number[] = [];
        let last = 0;
        let inOrder = true;
        for (const [index, { kind, ms }] of steps.entries()) {
          if (kind === 'set') {
            const at = clock.now() + ms;
            waiting.set(index, at);
            clock.after(ms, () => {
              assert.ok(waiting.delete(index), 'once');
              if (clock.now() < at) early.push(index);
              inOrder &&= at >= last;
              last = at;
            });
          } else if (kind === 'move') await clock.advance(ms);
          else mock.timers.tick(ms);
        }
        assert.deepEqual(early, []);
        assert.ok(inOrder);
        for (const at of waiting.values()) assert.ok(at >= clock.now());
        mock.timers.tick(1_000);
        assert.equal(waiting.size, 0);
      }),
    );
  });
});
