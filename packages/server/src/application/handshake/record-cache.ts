// Records in memory that are read again after every change, also by another process. Access,
// enrolment and operators each hold one.

import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Store, WatchedCollection } from '../../ports/store.ts';

/** How long to wait before trying again to read what could not be read. */
const TRY_AGAIN_MS = 1000;

export interface RecordCacheOptions<Records> {
  readonly store: Pick<Store, 'watch'>;
  readonly clock: Clock;
  /** A change in one of them is a reason to read. */
  readonly collections: readonly WatchedCollection[];
  readonly read: () => Promise<Records>;
  /** Called with what was read, before the listeners of `onChange` are. */
  readonly onRead: (records: Records) => void;
}

export class RecordCache<Records> {
  readonly #options: RecordCacheOptions<Records>;
  readonly #changed = new Set<() => void>();
  readonly #stops: (() => void)[] = [];
  #reading = 0;
  #latest: Promise<void> = Promise.resolve();
  #retry: Cancel | undefined;
  #closed = false;

  constructor(following: RecordCacheOptions<Records>) {
    this.#options = following;
  }

  /** Reads what there is and follows it from then on. */
  async start(): Promise<void> {
    const { store, collections } = this.#options;
    for (const collection of collections) {
      this.#stops.push(store.watch(collection, () => this.#readWithRetry()));
    }
    try {
      await this.read();
    } catch (cause) {
      this.close();
      throw cause;
    }
  }

  /** Reads now; fulfilled when this reading or a later one is taken. */
  read(): Promise<void> {
    this.#reading += 1;
    this.#latest = this.#readAs(this.#reading);
    return this.#latest;
  }

  /** Calls `changed` after each reading; returns a function that unsubscribes. */
  onChange(changed: () => void): () => void {
    this.#changed.add(changed);
    return () => this.#changed.delete(changed);
  }

  /** Calls the listeners of `onChange`. */
  notify(): void {
    for (const changed of this.#changed) changed();
  }

  close(): void {
    this.#closed = true;
    this.#retry?.();
    for (const stop of this.#stops) stop();
  }

  /** Retries: a failed read must not keep a revoked token valid. */
  #readWithRetry(): void {
    this.read().catch(() => {
      this.#retry?.();
      if (this.#closed) return;
      this.#retry = this.#options.clock.after(TRY_AGAIN_MS, () => this.#readWithRetry());
    });
  }

  /** The latest reading counts, however long an earlier one takes. */
  async #readAs(reading: number): Promise<void> {
    const records = await this.#options.read();
    if (reading < this.#reading) {
      await this.#latest;
      return;
    }
    if (this.#closed) return;
    this.#options.onRead(records);
    this.notify();
  }
}
