// A clock for tests that moves only by `advance`, so that no test sleeps.

import type { Cancel, Clock } from '../ports/clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly then: () => void;
}

/** Saturday 14 March 2026, noon in London. */
const START = Date.UTC(2026, 2, 14, 12, 0, 0);

/** Starts at noon of 14 March 2026 in London, or at `start` (ms since 1970). */
export class TestClock implements Clock {
  #now: number;
  #count = 0;
  readonly #timers = new Set<Timer>();

  constructor(start: number = START) {
    this.#now = start;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#now;
  }

  /** Calls `then` once the clock has moved by `delayMs` or more. */
  after(delayMs: number, then: () => void): Cancel {
    this.#count += 1;
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#count, then };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Ids that count up, in the form of a UUID: equal in every run. */
  id(): string {
    this.#count += 1;
    return `00000000-0000-4000-8000-${this.#count.toString(16).padStart(12, '0')}`;
  }

  /**
   * Moves the clock by `ms` milliseconds and runs the timers that are due, in order of time, then of creation. Pending
   * microtasks run between two timers, as they would in real time.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#due(end); next; next = this.#due(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.then();
      await settle();
    }
    this.#now = end;
  }

  /** Moves to each timer in turn until `done` returns true; false if no more timer is due within `limitMs` (1 h). */
  async advanceUntil(done: () => boolean, limitMs = 3_600_000): Promise<boolean> {
    const end = this.#now + limitMs;
    await settle();
    while (!done()) {
      const next = this.#due(end);
      if (!next) return false;
      await this.advance(Math.max(0, next.at - this.#now));
    }
    return true;
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
