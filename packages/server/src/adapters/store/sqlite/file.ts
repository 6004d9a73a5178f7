// The journal's file: its tables, creating, opening and locking it, and the check of its version.

import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSyncOptions } from 'node:sqlite';
import { DatabaseSync } from 'node:sqlite';

/** `TILL`: the application id that distinguishes a journal from other SQLite databases. */
const APPLICATION_ID = 0x54494c4c;

/** Goes up whenever the tables or the events in them change. */
const SCHEMA_VERSION = 3;

/** How long to wait for another process's lock, in ms. */
const BUSY_TIMEOUT_MS = 5_000;
/** How long to wait at the start until commands that have the file open have ended, in ms. */
const OTHERS_TIMEOUT_MS = 500;

/**
 * `stream` remembers the last version, so that a purge cannot bring one back; `change` lists
 * the last changes of watched records, so that a reader knows what another process changed. An activity is found by
 * the entry that started it: by its time, and in `found_by` by each of its keys, which the entry lists, too.
 */
const SCHEMA = `
  CREATE TABLE stream (
    name TEXT PRIMARY KEY, version INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE entry (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL,
    chapter INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, keys TEXT
  ) STRICT;
  CREATE UNIQUE INDEX entry_by_chapter ON entry (stream, chapter, version);
  CREATE INDEX chapter_by_start ON entry (at) WHERE chapter = version;
  CREATE TABLE found_by (
    key TEXT NOT NULL, at INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (key, at, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE change (
    number INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, key TEXT NOT NULL
  ) STRICT;
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
  withDatabase(file, { timeout: BUSY_TIMEOUT_MS }, (db) => {
    if (isEmpty(db)) createTables(db);
    checkIdentity(db, file);
  });
}

/** Throws unless the file, which is only read, is a journal of this version. */
export function checkJournal(file: string): void {
  withDatabase(file, { readOnly: true }, (db) => checkIdentity(db, file));
}

/** Opens the file for the time of `use`; an error of SQLite is explained. */
function withDatabase(
  file: string,
  options: DatabaseSyncOptions,
  use: (db: DatabaseSync) => void,
): void {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, options);
    use(db);
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

/**
 * Claims the file for the gateway `owner`, if no other process has it open: an open connection holds a lock on
 * the file itself, whatever path leads to it. From then on a connection of this process keeps others from
 * claiming it; a process that does so in the same moment is found out by its writes, since the last claim holds.
 */
export function claimFile(file: string, owner: string): void {
  const db = new DatabaseSync(file, { timeout: OTHERS_TIMEOUT_MS });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE');
    db.prepare(
      `INSERT INTO record (collection, key, value) VALUES ('gateway', 'owner', ?)
        ON CONFLICT DO UPDATE SET value = excluded.value`,
    ).run(owner);
    db.exec('COMMIT');
  } catch (cause) {
    if (!isSqliteError(cause)) throw cause;
    if (cause.errcode !== SQLITE_BUSY) throw new Error(explain(file, cause), { cause });
    throw new Error(
      `The journal ${file} is in use by another gateway, or by another program that has it open.`,
      { cause },
    );
  } finally {
    db.close();
  }
}

/** What is wrong with who may read the file and its folder; nothing where there are no such rights. */
export function exposureOf(file: string): readonly string[] {
  if (process.platform === 'win32') return [];
  const places = [
    { path: dirname(file), name: 'folder', right: '700' },
    { path: file, name: 'journal', right: '600' },
  ];
  return places
    .map((place) => ({ ...place, mode: statSync(place.path).mode & 0o777 }))
    .filter(({ mode }) => (mode & 0o077) !== 0)
    .map(
      ({ path, name, right, mode }) =>
        `Other users of this machine may use the ${name} ${path} (mode ${mode.toString(8)}): chmod ${right} ${path}`,
    );
}

/** Whether the error is damage of the file, found while reading or writing it. */
export function isDamage(error: unknown): boolean {
  if (!isSqliteError(error)) return false;
  return (error.errcode & 0xff) === SQLITE_CORRUPT || error.errcode === SQLITE_NOTADB;
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
