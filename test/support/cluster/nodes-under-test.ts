// Two nodes on a PostgreSQL database, of which a sweep kills one again and again: the owner of the test site, or the
// node that passes on the bytes of one end.

import assert from 'node:assert/strict';
import { connectTill } from 'tillgate/testing';
import type { PostgresServer } from '../postgres/postgres-server.ts';
import type { StartUnderTest } from '../sweep/gateway-under-test.ts';
import { flagsOf } from '../sweep/gateway-under-test.ts';
import { eventually } from '../wait.ts';
import { startCluster } from './cluster.ts';

/**
 * `owner`: tills and card machines connect to both nodes in turn, and the owner is killed. `till`, `machine`: these connect
 * to the other node, which passes on what they send and is killed; the owner stays.
 */
export type Victim = 'owner' | 'till' | 'machine';

const OWNER = `SELECT node.name FROM owner JOIN node ON node.id = owner.node
  WHERE owner.site = 'testhost' AND NOT node.dead AND node.expires > clock_timestamp()`;

export interface NodesOptions {
  /** Seconds; long if absent, unless the owner is to be killed: else it keeps the site however busy the machine is. */
  readonly lease?: number;
}

export const LONG_LEASE_S = 60;

export function nodesUnderTest(
  server: () => PostgresServer,
  victim: Victim,
  { lease = victim === 'owner' ? 3 : LONG_LEASE_S }: NodesOptions = {},
): StartUnderTest {
  return async (t, { settings, records = [] }) => {
    const options = { server: server(), size: 2, records, lease, flags: flagsOf(settings) };
    const { nodes, balancer, store, sql, restart } = await startCluster(t, options);
    const [first, second] = nodes;
    assert.ok(first && second);
    // The first one takes the site.
    const till = await connectTill(first.pac);
    till.cut();
    const names = ['node0', 'node1'];
    const owner = () =>
      eventually('an owner', async () => {
        const [found] = await sql(OWNER);
        const index = names.indexOf(found?.name);
        return index < 0 ? undefined : index;
      });
    let killed = victim === 'owner' ? 0 : 1;
    let starts = 0;
    const both = first.pac.replace(`:${first.port}/`, `:${balancer.port}/`);
    const addressOf = (end: Victim): string => {
      if (victim === 'owner') return both;
      return end === victim ? second.pac : first.pac;
    };
    return {
      till: addressOf('till'),
      machine: addressOf('machine'),
      kill: async () => {
        await nodes[killed]?.stop();
      },
      restart: async () => {
        starts += 1;
        // Under a new name it need not wait for the lease of the one before.
        const name = `again${starts}`;
        await restart(killed, { name });
        names[killed] = name;
        const now = await owner();
        if (victim === 'owner') killed = now;
        else assert.equal(now, 0, 'the owner has stayed');
      },
      journal: async () => store,
    };
  };
}
