// The system's clock and timers.

import { randomUUID } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';

/** The longest delay of `setTimeout`, 24.8 days; it takes a longer one for 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, then) => {
    let timer: NodeJS.Timeout;
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
  id: () => randomUUID(),
};
