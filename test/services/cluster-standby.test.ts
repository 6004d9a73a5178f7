// The server of the database dies while tills sell, and its synchronous standby takes its place. The address of the
// database, which is that of a proxy, leads to the standby then: `pg` takes a URL with one host only.

import { test } from 'node:test';
import { systemClock } from '../../packages/server/src/adapters/clock/system-clock.ts';
import { openPostgresStore } from '../../packages/server/src/adapters/store/postgres/postgres-store.ts';
import { assertMoneyAgrees, sell, startShops, tills } from '../support/cluster/shops.ts';
import { depth } from '../support/depth.ts';
import { administrator } from '../support/postgres/postgres-nodes.ts';
import { PostgresProxy } from '../support/postgres/postgres-proxy.ts';
import { postgresServer, urlThrough } from '../support/postgres/postgres-test.ts';
import { atEnd } from '../support/wait.ts';

const server = postgresServer();

test('every payment that was accepted is there when a standby is promoted, with its one outcome', async (t) => {
  let primary = server();
  const proxy = await PostgresProxy.start(primary.socket);
  atEnd(t, () => proxy.close());
  const { balancer, database } = await startShops(t, {
    server: server(),
    size: 2,
    urlOf: (name) => urlThrough(proxy, name),
  });
  const sales = sell(t, await tills(t, balancer.port));
  for (let round = 0; round < depth(8, 2); round += 1) {
    const standby = await primary.startStandby();
    atEnd(t, () => standby.remove());
    await sales.approved(5);
    await primary.stop('SIGQUIT');
    await standby.promote();
    proxy.redirect(standby.socket);
    primary = standby;
    await sales.approved(5);
  }
  const attempts = await sales.stop();
  const store = await openPostgresStore({ url: primary.url(database), clock: systemClock });
  atEnd(t, () => store.close());
  await assertMoneyAgrees({ store, sql: administrator(primary, database) }, attempts);
});
