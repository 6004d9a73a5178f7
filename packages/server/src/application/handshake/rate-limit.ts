// Counts what may happen only so often by where it comes from: wrong tokens, and lines in the log. A right
// token is accepted all the same, so that nobody behind the same address can lock a shop out.

import type { Clock } from '../../ports/clock.ts';

/** Addresses remembered at once; beyond it the oldest are forgotten. */
const MOST_ADDRESSES = 10_000;

export class RateLimit {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #withinMs: number;
  readonly #failed = new Map<string, { count: number; readonly until: number }>();

  constructor(clock: Clock, limit: { readonly most: number; readonly withinMs: number }) {
    this.#clock = clock;
    this.#most = limit.most;
    this.#withinMs = limit.withinMs;
  }

  /** Counts one more; gives the seconds to wait if that is too many, else 0. */
  count(from: string): number {
    const now = this.#clock.now();
    const known = this.#failed.get(from);
    const counted = known && known.until > now ? known : { count: 0, until: now + this.#withinMs };
    counted.count += 1;
    if (counted !== known) this.#remember(from, counted);
    return counted.count > this.#most ? Math.ceil((counted.until - now) / 1000) : 0;
  }

  /** Whether one more would be too many. */
  isReached(from: string): boolean {
    const known = this.#failed.get(from);
    return known !== undefined && known.until > this.#clock.now() && known.count >= this.#most;
  }

  #remember(from: string, counted: { count: number; readonly until: number }): void {
    this.#failed.delete(from);
    this.#failed.set(from, counted);
    const oldest = this.#failed.keys().next().value;
    if (this.#failed.size > MOST_ADDRESSES && oldest !== undefined) this.#failed.delete(oldest);
  }
}
