// A view of a store that writes only as long as a lease holds. Every store gives it; one whose database knows leases
// passes writes of its own, which the database checks, too.

import type { Lease } from '../../ports/ownership.ts';
import type {
  ActivityQuery,
  Page,
  RecordName,
  Store,
  StreamRemoval,
  WatchedCollection,
  Write,
} from '../../ports/store.ts';
import { Deposed } from '../../ports/store.ts';

export type LeasedWrites = Pick<Store, 'write' | 'removeStream'>;

export class LeasedStore implements Store {
  readonly #store: Store;
  readonly #lease: Lease;
  readonly #writes: LeasedWrites;

  constructor(store: Store, lease: Lease, writes: LeasedWrites = store) {
    this.#store = store;
    this.#lease = lease;
    this.#writes = writes;
  }

  write(write: Write): Promise<void> {
    return this.#lease.holds() ? this.#writes.write(write) : this.#deposed();
  }

  purge(time: number, spared: string): Promise<number> {
    return this.#lease.holds() ? this.#store.purge(time, spared) : this.#deposed();
  }

  removeStream(stream: string, options: StreamRemoval): Promise<boolean> {
    return this.#lease.holds() ? this.#writes.removeStream(stream, options) : this.#deposed();
  }

  under(lease: Lease): Store {
    return this.#store.under(lease);
  }

  lastVersion(stream: string) {
    return this.#store.lastVersion(stream);
  }

  readActivity(stream: string, activityId?: number) {
    return this.#store.readActivity(stream, activityId);
  }

  findActivities(query: ActivityQuery) {
    return this.#store.findActivities(query);
  }

  findKeys(prefix: string, limit: number) {
    return this.#store.findKeys(prefix, limit);
  }

  get(name: RecordName) {
    return this.#store.get(name);
  }

  list(collection: string, prefix: string, page?: Page) {
    return this.#store.list(collection, prefix, page);
  }

  watch(collection: WatchedCollection, changed: (key?: string) => void): () => void {
    return this.#store.watch(collection, changed);
  }

  health() {
    return this.#store.health();
  }

  async close(): Promise<void> {}

  #deposed(): Promise<never> {
    return Promise.reject(new Deposed(this.#lease.site));
  }
}
