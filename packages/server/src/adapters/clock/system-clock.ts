// The system's clock and timers.

import { randomUUID } from 'node:crypto';
import type { Cancel, Clock } from '../../ports/clock.ts';

/** The longest delay of `setTimeout`, 24.8 days; it takes a longer one for 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, then) => {
    if (delayMs > LONGEST_TIMER_MS) return afterLong(delayMs, then);
    const timer = setTimeout(then, delayMs);
    return () => clearTimeout(timer);
  },
  id: () => randomUUID(),
};

function afterLong(delayMs: number, then: () => void): Cancel {
  let cancel: Cancel | undefined;
  const timer = setTimeout(() => {
    cancel = systemClock.after(delayMs - LONGEST_TIMER_MS, then);
  }, LONGEST_TIMER_MS);
  return () => {
    clearTimeout(timer);
    cancel?.();
  };
}
