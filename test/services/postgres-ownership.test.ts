// The ownership of sites by the nodes of a PostgreSQL database under the contract of all.

import { systemClock as clock } from '../../packages/server/src/adapters/clock/system-clock.ts';
import { openPostgresCluster } from '../../packages/server/src/adapters/store/postgres/postgres-cluster.ts';
import { ownershipContract } from '../../packages/server/src/testing/ownership-contract.ts';
import { LEASE_MS } from '../support/postgres/postgres-nodes.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';

const server = postgresServer();

ownershipContract('the ownership in PostgreSQL', async () => {
  const { ownership, store } = await openPostgresCluster({
    ...{ url: server().url(await server().createDatabase()), clock },
    ...{ leaseMs: LEASE_MS, incomplete: 'incomplete' },
    node: { name: 'node', host: '127.0.0.1', port: 7_000 },
  });
  return { ownership, store, discard: () => store.close() };
});
