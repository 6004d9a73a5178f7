// The callbacks that watch collections of records for changes. Both stores use it.

export class CollectionWatchers {
  readonly #watchers = new Map<string, Set<{ readonly changed: () => void }>>();

  get collections(): Iterable<string> {
    return this.#watchers.keys();
  }

  get hasWatchers(): boolean {
    return this.#watchers.size > 0;
  }

  isWatched(collection: string): boolean {
    return this.#watchers.has(collection);
  }

  watch(collection: string, changed: () => void): () => void {
    const watcher = { changed };
    const all = this.#watchers.get(collection) ?? new Set();
    this.#watchers.set(collection, all.add(watcher));
    return () => {
      all.delete(watcher);
      if (all.size === 0 && this.#watchers.get(collection) === all) {
        this.#watchers.delete(collection);
      }
    };
  }

  /** Calls the callbacks in turns of their own, so that none can disturb another or the caller. */
  notify(collection: string): void {
    const all = this.#watchers.get(collection);
    for (const watcher of all ?? []) {
      queueMicrotask(() => {
        if (all?.has(watcher)) watcher.changed();
      });
    }
  }

  close(): void {
    for (const all of this.#watchers.values()) all.clear();
    this.#watchers.clear();
  }
}
