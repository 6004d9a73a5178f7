// What the tests of the PostgreSQL store share: one server for the tests of a file, a database and stores for each test.

import type { TestContext } from 'node:test';
import { after, before } from 'node:test';
import { systemClock } from '../../../packages/server/src/adapters/clock/system-clock.ts';
import type { PostgresStoreOptions } from '../../../packages/server/src/adapters/store/postgres/postgres-store.ts';
import { openPostgresStore } from '../../../packages/server/src/adapters/store/postgres/postgres-store.ts';
import type { Store } from '../../../packages/server/src/ports/store.ts';
import { atEnd, eventually } from '../wait.ts';
import { PostgresProxy } from './postgres-proxy.ts';
import { PASSWORD, PostgresServer } from './postgres-server.ts';

/** Starts a server before the tests of the file, and removes it after them. */
export function postgresServer(): () => PostgresServer {
  let server: PostgresServer | undefined;
  before(async () => {
    server = await PostgresServer.start();
  });
  after(() => server?.remove());
  return () => {
    if (!server) throw new Error('The server is started before the tests.');
    return server;
  };
}

export interface Opened {
  readonly store: Store;
  readonly database: string;
  /** Between the store and the server. */
  readonly proxy: PostgresProxy;
  /** What the store has told an operator. */
  readonly warnings: string[];
  /** Another store in the same database, without the proxy. */
  readonly other: () => Promise<Store>;
}

/** A store in a database of its own, behind a proxy; `parameters` are added to its URL. */
export async function openBehindProxy(
  t: TestContext,
  server: PostgresServer,
  parameters = '',
): Promise<Opened> {
  const database = await server.createDatabase();
  const proxy = await PostgresProxy.start(server.socket);
  atEnd(t, () => proxy.close());
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const store = await opened(t, { url: urlThrough(proxy, database, parameters), onWarning });
  warnings.length = 0;
  const other = () => opened(t, { url: server.url(database) });
  return { store, database, proxy, warnings, other };
}

/** The URL of a database behind a proxy. */
export function urlThrough(proxy: PostgresProxy, database: string, parameters = ''): string {
  return `postgres://tillgate:${PASSWORD}@${proxy.host}/${database}?${parameters}`;
}

/** Closed when the test ends. */
export async function opened(
  t: TestContext,
  options: Omit<PostgresStoreOptions, 'clock'>,
): Promise<Store> {
  const store = await openPostgresStore({ ...options, clock: systemClock });
  atEnd(t, () => store.close());
  return store;
}

/** Ends every session of stores in a database. */
export async function endSessions(server: PostgresServer, database: string): Promise<void> {
  const admin = await server.connect('postgres');
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE usename = 'tillgate' AND datname = $1`,
    [database],
  );
  await admin.end();
}

/** Waits until so many statements of stores in a database wait for a lock. */
export async function untilLocked(server: PostgresServer, database: string, count: number) {
  const admin = await server.connect('postgres');
  await eventually(`${count} statements or more that wait for a lock`, async () => {
    const { rows } = await admin.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE usename = 'tillgate' AND datname = $1 AND wait_event_type = 'Lock'`,
      [database],
    );
    return rows[0].n >= count || undefined;
  });
  await admin.end();
}
