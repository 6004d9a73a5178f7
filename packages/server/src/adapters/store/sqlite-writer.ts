// The one thread that writes a journal file, so that waiting for the disk never delays a till.
// `group-commit.ts` sends it batches.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { Append } from '../../ports/store.ts';
import type { Value } from './sqlite-batch.ts';
import { WriteDecoder } from './sqlite-batch.ts';
import { openDatabase } from './sqlite-file.ts';

export interface WriterOptions {
  readonly file: string;
  /** Maximum number of pages of the file; for tests of a full disk. */
  readonly maxPages?: number;
}

/** Where a purge continues: the activity started last before it paused. */
export interface PurgeCursor {
  readonly at: number;
  readonly position: number;
}

export type WriterRequest =
  | { readonly kind: 'write'; readonly values: readonly Value[] }
  | ({ readonly kind: 'purge' } & Purge)
  | { readonly kind: 'close' };

export type WriterResponse =
  /** `refused`: which writes of the batch were not at the right version. */
  | { readonly kind: 'written'; readonly refused: readonly number[] }
  | { readonly kind: 'purged'; readonly removed: number; readonly next?: PurgeCursor }
  | { readonly kind: 'closed' }
  /** Nothing of the batch was written. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Activities examined in one step of a purge; writes get their turn between steps. */
const PURGE_STEP = 50;

const SQL = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  open: 'INSERT INTO stream (name, version) VALUES (?, 1) ON CONFLICT DO NOTHING',
  advance: 'UPDATE stream SET version = ?2 WHERE name = ?1 AND version = ?2 - 1',
  append: 'INSERT INTO entry (stream, version, chapter, at, body) VALUES (?, ?, ?, ?, ?)',
  put: `INSERT INTO record (collection, key, value) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET value = excluded.value`,
  remove: 'DELETE FROM record WHERE collection = ? AND key = ?',
  touch: `INSERT INTO collection (name, generation) VALUES (?, 1)
    ON CONFLICT DO UPDATE SET generation = generation + 1`,
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
          return this.#transact((sql) => write(sql, job.values));
        case 'purge':
          return this.#transact((sql) => purge(sql, job));
        case 'close':
          if (this.#db?.isOpen) this.#db.close();
          return { kind: 'closed' };
      }
    } catch (error) {
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  #transact(work: (sql: Statements) => WriterResponse): WriterResponse {
    const sql = this.#statements();
    try {
      sql.begin.run();
      const answer = work(sql);
      sql.commit.run();
      return answer;
    } catch (error) {
      // Undoes the whole batch. A connection that failed is not trusted again.
      this.#db?.close();
      this.#sql = undefined;
      throw error;
    }
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
  const touched = new Set<string>();
  for (let index = 0; !list.isAtEnd; index += 1) {
    const append = list.append();
    const keep = !append || appended(sql, append);
    if (!keep) refused.push(index);
    writeRecords(sql, list, keep ? touched : undefined);
  }
  for (const collection of touched) sql.touch.run(collection);
  return { kind: 'written', refused };
}

function appended(sql: Statements, entry: Append): boolean {
  const { stream, version, activityId, at, body } = entry;
  const moved = version === 1 ? sql.open.run(stream) : sql.advance.run(stream, version);
  if (moved.changes === 0) return false;
  sql.append.run(stream, version, activityId, at, body);
  return true;
}

/** Writes the records and notes their collections in `touched`; without it the records are only skipped. */
function writeRecords(sql: Statements, list: WriteDecoder, touched: Set<string> | undefined): void {
  for (let left = list.number(); left > 0; left -= 1) {
    const { collection, key, value } = list.record();
    if (touched?.add(collection)) sql.put.run(collection, key, value);
  }
  for (let left = list.number(); left > 0; left -= 1) {
    const { collection, key } = list.name();
    if (touched?.add(collection)) sql.remove.run(collection, key);
  }
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
    removed += Number(sql.purge.run(stream as string, chapter as number, time, spared).changes);
  }
  const last = starts.length === PURGE_STEP ? starts.at(-1) : undefined;
  if (!last) return { kind: 'purged', removed };
  const next = { at: Number(last.at), position: Number(last.position) };
  return { kind: 'purged', removed, next };
}

const port = parentPort;
if (!isMainThread && port) {
  const writer = new Writer(workerData as WriterOptions);
  port.on('message', (job: WriterRequest) => {
    port.postMessage(writer.handle(job));
    if (job.kind === 'close') port.close();
  });
}
