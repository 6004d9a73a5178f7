// Copies of the journal's file: of a running gateway, and back into the folder of a gateway that is to be started.

import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { checkJournal } from './file.ts';

/**
 * Copies the journal `from`, also of a running gateway, to the new file `to`, which only its owner may read. Writes go on
 * meanwhile; the copy has what was durable at one moment, and needs no other file beside it. Rejects, and leaves nothing, if there is a file
 * already, if `from` is not a journal of this version, or if either is damaged.
 */
export async function copyJournal(from: string, to: string): Promise<void> {
  // What SQLite would take for a part of the new file.
  const taken = [to, `${to}-wal`, `${to}-shm`, `${to}-journal`].find((path) => existsSync(path));
  if (taken !== undefined) throw new Error(`There is a file already: ${taken}.`);
  const part = `${to}.part`;
  if (existsSync(part)) {
    throw new Error(
      `There is a file already: ${part}. Unless a copy is being made now, remove it.`,
    );
  }
  checkJournal(from);
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  closeSync(openSync(part, 'wx', 0o600));
  try {
    await copyAtOnce(from, part);
    sealed(part);
    checkJournal(part);
    // Unlike a rename it replaces nothing.
    linkSync(part, to);
  } finally {
    rmSync(part, { force: true });
  }
  if (process.platform !== 'win32') syncFolder(dirname(to));
}

/** All pages in one step: with more of them, each write of the gateway would have it begin again. */
async function copyAtOnce(from: string, to: string): Promise<void> {
  const db = new DatabaseSync(from, { readOnly: true });
  try {
    await backup(db, to, { rate: 2 ** 31 - 1 });
  } finally {
    db.close();
  }
}

/** Checks all of the copy, and has it need no write-ahead log to be read. */
function sealed(file: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE');
    const found = db.prepare('PRAGMA integrity_check(1)').get()?.integrity_check;
    if (found !== 'ok') throw new Error('The journal is damaged: no copy was made.');
  } finally {
    db.close();
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
