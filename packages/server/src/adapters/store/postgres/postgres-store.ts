// The journal and records in a PostgreSQL database, which several processes may use: reads here, writes in
// one session of their own (`writer.ts`).

import type { ClientConfig, QueryConfig } from 'pg';
import { Pool } from 'pg';
import type { Clock } from '../../../ports/clock.ts';
import type { Lease } from '../../../ports/ownership.ts';
import type {
  ActivityQuery,
  Entry,
  FoundActivities,
  Page,
  RecordName,
  Store,
  StoredRecord,
  StreamRemoval,
  WatchedCollection,
  Write,
} from '../../../ports/store.ts';
import { CollectionWatchers } from '../collection-watchers.ts';
import { closedFault } from '../faults.ts';
import { LeasedStore } from '../leased-store.ts';
import { ActivityReads } from './activity-reads.ts';
import { configOf, connect, nameOf, openFault, readFault } from './client.ts';
import { ChangeListener } from './listener.ts';
import { purge, removeStream } from './purge.ts';
import type { Notices } from './schema.ts';
import { prepareDatabase, WrongDatabase } from './schema.ts';
import { ENTRY, findActivities, findKeys, firstAfter } from './search.ts';
import { MAX_SESSIONS, repeat } from './transaction.ts';
import { BatchWriter } from './writer.ts';

export interface PostgresStoreOptions extends Notices {
  /** Such as `postgres://USER:PASSWORD@HOST/DATABASE`. Nothing but host and database is ever shown. */
  readonly url: string;
  readonly clock: Clock;
  /** Called with the duration of each commit. */
  readonly onCommitted?: (seconds: number) => void;
}

/**
 * Opens the database and makes its tables if there are none; throws an `Error` with a whole sentence if it cannot be
 * reached, is another program's, or is from a newer release.
 */
export function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  return open(options);
}

/**
 * Opens a store whose database checks the lease of each write under one. `onDeposed` is called with each lease that turns
 * out to be another's.
 */
export function openLeasingStore(
  options: PostgresStoreOptions,
  onDeposed: (lease: Lease) => void,
): Promise<Store> {
  return open(options, onDeposed);
}

async function open(
  options: PostgresStoreOptions,
  onDeposed?: (lease: Lease) => void,
): Promise<Store> {
  const config = configOf(options.url);
  const name = nameOf(config);
  await prepare(config, name, options);
  const store = new PostgresStore(config, options, onDeposed);
  try {
    await store.open();
    return store;
  } catch (error) {
    await store.close();
    throw openFault(name, error);
  }
}

async function prepare(config: ClientConfig, name: string, notices: Notices): Promise<void> {
  const session = await connect(config).catch((error: unknown) => {
    throw openFault(name, error);
  });
  try {
    await prepareDatabase(session.client, name, notices);
  } catch (error) {
    throw error instanceof WrongDatabase ? error : openFault(name, error);
  } finally {
    await session.close();
  }
}

const LAST_VERSION = 'SELECT version FROM stream WHERE name = $1';
const LAST_ACTIVITY = `SELECT ${ENTRY} FROM entry WHERE stream = $1
  AND chapter = (SELECT max(chapter) FROM entry WHERE stream = $1) ORDER BY version`;
const GET = 'SELECT value FROM record WHERE collection = $1 AND key = $2';
/** $3: the first key after those with the prefix, $4: only keys after this one. */
const LIST = `SELECT collection, key, value FROM record WHERE collection = $1 AND key >= $2
  AND ($3::text IS NULL OR key < $3) AND ($4::text IS NULL OR key > $4) ORDER BY key LIMIT $5`;

class PostgresStore implements Store {
  readonly #pool: Pool;
  readonly #writer: BatchWriter;
  readonly #listener: ChangeListener;
  readonly #watchers = new CollectionWatchers();
  readonly #activities = new ActivityReads((query, values) => this.#rows(query, values));
  readonly #checksLeases: boolean;
  #closing: Promise<void> | undefined;

  constructor(
    config: ClientConfig,
    { clock, onCommitted, onWarning }: PostgresStoreOptions,
    onDeposed?: (lease: Lease) => void,
  ) {
    this.#checksLeases = onDeposed !== undefined;
    const common = { config, clock, origin: clock.id() };
    this.#pool = new Pool({ ...config, max: MAX_SESSIONS });
    // A session that ends while nobody uses it is replaced when one is needed.
    this.#pool.on('error', () => {});
    this.#listener = new ChangeListener({ ...common, watchers: this.#watchers });
    this.#writer = new BatchWriter({
      ...common,
      onCommitted: (seconds) => onCommitted?.(seconds),
      onChanged: (notices) => {
        for (const { collection, key } of notices) this.#watchers.notify(collection, key);
      },
      onWarning: (message) => onWarning?.(message),
      onDeposed: (lease) => onDeposed?.(lease),
    });
  }

  async open(): Promise<void> {
    await this.#writer.open();
    await this.#listener.open();
  }

  write(write: Write): Promise<void> {
    return this.#writer.write(write);
  }

  under(lease: Lease): Store {
    if (!this.#checksLeases) return new LeasedStore(this, lease);
    return new LeasedStore(this, lease, {
      write: (write) => this.#writer.write(write, lease),
      removeStream: async (stream, options) => {
        if (this.#isClosed) throw closedFault();
        return removeStream(this.#pool, stream, { ...options, lease });
      },
    });
  }

  async lastVersion(stream: string): Promise<number> {
    const [row] = await this.#rows<{ version: number }>(LAST_VERSION, [stream]);
    return row?.version ?? 0;
  }

  readActivity(stream: string, activityId?: number): Promise<readonly Entry[]> {
    return activityId === undefined
      ? this.#rows(LAST_ACTIVITY, [stream])
      : this.#activities.read(stream, activityId);
  }

  findActivities(query: ActivityQuery): Promise<FoundActivities> {
    return this.#read(() => findActivities(this.#pool, query));
  }

  findKeys(prefix: string, limit: number): Promise<readonly string[]> {
    return this.#read(() => findKeys(this.#pool, prefix, limit));
  }

  async purge(time: number, spared: string): Promise<number> {
    if (this.#isClosed) throw closedFault();
    return purge(this.#pool, time, spared);
  }

  async removeStream(stream: string, options: StreamRemoval): Promise<boolean> {
    if (this.#isClosed) throw closedFault();
    return removeStream(this.#pool, stream, options);
  }

  async get({ collection, key }: RecordName): Promise<string | undefined> {
    const [row] = await this.#rows<{ value: string }>(GET, [collection, key]);
    return row?.value;
  }

  async list(
    collection: string,
    prefix: string,
    page: Page = {},
  ): Promise<readonly StoredRecord[]> {
    const { after = null, limit = null } = page;
    if (limit !== null && limit < 1) return [];
    return this.#rows(LIST, [collection, prefix, firstAfter(prefix), after, limit]);
  }

  watch(collection: WatchedCollection, changed: (key?: string) => void): () => void {
    return this.#watchers.watch(collection, changed);
  }

  health(): { readonly ok: boolean; readonly reason?: string } {
    const reason = this.#writer.failure;
    return reason === undefined ? { ok: true } : { ok: false, reason };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  get #isClosed(): boolean {
    return this.#closing !== undefined;
  }

  async #close(): Promise<void> {
    this.#watchers.close();
    await this.#writer.close();
    await this.#listener.close();
    await this.#pool.end();
  }

  #rows<Row extends object>(sql: string | QueryConfig, values: readonly unknown[]): Promise<Row[]> {
    return this.#read(async () => (await this.#pool.query<Row>(sql, [...values])).rows);
  }

  #read<T>(read: () => Promise<T>): Promise<T> {
    return repeat(async () => {
      if (this.#isClosed) throw closedFault();
      return read();
    }, readFault);
  }
}
