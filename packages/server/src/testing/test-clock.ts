// A clock that moves only when told, so that no test ever sleeps.

import type { Cancel, Clock } from '../ports/clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly then: () => void;
}

/** Saturday 14 March 2026, noon in London. */
const START = Date.UTC(2026, 2, 14, 12, 0, 0);

export class TestClock implements Clock {
  #now: number;
  #count = 0;
  readonly #timers = new Set<Timer>();

  constructor(start: number = START) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, then: () => void): Cancel {
    this.#count += 1;
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#count, then };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Names that count up, in the form of a UUID: the same in every run. */
  id(): string {
    this.#count += 1;
    return `00000000-0000-4000-8000-${this.#count.toString(16).padStart(12, '0')}`;
  }

  /**
   * Moves on by `ms`, running what falls due in order of time, then of setting. Between two timers
   * everything already promised gets its turn, as it would in real time.
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

  /** Moves to each timer in turn until `done` holds; false if no timer is left within `limitMs`. */
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

/** Lets all microtasks, and what they start, run. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
