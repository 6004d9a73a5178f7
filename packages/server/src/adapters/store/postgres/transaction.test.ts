// When work in PostgreSQL is done again, and how often.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DatabaseError } from 'pg';
import { Deposed } from '../../../ports/store.ts';
import { closedFault, writeFault } from '../faults.ts';
import { MAX_SESSIONS, repeat } from './transaction.ts';

/** What the server answers with a code. */
function answered(code: string): Error {
  return Object.assign(new DatabaseError(`the server said ${code}`, 0, 'error'), { code });
}

/** How often work is done that fails so often with an error, and how it ends. */
async function repeated(failures: number, error: Error) {
  let attempts = 0;
  const work = async () => {
    attempts += 1;
    if (attempts <= failures) throw error;
    return 'done';
  };
  const end = await repeat(work, writeFault).catch((fault: Error) => fault.message);
  return { attempts, end };
}

describe('work that may be done twice', () => {
  test('is repeated when the server has ended each session that the pool had', async () => {
    const result = await repeated(MAX_SESSIONS, answered('57P01'));
    assert.deepEqual(result, { attempts: MAX_SESSIONS + 1, end: 'done' });
  });

  for (const error of [answered('40001'), answered('08006'), new Error('cut')]) {
    test(`is done three times at most after "${error.message}"`, async () => {
      assert.deepEqual(await repeated(2, error), { attempts: 3, end: 'done' });
      const end = `Cannot write the journal: ${error.message}.`;
      assert.deepEqual(await repeated(3, error), { attempts: 3, end });
    });
  }

  for (const error of [closedFault(), new Deposed('shop1')]) {
    test(`is not repeated after "${error.message}", which stays as it is`, async () => {
      assert.deepEqual(await repeated(1, error), { attempts: 1, end: error.message });
    });
  }

  test('is not repeated after an error of the statement', async () => {
    const end = 'Cannot write the journal: the server said 22P02.';
    assert.deepEqual(await repeated(1, answered('22P02')), { attempts: 1, end });
  });
});
