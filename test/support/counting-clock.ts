// A test clock that knows how many of its timers have neither run nor been cancelled.

import { TestClock } from 'tillgate/testing';
import type { Cancel } from '../../packages/server/src/ports/clock.ts';

export class CountingClock extends TestClock {
  timers = 0;

  override after(delayMs: number, then: () => void): Cancel {
    this.timers += 1;
    let isOpen = true;
    const end = (): void => {
      if (isOpen) this.timers -= 1;
      isOpen = false;
    };
    const cancel = super.after(delayMs, () => {
      end();
      then();
    });
    return () => {
      end();
      cancel();
    };
  }
}
