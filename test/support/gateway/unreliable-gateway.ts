// A gateway on a journal file whose writer loses one answer in twenty after its commit, as a failing
// thread, disk or database does.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { systemClock } from '../../../packages/server/src/adapters/clock/system-clock.ts';
import { openSqliteStore } from '../../../packages/server/src/adapters/store/sqlite/sqlite-store.ts';

const LOST_ANSWERS = 0.05;

type Options = Omit<NonNullable<Parameters<typeof startTestGateway>[0]>, 'store'>;

/** Its journal is gone when it has stopped. */
export async function startUnreliableGateway(options: Options = {}): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-unreliable-'));
  const file = join(folder, 'journal.db');
  const store = await openSqliteStore({
    ...{ file, clock: systemClock, lock: true, lostAnswers: LOST_ANSWERS },
  });
  const gateway = await startTestGateway({ ...options, store });
  const stop = async () => {
    await gateway.stop();
    await store.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { ...gateway, stop };
}
