// The followers of a journal: each gets every entry once, in order, at its own pace. Both stores use it.

import type { Entry } from '../../ports/store.ts';

/** Entries that are delivered to one follower before the others get their turn. */
const PAGE_SIZE = 256;

interface Follower {
  position: number;
  readonly onEntry: (entry: Entry) => void;
  scheduled: boolean;
}

export class JournalFollowers {
  readonly #read: (after: number, limit: number) => readonly Entry[];
  readonly #followers = new Set<Follower>();

  constructor(read: (after: number, limit: number) => readonly Entry[]) {
    this.#read = read;
  }

  get hasFollowers(): boolean {
    return this.#followers.size > 0;
  }

  follow(after: number, onEntry: (entry: Entry) => void): () => void {
    const follower: Follower = { position: after, onEntry, scheduled: false };
    this.#followers.add(follower);
    this.#scheduleDelivery(follower);
    return () => this.#followers.delete(follower);
  }

  /** The store calls it after each commit: the journal may have new entries for the followers. */
  notify(): void {
    for (const follower of this.#followers) this.#scheduleDelivery(follower);
  }

  close(): void {
    this.#followers.clear();
  }

  #scheduleDelivery(follower: Follower): void {
    if (follower.scheduled) return;
    follower.scheduled = true;
    setImmediate(() => this.#deliver(follower));
  }

  #deliver(follower: Follower): void {
    follower.scheduled = false;
    if (!this.#followers.has(follower)) return;
    const entries = this.#read(follower.position, PAGE_SIZE);
    if (entries.length === PAGE_SIZE) this.#scheduleDelivery(follower);
    for (const entry of entries) {
      if (!this.#followers.has(follower)) return;
      // The position moves first: an entry whose callback throws is not delivered twice.
      follower.position = entry.position;
      follower.onEntry(entry);
    }
  }
}
