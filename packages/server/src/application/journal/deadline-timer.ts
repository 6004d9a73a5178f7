// One timer for one thing, set anew whenever the moment changes.

import type { Cancel, Clock } from '../../ports/clock.ts';

export class DeadlineTimer {
  readonly #clock: Clock;
  #at: number | undefined;
  #onExpire: () => void = () => {};
  #cancel: Cancel | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rings once at `at`, in milliseconds since 1970, or never; as it was last told to. */
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
