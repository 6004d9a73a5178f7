// The callbacks that watch collections of records for changes. All stores use it.

import type { WatchedCollection } from '../../ports/store.ts';
import { watchedCollections } from '../../ports/store.ts';

const watched: ReadonlySet<string> = new Set(watchedCollections);

export function isWatchedCollection(collection: string): boolean {
  return watched.has(collection);
}

interface Watcher {
  readonly collection: WatchedCollection;
  readonly changed: (key?: string) => void;
}

export class CollectionWatchers {
  readonly #watchers = new Set<Watcher>();

  get hasWatchers(): boolean {
    return this.#watchers.size > 0;
  }

  watch(collection: WatchedCollection, changed: (key?: string) => void): () => void {
    const watcher = { collection, changed };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * Calls the callbacks in turns of their own, so that none can disturb another or the caller. Without a key,
   * any record of the collection may have changed.
   */
  notify(collection: string, key?: string): void {
    for (const watcher of this.#watchers) {
      if (watcher.collection === collection) this.#call(watcher, key);
    }
  }

  /** Any record may have changed. */
  notifyAll(): void {
    for (const watcher of this.#watchers) this.#call(watcher);
  }

  close(): void {
    this.#watchers.clear();
  }

  #call(watcher: Watcher, key?: string): void {
    queueMicrotask(() => {
      if (this.#watchers.has(watcher)) watcher.changed(key);
    });
  }
}
