// A node with many sites dies: another takes those with open payments by itself, soon, and the others when they are asked
// for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cluster } from '../support/cluster/cluster.ts';
import { keyOf, startCluster } from '../support/cluster/cluster.ts';
import { free, TID, till } from '../support/cluster/shops.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';
import { attemptSale } from '../support/scenario/pac-till.ts';
import { eventually, within } from '../support/wait.ts';

const server = postgresServer();
const SITES = 2_000;
/** Sites with an open payment. */
const OPEN = 500;
/** Longer than any machine takes for them, and shorter than if each 50 waited for the next search. */
const TAKEN_WITHIN_MS = 45_000;

test(`of ${SITES} sites of a node that dies, those with open payments are soon at another`, async (t) => {
  const cluster = await startCluster(t, {
    ...{ server: server(), size: 2, flags: ['--virtual-card', '3600'] },
    records: Array.from({ length: SITES }, (_, index) => {
      const site = siteOf(index);
      return [
        siteRecord(site, { test: false, terminals: { [TID]: {} } }),
        tokenRecord(site, keyOf(site)),
      ];
    }).flat(),
  });
  const { sql, nodes } = cluster;
  const [dying, survivor] = nodes;
  assert.ok(dying && survivor);
  const first = await till(t, siteOf(0), dying.port);
  const started = new Promise<void>((resolve) => {
    first.onText = (text) => {
      if (text.includes('PRESENT_CARD')) resolve();
    };
  });
  void attemptSale(first.till, TID, 100).catch(() => {});
  await within('an open payment', started);
  await giveSites(cluster);
  dying.kill();
  const killedAt = performance.now();
  await eventually('the sites with open payments at the other node', async () => {
    const [row] = await sql(
      `SELECT count(*)::int AS n FROM owner JOIN node ON node.id = owner.node
        WHERE node.name = 'node1' AND site < $1`,
      [siteOf(OPEN)],
    );
    return row.n === OPEN || undefined;
  });
  const tookMs = Math.round(performance.now() - killedAt);
  t.diagnostic(`${OPEN} sites were taken within ${tookMs} ms`);
  const metrics = await (await fetch(`${survivor.http}/metrics`)).text();
  t.diagnostic(/nodejs_eventloop_lag_max_seconds [\d.]+/.exec(metrics)?.[0] ?? 'no metric');
  assert.ok(tookMs < TAKEN_WITHIN_MS, `${tookMs} ms`);
  const other = await till(t, siteOf(SITES - 1), survivor.port);
  const [{ n }] = await sql(
    `SELECT count(*)::int AS n FROM owner JOIN node ON node.id = owner.node WHERE node.name = 'node1'`,
  );
  assert.equal(n, OPEN + 1, 'nobody has asked for the others');
  await free(other);
});

function siteOf(index: number): string {
  return `shop${String(index).padStart(4, '0')}`;
}

/** Gives all sites to the owner of the first one, and many of them a copy of its open payment. */
async function giveSites({ sql }: Cluster): Promise<void> {
  const sites = Array.from({ length: SITES - 1 }, (_, index) => siteOf(index + 1));
  const open = sites.slice(0, OPEN - 1);
  const from = siteOf(0);
  await sql(
    `INSERT INTO owner (site, node, lease) SELECT given.site, owner.node, owner.lease
      FROM unnest($1::text[]) AS given (site), owner WHERE owner.site = $2`,
    [sites, from],
  );
  await sql(
    `INSERT INTO stream (name, version, lease) SELECT replace(name, $2, given.site), version, lease
      FROM unnest($1::text[]) AS given (site), stream WHERE stream.site = $2`,
    [open, from],
  );
  await sql(
    `INSERT INTO entry (stream, version, chapter, at, body, keys, lease)
      SELECT replace(stream, $2, given.site), version, chapter, at, replace(body, $2, given.site), keys, lease
      FROM unnest($1::text[]) AS given (site), entry WHERE stream LIKE $2 || '/%'`,
    [open, from],
  );
  await sql(
    `INSERT INTO record SELECT collection, replace(key, $2, given.site), value
      FROM unnest($1::text[]) AS given (site), record
      WHERE collection = 'incomplete' AND key LIKE $2 || '/%'`,
    [open, from],
  );
}
