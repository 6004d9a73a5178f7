// The PostgreSQL store under the contract of all stores.

import { systemClock as clock } from '../../packages/server/src/adapters/clock/system-clock.ts';
import { openPostgresStore } from '../../packages/server/src/adapters/store/postgres/postgres-store.ts';
import { storeContract } from '../../packages/server/src/testing/store-contract.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';

const server = postgresServer();

storeContract('the PostgreSQL store', async () => {
  const url = server().url(await server().createDatabase());
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
