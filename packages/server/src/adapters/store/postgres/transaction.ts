// Reads and transactions beside the writer, each in a session of a pool.

import type { Pool, PoolClient } from 'pg';
import { Deposed, StoreFault } from '../../../ports/store.ts';
import { writeFault } from '../faults.ts';
import { codeOf, isEndedByServer, isSessionLost, reasonOf } from './client.ts';

/** Sessions of a pool at most. */
export const MAX_SESSIONS = 4;

const MAX_ATTEMPTS = 3;
/** Where the server said that it has ended the session, it may have ended all others, too. */
const MAX_ATTEMPTS_AFTER_END = MAX_SESSIONS + 1;

/** A transaction that may be done twice. */
export function transact<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  faultOf = writeFault,
): Promise<T> {
  return repeat(() => transactOnce(pool, work), faultOf);
}

/** Work that may be done twice: it is, if the session is lost or another transaction is in the way. */
export async function repeat<T>(
  work: () => Promise<T>,
  faultOf: (reason: string) => Error,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof Deposed || cause instanceof StoreFault) throw cause;
      if (attempt >= attemptsAfter(cause)) throw faultOf(reasonOf(cause));
    }
  }
}

function attemptsAfter(cause: unknown): number {
  if (isEndedByServer(cause)) return MAX_ATTEMPTS_AFTER_END;
  return isSessionLost(cause) || /^40/.test(codeOf(cause) ?? '') ? MAX_ATTEMPTS : 1;
}

async function transactOnce<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // Ends the session, and with it the transaction.
    client.release(true);
    throw error;
  }
}
