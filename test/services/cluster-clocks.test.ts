// Nodes whose time of day is wrong or is set while tills sell: such a node takes no sites, leases go on, and no payment is
// taken twice.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { counterAddress } from '../support/cluster/cluster.ts';
import {
  assertMoneyAgrees,
  free,
  isApproved,
  readiness,
  sell,
  startShops,
  TID,
  till,
  tills,
  untilReadiness,
} from '../support/cluster/shops.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import { attemptSale } from '../support/scenario/pac-till.ts';
import { shiftedClock } from '../support/scenario/shifted-clock.ts';
import { eventually, within } from '../support/wait.ts';

const server = postgresServer();
const HOUR_MS = 3_600_000;
const CLOCK_REASON = /^the clock of this node differs from that of the database by [\d.]+ s$/;

for (const offsetMs of [HOUR_MS, -2_500]) {
  test(`a node whose clock is off by ${offsetMs} ms takes no sites, says so, and passes on to others`, async (t) => {
    const clock = shiftedClock(temporaryFolder(t), 'node0', offsetMs);
    const importsOf = (index: number) => (index === 0 ? [clock.preload] : []);
    const cluster = await startShops(t, { server: server(), size: 2, importsOf });
    const [wrong, right] = cluster.nodes;
    assert.ok(wrong && right);
    await eventually('a reason of /readyz', async () => {
      const { status, reason } = await readiness(wrong);
      assert.equal(status, 503);
      return CLOCK_REASON.test(reason ?? '') || undefined;
    });
    const socket = new WebSocket(counterAddress('shop1', wrong.port));
    socket.on('error', () => {});
    const [, response] = await within('a refusal', once(socket, 'unexpected-response'));
    assert.equal(response.statusCode, 503);
    socket.terminate();
    const first = await till(t, 'shop1', right.port);
    const attempts = [await attemptSale(first.till, TID, 100)];
    const passedOn = await till(t, 'shop1', wrong.port);
    attempts.push(await attemptSale(passedOn.till, TID, 200));
    clock.set(1_000);
    await untilReadiness([wrong], 200);
    right.kill();
    await free(passedOn);
    attempts.push(await attemptSale(passedOn.till, TID, 300));
    assert.deepEqual(attempts.map(isApproved), [true, true, true]);
    await assertMoneyAgrees(cluster, attempts);
  });
}

test('clocks of nodes that are set while tills sell end no lease, and no payment is taken twice', async (t) => {
  const folder = temporaryFolder(t);
  const clocks = ['node0', 'node1'].map((name) => shiftedClock(folder, name));
  const cluster = await startShops(t, {
    server: server(),
    size: 2,
    importsOf: (index) => [clocks[index]?.preload ?? ''],
  });
  const owners = () => cluster.sql('SELECT site, node, lease::text FROM owner ORDER BY site');
  const sales = sell(t, await tills(t, cluster.balancer.port));
  await sales.approved(3);
  const before = await owners();
  for (const offsetMs of [HOUR_MS, -HOUR_MS, 30_000, 0]) {
    for (const clock of clocks) {
      clock.set(offsetMs);
      await sales.approved(4);
    }
  }
  assert.deepEqual(await owners(), before);
  await untilReadiness(cluster.nodes, 200);
  await assertMoneyAgrees(cluster, await sales.stop());
});
