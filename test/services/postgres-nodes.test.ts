// Several nodes on one PostgreSQL database: which of them has a site when nodes stop, die, are cut off or come back.
// The cases named after rules are the counterexamples of docs/models.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { systemClock } from '../../packages/server/src/adapters/clock/system-clock.ts';
import type { Claim } from '../../packages/server/src/ports/ownership.ts';
import { StoreFault } from '../../packages/server/src/ports/store.ts';
import { ends, here } from '../../packages/server/src/testing/ownership-contract.ts';
import {
  append,
  count,
  entry,
  record,
} from '../../packages/server/src/testing/store-contract-kit.ts';
import type { TestNode } from '../support/postgres/postgres-nodes.ts';
import {
  administrator,
  claimHere,
  declareDead,
  expire,
  LEASE_MS,
  openNode,
} from '../support/postgres/postgres-nodes.ts';
import { PostgresProxy } from '../support/postgres/postgres-proxy.ts';
import { postgresServer, untilLocked, urlThrough } from '../support/postgres/postgres-test.ts';
import { atEnd, eventually, within } from '../support/wait.ts';

const server = postgresServer();

/** A new database, with what tests do to it. */
async function newDatabase() {
  const database = await server().createDatabase();
  return { database, url: server().url(database), sql: administrator(server(), database) };
}

async function twoNodes(t: TestContext) {
  const made = await newDatabase();
  const [a, b] = [await openNode(t, made), await openNode(t, made)];
  return { ...made, a, b };
}

/** A node whose way to the database is a proxy. */
async function nodeBehindProxy(t: TestContext, database: string) {
  const proxy = await PostgresProxy.start(server().socket);
  atEnd(t, () => proxy.close());
  return { proxy, node: await openNode(t, { url: urlThrough(proxy, database) }) };
}

/** A node with a site whose first renewal waits at the proxy until `pass`; `renewed` once it is answered. */
async function heldRenewal(t: TestContext) {
  const { database } = await newDatabase();
  const { node, proxy } = await nodeBehindProxy(t, database);
  const { lease } = await claimHere(node, 'shop');
  const watcher = ends(lease);
  const held = proxy.holdRenewal();
  const renewed = node.clock.renewed();
  await node.clock.pass(LEASE_MS / 4);
  const pass = await held;
  return { node, lease, watcher, renewed, pass };
}

function elsewhere(claim: Claim) {
  assert.ok(claim.kind === 'elsewhere', claim.kind);
  return claim;
}

type Sql = ReturnType<typeof administrator>;

async function isDead(sql: Sql, { ids }: TestNode): Promise<boolean> {
  const [row] = await sql('SELECT dead FROM node WHERE id = $1', [ids[0]]);
  return row.dead;
}

async function untilRenewed(sql: Sql, { clock, ids }: TestNode): Promise<void> {
  await eventually('a renewal', async () => {
    await clock.renew();
    const [row] = await sql('SELECT expires > now() AS is FROM node WHERE id = $1', [ids[0]]);
    return row.is || undefined;
  });
}

test('of two nodes that claim sites at once each site is at one, and the other is told where', async (t) => {
  const { a, b } = await twoNodes(t);
  const sites = count(1_000).map((n) => `shop${n}`);
  const claims: Claim[][] = [];
  // The claims of a turn are sent together: many times a few, so that two nodes are often in each other's way.
  while (claims.length < sites.length) {
    const some = sites.slice(claims.length, claims.length + 20);
    const both = (site: string) => [a, b].map(({ ownership }) => ownership.claim(site));
    claims.push(...(await Promise.all(some.map((site) => Promise.all(both(site))))));
  }
  for (const [atA, atB] of claims as [Claim, Claim][]) {
    const [mine, other] = atA.kind === 'here' ? [atA, atB] : [atB, atA];
    assert.equal(here(mine).holds(), true);
    const owner = mine === atA ? a : b;
    const { host, port } = owner.node;
    assert.deepEqual(elsewhere(other).node, { id: owner.ids[0], host, port });
  }
});

test('a site that is given back goes to the node that claims it next', async (t) => {
  const { a, b } = await twoNodes(t);
  const { lease } = await claimHere(a, 'shop');
  elsewhere(await b.ownership.claim('shop'));
  await lease.release();
  const taken = await claimHere(b, 'shop');
  assert.notEqual(taken.lease.number, lease.number);
  assert.equal(elsewhere(await a.ownership.claim('shop')).node.id, b.ids[0]);
});

test('the sites of a node that has stopped renewing go to another when its lease is over', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  await claimHere(a, 'shop');
  await b.clock.renewForALease();
  assert.equal(await isDead(sql, a), false);
  await expire(sql, a);
  await b.clock.renew();
  assert.equal(await isDead(sql, a), true);
  assert.match(
    b.warnings.join(),
    /^The node node-\d+ has not renewed its lease: its sites are free\.$/,
  );
  await claimHere(b, 'shop');
});

test('a node renews as soon as the lease of another is over, however long its own time is', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  await b.clock.renewForALease();
  const before = b.clock.delays.length;
  await sql(`UPDATE node SET expires = clock_timestamp() + interval '5 s' WHERE id = $1`, [
    a.ids[0],
  ]);
  const [renewal] = await Promise.all([
    eventually('the next timer', () => b.clock.delays.slice(before).find((ms) => ms <= 5_000)),
    b.clock.pass(LEASE_MS / 4),
  ]);
  await expire(sql, a);
  await b.clock.pass(renewal - 1);
  assert.equal(await isDead(sql, a), false);
  await b.clock.pass(1);
  await eventually('the end of the other node', async () => (await isDead(sql, a)) || undefined);
});

test('a node hears when sites have become free: those of a dead node, or its own after a gap', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  let freed = 0;
  const unsubscribe = b.ownership.onFreed(() => {
    freed += 1;
  });
  await claimHere(a, 'shop');
  await b.clock.renewForALease();
  await expire(sql, a);
  assert.equal(freed, 0);
  await b.clock.renew();
  assert.equal(freed, 1);
  await a.clock.renewForALease();
  assert.equal(freed, 1);
  await claimHere(a, 'shop');
  await b.clock.renew();
  await expire(sql, a);
  await claimHere(b, 'shop');
  assert.equal(freed, 2, 'a claim has found it out');
  b.clock.stall(LEASE_MS);
  await b.clock.renew();
  assert.equal(freed, 3);
  unsubscribe();
  b.clock.stall(LEASE_MS);
  await b.clock.renew();
  assert.equal(freed, 3);
});

test('a claim finds out itself that the node of its site has stopped renewing', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  await claimHere(a, 'shop');
  await b.clock.renewForALease();
  await expire(sql, a);
  await claimHere(b, 'shop');
  assert.equal(await isDead(sql, a), true);
});

test('a node whose renewals do not reach the database loses its sites, in real time', async (t) => {
  const { database, url } = await newDatabase();
  const proxy = await PostgresProxy.start(server().socket);
  atEnd(t, () => proxy.close());
  const real = { clock: systemClock, monotonic: () => performance.now(), leaseMs: 1_000 };
  const a = await openNode(t, { ...real, url: urlThrough(proxy, database) });
  const b = await openNode(t, { ...real, url });
  const { lease } = await eventually('the site to be here', () =>
    claimHere(a, 'shop').catch(() => undefined),
  );
  proxy.dropRenewals();
  const over = new Promise((resolve) => {
    lease.onOver(resolve);
  });
  assert.equal(await within('the lease to be over', over), 'lapsed');
  await eventually('the site to be at the other node', () =>
    claimHere(b, 'shop').catch(() => undefined),
  );
  assert.equal(lease.holds(), false);
  assert.match(a.ownership.health().reason ?? '', /^this node could not renew its lease/);
  await assert.rejects(a.ownership.claim('shop'), StoreFault);
});

test('a node that starts declares nobody dead before it has renewed for a whole lease', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  await claimHere(a, 'shop');
  await expire(sql, a);
  await b.clock.renew(3);
  elsewhere(await b.ownership.claim('shop'));
  assert.equal(await isDead(sql, a), false);
  await b.clock.renew(1);
  assert.equal(await isDead(sql, a), true);
});

for (const away of ['for a moment', 'for longer than a lease'] as const) {
  test(`nodes do not declare each other dead after the database was away ${away}`, async (t) => {
    const { a, b, sql } = await twoNodes(t);
    const { lease } = await claimHere(a, 'shop');
    for (const { clock } of [a, b]) await clock.renewForALease();
    await server().stop('SIGINT');
    for (const { clock } of [a, b]) await clock.renew(away === 'for a moment' ? 8 : 20);
    await server().resume();
    for (const node of [a, b]) await expire(sql, node);
    await untilRenewed(sql, b);
    assert.equal(await isDead(sql, a), false);
    elsewhere(await b.ownership.claim('shop'));
    await untilRenewed(sql, a);
    assert.equal(lease.holds(), away === 'for a moment');
    assert.equal(a.ids.length, 1);
    assert.equal(b.ids.length, 1);
  });
}

test('a node that was declared dead never takes a site or renews under its id again (REVIVED)', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  const { lease } = await claimHere(a, 'shop');
  const watcher = ends(lease);
  const [id] = a.ids;
  await declareDead(sql, a);
  await assert.rejects(a.ownership.claim('free'), StoreFault);
  await claimHere(b, 'free');
  await a.clock.renew();
  assert.deepEqual(watcher.heard, ['taken']);
  assert.equal(lease.holds(), false);
  assert.equal(a.ids.length, 2);
  assert.match(a.warnings.join(), /has declared this one dead/);
  assert.deepEqual(await sql('SELECT dead FROM node WHERE id = $1', [id]), [{ dead: true }]);
  await claimHere(a, 'shop');
  assert.equal(elsewhere(await b.ownership.claim('shop')).node.id, a.ids[0]);
});

test('the time of a lease counts from before the renewal was sent (LATE_DEADLINE)', async (t) => {
  const { database } = await newDatabase();
  const { node, proxy } = await nodeBehindProxy(t, database);
  const { lease } = await claimHere(node, 'shop');
  const held = proxy.holdRenewal();
  const renewed = node.clock.renewed();
  await node.clock.pass(LEASE_MS / 4);
  const pass = await held;
  await node.clock.pass(LEASE_MS / 2);
  pass();
  await renewed;
  await proxy.refuse();
  await node.clock.pass(LEASE_MS / 2 - 1);
  assert.equal(lease.holds(), true);
  await node.clock.pass(1);
  assert.equal(lease.holds(), false);
});

test('a renewal that is answered after the lease is over does not bring it back', async (t) => {
  const { node, lease, watcher, renewed, pass } = await heldRenewal(t);
  await node.clock.pass((3 * LEASE_MS) / 4);
  assert.deepEqual(watcher.heard, ['lapsed']);
  pass();
  await renewed;
  assert.equal(lease.holds(), false);
  await node.clock.renew();
  assert.equal(lease.holds(), false);
  assert.notEqual((await claimHere(node, 'shop')).lease.number, lease.number);
});

test('a node that was stopped until its lease was over does not go on with it', async (t) => {
  const { node, lease, watcher, renewed, pass } = await heldRenewal(t);
  node.clock.stall((3 * LEASE_MS) / 4);
  assert.equal(lease.holds(), false);
  pass();
  await renewed;
  assert.equal(lease.holds(), false);
  await node.clock.renew();
  assert.deepEqual(watcher.heard, ['lapsed']);
  await claimHere(node, 'shop');
});

test('a claim that the database does not answer in time is rejected, and the next one is answered', async (t) => {
  const { database, url } = await newDatabase();
  const node = await openNode(t, { url: `${url}&query_timeout=2000` });
  const admin = await server().connect(database);
  await admin.query('BEGIN');
  await admin.query('LOCK TABLE owner IN EXCLUSIVE MODE');
  const claims = count(3).map(() => node.ownership.claim('shop'));
  for (const claim of await Promise.allSettled(claims)) {
    assert.ok(claim.status === 'rejected' && claim.reason instanceof StoreFault);
  }
  await admin.query('ROLLBACK');
  await admin.end();
  const { view } = await claimHere(node, 'shop');
  await node.clock.renew();
  await view.write({ append: entry('shop/1', 1) });
});

test('a site whose release did not reach the database is free after the next renewal', async (t) => {
  const { database, url } = await newDatabase();
  const { node, proxy } = await nodeBehindProxy(t, database);
  const other = await openNode(t, { url });
  const { lease } = await claimHere(node, 'shop');
  await proxy.refuse();
  await lease.release();
  assert.equal(elsewhere(await other.ownership.claim('shop')).node.id, node.ids[0]);
  proxy.accept();
  await eventually('the site to be free', async () => {
    await node.clock.renew();
    return (await other.ownership.claim('shop')).kind === 'here' || undefined;
  });
  assert.equal(node.ownership.health().ok, true);
});

test('a node that is cut off refuses claims, and its sites are orphans when it is back', async (t) => {
  const { database, url, sql } = await newDatabase();
  const { node, proxy } = await nodeBehindProxy(t, database);
  const other = await openNode(t, { url });
  const { lease, view } = await claimHere(node, 'shop');
  await view.write({ append: entry('shop/1', 1), put: [record('incomplete', 'shop/1/1', '')] });
  assert.deepEqual(await other.ownership.orphans(5), []);
  await proxy.refuse();
  await node.clock.pass(LEASE_MS);
  assert.equal(lease.holds(), false);
  await assert.rejects(node.ownership.claim('shop'), StoreFault);
  await assert.rejects(node.ownership.claim('another'), StoreFault);
  proxy.accept();
  await untilRenewed(sql, node);
  assert.equal(await isDead(sql, node), false);
  assert.deepEqual(await other.ownership.orphans(5), ['shop']);
  await claimHere(node, 'shop');
  assert.deepEqual(await other.ownership.orphans(5), []);
});

test('a passing node hears that the lease of a site elsewhere has ended (NO_PIPE_CUT)', async (t) => {
  const { a, b } = await twoNodes(t);
  const { lease } = await claimHere(a, 'released');
  const again = await claimHere(a, 'again');
  await claimHere(a, 'kept');
  const pipes = await Promise.all(
    ['released', 'again', 'kept'].map(async (site) => elsewhere(await b.ownership.claim(site))),
  );
  const watchers = pipes.map(ends);
  const unsubscribed = ends(pipes[0]!);
  unsubscribed.stop();
  await b.clock.renew();
  assert.deepEqual(
    watchers.map(({ heard }) => heard),
    [[], [], []],
  );
  await lease.release();
  await again.lease.release();
  await claimHere(a, 'again');
  await b.clock.renew();
  assert.deepEqual(
    watchers.map(({ heard }) => heard),
    [['released'], ['taken'], []],
  );
  b.clock.stall(LEASE_MS);
  await b.clock.renew();
  assert.deepEqual(watchers[2]!.heard, ['lapsed']);
  const late = ends(pipes[2]!);
  await b.ownership.close();
  assert.deepEqual(late.heard, ['lapsed']);
  assert.deepEqual(unsubscribed.heard, []);
});

test('a passing node hears that the owner was declared dead', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  await claimHere(a, 'shop');
  const watcher = ends(elsewhere(await b.ownership.claim('shop')));
  await declareDead(sql, a);
  await b.clock.renew();
  assert.deepEqual(watcher.heard, ['released']);
});

test('10,000 sites of a dead node are claimed in one go, with their streams', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  const sites = count(10_000).map((n) => `shop${n}`);
  await Promise.all(sites.map((site) => a.ownership.claim(site)));
  await sql(`INSERT INTO stream (name, version) SELECT site || '/' || n, 5
    FROM owner, generate_series(1, 3) AS n`);
  await declareDead(sql, a);
  const claims = await Promise.all(sites.map((site) => b.ownership.claim(site)));
  assert.equal(new Set(claims.map((claim) => here(claim).number)).size, 10_000);
  const [{ differing }] = await sql(
    `SELECT count(*)::int AS differing FROM stream JOIN owner USING (site)
      WHERE stream.lease <> owner.lease OR owner.node <> $1`,
    [b.ids[0]],
  );
  assert.equal(differing, 0);
});

test('a node with the name of a living node is refused, and nothing is changed', async (t) => {
  const { url, sql } = await newDatabase();
  const node = { name: 'till-1', host: '10.0.0.5', port: 7_000 };
  const first = await openNode(t, { url, node });
  const content = () => sql('SELECT id, name, host, port, dead FROM node');
  const before = await content();
  await assert.rejects(openNode(t, { url, node: { ...node, port: 7_001 } }), {
    message: 'The node till-1 is running already, at 10.0.0.5:7000: give each node its own name.',
  });
  await assert.rejects(openNode(t, { url, node, replaces: 'unknown' }), /is running already/);
  assert.deepEqual(await content(), before);
  await first.ownership.close();
  assert.deepEqual(await content(), []);
  await openNode(t, { url, node });
});

test('a node that takes the place of one on its host has its name and sites at once', async (t) => {
  const { url, sql } = await newDatabase();
  const node = { name: 'till-1', host: '10.0.0.5', port: 7_000 };
  const killed = await openNode(t, { url, node });
  const { view } = await claimHere(killed, 'shop');
  await append(view, 'shop/1', [{}]);
  const next = await openNode(t, { url, node, replaces: killed.ids[0]! });
  assert.equal(await isDead(sql, killed), true);
  const taken = await claimHere(next, 'shop');
  await taken.view.write({ append: entry('shop/1', 2) });
});

test('a node whose clock differs from that of the database takes no sites, and says so', async (t) => {
  const { a, b } = await twoNodes(t);
  const { lease } = await claimHere(a, 'shop');
  await claimHere(b, 'other');
  a.clock.offsetMs = -3_600_000;
  await a.clock.renew();
  assert.match(
    a.ownership.health().reason ?? '',
    /^the clock of this node differs from that of the database by 3(599|600)\.\d s$/,
  );
  await assert.rejects(a.ownership.claim('new'), /the clock of this node differs/);
  assert.equal(here(await a.ownership.claim('shop')), lease);
  assert.equal(lease.holds(), true);
  elsewhere(await a.ownership.claim('other'));
  a.clock.offsetMs = 0;
  await a.clock.renew();
  assert.deepEqual(a.ownership.health(), { ok: true });
  await claimHere(a, 'new');
});

test('a write that takes longer than a lease does not end it', async (t) => {
  const { a, database } = await twoNodes(t);
  const { lease, view } = await claimHere(a, 'shop');
  await append(view, 'shop/1', [{}]);
  const admin = await server().connect(database);
  await admin.query('BEGIN');
  await admin.query('SELECT FROM stream FOR UPDATE');
  const writing = view.write({ append: entry('shop/1', 2) });
  await untilLocked(server(), database, 1);
  await a.clock.renewForALease();
  assert.equal(lease.holds(), true);
  await admin.query('ROLLBACK');
  await admin.end();
  await writing;
});

test('a node that closes gives its sites back, also those that it is just claiming', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  await claimHere(a, 'shop');
  const claims = Promise.allSettled(count(20).map((n) => a.ownership.claim(`shop${n}`)));
  await a.ownership.close();
  for (const claim of await claims) {
    if (claim.status === 'fulfilled') assert.equal(here(claim.value).holds(), false);
    else assert.ok(claim.reason instanceof StoreFault);
  }
  assert.deepEqual(await sql('SELECT FROM owner'), []);
  assert.deepEqual(await sql('SELECT id FROM node'), [{ id: b.ids[0] }]);
  await claimHere(b, 'shop');
});

test('an ownership is closed while the database is away', async (t) => {
  const { a } = await twoNodes(t);
  const { lease } = await claimHere(a, 'shop');
  await server().stop('SIGQUIT');
  await a.ownership.close();
  assert.equal(lease.holds(), false);
  await server().resume();
});

test('a node knows the living nodes by name', async (t) => {
  const { a, b, sql } = await twoNodes(t);
  const names = [a.node.name, b.node.name];
  assert.deepEqual(await a.nodes(), names);
  assert.deepEqual(await b.nodes(), names);
  await declareDead(sql, b);
  assert.deepEqual(await a.nodes(), [a.node.name]);
});
