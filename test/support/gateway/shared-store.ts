// A store that outlives the gateway that uses it, as a file does, and reports what is written.

import { MemoryStore } from 'tillgate/testing';
import type { Written } from '../invariants/trace.ts';

type Store = MemoryStore;

/** The same store for one gateway after the other: closing it closes nothing. */
export function shareStore(store: Store, written: (entry: Written) => void = () => {}) {
  let open = true;
  return {
    write: async (write: Parameters<Store['write']>[0]) => {
      if (!open) throw new Error('This gateway has stopped.');
      await store.write(write);
      if (write.append) written(write.append);
    },
    lastVersion: (stream: string) => store.lastVersion(stream),
    readActivity: (stream: string, activityId?: number) => store.readActivity(stream, activityId),
    findActivities: (query: Parameters<Store['findActivities']>[0]) => store.findActivities(query),
    purge: (time: number, spared: string) => store.purge(time, spared),
    removeStream: (...given: Parameters<Store['removeStream']>) => store.removeStream(...given),
    get: (name: Parameters<Store['get']>[0]) => store.get(name),
    list: (...given: Parameters<Store['list']>) => store.list(...given),
    watch: (...given: Parameters<Store['watch']>) => store.watch(...given),
    health: () => store.health(),
    close: async () => {
      open = false;
    },
  };
}

export { MemoryStore };
