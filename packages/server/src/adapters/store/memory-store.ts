// A store in memory, lost when the process ends: for tests and for trying things out.

import type { Lease } from '../../ports/ownership.ts';
import type {
  ActivityQuery,
  Append,
  Entry,
  FoundActivities,
  Page,
  ReadRecord,
  RecordName,
  Store,
  StoredRecord,
  StreamRemoval,
  WatchedCollection,
  Write,
} from '../../ports/store.ts';
import {
  ATTACHED,
  newestFirst,
  RecordConflict,
  StoreFault,
  VersionConflict,
} from '../../ports/store.ts';
import { CollectionWatchers } from './collection-watchers.ts';
import { closedFault } from './faults.ts';
import { LeasedStore } from './leased-store.ts';

/** A store in memory, for tests: it can be made to fail. */
export class MemoryStore implements Store {
  #position = 0;
  /** Entries in order of position. */
  #journal: Entry[] = [];
  readonly #streams = new Map<string, Entry[]>();
  readonly #versions = new Map<string, number>();
  /** By `STREAM/ACTIVITY`. */
  readonly #keys = new Map<string, readonly string[]>();
  readonly #collections = new Map<string, Map<string, string>>();
  readonly #watchers = new CollectionWatchers();
  #failure: string | undefined;
  #failing = false;
  #closed = false;

  /** From now on writes fail as on a broken disk, until `mend`. */
  breakDown(reason: string): void {
    this.#failing = true;
    this.#failure = reason;
  }

  /** Writes succeed again. */
  mend(): void {
    this.#failing = false;
  }

  async write(write: Write): Promise<void> {
    if (this.#closed) throw closedFault();
    if (this.#failing)
      throw new StoreFault(`Cannot write the journal: ${this.#failure}`, undefined);
    this.#failure = undefined;
    if (write.append) this.#append(write.append);
    this.#mustBeAsRead(write.when ?? []);
    if (write.append && write.keys) this.#keys.set(activityOf(write.append), write.keys);
    for (const record of write.put ?? []) {
      this.#collection(record.collection).set(record.key, record.value);
    }
    for (const name of write.remove ?? []) this.#collections.get(name.collection)?.delete(name.key);
    for (const { collection, key } of [...(write.put ?? []), ...(write.remove ?? [])]) {
      this.#watchers.notify(collection, key);
    }
  }

  under(lease: Lease): Store {
    return new LeasedStore(this, lease);
  }

  async lastVersion(stream: string): Promise<number> {
    return this.#versions.get(stream) ?? 0;
  }

  async readActivity(stream: string, activityId?: number): Promise<readonly Entry[]> {
    const entries = this.#streams.get(stream) ?? [];
    const wanted = activityId ?? lastActivityId(entries);
    return entries.filter((entry) => entry.activityId === wanted);
  }

  async findActivities(query: ActivityQuery): Promise<FoundActivities> {
    const { keys, since = 0, until = Number.POSITIVE_INFINITY, limit } = query;
    const { before = { at: Number.POSITIVE_INFINITY, position: 0 } } = query;
    const starts = this.#journal
      .filter(({ version, activityId }) => version === activityId)
      .filter(({ at }) => at >= since && at < until)
      .filter((start) => newestFirst(before, start) < 0)
      .filter((start) => keys.every((key) => this.#keys.get(activityOf(start))?.includes(key)))
      .sort(newestFirst);
    const found = starts.slice(0, limit);
    const last = found.at(-1);
    return {
      activities: await Promise.all(
        found.map(({ stream, activityId }) => this.readActivity(stream, activityId)),
      ),
      ...(starts.length > limit && last && { next: { at: last.at, position: last.position } }),
    };
  }

  async findKeys(prefix: string, limit: number): Promise<readonly string[]> {
    const keys = new Set([...this.#keys.values()].flat());
    return [...keys]
      .filter((key) => key.startsWith(prefix))
      .sort(order)
      .slice(0, limit);
  }

  /** All entries, in order of position; for tests. */
  async entries(): Promise<readonly Entry[]> {
    return [...this.#journal];
  }

  async purge(time: number, spared: string): Promise<number> {
    const before = this.#journal.length;
    for (const [stream, entries] of this.#streams) {
      const kept = new Set([lastActivityId(entries), entries.at(-1)?.activityId]);
      for (const { at, activityId } of entries) {
        const named = this.#collections.get(spared)?.has(`${stream}/${activityId}`);
        if (at >= time || named) kept.add(activityId);
      }
      this.#streams.set(
        stream,
        entries.filter((entry) => kept.has(entry.activityId)),
      );
    }
    const left = new Set([...this.#streams.values()].flat());
    this.#keepEntries((entry) => left.has(entry));
    return before - this.#journal.length;
  }

  async removeStream(stream: string, { time, spared, record }: StreamRemoval): Promise<boolean> {
    const entries = new Set(this.#streams.get(stream));
    const named = await this.list(spared, `${stream}/`, { limit: 1 });
    if (named.length > 0 || [...entries].some(({ at }) => at >= time)) return false;
    this.#streams.delete(stream);
    this.#versions.delete(stream);
    this.#keepEntries((entry) => !entries.has(entry));
    await this.write({ remove: [record] });
    return true;
  }

  async get(name: RecordName): Promise<string | undefined> {
    return this.#collections.get(name.collection)?.get(name.key);
  }

  async list(
    collection: string,
    prefix: string,
    page: Page = {},
  ): Promise<readonly StoredRecord[]> {
    const { after, limit } = page;
    return [...(this.#collections.get(collection) ?? [])]
      .filter(([key]) => key.startsWith(prefix) && (after === undefined || order(key, after) > 0))
      .sort(([a], [b]) => order(a, b))
      .slice(0, limit)
      .map(([key, value]) => ({ collection, key, value }));
  }

  watch(collection: WatchedCollection, changed: (key?: string) => void): () => void {
    return this.#watchers.watch(collection, changed);
  }

  health(): ReturnType<Store['health']> {
    return this.#failure === undefined ? { ok: true } : { ok: false, reason: this.#failure };
  }

  /** After `close()`: what was written is still there. */
  reopen(): void {
    this.#closed = false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watchers.close();
  }

  #append(append: Append): void {
    const { stream, version } = append;
    if (version !== (this.#versions.get(stream) ?? 0) + 1) {
      throw new VersionConflict(stream, version);
    }
    this.#position += 1;
    const entry = { ...append, position: this.#position };
    this.#journal.push(entry);
    const entries = this.#streams.get(stream);
    if (entries) entries.push(entry);
    else this.#streams.set(stream, [entry]);
    this.#versions.set(stream, version);
  }

  #mustBeAsRead(records: readonly ReadRecord[]): void {
    for (const { collection, key, value } of records) {
      if (this.#collections.get(collection)?.get(key) !== value) throw new RecordConflict();
    }
  }

  #keepEntries(isKept: (entry: Entry) => boolean): void {
    const attached = this.#collections.get(ATTACHED);
    for (const entry of this.#journal) {
      if (isKept(entry)) continue;
      this.#keys.delete(activityOf(entry));
      attached?.delete(activityOf(entry));
    }
    this.#journal = this.#journal.filter(isKept);
  }

  #collection(name: string): Map<string, string> {
    const known = this.#collections.get(name);
    if (known) return known;
    const made = new Map<string, string>();
    this.#collections.set(name, made);
    return made;
  }
}

function activityOf({ stream, activityId }: Append): string {
  return `${stream}/${activityId}`;
}

function lastActivityId(entries: readonly Entry[]): number {
  return entries.reduce((last, entry) => Math.max(last, entry.activityId), 0);
}

/** Order of the UTF-8 bytes, as databases have it. */
function order(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
