// Sites where something was left open are opened after the start, several at once, and nothing waits for that.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../../../test/support/wait.ts';
import { MemoryStore } from './adapters/store/memory-store.ts';
import { newSite, TEST_SITE } from './application/admin/test-site.ts';
import { SITES } from './application/handshake/access.ts';
import { INCOMPLETE } from './application/journal/journal.ts';
import type { StoredRecord } from './ports/store.ts';
import { startTestGateway } from './testing/test-gateway.ts';
import { SITES_AT_ONCE } from './waiting.ts';

const TID = 'VCMINVLSIP0';
/** Reads that may be done before other work gets its turn: those of 20 activities or of one site. */
const MOST_IN_A_TURN = 50;
/** Of one site. */
const READ_AT_ONCE = 20;

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

/** Answers some turns later, as a database does; knows how many activities were being read at once, and of how many sites. */
class SlowStore extends MemoryStore {
  mostReads = 0;
  mostSites = 0;
  readonly #reading: string[] = [];

  override async readActivity(stream: string, activityId?: number) {
    const site = stream.slice(0, stream.indexOf('/'));
    this.#reading.push(site);
    this.mostReads = Math.max(this.mostReads, this.#reading.length);
    this.mostSites = Math.max(this.mostSites, new Set(this.#reading).size);
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    this.#reading.splice(this.#reading.indexOf(site), 1);
    return super.readActivity(stream, activityId);
  }
}

/** What is left of activities that have no entries any more. */
function leftovers(site: string, count: number): StoredRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ collection: INCOMPLETE, key: `${site}/${TID}/${index + 1}`, value: '{}' },
  }));
}

function sitesWithLeftovers(sites: number, each: number): StoredRecord[] {
  return Array.from({ length: sites }, (_, index) => `shop${index}`).flatMap((name) => [
    { collection: SITES, key: name, value: JSON.stringify(newSite(name, { test: true })) },
    ...leftovers(name, each),
  ]);
}

/** Until all of it is taken up. */
async function takeUp(store: MemoryStore, put: readonly StoredRecord[]): Promise<void> {
  await store.write({ put });
  const { stop } = await startTestGateway({ store });
  await eventually('all to be taken up', async () => {
    const left = await store.list(INCOMPLETE, '');
    return left.length === 0 || undefined;
  });
  await stop();
}

async function mostReadsFor(put: readonly StoredRecord[]): Promise<number> {
  const store = new CountingStore();
  await takeUp(store, put);
  return store.mostInATurn;
}

test('after the start, payments get their turn between two sites that are opened', async () => {
  const most = await mostReadsFor(sitesWithLeftovers(200, 2));
  assert.ok(most <= MOST_IN_A_TURN, `${most} activities were read in one turn`);
});

test('payments get their turn while a site with many undelivered results is opened', async () => {
  const most = await mostReadsFor(leftovers(TEST_SITE, 400));
  assert.ok(most <= MOST_IN_A_TURN, `${most} activities were read in one turn`);
});

test('payments get their turn while many sites with many undelivered results are opened', async () => {
  const most = await mostReadsFor(sitesWithLeftovers(30, 60));
  assert.ok(most <= MOST_IN_A_TURN, `${most} activities were read in one turn`);
});

test('a store that takes its time is asked for some sites at once, within a limit', async () => {
  const store = new SlowStore();
  await takeUp(store, sitesWithLeftovers(100, 1));
  assert.ok(store.mostSites > 1 && store.mostSites <= SITES_AT_ONCE, `${store.mostSites} sites`);
});

test('a store that takes its time is asked for some results of a site at once, within a limit', async () => {
  const store = new SlowStore();
  await takeUp(store, leftovers(TEST_SITE, 100));
  assert.ok(store.mostReads > 1 && store.mostReads <= READ_AT_ONCE, `${store.mostReads} reads`);
});
