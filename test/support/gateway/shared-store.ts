// A store that outlives the gateway that uses it, as a file does, and reports what is written.

import { MemoryStore } from 'tillgate/testing';
import { LeasedStore } from '../../../packages/server/src/adapters/store/leased-store.ts';
import type { Lease } from '../../../packages/server/src/ports/ownership.ts';
import type { Store } from '../../../packages/server/src/ports/store.ts';
import type { Written } from '../invariants/trace.ts';

/** The same store for one gateway after the other: closing it closes nothing. */
export function shareStore(
  store: MemoryStore,
  written: (entry: Written) => void = () => {},
): Store {
  let open = true;
  const shared: Store = {
    write: async (write) => {
      if (!open) throw new Error('This gateway has stopped.');
      await store.write(write);
      if (write.append) written(write.append);
    },
    under: (lease: Lease) => new LeasedStore(shared, lease),
    lastVersion: (stream) => store.lastVersion(stream),
    readActivity: (stream, activityId) => store.readActivity(stream, activityId),
    findActivities: (query) => store.findActivities(query),
    findKeys: (prefix, limit) => store.findKeys(prefix, limit),
    purge: (time, spared) => store.purge(time, spared),
    removeStream: (...given) => store.removeStream(...given),
    get: (name) => store.get(name),
    list: (...given) => store.list(...given),
    watch: (...given) => store.watch(...given),
    health: () => store.health(),
    close: async () => {
      open = false;
    },
  };
  return shared;
}

export { MemoryStore };
