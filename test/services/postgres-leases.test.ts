// What the database keeps of writes under leases: nothing of a lease that it has given to another, whatever the node that
// had it believes. The cases named after rules are the counterexamples of docs/models.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import type { Lease } from '../../packages/server/src/ports/ownership.ts';
import { Deposed } from '../../packages/server/src/ports/store.ts';
import { ends } from '../../packages/server/src/testing/ownership-contract.ts';
import {
  all,
  append,
  count,
  entry,
  record,
  summary,
} from '../../packages/server/src/testing/store-contract-kit.ts';
import type { TestNode } from '../support/postgres/postgres-nodes.ts';
import {
  administrator,
  claimHere,
  declareDead,
  openNode,
} from '../support/postgres/postgres-nodes.ts';
import { PostgresProxy } from '../support/postgres/postgres-proxy.ts';
import { postgresServer, untilLocked, urlThrough } from '../support/postgres/postgres-test.ts';
import { atEnd } from '../support/wait.ts';

const server = postgresServer();

/** Node `a` is behind a proxy; its monotonic clock stands still, so that it believes in its leases. */
async function twoNodes(t: TestContext, parameters = '') {
  const database = await server().createDatabase();
  const proxy = await PostgresProxy.start(server().socket);
  atEnd(t, () => proxy.close());
  const a = await openNode(t, { url: urlThrough(proxy, database, parameters) });
  const b = await openNode(t, { url: server().url(database) });
  return { a, b, proxy, database, sql: administrator(server(), database) };
}

/** The site of a stopped node is taken by the other. */
async function takeOver(sql: ReturnType<typeof administrator>, a: TestNode, b: TestNode) {
  await declareDead(sql, a);
  return claimHere(b, 'shop');
}

test('nothing is kept under a lease that another node has taken, also a first entry or records alone', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  const { lease, view } = await claimHere(a, 'shop');
  const watcher = ends(lease);
  const name = { collection: 'c', key: 'a' };
  await append(view, 'shop/1', [{}, {}]);
  await view.write({ put: [record('c', 'a', '1')] });
  const taken = await takeOver(sql, a, b);
  assert.equal(lease.holds(), true);
  const outcomes = await Promise.allSettled([
    view.write({ append: entry('shop/1', 3), put: [record('c', 'b', '1')] }),
    view.write({ append: entry('shop/2', 1), put: [record('c', 'c', '1')] }),
    view.write({ put: [record('c', 'd', '1'), record('sites', 'shop', '1')] }),
    view.write({ remove: [name] }),
    view.removeStream('shop/1', { time: 2_000, spared: 'none', record: name }),
  ]);
  for (const outcome of outcomes) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof Deposed, outcome.status);
  }
  assert.deepEqual(watcher.heard, ['taken']);
  assert.equal(lease.holds(), false);
  assert.deepEqual(summary(await all(b.store)), ['shop/1:1', 'shop/1:2']);
  assert.deepEqual(await b.store.list('c', ''), [record('c', 'a', '1')]);
  assert.deepEqual(await b.store.list('sites', ''), []);
  await taken.view.write({ append: entry('shop/1', 3) });
  await taken.view.write({ append: entry('shop/2', 1), remove: [name] });
});

test('a purge that goes on after its lease is over removes nothing that the next owner needs', async (t) => {
  const { a, b, sql, database } = await twoNodes(t);
  const { lease, view } = await claimHere(a, 'shop');
  await append(view, 'shop/1', [
    ...count(400).map((version) => ({ activityId: version })),
    { activityId: 10 },
  ]);
  await view.write({
    append: entry('shop/2', 1),
    put: [record('incomplete', 'shop/1/20', ''), record('incomplete', 'shop/1/300', '')],
  });
  const admin = await server().connect(database);
  await admin.query('BEGIN');
  await admin.query('LOCK TABLE record');
  const purged = view.purge(2_000, 'incomplete');
  await untilLocked(server(), database, 1);
  await declareDead(sql, a);
  const claimed = claimHere(b, 'shop');
  // It waits for what the purge is just about.
  await untilLocked(server(), database, 2);
  await admin.query('ROLLBACK');
  await admin.end();
  const taken = await claimed;
  await taken.view.write({
    append: entry('shop/1', 402),
    put: [record('incomplete', 'shop/1/402', '')],
  });
  await taken.view.write({ append: entry('shop/1', 403, { activityId: 402 }) });
  await taken.view.write({ append: entry('shop/2', 2) });
  await purged;
  // Another one by a node that believes in its lease: all is old.
  await a.store.under(believed(lease)).purge(2_000, 'incomplete');
  assert.deepEqual(summary(await all(b.store)), [
    'shop/1:20',
    'shop/1:300',
    'shop/1:402',
    'shop/1:403',
    'shop/2:2',
  ]);
  await taken.view.write({ append: entry('shop/1', 404) });
});

test('a write without a lease is kept whoever has the site', async (t) => {
  const { a, b } = await twoNodes(t);
  await claimHere(a, 'shop');
  await b.store.write({ put: [record('sites', 'shop', '{}')] });
  assert.equal(await a.store.get({ collection: 'sites', key: 'shop' }), '{}');
});

test('each refused write of a batch is told why, and the others are kept', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  const lost = await claimHere(a, 'shop');
  await append(lost.view, 'shop/1', [{}]);
  await takeOver(sql, a, b);
  await a.clock.renew();
  const kept = await claimHere(a, 'other');
  await append(kept.view, 'other/1', [{}]);
  const late = a.store.under(believed(lost.lease));
  const outcomes = await Promise.allSettled([
    late.write({ append: entry('shop/1', 2) }),
    kept.view.write({ append: entry('other/1', 1, { at: 5 }) }),
    kept.view.write({ append: entry('other/2', 1) }),
    late.write({ put: [record('c', 'late', '1')] }),
    kept.view.write({ put: [record('c', 'kept', '1')] }),
    a.store.write({ append: entry('free/1', 1) }),
    a.store.write({ append: entry('free/2', 2) }),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.name : 'kept')),
    ['Deposed', 'VersionConflict', 'kept', 'Deposed', 'kept', 'kept', 'VersionConflict'],
  );
  assert.deepEqual(await b.store.list('c', ''), [record('c', 'kept', '1')]);
  assert.equal(kept.lease.holds(), true);
});

/** The lease as code sees it that has not heard of its end. */
function believed({ site, number }: Lease): Lease {
  return {
    ...{ site, number, holds: () => true, onOver: () => () => {} },
    release: async () => {},
  };
}

test('a row that reaches the database after its site was given back and taken again is refused (NO_FENCE)', async (t) => {
  const { a, proxy } = await twoNodes(t, 'query_timeout=2000');
  const first = await claimHere(a, 'shop');
  await append(first.view, 'shop/1', [{}]);
  const lost = proxy.lose('keep request');
  const started = first.view.write({ append: entry('shop/1', 2) });
  started.catch(() => {});
  await lost;
  await first.lease.release();
  const second = await claimHere(a, 'shop');
  assert.equal(await a.store.lastVersion('shop/1'), 1);
  await proxy.deliver();
  await assert.rejects(started, Deposed);
  await second.view.write({ append: entry('shop/1', 2) });
  assert.deepEqual(await a.store.lastVersion('shop/1'), 2);
});

test('the lease of a row that was kept in time is over when its answer comes after a takeover (NO_GUARD)', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  const { lease, view } = await claimHere(a, 'shop');
  await view.write({ append: entry('shop/1', 1) });
  await takeOver(sql, a, b);
  await a.clock.pass(60_000);
  assert.equal(lease.holds(), false);
  await assert.rejects(view.write({ append: entry('shop/1', 2) }), Deposed);
});

for (const loss of ['cut answer', 'cut request', 'cut client'] as const) {
  test(`writes under a lease whose session is lost by "${loss}" are settled as the database has them`, async (t) => {
    const { a, b, sql, proxy } = await twoNodes(t);
    const { lease, view } = await claimHere(a, 'shop');
    await append(view, 'shop/1', [{}]);
    const other = await claimHere(b, 'other');
    await append(other.view, 'other/1', [{}]);
    await other.lease.release();
    const lost = proxy.lose(loss);
    const late = a.store.under(believed(other.lease));
    const outcomes = await Promise.allSettled([
      view.write({ append: entry('shop/1', 2) }),
      view.write({ append: entry('shop/2', 1), put: [record('c', 'a', '1')] }),
      late.write({ append: entry('other/2', 1) }),
      view.write({ append: entry('shop/3', 2) }),
      view.write({ put: [record('c', 'b', '1')] }),
    ]);
    await lost;
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.name : 'kept')),
      ['kept', 'kept', 'Deposed', 'VersionConflict', 'kept'],
    );
    const entries = summary(await all(b.store));
    assert.deepEqual(entries, ['shop/1:1', 'other/1:1', 'shop/1:2', 'shop/2:1']);
    const rows = await sql(
      `SELECT DISTINCT entry.lease::text FROM entry WHERE stream LIKE 'shop/%'`,
    );
    assert.deepEqual(rows, [{ lease: lease.number }]);
  });
}

test('a stream that is opened while its site is being taken belongs to the next lease', async (t) => {
  const { a, b, sql, database } = await twoNodes(t);
  const { lease, view } = await claimHere(a, 'shop');
  await view.write({ put: [record('c', 'a', '1')] });
  const admin = await server().connect(database);
  await admin.query('BEGIN');
  await admin.query('SELECT FROM record FOR UPDATE');
  const opening = view.write({ append: entry('shop/1', 1), put: [record('c', 'a', '2')] });
  await untilLocked(server(), database, 1);
  await declareDead(sql, a);
  const claim = claimHere(b, 'shop');
  await untilLocked(server(), database, 2);
  await admin.query('ROLLBACK');
  await admin.end();
  await opening;
  const taken = await claim;
  assert.equal(lease.holds(), true);
  await assert.rejects(view.write({ append: entry('shop/1', 2) }), Deposed);
  await taken.view.write({ append: entry('shop/1', 2) });
  assert.deepEqual(summary(await all(b.store)), ['shop/1:1', 'shop/1:2']);
});

test('entries of a stream have the leases in the order in which they were given, without a gap', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  const nodes = [a, b];
  let version = 0;
  for (const n of count(6)) {
    const { lease, view } = await claimHere(nodes[n % 2]!, 'shop');
    const before = version;
    const writes = count(5).map((step) => view.write({ append: entry('shop/1', before + step) }));
    const released = lease.release();
    const outcomes = await Promise.allSettled(writes);
    await released;
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof Deposed);
    }
    version = await a.store.lastVersion('shop/1');
    assert.ok(version >= before + outcomes.filter(({ status }) => status === 'fulfilled').length);
  }
  const rows = await sql(`SELECT version::int, lease FROM entry ORDER BY position`);
  assert.deepEqual(
    rows.map((row) => row.version),
    count(rows.length),
  );
  const leases = rows.map((row) => BigInt(row.lease));
  assert.deepEqual(
    leases,
    leases.toSorted((x, y) => Number(x - y)),
  );
});
