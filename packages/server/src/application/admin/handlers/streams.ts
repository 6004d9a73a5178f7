// The limit of the event streams that an operator follows at once, of all kinds together: each costs work whenever
// something happens.

import type { Actor } from '../actor.ts';
import { AdminRefusal } from '../refusal.ts';

const MAX_STREAMS = 8;

export class OpenStreams {
  readonly #counts = new Map<string, number>();

  /** Refuses with `tooManyListeners`. */
  check({ name }: Actor): void {
    if ((this.#counts.get(name) ?? 0) < MAX_STREAMS) return;
    throw new AdminRefusal('tooManyListeners', 'Close another one first.');
  }

  /** Counts one more until the returned function is called. */
  opened({ name }: Actor): () => void {
    this.#change(name, 1);
    return () => this.#change(name, -1);
  }

  #change(name: string, change: number): void {
    const now = (this.#counts.get(name) ?? 0) + change;
    if (now > 0) this.#counts.set(name, now);
    else this.#counts.delete(name);
  }
}
