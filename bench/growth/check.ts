// Whether a store that was filled has what it should: each sale once, in streams without gaps, and found by its keys.

import assert from 'node:assert/strict';
import { INCOMPLETE } from '../../packages/server/src/application/journal/journal.ts';
import type { Entry, Store } from '../../packages/server/src/ports/store.ts';
import type { BenchStore } from '../stores.ts';
import type { Contents } from './contents.ts';
import { salesPerRound, writesOf } from './contents.ts';

/** Throws if not. */
export async function checkContents(bench: BenchStore, contents: Contents): Promise<void> {
  const { sales } = contents;
  const [counted] = await bench.query(`SELECT min(at) AS began, count(*) AS sales,
    (SELECT count(*) FROM found_by) AS keys, count(key) AS incomplete
    FROM entry LEFT JOIN record ON collection = '${INCOMPLETE}' AND key = stream || '/' || chapter
    WHERE chapter = version`);
  assert.equal(Number(counted?.sales), sales, `sales in ${bench.name}`);
  if (sales === 0) return;
  const began = Number(counted?.began);
  assert.equal(Number(counted?.keys), sales * keysOf(0, contents, began).length, 'search keys');
  assert.equal(Number(counted?.incomplete), contents.delivered ? 0 : sales, 'incomplete sales');
  assert.deepEqual(await bench.query(GAPS), [], 'streams with gaps');
  const store = await bench.open();
  const some = [0, Math.floor(sales / 2), salesPerRound(contents.sites), sales - 1];
  for (const sale of some.filter((number) => number < sales)) {
    await checkSale(store, writesOf(sale, contents, began));
  }
  await store.close();
}

const GAPS = `SELECT stream.name FROM stream LEFT JOIN entry ON entry.stream = stream.name
  GROUP BY stream.name, stream.version
  HAVING count(DISTINCT entry.version) <> stream.version OR count(*) <> stream.version
    OR max(entry.version) <> stream.version`;

async function checkSale(store: Store, writes: ReturnType<typeof writesOf>): Promise<void> {
  const expected = writes.map(({ append }) => append);
  const [first] = expected;
  assert.ok(first);
  const { stream, activityId } = first;
  const stored = await store.readActivity(stream, activityId);
  assert.deepEqual(stored.map(appendOf), expected);
  const keys = keysIn(writes).filter((key) => /^(auth|amount) /.test(key));
  assert.equal(keys.length, 2);
  const { activities } = await store.findActivities({ keys: keys.reverse(), limit: 100 });
  const found = activities.filter(([entry]) => entry?.stream === stream).flat();
  assert.deepEqual(
    found.filter((entry) => entry.activityId === activityId).map(appendOf),
    expected,
  );
}

function appendOf({ stream, version, activityId, at, body }: Entry) {
  return { stream, version, activityId, at, body };
}

function keysOf(...sale: Parameters<typeof writesOf>): readonly string[] {
  return keysIn(writesOf(...sale));
}

/** What a sale is found by when it is over. */
function keysIn(writes: ReturnType<typeof writesOf>): string[] {
  return [...(writes.findLast(({ keys }) => keys)?.keys ?? [])];
}
