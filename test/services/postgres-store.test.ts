// The PostgreSQL store under the contract of all stores.

import { after, before } from 'node:test';
import { systemClock as clock } from '../../packages/server/src/adapters/clock/system-clock.ts';
import { openPostgresStore } from '../../packages/server/src/adapters/store/postgres/postgres-store.ts';
import { storeContract } from '../../packages/server/src/testing/store-contract.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';

let server: PostgresServer;
before(async () => {
  server = await PostgresServer.start();
});
after(() => server.remove());

storeContract('the PostgreSQL store', async () => {
  const url = server.url(await server.createDatabase());
  const open = () => openPostgresStore({ url, clock });
  const store = await open();
  return {
    store,
    reopen: async () => {
      await store.close();
      return open();
    },
    other: open,
  };
});
