// Helpers of the store contract: opened stores, sample entries and records, recording watchers.

import type { TestContext } from 'node:test';
import type {
  Append,
  Entry,
  Place,
  Store,
  StoredRecord,
  WatchedCollection,
} from '../ports/store.ts';

/** A new, empty store for one test, with what a persistent store can do in addition. */
export interface OpenedStore {
  /** The adapter under test. */
  readonly store: Store;
  /** Closes `store` and opens its data again; absent if the store is not persistent. */
  readonly reopen?: () => Promise<Store>;
  /** Opens the same data a second time, as another process would; the suite closes it. */
  readonly other?: () => Promise<Store>;
  /** Removes the data after the test; the suite has closed `store`. */
  readonly discard?: () => Promise<void>;
}

export type Open = () => Promise<OpenedStore>;

/** Opens a store that is closed and discarded after the test. */
export async function opened(t: TestContext, open: Open): Promise<OpenedStore> {
  const made = await open();
  t.after(async () => {
    await made.store.close();
    await made.discard?.();
  });
  return made;
}

export function entry(stream: string, version: number, rest: Partial<Append> = {}): Append {
  return { stream, version, activityId: version, at: 1_000, body: '{}', ...rest };
}

export function record(collection: string, key: string, value: string): StoredRecord {
  return { collection, key, value };
}

/** The numbers 1 to `to`. */
export function count(to: number): number[] {
  return Array.from({ length: to }, (_, index) => index + 1);
}

/** Appends `rows` to a new stream as its versions 1, 2, … */
export async function append(store: Store, stream: string, rows: readonly Partial<Append>[]) {
  const writes = rows.map((row, index) => store.write({ append: entry(stream, index + 1, row) }));
  await Promise.all(writes);
}

/** `stream:version` of each entry. */
export function summary(entries: readonly Entry[]): string[] {
  return entries.map((each) => `${each.stream}:${each.version}`);
}

export function names(records: readonly StoredRecord[]): string[] {
  return records.map((each) => each.key);
}

/** All entries, in order of position. */
export async function all(store: Store): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let next: Place | undefined;
  do {
    const found = await store.findActivities({
      keys: [],
      limit: 100,
      ...(next && { before: next }),
    });
    entries.push(...found.activities.flat());
    next = found.next;
  } while (next);
  return entries.sort((a, b) => a.position - b.position);
}

/** Watches a collection until the test ends. */
export function watcher(t: TestContext, store: Store, collection: WatchedCollection) {
  const keys: (string | undefined)[] = [];
  let called = () => {};
  t.after(
    store.watch(collection, (key) => {
      keys.push(key);
      called();
    }),
  );
  /** The keys of the calls since the last `next`; waits until there is one. */
  async function next(): Promise<readonly (string | undefined)[]> {
    while (keys.length === 0) {
      await new Promise<void>((resolve) => {
        called = resolve;
      });
    }
    return keys.splice(0);
  }
  return { next };
}
