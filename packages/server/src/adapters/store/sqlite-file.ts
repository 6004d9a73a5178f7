// The journal's file: its tables, creating, opening and locking it, and the check of its version.

import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** `TILL`: the application id that distinguishes a journal from other SQLite databases. */
const APPLICATION_ID = 0x54494c4c;

/** Goes up whenever the tables or the events in them change. */
const SCHEMA_VERSION = 2;

/** How long to wait for another process's lock, in ms. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * `stream` remembers the last version, so that a purge cannot bring one back; `collection` counts
 * the changes, so that a reader knows which of them another process changed. An activity is found by
 * the entry that started it when it is time to purge it.
 */
const SCHEMA = `
  CREATE TABLE stream (
    name TEXT PRIMARY KEY, version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE entry (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL,
    chapter INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX entry_by_chapter ON entry (stream, chapter, version);
  CREATE INDEX chapter_by_start ON entry (at) WHERE chapter = version;
  CREATE TABLE collection (
    name TEXT PRIMARY KEY, generation INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE record (
    collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (collection, key)
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Creates the file, private to its owner, if there is none; then its tables. */
export function prepareFile(file: string): void {
  makePrivate(file);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    if (isEmpty(db)) createTables(db);
    checkIdentity(db, file);
  } catch (cause) {
    if (!isSqliteError(cause)) throw cause;
    throw new Error(explain(file, cause), { cause });
  } finally {
    db?.close();
  }
}

/** Pages gathered in the write-ahead log before a checkpoint; many are overwritten by then. */
const CHECKPOINT_PAGES = 8_000;

/** A connection whose commits are on the disk when they return. */
export function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Locks the file for this process until the returned function is called or the process ends. */
export function acquireLock(file: string): () => void {
  const lock = `${file}.lock`;
  makePrivate(lock);
  const db = new DatabaseSync(lock, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    if (isSqliteError(cause) && cause.errcode === SQLITE_BUSY) {
      throw new Error(`The journal ${file} is in use by another gateway.`, { cause });
    }
    throw new Error(`Cannot lock the journal ${file}.`, { cause });
  }
  return () => db.close();
}

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

interface SqliteError extends Error {
  readonly errcode: number;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error;
}

/**
 * Only ever by 'wx': to open a file that exists and close it again would drop the locks that SQLite
 * holds on it in this process (POSIX advisory locking).
 */
function makePrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function isEmpty(db: DatabaseSync): boolean {
  return db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0;
}

function createTables(db: DatabaseSync): void {
  db.exec('PRAGMA journal_mode = WAL; BEGIN IMMEDIATE');
  // Another process may have created it meanwhile.
  if (isEmpty(db)) db.exec(SCHEMA);
  db.exec('COMMIT');
}

function checkIdentity(db: DatabaseSync, file: string): void {
  if (pragma(db, 'application_id') !== APPLICATION_ID) throw new Error(notAJournal(file));
  const version = pragma(db, 'user_version');
  if (version > SCHEMA_VERSION) {
    throw new Error(
      `The journal ${file} was written by a newer Tillgate ` +
        `(its form is ${version}, this one knows ${SCHEMA_VERSION}).`,
    );
  }
  if (version < SCHEMA_VERSION) {
    throw new Error(
      `The journal ${file} has version ${version}, but this Tillgate needs version ` +
        `${SCHEMA_VERSION}: move the file away to start a new journal, ` +
        'or run the Tillgate that wrote it.',
    );
  }
}

function pragma(db: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function explain(file: string, error: SqliteError): string {
  if (error.errcode === SQLITE_NOTADB) return notAJournal(file);
  if ((error.errcode & 0xff) === SQLITE_CORRUPT) return `The journal ${file} is damaged.`;
  return `Cannot open the journal ${file}: ${error.message}.`;
}

function notAJournal(file: string): string {
  return `${file} is not a Tillgate journal.`;
}
