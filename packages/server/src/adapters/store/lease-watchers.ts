// Tells once that a lease is over. All adapters of the ownership use it.

import type { LeaseEnd } from '../../ports/ownership.ts';

interface Watcher {
  readonly then: (why: LeaseEnd) => void;
}

export class LeaseWatchers {
  #watchers: Set<Watcher> | undefined;
  #end: LeaseEnd | undefined;

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  get isWatched(): boolean {
    return (this.#watchers?.size ?? 0) > 0;
  }

  watch(then: (why: LeaseEnd) => void): () => void {
    this.#watchers ??= new Set();
    const watcher = { then };
    this.#watchers.add(watcher);
    if (this.#end !== undefined) this.#call(watcher, this.#end);
    return () => this.#watchers?.delete(watcher);
  }

  /** The first end counts. */
  end(why: LeaseEnd): void {
    if (this.#end !== undefined) return;
    this.#end = why;
    for (const watcher of this.#watchers ?? []) this.#call(watcher, why);
  }

  /** In a turn of its own, so that no watcher can disturb another or the caller. */
  #call(watcher: Watcher, why: LeaseEnd): void {
    queueMicrotask(() => {
      if (this.#watchers?.delete(watcher)) watcher.then(why);
    });
  }
}
