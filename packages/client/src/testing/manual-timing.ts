// Time that moves only when a test moves it, so that no test sleeps.

import type { Timing } from '../connection/timing.ts';

export class ManualTiming implements Timing {
  #now = Date.UTC(2026, 2, 14, 12, 0, 0);
  #timers: { at: number; readonly then: () => void }[] = [];

  readonly now = (): number => this.#now;

  /** The middle of chance. */
  readonly random = (): number => 0.5;

  readonly after = (delayMs: number, then: () => void): (() => void) => {
    const timer = { at: this.#now + delayMs, then };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  };

  get waiting(): number {
    return this.#timers.length;
  }

  /** Somebody sets the clock, by so many ms forward or back; timers do not notice. */
  setClock(byMs: number): void {
    this.#now += byMs;
    for (const timer of this.#timers) timer.at += byMs;
  }

  /** Moves on, running what falls due in order; everything promised gets its turn in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#due(end); next; next = this.#due(end)) {
      const timer = next;
      this.#timers = this.#timers.filter((each) => each !== timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.then();
      await settle();
    }
    this.#now = end;
  }

  #due(end: number) {
    return this.#timers.filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets all microtasks, and what they start, run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
