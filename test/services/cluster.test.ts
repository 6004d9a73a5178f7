// Several gateways in processes of their own on one PostgreSQL database: sites are served through every node, and
// move when their node dies, stops or is shut down, while every payment keeps its one outcome.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { counterAddress, keyOf } from '../support/cluster/cluster.ts';
import { clusterFlags, SECRET } from '../support/cluster/processes.ts';
import {
  assertMoneyAgrees,
  free,
  LONG_LEASE_S,
  SITES,
  sell,
  startShops,
  TID,
  till,
  tills,
} from '../support/cluster/shops.ts';
import { depth } from '../support/depth.ts';
import { startOtlpReceiver } from '../support/open-telemetry/otlp-receiver.ts';
import { PASSWORD } from '../support/postgres/postgres-server.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';
import { SeededRandom } from '../support/random.ts';
import { runCommand } from '../support/scenario/gateway-process.ts';
import type { SaleAttempt } from '../support/scenario/pac-till.ts';
import { attemptSale, startPacTill, wordOf } from '../support/scenario/pac-till.ts';
import { atEnd, eventually, within } from '../support/wait.ts';

const server = postgresServer();

test('tills pay at one site through every node', async (t) => {
  const cluster = await startShops(t, { server: server(), size: 3 });
  const attempts: SaleAttempt[] = [];
  for (const [index, { port }] of cluster.nodes.entries()) {
    const watched = await till(t, 'shop1', port);
    attempts.push(await attemptSale(watched.till, TID, 1000 + index));
  }
  assert.deepEqual(
    attempts.map(({ end }) => 'outcome' in end && end.outcome),
    ['approved', 'approved', 'approved'],
  );
  await assertMoneyAgrees(cluster, attempts);
});

test('while nodes are killed every payment has one end, and each till learns its own', async (t) => {
  const cluster = await startShops(t, { server: server(), size: 3 });
  const { balancer, restart } = cluster;
  const random = new SeededRandom(20261129);
  const places = await tills(t, balancer.port);
  const attempts: SaleAttempt[] = [];
  for (let round = 0; round < depth(6, 3); round += 1) {
    const killed = Promise.withResolvers<void>();
    const victim = Math.floor(random.next() * 3);
    let messages = 1 + Math.floor(random.next() * 20);
    for (const watched of places) {
      watched.onText = () => {
        messages -= 1;
        if (messages === 0) killed.resolve(restart(victim));
      };
    }
    const sales = places.map((watched, index) =>
      attemptSale(watched.till, TID, 100 * (round + 1) + index),
    );
    attempts.push(...(await within('the outcomes', Promise.all(sales))));
    if (messages > 0) killed.resolve();
    await within('a node started again', killed.promise);
    await Promise.all(places.map((one) => free(one)));
  }
  await assertMoneyAgrees(cluster, attempts);
});

test('a node that was stopped longer than its lease does nothing more for its sites', async (t) => {
  const cluster = await startShops(t, { server: server(), size: 2 });
  const [owner, other] = cluster.nodes;
  assert.ok(owner && other);
  const sleeping = await till(t, 'shop1', owner.port);
  const first = await attemptSale(sleeping.till, TID, 500);
  const attempt = attemptSale(sleeping.till, TID, 700);
  owner.kill('SIGSTOP');
  const awake = await eventually('the site at the other node', async () => {
    const watched = await startPacTill(counterAddress('shop1', other.port), 'another').catch(
      () => undefined,
    );
    return watched;
  });
  atEnd(t, () => awake.till.close());
  await free(awake);
  const second = await attemptSale(awake.till, TID, 800);
  owner.kill('SIGCONT');
  const third = await within('the outcome of the sale at the sleeping node', attempt);
  await assertMoneyAgrees(cluster, [first, second, third]);
});

test('a node that is shut down leaves its sites to the others at once', async (t) => {
  const cluster = await startShops(t, { server: server(), size: 2 });
  const [first] = cluster.nodes;
  assert.ok(first);
  const watched = await till(t, 'shop1', cluster.balancer.port);
  const attempts = [await attemptSale(watched.till, TID, 100)];
  await cluster.restart(0, { signal: 'SIGTERM' });
  await free(watched);
  attempts.push(await attemptSale(watched.till, TID, 200));
  await cluster.restart(1, { signal: 'SIGTERM' });
  await free(watched);
  attempts.push(await attemptSale(watched.till, TID, 300));
  assert.deepEqual(
    attempts.map(({ end }) => 'outcome' in end && end.outcome),
    ['approved', 'approved', 'approved'],
  );
  await assertMoneyAgrees(cluster, attempts);
});

test('while each node in turn is shut down and started again, as for a new version, every payment that was accepted ends as it would have', async (t) => {
  const cluster = await startShops(t, { server: server(), size: 2 });
  const sales = sell(t, await tills(t, cluster.balancer.port));
  await sales.approved(3);
  for (const index of [0, 1, 0]) {
    await cluster.restart(index, { signal: 'SIGTERM' });
    await sales.approved(3);
  }
  const attempts = await sales.stop();
  // A request that meets the close frame of its socket is not made, and the till knows that.
  const words = new Set(attempts.map(({ end }) => wordOf(end)));
  for (const word of ['approved', 'unknown connectionLost no', 'TillError', 'NotSent'])
    words.delete(word);
  assert.deepEqual([...words], []);
  await assertMoneyAgrees(cluster, attempts);
});

test('a sale that another node finishes is one trace, with what both have sent', async (t) => {
  const collector = await startOtlpReceiver(t);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '1' };
  const flags = ['--virtual-card', '2'];
  const cluster = await startShops(t, { server: server(), size: 2, env, flags });
  const { balancer, nodes } = cluster;
  const watched = await till(t, 'shop1', balancer.port);
  const sale = attemptSale(watched.till, TID, 500);
  const first = await eventually('a span of its first node', () => collector.spans[0]);
  const { 'service.instance.id': owner } = first.resource;
  nodes[owner === 'node0' ? 0 : 1]?.kill();
  const attempt = await within('the outcome', sale);
  const root = await eventually('the end of the trace', () =>
    collector.spans.find(({ name }) => name === 'SALE'),
  );
  assert.equal(root.traceId, first.traceId);
  assert.deepEqual([owner, root.resource['service.instance.id']].toSorted(), ['node0', 'node1']);
  await assertMoneyAgrees(cluster, [attempt]);
});

test('the secret of a cluster is exchanged while tills sell, by restarting each node in turn three times', async (t) => {
  const cluster = await startShops(t, { server: server(), size: 2 });
  const { url, balancer } = cluster;
  const sales = sell(t, await tills(t, balancer.port));
  await sales.approved(3);
  const next = 'the-secret-that-the-nodes-of-the-test-get-next';
  const steps = [{ otherSecret: next }, { secret: next, otherSecret: SECRET }, { secret: next }];
  for (const secrets of steps) {
    for (const index of [0, 1]) {
      await cluster.restart(index, { signal: 'SIGTERM', secrets });
      await sales.approved(3);
      // Each node passes on what is for sites of the other.
      for (const { port } of cluster.nodes) {
        for (const site of SITES) (await till(t, site, port)).till.close();
      }
    }
  }
  await assertMoneyAgrees(cluster, await sales.stop());
  const { stderr } = await runCommand([
    ...['serve', '--port', '0', ...clusterFlags({ url, name: 'late' }), '--node-port', '1'],
  ]);
  assert.match(stderr, /has another cluster secret/);
});

test('a token that is revoked on the command line closes the tills at every node', async (t) => {
  const cluster = await startShops(t, { server: server(), size: 2, lease: LONG_LEASE_S });
  const sockets = cluster.nodes.map(({ port }) => new WebSocket(counterAddress('shop2', port)));
  const closed = sockets.map(async (socket) => (await once(socket, 'close'))[0] as number);
  await within('open sockets', Promise.all(sockets.map((socket) => once(socket, 'open'))));
  const id = createHash('sha256').update(keyOf('shop2')).digest('hex').slice(0, 12);
  const { code, stderr } = await runCommand([
    ...['token', 'revoke', id, '--site', 'shop2', '--store', cluster.url],
  ]);
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(await within('closed sockets', Promise.all(closed)), [4003, 4003]);
});

test('a node that cannot join says why in a sentence, without a secret, and changes nothing', async (t) => {
  const { url, sql } = await startShops(t, { server: server(), size: 1 });
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
  const secret = 'a-secret-that-no-other-node-of-the-test-has';
  const stranger = await serve(...clusterFlags({ url, name: 'other', secret }), '--node-port', '1');
  assert.match(stranger, /The node node0 has another cluster secret: give all nodes/);
  for (const hidden of [secret, 'a-secret-that-only']) assert.ok(!stranger.includes(hidden));
  assert.deepEqual(await sql('SELECT name FROM node WHERE NOT dead'), [{ name: 'node0' }]);
});
