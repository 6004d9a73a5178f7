// Sessions of PostgreSQL with the time limits that keep every promise from waiting for ever, and what an
// operator is told when one fails: never a part of the URL but host, port and database.

import { Socket } from 'node:net';
import type { ClientConfig } from 'pg';
import { Client, DatabaseError, types } from 'pg';
import { StoreFault } from '../../../ports/store.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** The server gives up a statement, for instance one that waits for a lock. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** The server is given up; longer, so that its own limit comes first if it is there. */
const QUERY_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 5_000;
const CLOSE_TIMEOUT_MS = 2_000;

/** The type `bigint`, as numbers: all of ours are times, versions and positions. */
const INT8_OID = 20;

/** Where the database is, from its URL; throws an `Error` that does not repeat the URL. */
export function configOf(url: string): ClientConfig {
  checkUrl(url);
  const config: ClientConfig = {
    connectionString: url,
    fallback_application_name: 'tillgate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: {
      getTypeParser: ((oid: number, format: 'text') =>
        oid === INT8_OID ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
  };
  try {
    new Client(config);
  } catch (error) {
    throw openFault('the database', error);
  }
  return config;
}

const WRONG_URL =
  'The address of the database must be a URL such as postgres://USER:PASSWORD@HOST/DATABASE, with ' +
  'the characters / @ : ? # % of user and password percent-encoded.';

function checkUrl(text: string): void {
  // A Unix socket is named by `?host=`, and the host of the URL is empty.
  const url = URL.parse(text.replace('@/', '@localhost/'));
  // What follows an unescaped / in a password would be shown as the name of the database.
  const isRight = url && /^postgres(ql)?:$/.test(url.protocol) && !url.pathname.includes('@');
  if (!isRight) throw new Error(WRONG_URL);
}

/** Such as `the database tillgate at 10.0.0.5`. */
export function nameOf(config: ClientConfig): string {
  const { database, host } = new Client(config);
  return `the database ${database} at ${host}`;
}

export interface Session {
  readonly client: Client;
  /** Ends it at once, whatever it is doing. */
  cut(): void;
  /** Ends it politely, and within a short time. */
  close(): Promise<void>;
}

/** Opens a session; `onEnded` is called once, when it has ended for whatever reason. */
export async function connect(config: ClientConfig, onEnded = () => {}): Promise<Session> {
  const socket = new Socket();
  const client = new Client({ ...config, stream: () => socket });
  // What failed is told by the query, and that the session is over by its end.
  client.on('error', () => {});
  client.on('end', onEnded);
  const cut = () => {
    socket.destroy();
  };
  try {
    await client.connect();
  } catch (error) {
    cut();
    throw error;
  }
  const close = async () => {
    const timer = setTimeout(cut, CLOSE_TIMEOUT_MS);
    await client.end().catch(() => {});
    clearTimeout(timer);
  };
  return { client, cut, close };
}

/** The code of an error that the server has answered with (appendix A of its manual). */
export function codeOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** Whether the session failed, not the statement: the same statement may succeed in another. */
export function isSessionLost(error: unknown): boolean {
  return /^(08|57P)/.test(codeOf(error) ?? '08');
}

/** Whether the server has told that it ends the session, as before it stops. */
export function isEndedByServer(error: unknown): boolean {
  return codeOf(error)?.startsWith('57P') ?? false;
}

/**
 * Whether it is known that the server has undone the statement, and its session goes on; not after FATAL and PANIC, which
 * end the session. A server with messages of another language has other words, and leaves it unknown.
 */
export function isUndone(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === 'ERROR';
}

/** The message alone: other parts of a server's error may repeat data. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

export function openFault(name: string, error: unknown): Error {
  const reason = reasonOf(error);
  return new Error(`Cannot open ${name}: ${reason}.`, { cause: new Error(reason) });
}

export function readFault(reason: string): StoreFault {
  return new StoreFault(`Cannot read the journal: ${reason}.`, new Error(reason));
}
