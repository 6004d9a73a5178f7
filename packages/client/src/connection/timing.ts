// Time and chance, as a seam: tests move them by hand. Everything here that waits, waits by this.

/** Clock, timers and random numbers of the SDK: tests pass their own. */
export interface Timing {
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly now: () => number;
  /** Runs `then` once, not before `delayMs` (of any length) have passed; the returned function cancels it. */
  readonly after: (delayMs: number, then: () => void) => () => void;
  /** 0 up to, but not, 1. */
  readonly random: () => number;
}

/** First and longest pause before something that failed is tried again [C-11.22]. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Back-off: 1 s, doubled with each earlier failure, at most 30 s. */
export function pauseAfterMs(earlierFailures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(earlierFailures, 10));
}

/** The longest delay of `setTimeout`, 24.8 days; it takes a longer one for 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemTiming: Timing = {
  now: () => Date.now(),
  after: (delayMs, then) => {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (remainingMs: number): void => {
      const laterMs = remainingMs - LONGEST_TIMER_MS;
      timer =
        laterMs > 0
          ? setTimeout(() => wait(laterMs), LONGEST_TIMER_MS)
          : setTimeout(then, remainingMs);
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
