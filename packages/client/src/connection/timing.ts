// Time and chance, as a seam: tests move them by hand. Everything here that waits, waits by this.

export interface Timing {
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly now: () => number;
  /** Runs `then` once, not before `delayMs` have passed; the returned function calls it off. */
  readonly after: (delayMs: number, then: () => void) => () => void;
  /** 0 up to, but not, 1. */
  readonly random: () => number;
}

export const systemTiming: Timing = {
  now: () => Date.now(),
  after: (delayMs, then) => {
    const timer = setTimeout(then, delayMs);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
