// The stores that the growth bench measures hold what a gateway would have written, although the database has copied
// most of it, and a gateway can read it.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import type { api } from '@tillgate/protocol';
import { checkContents } from '../../bench/growth/check.ts';
import type { Contents } from '../../bench/growth/contents.ts';
import { writesOf } from '../../bench/growth/contents.ts';
import { fillFast } from '../../bench/growth/multiply.ts';
import type { BenchStore } from '../../bench/stores.ts';
import { postgresStore, sqliteStore } from '../../bench/stores.ts';
import { startTestGateway } from '../../packages/server/src/testing/test-gateway.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';

const server = postgresServer();
const WRITTEN = 10_000;
/** The last copy is not a whole one. */
const SALES = 25_500;

const stores = {
  SQLite: (t: TestContext) => sqliteStore(temporaryFolder(t)),
  PostgreSQL: () => postgresStore(server()),
};

for (const [name, make] of Object.entries(stores)) {
  test(`sales that ${name} has copied are as a gateway writes and reads them`, async (t) => {
    const bench = await make(t);
    const contents = { sites: 10, sales: SALES, delivered: true };
    await fillFast(bench, contents, WRITTEN);
    await checkContents(bench, contents);
    await hasStory(bench, contents);
  });

  test(`results that no till has fetched and ${name} has copied are as a gateway writes them`, async (t) => {
    const bench = await make(t);
    const contents = { sites: 10, sales: SALES, delivered: false };
    await fillFast(bench, contents, WRITTEN);
    await checkContents(bench, contents);
  });

  test(`the check finds a sale that is missing in ${name}, and one that is doubled`, async (t) => {
    const bench = await make(t);
    const contents = { sites: 10, sales: 100, delivered: true };
    await fillFast(bench, contents);
    await assert.rejects(checkContents(bench, { ...contents, sales: 101 }), /sales/);
    await bench.query('UPDATE entry SET version = version + 1 WHERE position = 300');
    await assert.rejects(checkContents(bench, contents), /gaps/);
  });
}

async function hasStory(bench: BenchStore, contents: Contents): Promise<void> {
  await using end = new AsyncDisposableStack();
  const store = await bench.open();
  end.defer(() => store.close());
  const { gateway, stop } = await startTestGateway({ store });
  end.defer(stop);
  const [write] = writesOf(SALES - 1, contents, 0);
  assert.ok(write?.append);
  const { stream, activityId } = write.append;
  const url = `${gateway.httpUrl}/api/v1/transactions/${stream}/${activityId}`;
  const response = await fetch(url);
  assert.equal(response.status, 200);
  const { summary, events, results } = (await response.json()) as api.TransactionStory;
  assert.equal(summary.id, `${stream}/${activityId}`);
  assert.equal(summary.amountTotal, 599);
  assert.equal(summary.delivered, true);
  assert.deepEqual(
    events.map(({ event, entry }) => [event, entry]),
    ['started', 'ended', 'delivered'].map((event, n) => [event, activityId + n]),
  );
  assert.equal(results.length, 1);
}
