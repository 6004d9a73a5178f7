// Statements and transactions beside the writer's.

import type { Pool, PoolClient } from 'pg';
import { Deposed } from '../../../ports/store.ts';
import { writeFault } from '../faults.ts';
import { codeOf, isSessionLost, reasonOf } from './client.ts';

const MAX_ATTEMPTS = 3;

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
      if (cause instanceof Deposed) throw cause;
      const passes = isSessionLost(cause) || /^40/.test(codeOf(cause) ?? '');
      if (!passes || attempt === MAX_ATTEMPTS) throw faultOf(reasonOf(cause));
    }
  }
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
