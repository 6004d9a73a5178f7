// The network between the nodes of a cluster, or from a node to the database, loses all packets of one direction or of
// both. Each node is in a network namespace of Linux, which only root can make.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { counterAddress } from '../support/cluster/cluster.ts';
import { startBalancer } from '../support/cluster/processes.ts';
import {
  assertMoneyAgrees,
  free,
  isApproved,
  readiness,
  sell,
  startShops,
  TID,
  till,
  untilReadiness,
} from '../support/cluster/shops.ts';
import type { TestNetwork } from '../support/cluster/test-network.ts';
import { testNetwork } from '../support/cluster/test-network.ts';
import { PostgresProxy } from '../support/postgres/postgres-proxy.ts';
import { postgresServer, urlThrough } from '../support/postgres/postgres-test.ts';
import { attemptSale } from '../support/scenario/pac-till.ts';
import { atEnd, eventually, within } from '../support/wait.ts';

const server = postgresServer();

/** A site at its owner, with a till there, and another node. */
async function startCutShops(t: TestContext) {
  const network = testNetwork(t, 2);
  const proxy = await PostgresProxy.start(server().socket, network.database);
  atEnd(t, () => proxy.close());
  const cluster = await startShops(t, {
    ...{ server: server(), size: 2 },
    urlOf: (database) => urlThrough(proxy, database),
    hostOf: (index) => network.hosts[index],
  });
  const [owner, other] = cluster.nodes;
  const [ownerHost, otherHost] = network.hosts;
  assert.ok(owner && other && ownerHost && otherHost);
  const doors = await Promise.all([owner, other].map((node) => startBalancer([node])));
  for (const door of doors) atEnd(t, () => door.close());
  const [ownerPort = 0, otherPort = 0] = doors.map(({ port }) => port);
  const place = await till(t, 'shop1', ownerPort);
  const first = await attemptSale(place.till, TID, 100);
  return {
    ...{ cluster, network, place, first },
    ...{ owner, ownerHost: ownerHost.host, ownerPort },
    ...{ other, otherHost: otherHost.host, otherPort },
  };
}

/** What is lost between two addresses. */
const directions = {
  'both ways': (network: TestNetwork, a: string, b: string) => {
    network.lose(a, b);
    network.lose(b, a);
  },
  'one way': (network: TestNetwork, a: string, b: string) => network.lose(a, b),
  'the other way': (network: TestNetwork, a: string, b: string) => network.lose(b, a),
} as const;

for (const [way, lose] of Object.entries(directions)) {
  test(`a node that is cut off from the database ${way} closes its sockets with 1012, and another goes on`, async (t) => {
    const { cluster, network, ...cut } = await startCutShops(t);
    const { owner, ownerHost, ownerPort, other, otherPort, first } = cut;
    const socket = new WebSocket(counterAddress('shop1', ownerPort));
    await within('an open socket', once(socket, 'open'));
    const closed = once(socket, 'close');
    const sales = sell(t, [cut.place]);
    await sales.approved(1);
    lose(network, ownerHost, network.database);
    assert.deepEqual((await within('the end of the socket', closed))[0], 1012);
    assert.equal((await readiness(owner)).status, 503);
    assert.equal((await readiness(other)).status, 200);
    const next = await eventually('the site at the other node', () =>
      till(t, 'shop1', otherPort).catch(() => undefined),
    );
    await free(next);
    const elsewhere = await attemptSale(next.till, TID, 200);
    assert.ok(isApproved(elsewhere));
    network.mend();
    await untilReadiness([owner], 200);
    await sales.approved(2);
    const attempts = [first, elsewhere, ...(await sales.stop())];
    await assertMoneyAgrees(cluster, attempts);
  });

  test(`nodes that are cut off from each other ${way} keep their sites, and refuse those of the other`, async (t) => {
    const { cluster, network, ...cut } = await startCutShops(t);
    const { owner, ownerHost, other, otherHost, otherPort, first } = cut;
    const passedOn = await till(t, 'shop1', otherPort);
    const own = await till(t, 'shop2', otherPort);
    const sales = sell(t, [passedOn]);
    await sales.approved(1);
    lose(network, ownerHost, otherHost);
    const socket = new WebSocket(counterAddress('shop1', otherPort));
    socket.on('error', () => {});
    const [, refused] = await within('a refusal', once(socket, 'unexpected-response'));
    assert.equal(refused.statusCode, 503);
    socket.terminate();
    await free(cut.place);
    const second = await attemptSale(cut.place.till, TID, 200);
    const third = await attemptSale(own.till, TID, 300);
    assert.deepEqual([second, third].map(isApproved), [true, true]);
    for (const node of [owner, other]) assert.equal((await readiness(node)).status, 200);
    network.mend();
    await sales.approved(2);
    await assertMoneyAgrees(cluster, [first, second, third, ...(await sales.stop())]);
  });
}
