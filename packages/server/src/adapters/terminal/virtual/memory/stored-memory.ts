// Stores the memory of a virtual card machine: one small record in the store, and a copy in RAM that stays valid
// while the store cannot write.

import type { Currency } from '@tillgate/protocol';
import type { RecordName, Store } from '../../../../ports/store.ts';
import type { Memory } from './memory.ts';
import { inCurrency, newMemory } from './memory.ts';

/** The collection of the records; the key is `site/tid`. */
export const COLLECTION = 'virtual-terminals';

interface StoredMemoryOptions {
  /** `site/tid`. */
  readonly key: string;
  readonly currency: Currency;
  /** Called after each save that has not failed. */
  readonly onSaved: () => void;
}

export class StoredMemory {
  readonly #store: Store;
  readonly #name: RecordName;
  readonly #currency: Currency;
  readonly #onSaved: () => void;
  #memory: Memory | undefined;
  #loading: Promise<Memory> | undefined;
  #isSaved = true;

  constructor(store: Store, { key, currency, onSaved }: StoredMemoryOptions) {
    this.#store = store;
    this.#name = { collection: COLLECTION, key };
    this.#currency = currency;
    this.#onSaved = onSaved;
  }

  /** Whether the latest memory is in the store. */
  get isSaved(): boolean {
    return this.#isSaved;
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
   * Fulfilled when the memory is stored or storing it has failed. A failed write does not stop the machine: it
   * continues from the copy in RAM, and the next save includes this one.
   */
  async save(memory: Memory): Promise<void> {
    this.#memory = memory;
    this.#isSaved = false;
    try {
      await this.#store.write({ put: [{ ...this.#name, value: JSON.stringify(memory) }] });
      this.#isSaved = this.#memory === memory;
      this.#onSaved();
    } catch {
      // The store's health check reports the fault.
    }
  }

  async #read(): Promise<Memory> {
    const value = await this.#store.get(this.#name);
    const stored = value && (JSON.parse(value) as Memory);
    this.#memory = inCurrency({ ...newMemory(this.#currency), ...stored }, this.#currency);
    return this.#memory;
  }
}
