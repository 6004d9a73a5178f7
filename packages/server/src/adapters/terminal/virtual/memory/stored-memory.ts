// Where a virtual card machine keeps its memory: one small record in the store, and a copy of its
// own for as long as the store cannot write. Knows nothing of conversations.

import type { Currency } from '@tillgate/protocol';
import type { RecordName, Store } from '../../../../ports/store.ts';
import type { Memory } from './memory.ts';
import { inCurrency, newMemory } from './memory.ts';

export const COLLECTION = 'virtual-terminals';

export class StoredMemory {
  readonly #store: Store;
  readonly #name: RecordName;
  readonly #currency: Currency;
  #memory: Memory | undefined;
  #loading: Promise<Memory> | undefined;
  #isSaved = true;

  constructor(store: Store, key: string, currency: Currency) {
    this.#store = store;
    this.#name = { collection: COLLECTION, key };
    this.#currency = currency;
  }

  /** Whether the store has all that is remembered here. */
  get isSaved(): boolean {
    return this.#isSaved;
  }

  /** What it remembers; rejects if the store cannot be read. */
  load(): Promise<Memory> {
    if (this.#memory) return Promise.resolve(this.#memory);
    this.#loading ??= this.#read().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /**
   * Fulfilled when it is on disk. A disk that fails does not stop a card machine: it goes on from
   * its own memory, and the next change writes this one too.
   */
  async save(memory: Memory): Promise<void> {
    this.#memory = memory;
    this.#isSaved = false;
    try {
      await this.#store.write({ put: [{ ...this.#name, value: JSON.stringify(memory) }] });
      this.#isSaved = this.#memory === memory;
    } catch {
      // The store's own health tells of it.
    }
  }

  async #read(): Promise<Memory> {
    const value = await this.#store.get(this.#name);
    this.#memory = value
      ? inCurrency(JSON.parse(value) as Memory, this.#currency)
      : newMemory(this.#currency);
    return this.#memory;
  }
}
