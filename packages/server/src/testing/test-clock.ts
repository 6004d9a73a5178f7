// A clock for tests that moves only by `advance`, so that no test sleeps.

import { MovableClock } from '../adapters/clock/movable-clock.ts';
import type { Clock } from '../ports/clock.ts';

/** Saturday 14 March 2026, noon in London. */
const START = Date.UTC(2026, 2, 14, 12, 0, 0);

/**
 * Starts at noon of 14 March 2026 in London, or at `start` (ms since 1970), and stands still between two moves. Its ids
 * count up: they are equal in every run.
 */
export class TestClock extends MovableClock {
  constructor(start: number = START) {
    super(stopped(start));
  }
}

/** Does not move by itself. */
function stopped(time: number): Clock {
  let count = 0;
  return {
    now: () => time,
    after: () => () => {},
    id: () => {
      count += 1;
      return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
    },
  };
}
