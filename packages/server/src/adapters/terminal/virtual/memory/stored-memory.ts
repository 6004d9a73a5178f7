// Stores the memory of a virtual card machine: one small record in the store.

import type { Currency } from '@tillgate/protocol';
import type { Cancel, Clock } from '../../../../ports/clock.ts';
import type { RecordName, Store } from '../../../../ports/store.ts';
import type { Memory } from './memory.ts';
import { inCurrency, newMemory } from './memory.ts';

/** The collection of the records; the key is `site/tid`. */
export const COLLECTION = 'virtual-terminals';

/** Until a failed write is tried again, in ms. */
const RETRY_MS = 1000;

interface StoredMemoryOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** `site/tid`. */
  readonly key: string;
  readonly currency: Currency;
  /** Called after each save. */
  readonly onSaved: () => void;
}

export class StoredMemory {
  readonly #options: StoredMemoryOptions;
  readonly #name: RecordName;
  #memory: Memory | undefined;
  #loading: Promise<Memory> | undefined;
  #retry: Cancel | undefined;
  #closed = false;

  constructor(options: StoredMemoryOptions) {
    this.#options = options;
    this.#name = { collection: COLLECTION, key: options.key };
  }

  /** The latest memory; rejects if the store cannot be read. */
  load(): Promise<Memory> {
    if (this.#memory) return Promise.resolve(this.#memory);
    this.#loading ??= this.#read().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /**
   * Calls `then` when the memory is stored, never after `close`. A write that fails is tried again: a machine must not
   * tell of an outcome that its memory may lose, or the two would disagree after a restart.
   */
  save(memory: Memory, then: () => void): void {
    if (this.#closed) return;
    const { store, clock, onSaved } = this.#options;
    store.write({ put: [{ ...this.#name, value: JSON.stringify(memory) }] }).then(
      () => {
        if (this.#closed) return;
        this.#memory = memory;
        onSaved();
        then();
      },
      () => {
        this.#retry = clock.after(RETRY_MS, () => this.save(memory, then));
      },
    );
  }

  /** Ends a save that waits for the store. */
  close(): void {
    this.#closed = true;
    this.#retry?.();
  }

  async #read(): Promise<Memory> {
    const { store, currency } = this.#options;
    const value = await store.get(this.#name);
    const stored = value && (JSON.parse(value) as Memory);
    this.#memory = inCurrency({ ...newMemory(currency), ...stored }, currency);
    return this.#memory;
  }
}
