// The sweeps with two nodes on one PostgreSQL database, of which one is killed at every step.

import { describe, test } from 'node:test';
import { LONG_LEASE_S, nodesUnderTest } from '../support/cluster/nodes-under-test.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';
import { Bills } from '../support/scenario/bills.ts';
import { cutSettings, cutSweep } from '../support/sweep/cut.ts';
import { addressAt } from '../support/sweep/gateway-under-test.ts';
import { killSweep } from '../support/sweep/kill.ts';
import { linkCutRecords, linkCutSettings, linkCutSweep } from '../support/sweep/link-cut.ts';
import { linkKillSweep } from '../support/sweep/link-kill.ts';
import { tablesCutSettings, tablesCutSweep } from '../support/sweep/tables-cut.ts';
import { tablesKillSweep } from '../support/sweep/tables-kill.ts';
import { twoTills } from '../support/sweep/two-tills.ts';

const server = postgresServer();

for (const [victim, which] of [
  ['owner', 'the owner of the site'],
  ['till', 'the node that passes on what tills send'],
  ['machine', 'the node that passes on what card machines send'],
] as const) {
  const start = nodesUnderTest(server, victim);
  describe(`whenever ${which} is killed`, () => {
    // Virtual card machines are at the owner.
    if (victim !== 'machine') {
      test('every payment has one end and the till learns it', (t) => killSweep(t, start));
    }
    test('every payment at a linked machine has one end', (t) => linkKillSweep(t, start));
    test('what was paid at the tables is booked once', (t) => tablesKillSweep(t, start));
  });
}

test('wherever the line to a node that passes it on is cut, the till learns what the journal says', async (t) => {
  const nodes = await nodesUnderTest(server, 'till')(t, { settings: cutSettings });
  await cutSweep(t, { uri: nodes.till, store: await nodes.journal() });
});

for (const [who, how] of [
  ['owner', 'tills and card machines connect to both nodes in turn'],
  ['till', 'tills connect to the node that passes on'],
  ['machine', 'card machines and waiters connect to the node that passes on'],
] as const) {
  test(`where ${how}, wherever a line is cut, all know the same end and the till books what was paid once`, async (t) => {
    // Nobody is killed.
    const start = nodesUnderTest(server, who, { lease: LONG_LEASE_S });
    const settings = { ...linkCutSettings, ...tablesCutSettings };
    const { till, machine, journal } = await start(t, { settings, records: linkCutRecords() });
    const store = await journal();
    await linkCutSweep(t, { till, machine, store }, 12);
    const restaurant = {
      till: addressAt(till, 'pat'),
      waiter: (tid: string) => waiterAddress(machine, tid),
      bills: new Bills(),
      store,
      close: async () => {},
    };
    await tablesCutSweep(t, { open: async () => restaurant, every: 10, oneByOne: true });
  });
}

function waiterAddress(counter: string, tid: string): string {
  const token = new URL(counter).searchParams.get('token') ?? '';
  return addressAt(counter, 'waiter', { token, tid });
}

test('of two tills at the tables that connect to two nodes at once, the newer one stays [C-9.24]', async (t) => {
  await twoTills(t, await nodesUnderTest(server, 'till')(t, { settings: {} }));
});
