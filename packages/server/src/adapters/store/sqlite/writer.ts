// The one thread that writes a journal file, so that waiting for the disk never delays a till.
// `group-commit.ts` sends it batches.

import { flushCompileCache } from 'node:module';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type {
  Append,
  ReadRecord,
  RecordName,
  StoredRecord,
  StreamRemoval,
} from '../../../ports/store.ts';
import { ATTACHED } from '../../../ports/store.ts';
import { isWatchedCollection } from '../collection-watchers.ts';
import type { KeyedAppend, Value } from './batch.ts';
import { WriteDecoder } from './batch.ts';
import { openDatabase } from './file.ts';

export interface WriterOptions {
  readonly file: string;
  /** The claim of the gateway on the file; without it any process may write. */
  readonly owner?: string;
  /** Maximum number of pages of the file; for tests of a full disk. */
  readonly maxPages?: number;
  /** Share of commits, 0 to 1, after which the answer is lost; for tests of a failing thread or disk. */
  readonly lostAnswers?: number;
}

/** Where a purge continues: the activity started last before it paused. */
export interface PurgeCursor {
  readonly at: number;
  readonly position: number;
}

export type WriterRequest =
  | { readonly kind: 'write'; readonly values: readonly Value[] }
  /** Whether a batch is in the file, whose `write` had the answer `unknown`. */
  | { readonly kind: 'check'; readonly values: readonly Value[] }
  | ({ readonly kind: 'purge' } & Purge)
  | ({ readonly kind: 'removeStream'; readonly stream: string } & StreamRemoval)
  | { readonly kind: 'close' };

export type WriterResponse =
  /** `refused`: which writes of the batch were not at the right version, or whose records had changed. */
  | { readonly kind: 'written'; readonly refused: readonly number[] }
  | { readonly kind: 'purged'; readonly removed: number; readonly next?: PurgeCursor }
  | { readonly kind: 'streamRemoved'; readonly removed: boolean }
  | { readonly kind: 'closed' }
  /** Nothing of the batch was written; `refused` as above, as far as it is known. */
  | { readonly kind: 'failed'; readonly reason: string; readonly refused?: readonly number[] }
  /** All of it was written, or nothing. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Changes of watched records that are listed; who has missed more of them reads all records again. */
const MAX_CHANGES = 1_000;

/** Activities examined in one step of a purge; writes get their turn between steps. */
const PURGE_STEP = 50;

const SQL = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  open: 'INSERT INTO stream (name, version) VALUES (?, 1) ON CONFLICT DO NOTHING',
  advance: 'UPDATE stream SET version = ?2 WHERE name = ?1 AND version = ?2 - 1',
  append: `INSERT INTO entry (stream, version, chapter, at, body, keys)
    VALUES (?, ?, ?, ?, ?, ?)`,
  start: 'SELECT position, at, keys FROM entry WHERE stream = ?1 AND chapter = ?2 AND version = ?2',
  setKeys: 'UPDATE entry SET keys = ? WHERE position = ?',
  addKey: 'INSERT INTO found_by (key, at, position) VALUES (?, ?, ?)',
  removeKey: 'DELETE FROM found_by WHERE key = ? AND at = ? AND position = ?',
  put: `INSERT INTO record (collection, key, value) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET value = excluded.value`,
  remove: 'DELETE FROM record WHERE collection = ? AND key = ?',
  stored: `SELECT 1 FROM entry
    WHERE stream = ? AND version = ? AND chapter = ? AND at = ? AND body = ?`,
  version: 'SELECT version FROM stream WHERE name = ?',
  get: 'SELECT value FROM record WHERE collection = ? AND key = ?',
  noteChange: 'INSERT INTO change (collection, key) VALUES (?, ?)',
  forgetChanges: `DELETE FROM change
    WHERE number <= (SELECT max(number) FROM change) - ${MAX_CHANGES}`,
  starts: `SELECT stream, chapter, at, position FROM entry
    WHERE chapter = version AND at < ? AND (at, position) > (?, ?)
    ORDER BY at, position LIMIT ${PURGE_STEP}`,
  purge: `DELETE FROM entry WHERE stream = ?1 AND chapter = ?2
    AND ?2 < (SELECT max(chapter) FROM entry WHERE stream = ?1)
    AND NOT EXISTS (SELECT 1 FROM entry AS kept
      JOIN stream ON stream.name = kept.stream
      WHERE kept.stream = ?1 AND kept.chapter = ?2
        AND (kept.at >= ?3 OR kept.version = stream.version))
    AND NOT EXISTS (SELECT 1 FROM record
      WHERE record.collection = ?4 AND record.key = ?1 || '/' || CAST(?2 AS INTEGER))`,
  needed: `SELECT 1 FROM entry WHERE stream = ?1 AND at >= ?2
    UNION ALL SELECT 1 FROM entry JOIN record
      ON record.collection = ?3 AND record.key = ?1 || '/' || CAST(entry.chapter AS INTEGER)
      WHERE entry.stream = ?1
    LIMIT 1`,
  startsOf: 'SELECT chapter, position, at, keys FROM entry WHERE stream = ? AND chapter = version',
  removeEntries: 'DELETE FROM entry WHERE stream = ?',
  close: 'DELETE FROM stream WHERE name = ?',
} as const;

type Statements = { readonly [Name in keyof typeof SQL]: StatementSync };

class Writer {
  readonly #options: WriterOptions;
  #db: DatabaseSync | undefined;
  #sql: Statements | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  handle(job: WriterRequest): WriterResponse {
    try {
      switch (job.kind) {
        case 'write':
          return this.#losable(this.#transact((sql) => write(sql, job.values)));
        case 'check':
          return check(this.#statements(), job.values);
        case 'purge':
          return this.#transact((sql) => purge(sql, job));
        case 'removeStream':
          return this.#transact((sql) => removeStream(sql, job.stream, job));
        case 'close':
          if (this.#db?.isOpen) this.#db.close();
          return { kind: 'closed' };
      }
    } catch (error) {
      const kind = job.kind === 'check' ? 'unknown' : 'failed';
      return { kind, reason: reasonOf(error) };
    }
  }

  #transact(work: (sql: Statements) => WriterResponse): WriterResponse {
    const sql = this.#statements();
    let committing = false;
    try {
      sql.begin.run();
      this.#mustBeOwner(sql);
      const answer = work(sql);
      committing = true;
      sql.commit.run();
      return answer;
    } catch (error) {
      // Undoes the whole batch, unless its commit took effect. A connection that failed is not trusted again.
      this.#db?.close();
      this.#sql = undefined;
      if (!committing) throw error;
      return { kind: 'unknown', reason: reasonOf(error) };
    }
  }

  #mustBeOwner(sql: Statements): void {
    const { owner } = this.#options;
    if (owner === undefined || sql.get.get('gateway', 'owner')?.value === owner) return;
    throw new Error('another gateway has claimed the file');
  }

  #losable(answer: WriterResponse): WriterResponse {
    if (Math.random() >= (this.#options.lostAnswers ?? 0)) return answer;
    if (Math.random() < 0.5) process.exit();
    return { kind: 'unknown', reason: 'the answer is lost' };
  }

  /** The connection; opened when first needed, and again after a failure. */
  #statements(): Statements {
    if (this.#sql) return this.#sql;
    const db = openDatabase(this.#options.file);
    this.#db = db;
    if (this.#options.maxPages) db.exec(`PRAGMA max_page_count = ${this.#options.maxPages}`);
    const prepared = Object.entries(SQL).map(([name, sql]) => [name, db.prepare(sql)]);
    this.#sql = Object.fromEntries(prepared) as Statements;
    return this.#sql;
  }
}

function write(sql: Statements, values: readonly Value[]): WriterResponse {
  const list = new WriteDecoder(values);
  const refused: number[] = [];
  for (let index = 0; !list.isAtEnd; index += 1) {
    const append = list.append();
    const keep = append ? appended(sql, append) : areStored(sql, list.conditions());
    if (!keep) refused.push(index);
    writeRecords(sql, list, keep);
  }
  return { kind: 'written', refused };
}

function appended(sql: Statements, entry: KeyedAppend): boolean {
  const { stream, version, activityId, at, body, keys } = entry;
  const moved = version === 1 ? sql.open.run(stream) : sql.advance.run(stream, version);
  if (moved.changes === 0) return false;
  const isStart = version === activityId;
  const row = sql.append.run(stream, version, activityId, at, body, isStart ? keys : null);
  if (keys === null) return true;
  if (!isStart) replaceKeys(sql, entry, keys);
  else for (const key of keySet(keys)) sql.addKey.run(key, at, row.lastInsertRowid);
  return true;
}

/** Whether these are stored as given; without a value there is none of that name. */
function areStored(sql: Statements, records: readonly (ReadRecord | RecordName)[]): boolean {
  return records.every((record) => {
    const stored = sql.get.get(record.collection, record.key)?.value;
    return stored === ('value' in record ? record.value : undefined);
  });
}

interface ActivityName {
  readonly stream: string;
  readonly activityId: number;
}

/** What an activity is found by; `keys` is JSON. Nothing if the entry that started it is not there. */
function replaceKeys(sql: Statements, { stream, activityId }: ActivityName, keys: string): void {
  const start = sql.start.get(stream, activityId);
  if (!start || start.keys === keys) return;
  const { position, at } = start as { readonly position: number; readonly at: number };
  const before = keySet(start.keys);
  const after = keySet(keys);
  for (const key of before) if (!after.has(key)) sql.removeKey.run(key, at, position);
  for (const key of after) if (!before.has(key)) sql.addKey.run(key, at, position);
  sql.setKeys.run(keys, position);
}

/** From JSON; none from null. */
function keySet(keys: unknown): ReadonlySet<string> {
  return new Set<string>(JSON.parse((keys as string | null) ?? '[]'));
}

/** Writes the records of a write, or skips them. */
function writeRecords(sql: Statements, list: WriteDecoder, keep: boolean): void {
  for (const { collection, key, value } of list.records()) {
    if (!keep) continue;
    sql.put.run(collection, key, value);
    noteChange(sql, collection, key);
  }
  for (const { collection, key } of list.names()) {
    if (!keep) continue;
    sql.remove.run(collection, key);
    noteChange(sql, collection, key);
  }
}

function noteChange(sql: Statements, collection: string, key: string): void {
  if (!isWatchedCollection(collection)) return;
  sql.noteChange.run(collection, key);
  sql.forgetChanges.run();
}

/**
 * Whether the batch was written: its appends and the writes with conditions or, if there are none, the records of its
 * other writes. A batch of which every write was refused counts as written.
 */
function check(sql: Statements, values: readonly Value[]): WriterResponse {
  const list = new WriteDecoder(values);
  const fates: Fate[] = [];
  const records = new Map<string, StoredRecord | RecordName>();
  const seen = new Set<string>();
  while (!list.isAtEnd) {
    const append = list.append();
    const conditions = append ? [] : list.conditions();
    const changes = [...list.records(), ...list.names()];
    if (append) fates.push(fateOf(sql, append, seen));
    else fates.push(conditions.length > 0 ? fateOfChange(sql, conditions, changes) : 'none');
    if (fates.at(-1) !== 'none') continue;
    for (const record of changes) records.set(`${record.collection} ${record.key}`, record);
  }
  const inEffect = areStored(sql, [...records.values()]);
  const written = records.size > 0 ? inEffect : fates.every((fate) => fate === 'refused');
  if (written || fates.includes('stored')) {
    return { kind: 'written', refused: indexesOf(fates, ['refused', 'missing']) };
  }
  const reason = 'the write was interrupted';
  return { kind: 'failed', reason, refused: indexesOf(fates, ['refused']) };
}

/** `refused`: not at the right version or its records have changed, `missing`: it could be written and was not. */
type Fate = 'none' | 'stored' | 'refused' | 'missing';

/** Of the appends of one version in a batch only the first can be stored. */
function fateOf(sql: Statements, append: Append, seen: Set<string>): Fate {
  const name = `${append.stream} ${append.version}`;
  if (seen.has(name)) return 'refused';
  seen.add(name);
  if (isStored(sql, append)) return 'stored';
  const version = sql.version.get(append.stream)?.version ?? 0;
  return Number(version) === append.version - 1 ? 'missing' : 'refused';
}

/** Of a write with conditions. */
function fateOfChange(
  sql: Statements,
  conditions: readonly ReadRecord[],
  changes: readonly (StoredRecord | RecordName)[],
): Fate {
  const areMet = areStored(sql, conditions);
  // Without a change the conditions are all there is to see.
  if (changes.length === 0) return areMet ? 'stored' : 'refused';
  if (areStored(sql, changes)) return 'stored';
  return areMet ? 'missing' : 'refused';
}

function indexesOf(fates: readonly Fate[], wanted: readonly Fate[]): number[] {
  return [...fates.keys()].filter((index) => wanted.includes(fates[index] ?? 'none'));
}

function isStored(sql: Statements, { stream, version, activityId, at, body }: Append): boolean {
  return sql.stored.get(stream, version, activityId, at, body) !== undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Purge {
  readonly time: number;
  readonly spared: string;
  readonly from: PurgeCursor;
}

function purge(sql: Statements, { time, spared, from }: Purge): WriterResponse {
  const starts = sql.starts.all(time, from.at, from.position);
  let removed = 0;
  for (const { stream, chapter } of starts) {
    const name = { stream: stream as string, activityId: chapter as number };
    removed += purgeActivity(sql, name, { time, spared });
  }
  const last = starts.length === PURGE_STEP ? starts.at(-1) : undefined;
  if (!last) return { kind: 'purged', removed };
  const next = { at: Number(last.at), position: Number(last.position) };
  return { kind: 'purged', removed, next };
}

function purgeActivity(
  sql: Statements,
  { stream, activityId }: ActivityName,
  { time, spared }: Pick<Purge, 'time' | 'spared'>,
): number {
  const start = sql.start.get(stream, activityId);
  const { changes } = sql.purge.run(stream, activityId, time, spared);
  if (changes) sql.remove.run(ATTACHED, `${stream}/${activityId}`);
  if (start && changes) removeKeys(sql, start);
  return Number(changes);
}

/** Of an entry that started an activity. */
function removeKeys(sql: Statements, { position, at, keys }: Record<string, unknown>): void {
  for (const key of keySet(keys)) {
    sql.removeKey.run(key, at as number, position as number);
  }
}

function removeStream(
  sql: Statements,
  stream: string,
  { time, spared, record }: StreamRemoval,
): WriterResponse {
  if (sql.needed.get(stream, time, spared)) return { kind: 'streamRemoved', removed: false };
  for (const start of sql.startsOf.all(stream)) {
    removeKeys(sql, start);
    sql.remove.run(ATTACHED, `${stream}/${start.chapter}`);
  }
  sql.removeEntries.run(stream);
  sql.close.run(stream);
  sql.remove.run(record.collection, record.key);
  noteChange(sql, record.collection, record.key);
  return { kind: 'streamRemoved', removed: true };
}

const port = parentPort;
if (!isMainThread && port) {
  const writer = new Writer(workerData as WriterOptions);
  // Otherwise only when the thread ends, which a crash does not let it.
  flushCompileCache();
  port.on('message', (job: WriterRequest) => {
    port.postMessage(writer.handle(job));
    if (job.kind === 'close') port.close();
  });
}
