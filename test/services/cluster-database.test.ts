// Tills sell at the nodes of a cluster while their database fails: what was accepted is kept, each payment has its one
// outcome, and everything goes on by itself when the database is back.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { counterAddress } from '../support/cluster/cluster.ts';
import { LEASE_S } from '../support/cluster/processes.ts';
import {
  assertMoneyAgrees,
  free,
  isApproved,
  LONG_LEASE_S,
  readiness,
  SPARE_TIDS,
  sell,
  startShops,
  TID,
  tills,
  untilReadiness,
} from '../support/cluster/shops.ts';
import { depth } from '../support/depth.ts';
import { PostgresProxy } from '../support/postgres/postgres-proxy.ts';
import {
  endSessions,
  postgresServer,
  untilLocked,
  urlThrough,
} from '../support/postgres/postgres-test.ts';
import { mountSmallDisk } from '../support/postgres/small-disk.ts';
import { attemptSale } from '../support/scenario/pac-till.ts';
import { atEnd, eventually, pause, within } from '../support/wait.ts';

const server = postgresServer();

test('the database is restarted while tills sell, and no payment is lost', async (t) => {
  const cluster = await startShops(t, { server: server(), size: 2 });
  const sales = sell(t, await tills(t, cluster.balancer.port));
  for (let round = 0; round < depth(40, 4); round += 1) {
    await sales.approved(5);
    await server().stop(round % 2 === 0 ? 'SIGQUIT' : 'SIGINT');
    await server().resume();
  }
  await sales.approved(5);
  await assertMoneyAgrees(cluster, await sales.stop());
  await untilReadiness(cluster.nodes, 200);
});

test('sessions are ended in the middle of commits while tills sell, and no payment is lost', async (t) => {
  const cluster = await startShops(t, { server: server(), size: 2, lease: LONG_LEASE_S });
  const { database } = cluster;
  const sales = sell(t, await tills(t, cluster.balancer.port));
  await sales.approved(3);
  for (let round = 0; round < depth(50, 10); round += 1) {
    const admin = await server().connect(database);
    await admin.query('BEGIN');
    await admin.query('LOCK TABLE found_by IN EXCLUSIVE MODE');
    await untilLocked(server(), database, 1);
    await endSessions(server(), database);
    await admin.query('ROLLBACK');
    await admin.end();
    await sales.approved(3);
  }
  await assertMoneyAgrees(cluster, await sales.stop());
});

test('the database is away for several leases: nodes close their sockets with 1012, and tills come back by themselves', async (t) => {
  const cluster = await startShops(t, { server: server(), size: 2 });
  const { nodes } = cluster;
  const addresses = nodes.map((node) => counterAddress('shop1', node.port));
  const sockets = await Promise.all(addresses.map(openSocket));
  const codes = sockets.map(async (socket) => (await once(socket, 'close'))[0] as number);
  const sales = sell(t, await tills(t, cluster.balancer.port));
  await sales.approved(3);
  await server().stop('SIGQUIT');
  // The node that passes a socket on cuts it without a close frame if it loses sight of the owner first.
  assert.ok((await within('closed sockets', Promise.all(codes))).includes(1012));
  await untilReadiness(nodes, 503);
  for (const node of nodes) {
    const [answer] = await handshakeRefused(counterAddress('shop1', node.port));
    assert.equal(answer, 503);
  }
  await pause(3 * LEASE_S * 1000);
  for (const node of nodes) {
    const { status, reason } = await readiness(node);
    assert.equal(status, 503);
    assert.match(reason ?? '', /ENOENT|ECONNREFUSED|could not renew/);
  }
  await server().resume();
  await untilReadiness(nodes, 200);
  await sales.approved(5);
  await assertMoneyAgrees(cluster, await sales.stop());
});

/** Opens one as a till does that is refused while a node is short of time for its lease. */
function openSocket(address: string): Promise<WebSocket> {
  const open = () =>
    new Promise<WebSocket | undefined>((resolve) => {
      const socket = new WebSocket(address);
      socket.once('open', () => resolve(socket));
      socket.once('error', () => resolve(undefined));
    });
  return eventually('an open socket', open);
}

/** Status and body of the answer to a handshake. */
async function handshakeRefused(address: string): Promise<[number | undefined]> {
  const socket = new WebSocket(address);
  socket.on('error', () => {});
  const [, response] = await within('a refusal', once(socket, 'unexpected-response'));
  socket.terminate();
  return [response.statusCode];
}

test('batches of nodes are lost while tills sell, and no sale fails', async (t) => {
  const proxy = await PostgresProxy.start(server().socket);
  atEnd(t, () => proxy.close());
  const urlOf = (database: string) => urlThrough(proxy, database, 'query_timeout=300');
  const cluster = await startShops(t, { server: server(), size: 2, lease: LONG_LEASE_S, urlOf });
  const sales = sell(t, await tills(t, cluster.balancer.port));
  for (let round = 0; round < depth(60, 8); round += 1) {
    for (const loss of ['cut answer', 'cut request', 'cut client', 'silence'] as const) {
      await sales.approved(1);
      await within(`a batch lost by "${loss}"`, proxy.lose(loss));
    }
  }
  await sales.approved(3);
  const attempts = await sales.stop();
  assert.deepEqual(
    attempts.filter((attempt) => !isApproved(attempt)),
    [],
  );
  await assertMoneyAgrees(cluster, attempts);
});

test('the disk of the database is full: sales are refused, none is lost, and they go on when there is space', async (t) => {
  const disk = mountSmallDisk(t, 24);
  const database = await server().createDatabaseIn(disk.folder);
  const cluster = await startShops(t, { server: server(), size: 2, lease: LONG_LEASE_S, database });
  const all = await tills(t, cluster.balancer.port);
  const sales = sell(t, all);
  await sales.approved(3);
  disk.fill();
  await eventually('a node that has no space', async () => {
    const answers = await Promise.all(cluster.nodes.map(readiness));
    return answers.some(({ reason }) => reason?.includes('No space left')) || undefined;
  });
  const more = sell(t, all, SPARE_TIDS);
  await more.refused(-32603);
  const stopping = [sales.stop(), more.stop()];
  disk.free();
  const before = (await Promise.all(stopping)).flat();
  await untilReadiness(cluster.nodes, 200);
  await Promise.all(all.map((one) => free(one)));
  const after = await Promise.all(all.map((one, index) => attemptSale(one.till, TID, 400 + index)));
  assert.deepEqual(after.map(isApproved), [true, true, true]);
  await assertMoneyAgrees(cluster, [...before, ...after]);
});
