// The ownership of a gateway that is one process with a store of its own: every site is here.

import type { Claim, Lease, LeaseEnd, Ownership } from '../../ports/ownership.ts';
import type { Store } from '../../ports/store.ts';
import { sitesWith } from '../../ports/store.ts';
import { closedFault } from './faults.ts';
import { LeaseWatchers } from './lease-watchers.ts';

/** `incomplete` is the collection that names incomplete activities by `SITE/TID/ACTIVITY`. */
export function soleOwnership(store: Store, incomplete: string): Ownership {
  return new SoleOwnership(store, incomplete);
}

class SoleOwnership implements Ownership {
  readonly #store: Store;
  readonly #incomplete: string;
  readonly #leases = new Map<string, SoleLease>();
  /** Sites that were given back. */
  readonly #released = new Set<string>();
  #count = 0;
  #closed = false;

  constructor(store: Store, incomplete: string) {
    this.#store = store;
    this.#incomplete = incomplete;
  }

  async claim(site: string): Promise<Claim> {
    if (this.#closed) throw closedFault();
    return { kind: 'here', lease: this.#leases.get(site) ?? this.#newLease(site) };
  }

  async orphans(limit: number): Promise<readonly string[]> {
    const orphans: string[] = [];
    for await (const site of sitesWith(this.#store, this.#incomplete)) {
      if (!this.#isKnown(site)) orphans.push(site);
      if (orphans.length === limit) break;
    }
    return orphans;
  }

  #isKnown(site: string): boolean {
    return this.#leases.has(site) || this.#released.has(site);
  }

  onFreed(): () => void {
    return () => {};
  }

  health(): { readonly ok: boolean } {
    return { ok: true };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const lease of [...this.#leases.values()]) await lease.release();
  }

  #newLease(site: string): SoleLease {
    this.#count += 1;
    const lease = new SoleLease(site, `${this.#count}`, () => {
      this.#leases.delete(site);
      this.#released.add(site);
    });
    this.#leases.set(site, lease);
    return lease;
  }
}

class SoleLease implements Lease {
  readonly site: string;
  readonly number: string;
  readonly #watchers = new LeaseWatchers();
  readonly #onReleased: () => void;

  constructor(site: string, number: string, onReleased: () => void) {
    this.site = site;
    this.number = number;
    this.#onReleased = onReleased;
  }

  holds(): boolean {
    return !this.#watchers.isOver;
  }

  onOver(then: (why: LeaseEnd) => void): () => void {
    return this.#watchers.watch(then);
  }

  async release(): Promise<void> {
    if (this.#watchers.isOver) return;
    this.#watchers.end('released');
    this.#onReleased();
  }
}
