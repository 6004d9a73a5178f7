// Sites where something was left open are opened after the start, and nothing waits for that.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../../../test/support/wait.ts';
import { MemoryStore } from './adapters/store/memory-store.ts';
import { newSite, TEST_SITE } from './application/admin/test-site.ts';
import { SITES } from './application/handshake/access.ts';
import { INCOMPLETE } from './application/journal/journal.ts';
import type { StoredRecord } from './ports/store.ts';
import { startTestGateway } from './testing/test-gateway.ts';

const TID = 'VCMINVLSIP0';
/** Reads that may be done before other work gets its turn: those of 20 activities or of one site. */
const MOST_IN_A_TURN = 50;

/** Answers at once, as SQLite does; knows how many activities were read in one turn of the event loop. */
class CountingStore extends MemoryStore {
  mostInATurn = 0;
  #inThisTurn = 0;

  override readActivity(stream: string, activityId?: number) {
    if (this.#inThisTurn === 0) {
      setImmediate(() => {
        this.#inThisTurn = 0;
      });
    }
    this.#inThisTurn += 1;
    this.mostInATurn = Math.max(this.mostInATurn, this.#inThisTurn);
    return super.readActivity(stream, activityId);
  }
}

/** What is left of activities that have no entries any more. */
function leftovers(site: string, count: number): StoredRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ collection: INCOMPLETE, key: `${site}/${TID}/${index + 1}`, value: '{}' },
  }));
}

/** The most reads in a turn until all of it is taken up. */
async function mostReadsFor(put: readonly StoredRecord[]): Promise<number> {
  const store = new CountingStore();
  await store.write({ put });
  const { stop } = await startTestGateway({ store });
  await eventually('all to be taken up', async () => {
    const left = await store.list(INCOMPLETE, '');
    return left.length === 0 || undefined;
  });
  await stop();
  return store.mostInATurn;
}

test('after the start, payments get their turn between two sites that are opened', async () => {
  const sites = Array.from({ length: 200 }, (_, index) => `shop${index}`);
  const most = await mostReadsFor(
    sites.flatMap((name) => [
      { collection: SITES, key: name, value: JSON.stringify(newSite(name, { test: true })) },
      ...leftovers(name, 2),
    ]),
  );
  assert.ok(most <= MOST_IN_A_TURN, `${most} activities were read in one turn`);
});

test('payments get their turn while a site with many undelivered results is opened', async () => {
  const most = await mostReadsFor(leftovers(TEST_SITE, 400));
  assert.ok(most <= MOST_IN_A_TURN, `${most} activities were read in one turn`);
});
