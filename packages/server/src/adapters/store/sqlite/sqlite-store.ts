// The journal and records in one SQLite file: reads here, writes on a thread of their own
// (`group-commit.ts`).

import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Cancel, Clock } from '../../../ports/clock.ts';
import type { Lease } from '../../../ports/ownership.ts';
import type {
  ActivityQuery,
  Entry,
  FoundActivities,
  Page,
  Place,
  RecordName,
  Store,
  StoredRecord,
  StreamRemoval,
  WatchedCollection,
  Write,
} from '../../../ports/store.ts';
import { StoreFault } from '../../../ports/store.ts';
import { CollectionWatchers } from '../collection-watchers.ts';
import { LeasedStore } from '../leased-store.ts';
import { claimFile, exposureOf, isDamage, openDatabase, prepareFile } from './file.ts';
import { GroupCommit } from './group-commit.ts';
import { framesLeftOut } from './wal.ts';

export interface SqliteStoreOptions {
  /** Path of the file. The store creates the file, and its folder, if there is none. */
  readonly file: string;
  readonly clock: Clock;
  /** Called at the start with what an operator should know of the file. */
  readonly onWarning?: (message: string) => void;
  /** Whether the store locks the file as its only gateway; other processes may still read it, and write records. */
  readonly lock: boolean;
  /** Maximum number of pages of the file; for tests of a full disk. */
  readonly maxPages?: number;
  /** Share of commits, 0 to 1, after which the answer is lost; for tests of a failing thread or disk. */
  readonly lostAnswers?: number;
  /** Called with the duration of each commit. */
  readonly onCommitted?: (seconds: number) => void;
}

/** Interval at which the store looks for changes by other processes, in ms. */
const POLL_MS = 250;

/** Opens the file; throws an `Error` if it is another gateway's, from a newer release, damaged, or not a journal. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { file, lock, onWarning } = options;
  const owner = lock ? randomUUID() : undefined;
  const leftOut = lock ? framesLeftOut(file) : 0;
  prepareFile(file);
  if (owner !== undefined) claimFile(file, owner);
  if (leftOut > 0) onWarning?.(leftOutText(file, leftOut));
  for (const warning of lock ? exposureOf(file) : []) onWarning?.(warning);
  return new SqliteStore(options, owner);
}

function leftOutText(file: string, frames: number): string {
  return (
    `The write-ahead log of the journal ${file} ends with ${frames} frames that belong to no complete commit: ` +
    'they are left out. After a kill they are a write that nobody was told of; otherwise the disk has lost data.'
  );
}

const ENTRY = 'SELECT stream, version, chapter AS activityId, position, at, body FROM entry';

/** Later than every time. */
const LAST = Number.MAX_SAFE_INTEGER;
/** Activities looked at in one step of a search. */
const SEARCH_STEP = 500;

/** The entries that started activities, newest first, of those after a place: key, since, until, at, position. */
function startsFrom(source: string): string {
  return `SELECT start.stream, start.chapter AS activityId, start.at, start.position, start.keys FROM ${source}
    AND found.at >= ?2 AND found.at < ?3 AND (found.at, found.position) < (?4, ?5)
    ORDER BY found.at DESC, found.position DESC LIMIT ${SEARCH_STEP}`;
}

const SQL = {
  lastVersion: 'SELECT version FROM stream WHERE name = ?',
  chapter: `${ENTRY} WHERE stream = ? AND chapter = ? ORDER BY version`,
  lastChapter: `${ENTRY} WHERE stream = ?1
    AND chapter = (SELECT max(chapter) FROM entry WHERE stream = ?1) ORDER BY version`,
  startsByKey: startsFrom(
    'found_by AS found JOIN entry AS start USING (position) WHERE found.key = ?1',
  ),
  firstKey: 'SELECT key FROM found_by WHERE key >= ? ORDER BY key LIMIT 1',
  nextKey: 'SELECT key FROM found_by WHERE key > ? ORDER BY key LIMIT 1',
  starts: startsFrom(
    'entry AS found JOIN entry AS start USING (position) WHERE found.chapter = found.version AND ?1 IS NULL',
  ),
  get: 'SELECT value FROM record WHERE collection = ? AND key = ?',
  list: `SELECT collection, key, value FROM record WHERE collection = ?1
    AND key >= max(?2, ifnull(?3, ?2)) AND key IS NOT ?3 ORDER BY key`,
  changes: 'SELECT number, collection, key FROM change WHERE number > ? ORDER BY number',
  lastChange: 'SELECT max(number) AS number FROM change',
  dataVersion: 'PRAGMA data_version',
} as const;

type Statements = { readonly [Name in keyof typeof SQL]: StatementSync };

class SqliteStore implements Store {
  readonly #clock: Clock;
  readonly #db: DatabaseSync;
  readonly #sql: Statements;
  readonly #writer: GroupCommit;
  readonly #watchers = new CollectionWatchers();
  /** Number of the last change that the watchers were told of; undefined while there are none. */
  #lastChange: number | undefined;
  #dataVersion: unknown;
  #damage: string | undefined;
  #cancelPoll: Cancel | undefined;

  constructor(options: SqliteStoreOptions, owner: string | undefined) {
    const { file, maxPages, lostAnswers, onCommitted } = options;
    this.#clock = options.clock;
    this.#db = openDatabase(file);
    this.#db.exec('PRAGMA query_only = ON');
    const prepared = Object.entries(SQL).map(([name, sql]) => [name, this.#db.prepare(sql)]);
    this.#sql = Object.fromEntries(prepared) as Statements;
    const forTests = { ...(maxPages && { maxPages }), ...(lostAnswers && { lostAnswers }) };
    const writing = { file, ...(owner && { owner }), ...forTests };
    this.#writer = new GroupCommit(writing, (isWatched, seconds) => {
      if (isWatched) tryRead(() => this.#notifyOfChanges());
      onCommitted?.(seconds);
    });
  }

  write(write: Write): Promise<void> {
    return this.#writer.write(write);
  }

  under(lease: Lease): Store {
    return new LeasedStore(this, lease);
  }

  async lastVersion(stream: string): Promise<number> {
    return this.#read(() => (this.#sql.lastVersion.get(stream)?.version ?? 0) as number);
  }

  async readActivity(stream: string, activityId?: number): Promise<readonly Entry[]> {
    const { lastChapter, chapter: named } = this.#sql;
    return this.#read(() => {
      const rows =
        activityId === undefined ? lastChapter.all(stream) : named.all(stream, activityId);
      return rows.map(toEntry);
    });
  }

  async findActivities(query: ActivityQuery): Promise<FoundActivities> {
    const { keys, since = 0, until = LAST, before = { at: LAST, position: 0 } } = query;
    const { starts, startsByKey, chapter } = this.#sql;
    const [first = null, ...others] = keys;
    const statement = first === null ? starts : startsByKey;
    return this.#read(() => {
      const activities: Entry[][] = [];
      let looked = 0;
      let last: Place | undefined;
      for (const row of statement.iterate(first, since, until, before.at, before.position)) {
        if (activities.length === query.limit) return { activities, ...(last && { next: last }) };
        looked += 1;
        const start = row as unknown as ActivityStart;
        last = { at: start.at, position: start.position };
        if (others.length > 0 && !hasKeys(start, others)) continue;
        activities.push(chapter.all(start.stream, start.activityId).map(toEntry));
      }
      return { activities, ...(looked === SEARCH_STEP && last && { next: last }) };
    });
  }

  /** Each key is one look into the index, however many activities have it. */
  async findKeys(prefix: string, limit: number): Promise<readonly string[]> {
    const { firstKey, nextKey } = this.#sql;
    return this.#read(() => {
      const keys: string[] = [];
      let key = firstKey.get(prefix)?.key as string | undefined;
      while (key?.startsWith(prefix) && keys.push(key) < limit) {
        key = nextKey.get(key)?.key as string | undefined;
      }
      return keys;
    });
  }

  purge(time: number, spared: string): Promise<number> {
    return this.#writer.purge(time, spared);
  }

  removeStream(stream: string, options: StreamRemoval): Promise<boolean> {
    return this.#writer.removeStream(stream, options);
  }

  async get(name: RecordName): Promise<string | undefined> {
    return this.#read(
      () => this.#sql.get.get(name.collection, name.key)?.value as string | undefined,
    );
  }

  async list(
    collection: string,
    prefix: string,
    page: Page = {},
  ): Promise<readonly StoredRecord[]> {
    const { after = null, limit = Number.POSITIVE_INFINITY } = page;
    const found: StoredRecord[] = [];
    if (limit < 1) return found;
    return this.#read(() => {
      for (const row of this.#sql.list.iterate(collection, prefix, after)) {
        const record = { ...row } as unknown as StoredRecord;
        if (!record.key.startsWith(prefix)) break;
        if (found.push(record) >= limit) break;
      }
      return found;
    });
  }

  watch(collection: WatchedCollection, changed: (key?: string) => void): () => void {
    this.#lastChange ??= Number(this.#sql.lastChange.get()?.number ?? 0);
    const stop = this.#watchers.watch(collection, changed);
    this.#poll();
    return stop;
  }

  health(): { readonly ok: boolean; readonly reason?: string } {
    const reason = this.#writer.failure ?? this.#damage;
    return reason === undefined ? { ok: true } : { ok: false, reason };
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;
    this.#cancelPoll?.();
    this.#watchers.close();
    await this.#writer.drain();
    // The writer closes last: it then checkpoints the write-ahead log.
    this.#db.close();
    await this.#writer.close();
  }

  /** Damage that a read comes upon shows in `health`; no text of the file is in the error. */
  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      if (!isDamage(cause)) throw cause;
      this.#damage = 'the file is damaged';
      throw damageFault(cause);
    }
  }

  /** The timer of that interval runs as long as there is a watcher. */
  #poll(): void {
    this.#cancelPoll ??= this.#clock.after(POLL_MS, () => {
      this.#cancelPoll = undefined;
      if (!this.#watchers.hasWatchers) return;
      tryRead(() => this.#checkForChanges());
      this.#poll();
    });
  }

  #checkForChanges(): void {
    const version = this.#sql.dataVersion.get()?.data_version;
    if (version === this.#dataVersion) return;
    this.#notifyOfChanges();
    this.#dataVersion = version;
  }

  #notifyOfChanges(): void {
    const last = this.#lastChange;
    if (last === undefined) return;
    const changes = this.#sql.changes.all(last) as unknown as readonly Change[];
    this.#lastChange = changes.at(-1)?.number ?? last;
    if (changes[0] && changes[0].number > last + 1) this.#watchers.notifyAll();
    else for (const { collection, key } of changes) this.#watchers.notify(collection, key);
  }
}

interface Change {
  readonly number: number;
  readonly collection: string;
  readonly key: string;
}

function damageFault(cause: unknown): StoreFault {
  return new StoreFault('The file of the journal is damaged.', cause);
}

/** A read that fails is repeated at the next interval; `health` depends on writes. */
function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

interface ActivityStart extends Omit<Entry, 'version' | 'body'> {
  /** JSON. */
  readonly keys: string | null;
}

function hasKeys({ keys }: ActivityStart, wanted: readonly string[]): boolean {
  const has = new Set<string>(JSON.parse(keys ?? '[]'));
  return wanted.every((key) => has.has(key));
}

/** A plain object: rows have no prototype. */
function toEntry(row: object): Entry {
  return { ...row } as Entry;
}
