// A timer for one deadline that may move. The state machine and the choice of a table use one.

import type { Cancel, Clock } from '../../ports/clock.ts';

export class DeadlineTimer {
  readonly #clock: Clock;
  #at: number | undefined;
  #onExpire: () => void = () => {};
  #cancel: Cancel | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Calls `onExpire` once at `at` (milliseconds since 1970), or never if it is undefined; replaces
   * an earlier call.
   */
  set(at: number | undefined, ring: () => void): void {
    this.#onExpire = ring;
    if (at === this.#at) return;
    this.#cancel?.();
    this.#at = at;
    this.#cancel =
      at === undefined
        ? undefined
        : this.#clock.after(at - this.#clock.now(), () => {
            this.#at = undefined;
            this.#onExpire();
          });
  }

  cancel(): void {
    this.#cancel?.();
    this.#at = undefined;
  }
}
