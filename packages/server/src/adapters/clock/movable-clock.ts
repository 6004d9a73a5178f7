// A clock for tests that goes like another one, usually the system's, and can be moved on: a signature that times out
// after 80 s is tested at once. The clock of tests that stands still between two moves is built on it.

import type { Cancel, Clock, ClockMover } from '../../ports/clock.ts';
import { systemClock } from './system-clock.ts';

interface Timer {
  /** By this clock, in ms since 1970, with a fraction if its delay has one. */
  readonly at: number;
  readonly order: number;
  readonly then: () => void;
  /** Of the timer of the clock below. */
  cancel: Cancel;
}

/** Goes like the clock `base`, ahead of it by all that it was moved. */
export class MovableClock implements Clock, ClockMover {
  readonly #base: Clock;
  readonly #timers = new Set<Timer>();
  #aheadMs = 0;
  #order = 0;
  #isMoving = false;
  #lastMove: Promise<unknown> = Promise.resolve();

  constructor(base: Clock = systemClock) {
    this.#base = base;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#base.now() + this.#aheadMs;
  }

  /** Calls `then` once, when `delayMs` (of any length) have passed or the clock has been moved by what is left of them. */
  after(delayMs: number, then: () => void): Cancel {
    this.#order += 1;
    const wholeDelayMs = Math.max(0, delayMs);
    const at = this.now() + wholeDelayMs;
    const timer: Timer = { at, order: this.#order, then, cancel: () => {} };
    this.#timers.add(timer);
    this.#arm(timer, wholeDelayMs);
    return () => {
      this.#timers.delete(timer);
      timer.cancel();
    };
  }

  id(): string {
    return this.#base.id();
  }

  /**
   * Moves the clock on by `ms` whole milliseconds (0 or more) and runs the timers that are due, in order of time, then
   * of creation, each at its time. Pending microtasks and immediates run between two timers. The clock then goes on as
   * before. A second call begins when the first is done. Rejects with a `RangeError` for any other `ms`.
   */
  async advance(ms: number): Promise<void> {
    if (!Number.isSafeInteger(ms) || ms < 0) {
      throw new RangeError(`A clock moves on by whole milliseconds, 0 or more, not by ${ms}.`);
    }
    const move = this.#lastMove.then(() => this.#move(ms));
    this.#lastMove = move.catch(() => {});
    await move;
  }

  /**
   * Moves to each timer in turn until `done` returns true, and gives true; gives false when no more timer is due within
   * `limitMs` (1 h).
   */
  async advanceUntil(done: () => boolean, limitMs = 3_600_000): Promise<boolean> {
    const end = this.now() + limitMs;
    await settle();
    while (!done()) {
      const next = this.#due(end);
      if (!next) return false;
      await this.advance(Math.max(0, Math.ceil(next.at) - this.now()));
    }
    return true;
  }

  async #move(ms: number): Promise<void> {
    const end = this.now() + ms;
    this.#isMoving = true;
    try {
      await settle();
      for (let next = this.#due(end); next; next = this.#due(end)) {
        this.#goTo(Math.ceil(next.at));
        this.#run(next);
        await settle();
      }
      this.#goTo(end);
    } finally {
      this.#isMoving = false;
      const now = this.now();
      for (const timer of this.#timers) this.#arm(timer, Math.max(0, timer.at - now));
    }
  }

  /** Never back: the clock below goes on meanwhile. */
  #goTo(time: number): void {
    this.#aheadMs += Math.max(0, time - this.now());
  }

  /** The clock below runs a timer unless this one is moved to its time first. */
  #arm(timer: Timer, delayMs: number): void {
    timer.cancel();
    timer.cancel = this.#base.after(delayMs, () => {
      // A move runs what is due in order, and arms again what is left.
      if (!this.#isMoving) this.#run(timer);
    });
  }

  #run(timer: Timer): void {
    this.#timers.delete(timer);
    timer.cancel();
    timer.then();
  }

  #due(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) {
        first = timer;
      }
    }
    return first;
  }
}

/** Waits until all microtasks, and those they start, have run. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
