// Everyone who follows a journal: each gets every entry once, in order, at its own pace. Knows
// nothing of where the entries are kept.

import type { Entry } from '../../ports/store.ts';

/** Delivered in one go before others get their turn. */
const PAGE = 256;

interface Follower {
  position: number;
  readonly take: (entry: Entry) => void;
  underWay: boolean;
}

export class Tail {
  readonly #read: (after: number, limit: number) => readonly Entry[];
  readonly #followers = new Set<Follower>();

  constructor(read: (after: number, limit: number) => readonly Entry[]) {
    this.#read = read;
  }

  get followed(): boolean {
    return this.#followers.size > 0;
  }

  follow(after: number, take: (entry: Entry) => void): () => void {
    const follower: Follower = { position: after, take, underWay: false };
    this.#followers.add(follower);
    this.#rouse(follower);
    return () => this.#followers.delete(follower);
  }

  /** There may be new entries. */
  wake(): void {
    for (const follower of this.#followers) this.#rouse(follower);
  }

  close(): void {
    this.#followers.clear();
  }

  #rouse(follower: Follower): void {
    if (follower.underWay) return;
    follower.underWay = true;
    setImmediate(() => this.#deliver(follower));
  }

  #deliver(follower: Follower): void {
    follower.underWay = false;
    if (!this.#followers.has(follower)) return;
    const entries = this.#read(follower.position, PAGE);
    if (entries.length === PAGE) this.#rouse(follower);
    for (const entry of entries) {
      if (!this.#followers.has(follower)) return;
      // First the place, then the call: what throws is not told twice.
      follower.position = entry.position;
      follower.take(entry);
    }
  }
}
