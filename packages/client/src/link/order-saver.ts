// Keeps the last order of a card machine: one writing after another, and what must be kept is written until
// it is. Knows what is kept, not why.

import type { Backlog } from '../connection/retry-queue.ts';
import type { KeptOrder, OrderMemory } from './memory.ts';
import { readKept } from './memory.ts';

/** Told of each failure; without `retryInMs` it is given up. */
export type Failed = (cause: unknown, retryInMs?: number) => void;

export class OrderKeeper {
  readonly #memory: OrderMemory;
  readonly #backlog: Backlog;
  #last: KeptOrder | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #works = 0;

  constructor(memory: OrderMemory, backlog: Backlog) {
    this.#memory = memory;
    this.#backlog = backlog;
  }

  /** What is known to be kept. */
  get last(): KeptOrder | undefined {
    return this.#last;
  }

  /** Rejects if what is kept cannot be read. */
  async load(): Promise<KeptOrder | undefined> {
    this.#last = readKept(await this.#memory.load());
    return this.#last;
  }

  /** Tries once. */
  async save(kept: KeptOrder): Promise<void> {
    const written = this.#writing.then(() => this.#memory.save(kept));
    this.#writing = written.catch(() => undefined);
    await written;
    this.#last = kept;
  }

  /** Tries until it is kept; false if that is given up. */
  saveSurely(kept: KeptOrder, failed: Failed): Promise<boolean> {
    return this.untilDone(() => this.save(kept), failed);
  }

  /** Runs something until it succeeds, with pauses; false if that is given up. */
  untilDone(work: () => Promise<void>, failed: Failed): Promise<boolean> {
    this.#works += 1;
    const alike = String(this.#works);
    return new Promise((resolve) => {
      this.#backlog.add({
        ...{ lane: 'order', alike },
        run: async () => {
          await work();
          resolve(true);
        },
        failed: (cause, retryInMs) => {
          failed(cause, retryInMs);
          if (retryInMs === undefined) resolve(false);
        },
      });
    });
  }
}
