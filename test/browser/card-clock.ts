// The clock of a gateway whose virtual card machines get no card until the test presents it, so that a test looks at a
// payment that waits for the card however busy the computer is.
//
//   const cards = new CardClock();
//   const fixture = browserFixture({ clock: cards, settings: cards.settings });

import { systemClock } from '../../packages/server/src/adapters/clock/system-clock.ts';
import type { Cancel, Clock } from '../../packages/server/src/ports/clock.ts';

/** The time at PRESENT_CARD in s, by which its timer is known; no other timer of a gateway has it. */
const CARD_S = 123_456;

export class CardClock implements Clock {
  readonly settings = { virtualCard: CARD_S };
  readonly now = systemClock.now;
  readonly id = systemClock.id;
  readonly #waiting = new Set<() => void>();
  #isHeld = false;

  after(delayMs: number, then: () => void): Cancel {
    if (delayMs !== CARD_S * 1000) return systemClock.after(delayMs, then);
    if (!this.#isHeld) return systemClock.after(0, then);
    this.#waiting.add(then);
    return () => this.#waiting.delete(then);
  }

  /** From now on a machine that asks for a card waits for `present`. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Presents the cards that are waited for; no machine waits from now on. */
  present(): void {
    this.#isHeld = false;
    for (const then of this.#waiting) {
      this.#waiting.delete(then);
      then();
    }
  }
}
