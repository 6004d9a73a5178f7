// Saves the last order of a card machine: one write at a time, and what must be saved is tried until it is.

import type { RetryQueue } from '../connection/retry-queue.ts';
import type { KeptOrder, OrderMemory } from './memory.ts';
import { parseKept } from './memory.ts';

/** Called at each failure; without `retryInMs` there is no further try. */
export type OnFailure = (cause: unknown, retryInMs?: number) => void;

export class OrderSaver {
  readonly #memory: OrderMemory;
  readonly #retries: RetryQueue;
  #last: KeptOrder | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #taskCount = 0;

  constructor(memory: OrderMemory, backlog: RetryQueue) {
    this.#memory = memory;
    this.#retries = backlog;
  }

  /** What was saved last with success. */
  get last(): KeptOrder | undefined {
    return this.#last;
  }

  /** Rejects if the saved order cannot be read. */
  async load(): Promise<KeptOrder | undefined> {
    this.#last = parseKept(await this.#memory.load());
    return this.#last;
  }

  /** Tries once. */
  async save(kept: KeptOrder): Promise<void> {
    const written = this.#writing.then(() => this.#memory.save(kept));
    this.#writing = written.catch(() => undefined);
    await written;
    this.#last = kept;
  }

  /** Tries until it is saved; false if there is no further try. */
  saveUntilDone(kept: KeptOrder, failed: OnFailure): Promise<boolean> {
    return this.retryUntilDone(() => this.save(kept), failed);
  }

  /** Runs something until it succeeds, with pauses; false if there is no further try. */
  retryUntilDone(work: () => Promise<void>, failed: OnFailure): Promise<boolean> {
    this.#taskCount += 1;
    const dedupeKey = String(this.#taskCount);
    return new Promise((resolve) => {
      this.#retries.add({
        key: 'order',
        dedupeKey,
        run: async () => {
          await work();
          resolve(true);
        },
        onFailure: (cause, retryInMs) => {
          failed(cause, retryInMs);
          if (retryInMs === undefined) resolve(false);
        },
      });
    });
  }
}
