// Several gateways in processes of their own on one PostgreSQL database: sites are served through every node, and
// move when their node dies, stops or is shut down, while every payment keeps its one outcome.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import dns from 'node:dns';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { mock, test } from 'node:test';
import { WebSocket } from 'ws';
import { systemClock } from '../../packages/server/src/adapters/clock/system-clock.ts';
import { openPostgresStore } from '../../packages/server/src/adapters/store/postgres/postgres-store.ts';
import type { Store } from '../../packages/server/src/ports/store.ts';
import type { Balancer } from '../support/cluster/processes.ts';
import { clusterFlags, startBalancer, startNode } from '../support/cluster/processes.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';
import { PASSWORD } from '../support/postgres/postgres-server.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';
import { SeededRandom } from '../support/random.ts';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { runCommand } from '../support/scenario/gateway-process.ts';
import { machineMemory, paymentOf, untilSettled } from '../support/scenario/journal-reader.ts';
import type { SaleAttempt, WatchedPacTill } from '../support/scenario/pac-till.ts';
import { assertJournalAgrees, attemptSale, startPacTill } from '../support/scenario/pac-till.ts';
import { atEnd, eventually, within } from '../support/wait.ts';

const server = postgresServer();
// The names of the sites lead to this machine.
mock.method(
  dns,
  'lookup',
  (_: string, options: dns.LookupOptions, done: (...found: unknown[]) => void) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
);
const SITES = ['shop1', 'shop2', 'shop3'];
const TID = 'VCMINVLSIP0';
const STEPS = ['--virtual-step', '0.02', '--virtual-card', '0.02', '--virtual-pin', '0.02'];

interface Cluster {
  readonly url: string;
  readonly database: string;
  readonly store: Store;
  readonly nodes: GatewayProcess[];
  readonly balancer: Balancer;
  /** Kills a node, or waits until it has ended, and starts it again. */
  restart(index: number, signal?: NodeJS.Signals): Promise<void>;
}

async function startCluster(t: TestContext, size: number): Promise<Cluster> {
  const database = await server().createDatabase();
  const url = server().url(database);
  const store = await openPostgresStore({ url, clock: systemClock });
  atEnd(t, () => store.close());
  const machine = { [TID]: {} };
  await store.write({
    put: SITES.flatMap((site) => [
      siteRecord(site, { test: false, terminals: machine }),
      tokenRecord(site, `key-of-${site}`),
    ]),
  });
  const start = (index: number, port = 0) =>
    startNode({ url, name: `node${index}`, port, flags: STEPS });
  const nodes = await Promise.all(Array.from({ length: size }, (_, index) => start(index)));
  atEnd(t, () => Promise.all(nodes.map((node) => node.stop())));
  const balancer = await startBalancer(nodes.map(({ port }) => port));
  atEnd(t, () => balancer.close());
  const restart = async (index: number, signal: NodeJS.Signals = 'SIGKILL') => {
    const node = nodes[index];
    assert.ok(node);
    node.kill(signal);
    await within('the end of a node', node.exited);
    nodes[index] = await start(index, node.port);
  };
  return { url, database, store, nodes, balancer, restart };
}

function uri(site: string, port: number): string {
  const query = `token=key-of-${site}&api-version=v1&software-house-id=house&installer-id=shop`;
  return `ws://${site}.pay.test:${port}/pac?${query}`;
}

async function till(t: TestContext, site: string, port: number): Promise<WatchedPacTill> {
  const watched = await startPacTill(uri(site, port), `till-of-${site}`);
  atEnd(t, () => watched.till.close());
  return watched;
}

/** What the machines took by their own count is what the journal says, whoever wrote it. */
async function assertMoneyAgrees(
  t: TestContext,
  { store, database }: Cluster,
  attempts: readonly SaleAttempt[],
): Promise<void> {
  await untilSettled(store);
  const jobs = await assertJournalAgrees(t, store, attempts);
  for (const site of SITES) {
    const taken = jobs
      .filter(({ stream }) => stream.startsWith(`${site}/`))
      .map(paymentOf)
      .filter(({ transactionResult }) => transactionResult === 'SUCCESSFUL');
    const memory = await machineMemory(store, site, TID);
    assert.equal(memory?.balances.totalSalesCount ?? 0, taken.length, `payments at ${site}`);
  }
  const admin = await server().connect(database);
  const { rows } = await admin.query(`SELECT stream, version FROM (
    SELECT stream, version, lease, position,
      lag(version) OVER streams AS before, lag(position) OVER streams AS "positionBefore"
    FROM entry WINDOW streams AS (PARTITION BY stream ORDER BY version)
  ) AS entries WHERE version <> coalesce(before, 0) + 1 OR position <= "positionBefore"`);
  const leases = await admin.query(`SELECT stream, count(*) FROM (
    SELECT stream, lease, version - row_number() OVER (PARTITION BY stream, lease ORDER BY version)
      AS run FROM entry GROUP BY stream, lease, version
  ) AS runs GROUP BY stream, lease HAVING count(DISTINCT run) > 1`);
  await admin.end();
  assert.deepEqual(rows, [], 'versions have no gaps, and no entry comes before an earlier one');
  assert.deepEqual(leases.rows, [], 'no entry of a lease follows one of another and then its own');
}

test('tills pay at one site through every node', async (t) => {
  const cluster = await startCluster(t, 3);
  const attempts: SaleAttempt[] = [];
  for (const [index, { port }] of cluster.nodes.entries()) {
    const watched = await till(t, 'shop1', port);
    attempts.push(await attemptSale(watched.till, TID, 1000 + index));
  }
  assert.deepEqual(
    attempts.map(({ end }) => 'outcome' in end && end.outcome),
    ['approved', 'approved', 'approved'],
  );
  await assertMoneyAgrees(t, cluster, attempts);
});

test('while nodes are killed every payment has one end, and each till learns its own', async (t) => {
  const cluster = await startCluster(t, 3);
  const { balancer, restart } = cluster;
  const random = new SeededRandom(20261129);
  const tills = await Promise.all(SITES.map((site) => till(t, site, balancer.port)));
  const attempts: SaleAttempt[] = [];
  for (let round = 0; round < 6; round += 1) {
    const killed = Promise.withResolvers<void>();
    const victim = Math.floor(random.next() * 3);
    let messages = 1 + Math.floor(random.next() * 20);
    for (const watched of tills) {
      watched.onText = () => {
        messages -= 1;
        if (messages === 0) killed.resolve(restart(victim));
      };
    }
    const sales = tills.map((watched, index) =>
      attemptSale(watched.till, TID, 100 * (round + 1) + index),
    );
    attempts.push(...(await within('the outcomes', Promise.all(sales))));
    if (messages > 0) killed.resolve();
    await within('a node started again', killed.promise);
    await Promise.all(tills.map(({ till: one }) => free(one)));
  }
  await assertMoneyAgrees(t, cluster, attempts);
});

async function free(one: WatchedPacTill['till']): Promise<void> {
  await eventually('a free card machine', async () => {
    const found = await one.terminal({ tid: TID }).catch(() => undefined);
    return found?.status === 'AVAILABLE' ? true : undefined;
  });
}

test('a node that was stopped longer than its lease does nothing more for its sites', async (t) => {
  const cluster = await startCluster(t, 2);
  const [owner, other] = cluster.nodes;
  assert.ok(owner && other);
  const sleeping = await till(t, 'shop1', owner.port);
  const first = await attemptSale(sleeping.till, TID, 500);
  const attempt = attemptSale(sleeping.till, TID, 700);
  owner.kill('SIGSTOP');
  const awake = await eventually('the site at the other node', async () => {
    const watched = await startPacTill(uri('shop1', other.port), 'another').catch(() => undefined);
    return watched;
  });
  atEnd(t, () => awake.till.close());
  await free(awake.till);
  const second = await attemptSale(awake.till, TID, 800);
  owner.kill('SIGCONT');
  const third = await within('the outcome of the sale at the sleeping node', attempt);
  await assertMoneyAgrees(t, cluster, [first, second, third]);
});

test('a node that is shut down leaves its sites to the others at once', async (t) => {
  const cluster = await startCluster(t, 2);
  const [first] = cluster.nodes;
  assert.ok(first);
  const watched = await till(t, 'shop1', cluster.balancer.port);
  const attempts = [await attemptSale(watched.till, TID, 100)];
  await cluster.restart(0, 'SIGTERM');
  await free(watched.till);
  attempts.push(await attemptSale(watched.till, TID, 200));
  await cluster.restart(1, 'SIGTERM');
  await free(watched.till);
  attempts.push(await attemptSale(watched.till, TID, 300));
  assert.deepEqual(
    attempts.map(({ end }) => 'outcome' in end && end.outcome),
    ['approved', 'approved', 'approved'],
  );
  await assertMoneyAgrees(t, cluster, attempts);
});

test('a token that is revoked on the command line closes the tills at every node', async (t) => {
  const cluster = await startCluster(t, 2);
  const sockets = cluster.nodes.map(({ port }) => new WebSocket(uri('shop2', port)));
  const closed = sockets.map(async (socket) => (await once(socket, 'close'))[0] as number);
  await within('open sockets', Promise.all(sockets.map((socket) => once(socket, 'open'))));
  const id = createHash('sha256').update('key-of-shop2').digest('hex').slice(0, 12);
  const { code, stderr } = await runCommand([
    ...['token', 'revoke', id, '--site', 'shop2', '--store', cluster.url],
  ]);
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(await within('closed sockets', Promise.all(closed)), [4003, 4003]);
});

test('a node that cannot join says why in a sentence, without a secret, and changes nothing', async (t) => {
  const { url, database } = await startCluster(t, 1);
  const serve = async (...flags: readonly string[]) => {
    const { code, stderr } = await runCommand(['serve', '--port', '0', ...flags]);
    assert.notEqual(code, 0);
    assert.ok(!stderr.includes(PASSWORD), stderr);
    return stderr;
  };
  assert.match(await serve('--store', url), /needs --cluster-secret/);
  const short = ['--store', url, '--cluster-secret', 'too-short'];
  assert.match(await serve(...short), /at least 32 characters/);
  const namesake = await serve(...clusterFlags({ url, name: 'node0' }), '--node-port', '1');
  assert.match(namesake, /node0 is running already/);
  const wrong = await serve(
    ...clusterFlags({ url: url.replace(PASSWORD, 'guess'), name: 'other' }),
  );
  assert.match(wrong, /database/);
  assert.ok(!wrong.includes('guess'), wrong);
  const admin = await server().connect(database);
  const { rows } = await admin.query('SELECT name FROM node WHERE NOT dead');
  await admin.end();
  assert.deepEqual(rows, [{ name: 'node0' }]);
});
