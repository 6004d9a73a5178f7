// A change of records that depends on records: it takes effect only if what it has read is still so, whichever process
// changes records at the same time.

import type { ReadRecord, RecordName, Store } from './store.ts';
import { RecordConflict } from './store.ts';

/** What changes of records need of a store. */
export type RecordStore = Pick<Store, 'get' | 'list' | 'write' | 'findActivities'>;

/** Each attempt that fails means that a write of another took effect. */
const MAX_ATTEMPTS = 100;

/**
 * Runs `change` with a store whose writes depend on every record that was read from it by `get`; runs it again from the
 * beginning if one of them has changed meanwhile. Rejects with `RecordConflict` if that never ends.
 */
export async function changeRecords<D extends { readonly store: RecordStore }, T>(
  deps: D,
  change: (deps: D) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change({ ...deps, store: conditional(deps.store) });
    } catch (error) {
      if (!(error instanceof RecordConflict) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

function conditional(store: RecordStore): RecordStore {
  const read = new Map<string, ReadRecord>();
  return {
    get: async ({ collection, key }: RecordName) => {
      const value = await store.get({ collection, key });
      const name = `${collection} ${key}`;
      if (!read.has(name)) read.set(name, { collection, key, value });
      return value;
    },
    list: (...asked) => store.list(...asked),
    findActivities: (query) => store.findActivities(query),
    write: (write) => store.write({ ...write, when: [...read.values()] }),
  };
}
