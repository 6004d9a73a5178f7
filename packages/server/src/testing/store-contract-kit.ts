// What the contract of all stores is written with: opening, making entries, listening.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Append, Entry, Store, StoredRecord } from '../ports/store.ts';

/** A fresh, empty store, with what a store that outlives its process can do besides. */
export interface OpenedStore {
  readonly store: Store;
  /** Closes `store` and opens what it left; absent if it leaves nothing. */
  readonly reopen?: () => Promise<Store>;
  /** A second opening of the same store, as another process has; the suite closes it. */
  readonly other?: () => Promise<Store>;
  /** Cleans up; `store` is closed by the suite. */
  readonly discard?: () => Promise<void>;
}

export type Open = () => Promise<OpenedStore>;

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

export function count(to: number): number[] {
  return Array.from({ length: to }, (_, index) => index + 1);
}

export function plain(length: number): Partial<Append>[] {
  return count(length).map(() => ({ activityId: 1 }));
}

export async function append(store: Store, stream: string, rows: readonly Partial<Append>[]) {
  const writes = rows.map((row, index) => store.write({ append: entry(stream, index + 1, row) }));
  await Promise.all(writes);
}

export function summary(entries: readonly Entry[]): string[] {
  return entries.map((each) => `${each.stream}:${each.version}`);
}

export function names(records: readonly StoredRecord[]): string[] {
  return records.map((each) => each.key);
}

export async function all(store: Store, after: number): Promise<readonly Entry[]> {
  return store.entries(after, 10_000);
}

export function listener(t: TestContext, store: Store, after: number) {
  const entries: Entry[] = [];
  let taken = () => {};
  t.after(
    store.follow(after, (each) => {
      entries.push(each);
      taken();
    }),
  );
  async function until(length: number): Promise<void> {
    while (entries.length < length) {
      await new Promise<void>((resolve) => {
        taken = resolve;
      });
    }
    assert.equal(entries.length, length);
  }
  return { entries, until };
}

export function watcher(t: TestContext, store: Store, collection: string) {
  let calls = 0;
  let called = () => {};
  t.after(
    store.watch(collection, () => {
      calls += 1;
      called();
    }),
  );
  /** Until it was called since the last time. */
  async function next(): Promise<void> {
    while (calls === 0) {
      await new Promise<void>((resolve) => {
        called = resolve;
      });
    }
    calls = 0;
  }
  return { next };
}
