// A clock that goes as that of the system, or so many times as fast, starts at a given time, and can be set forward. Its
// timers are those of the system.

import { systemClock } from '../../packages/server/src/adapters/clock/system-clock.ts';
import type { Clock } from '../../packages/server/src/ports/clock.ts';

export interface ShiftedClock extends Clock {
  shift(ms: number): void;
}

export function shiftedClock(startsAt: number, speed = 1): ShiftedClock {
  const startedAt = systemClock.now();
  let shiftMs = 0;
  return {
    ...{ after: systemClock.after, id: systemClock.id },
    now: () => Math.round(startsAt + shiftMs + (systemClock.now() - startedAt) * speed),
    shift: (ms) => {
      shiftMs += ms;
    },
  };
}
