// The port for the journal and the small records. The contract suite in testing/ checks every
// adapter against what is written here.

import { backgroundTurn } from './background-turn.ts';
import type { Lease } from './ownership.ts';

/** One row of a journal: what happened to one stream in one turn. */
export interface Entry {
  /** Such as `shop1/12345678`: one card machine of one site. */
  readonly stream: string;
  /** 1, 2, 3 … within its stream, without gaps at the end of the stream. */
  readonly version: number;
  /**
   * Version of the entry that started this entry's activity: a transaction, a report or a table
   * session.
   */
  readonly activityId: number;
  /** Greater than the position of every entry appended before, over all streams. */
  readonly position: number;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  /** JSON text. */
  readonly body: string;
}

export type Append = Omit<Entry, 'position'>;

export interface StoredRecord {
  readonly collection: string;
  readonly key: string;
  /** JSON text. */
  readonly value: string;
}

/** What operators change: the only collections that can be watched, as each change is noted. */
export const watchedCollections = ['sites', 'tokens', 'terminals', 'operators'] as const;
export type WatchedCollection = (typeof watchedCollections)[number];

export type RecordName = Omit<StoredRecord, 'value'>;

/** The collection of records that are removed with the activity that they name by `STREAM/ACTIVITY`. */
export const ATTACHED = 'frames';

/** A record as it was read; without a value there was none. */
export interface ReadRecord extends RecordName {
  readonly value: string | undefined;
}

/** What is written together or not at all. */
export interface Write {
  readonly append?: Append;
  /** What the activity of `append` is found by from now on, in place of what it was found by before. */
  readonly keys?: readonly string[];
  readonly put?: readonly StoredRecord[];
  readonly remove?: readonly RecordName[];
  /**
   * Written only if these are still as they were read; not with `append`. That there still is none is certain of a record
   * that the same write puts; another one may come at the same time.
   */
  readonly when?: readonly ReadRecord[];
}

export interface StreamRemoval {
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly time: number;
  readonly spared: string;
  readonly record: RecordName;
}

/** Another writer has already appended this version of the stream; nothing was written. */
export class VersionConflict extends Error {
  constructor(stream: string, version: number) {
    super(`Stream ${stream} is not at the version before ${version}.`);
    this.name = 'VersionConflict';
  }
}

/** A record of `when` has changed since it was read; nothing was written. */
export class RecordConflict extends Error {
  constructor() {
    super('A record has changed since it was read.');
    this.name = 'RecordConflict';
  }
}

/** The lease under which something was to be written is over; nothing was written. */
export class Deposed extends Error {
  constructor(site: string) {
    super(`The lease of the site ${site} is over.`);
    this.name = 'Deposed';
  }
}

/**
 * The store could not write (full, failing, gone); nothing of the write was kept. A store that lost
 * the answer to a write reads back first: until it knows, the promise waits.
 */
export class StoreFault extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StoreFault';
  }
}

export interface Page {
  /** Only what comes after this key or position. */
  readonly after?: string;
  /** At most this many, 1 or more; all if absent. */
  readonly limit?: number;
}

/** Where an activity stands in the order of their starts: the time and position of its first entry. */
export type Place = Pick<Entry, 'at' | 'position'>;

/** The order in which activities are found: the one started last first. */
export function newestFirst(a: Place, b: Place): number {
  return b.at - a.at || b.position - a.position;
}

export interface ActivityQuery {
  /** Only those that all of these find; the first one should be the one that finds fewest. */
  readonly keys: readonly string[];
  /** Started then or later, and before then; milliseconds since 1970-01-01T00:00Z. */
  readonly since?: number;
  readonly until?: number;
  /** Only those started before this one. */
  readonly before?: Place;
  /** At most this many, 1 or more. */
  readonly limit: number;
}

export interface FoundActivities {
  /** All entries of each, oldest first. */
  readonly activities: readonly (readonly Entry[])[];
  /** Where to go on; absent when there are no more. There may be fewer than `limit`, or none, all the same. */
  readonly next?: Place;
}

export interface Store {
  /**
   * Writes all of it or nothing; when the promise is fulfilled it survives a kill -9 and a power
   * cut. `append.version` must be one more than the stream's last, else `VersionConflict`; after a
   * lost answer an equal append that is stored already may count as this one. If a record of `when` has
   * changed: `RecordConflict`.
   * Rejects with `StoreFault` when the disk fails. Writes take effect in the order of the calls.
   */
  write(write: Write): Promise<void>;

  /**
   * This store for who runs a site: what it writes, purges or removes is rejected with `Deposed`, and nothing of it is
   * kept, once the lease is over. Closing it closes nothing.
   */
  under(lease: Lease): Store;

  /** Version of the stream's last entry; 0 if it has none. */
  lastVersion(stream: string): Promise<number>;

  /** The entries of one activity, oldest first; the activity started last if no id is given. */
  readActivity(stream: string, activityId?: number): Promise<readonly Entry[]>;

  /** Activities by what they are found by, the one started last first; reads no more than an answer needs. */
  findActivities(query: ActivityQuery): Promise<FoundActivities>;

  /** Keys that begin with `prefix` and by which an activity is found, in order of their bytes: at most `limit`, 1 or more. */
  findKeys(prefix: string, limit: number): Promise<readonly string[]>;

  /**
   * Removes the activities whose entries are all older than `time`, never the one of a stream that
   * was started last or that has its last entry. An activity that a record of the collection
   * `spared` names by `STREAM/ACTIVITY` stays too. The record of `ATTACHED` goes with its activity. Returns how many
   * entries it removed. Writes are not held up meanwhile. Whoever runs the site does not need what it
   * removes: one that has begun may go on when a lease is over.
   */
  purge(time: number, spared: string): Promise<number>;

  /**
   * Removes a whole stream and a record that goes with it, if all entries are older than `time` and no
   * record of the collection `spared` names an activity by `STREAM/ACTIVITY`; returns whether it did. The records of
   * `ATTACHED` go with its activities. The next entry of the stream has version 1 again: nobody may have it open.
   */
  removeStream(stream: string, options: StreamRemoval): Promise<boolean>;

  /** The record of this name; undefined if there is none. */
  get(name: RecordName): Promise<string | undefined>;

  /** Records of a collection whose key starts with `prefix`, in order of key. */
  list(collection: string, prefix: string, page?: Page): Promise<readonly StoredRecord[]>;

  /**
   * Calls `changed` within half a second after anybody, also in another process, has put or removed a record
   * of `collection`, with its key; without one when any may have changed. It may be called without need.
   * Returns a function that unsubscribes.
   */
  watch(collection: WatchedCollection, changed: (key?: string) => void): () => void;

  /** Whether the last write went through; the reason if not. */
  health(): {
    /** Whether writes succeed. */
    readonly ok: boolean;
    /** Why they do not. */
    readonly reason?: string;
  };

  /** Ends the store; what was written before stays. */
  close(): Promise<void>;
}

/** The sites that have records in a collection whose keys begin with `SITE/`, in order; reads one record of each. */
export async function* sitesWith(
  store: Pick<Store, 'list'>,
  collection: string,
): AsyncGenerator<string> {
  let after = '';
  for (;;) {
    const [record] = await store.list(collection, '', { after, limit: 1 });
    if (!record) return;
    const site = record.key.slice(0, record.key.indexOf('/'));
    yield site;
    await backgroundTurn();
    // The first key after all those that begin with `SITE/`.
    after = `${site}0`;
  }
}
