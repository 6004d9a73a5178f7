// The demonstration that a cluster loses nothing, in a short form: its troubles come after so many sales.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demonstrate } from '../support/cluster/demonstration.ts';
import { depth } from '../support/depth.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';
import { eventually } from '../support/wait.ts';

const server = postgresServer();

test('while nodes are killed and the database is restarted no payment is lost, doubled or contradictory', async (t) => {
  const { faults, attempts, jobs, resumed, recoveries } = await demonstrate(t, {
    ...{ server: server(), nodes: 3, sites: 7, tillsOfSite: 3, lease: 3 },
    ...{ stepMs: 100, retryMs: 100, kills: depth(5, 3), seed: 20261129 },
    untilNext: (sold) => {
      const next = sold() + 40;
      return eventually(`${next} sales`, () => sold() >= next || undefined);
    },
    say: (line) => t.diagnostic(line),
  });
  assert.deepEqual(faults, []);
  t.diagnostic(`${attempts.length} sales, ${jobs.length} accepted, ${resumed} resumed`);
  assert.ok(resumed > 0, 'some payments were brought to their end by another node');
  assert.ok(recoveries.length > 0, 'sites of killed nodes have sold again');
});
