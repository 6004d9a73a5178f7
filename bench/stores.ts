// The two stores that a gateway can have, each with a journal of its own for one measurement. PostgreSQL is a
// server of the bench's own, on the disk of the repository.

import { chmodSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../packages/server/src/adapters/clock/system-clock.ts';
import { openPostgresStore } from '../packages/server/src/adapters/store/postgres/postgres-store.ts';
import { openDatabase } from '../packages/server/src/adapters/store/sqlite/file.ts';
import { openSqliteStore } from '../packages/server/src/adapters/store/sqlite/sqlite-store.ts';
import type { Store } from '../packages/server/src/ports/store.ts';
import { clusterFlags, freePort } from '../test/support/cluster/processes.ts';
import { PostgresServer } from '../test/support/postgres/postgres-server.ts';

export type StoreName = 'SQLite' | 'PostgreSQL';

/** An empty journal, until something is written to it. */
export interface BenchStore {
  readonly name: StoreName;
  /** For the time in which no gateway runs. */
  open(): Promise<Store>;
  /** Runs one statement in the database itself; for the time in which nobody else uses it. */
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Of `tillgate serve`; with PostgreSQL each call is for another node, of the name `node`. */
  flags(node?: string, lease?: number): Promise<readonly string[]>;
  /** As after long operation: PostgreSQL has analysed its tables and has nothing to clean up; a gateway never has SQLite do so. */
  settle(): Promise<void>;
  /** On the disk. */
  bytes(): Promise<number>;
}

/** Removed at the end of `use`, and of the process if a signal ends it before. */
export async function withPostgres<T>(
  folder: string,
  use: (server: PostgresServer) => Promise<T>,
): Promise<T> {
  // The server runs as another user.
  chmodSync(folder, 0o755);
  const server = await PostgresServer.start(mkdtempSync(join(folder, 'postgres-')));
  const removeNow = () => server.removeNow();
  // Before the folder is removed.
  process.prependListener('exit', removeNow);
  try {
    return await use(server);
  } finally {
    await server.remove();
    process.off('exit', removeNow);
  }
}

export function sqliteStore(folder: string): BenchStore {
  const data = mkdtempSync(join(folder, 'data-'));
  const file = join(data, 'tillgate.db');
  return {
    name: 'SQLite',
    open: () => openSqliteStore({ file, clock: systemClock, lock: true }),
    query: async (sql) => {
      const db = openDatabase(file);
      try {
        return db.prepare(sql).all();
      } finally {
        db.close();
      }
    },
    flags: async () => ['--data', data],
    settle: async () => {},
    bytes: async () =>
      readdirSync(data).reduce((sum, name) => sum + readFileSync(join(data, name)).length, 0),
  };
}

export async function postgresStore(server: PostgresServer): Promise<BenchStore> {
  const database = await server.createDatabase();
  const url = server.url(database);
  const query = async (sql: string) => {
    const client = await server.connect(database);
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    name: 'PostgreSQL',
    open: () => openPostgresStore({ url, clock: systemClock }),
    query,
    flags: async (name = 'node', lease = 8) => [
      ...clusterFlags({ url, name, lease }),
      ...['--node-port', String(await freePort())],
    ],
    settle: async () => {
      await query('VACUUM ANALYZE');
      await query('CHECKPOINT');
    },
    bytes: async () =>
      Number((await query('SELECT pg_database_size(current_database())'))[0].pg_database_size),
  };
}

/** User and system time of the server and all its sessions, those that have ended included, in ms. */
export function postgresCpuMs({ pid }: PostgresServer): number {
  let ticks = 0;
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = statOf(name);
    if (!stat) continue;
    const [, parent] = stat;
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = stat.slice(11, 15).map(Number);
    if (Number(name) === pid) ticks += user + system + endedUser + endedSystem;
    else if (Number(parent) === pid) ticks += user + system;
  }
  return ticks * 10;
}

/** From the state on; undefined if the process has just ended. */
function statOf(process: string): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${process}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
