// How fast sites move to another node: the first sale after the node of a site was killed, and claims of many sites.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../packages/server/src/adapters/clock/system-clock.ts';
import { openPostgresCluster } from '../../packages/server/src/adapters/store/postgres/postgres-cluster.ts';
import { INCOMPLETE } from '../../packages/server/src/application/journal/journal.ts';
import type { Ownership } from '../../packages/server/src/ports/ownership.ts';
import type { PostgresServer } from '../../test/support/postgres/postgres-server.ts';
import { saleRequest } from '../conversation.ts';
import { siteOf } from '../growth/contents.ts';
import { postgresStore } from '../stores.ts';
import { openTill } from '../till.ts';
import { addressOf, makeSites, startNode } from './node.ts';

const SITES = 8;
const TID = 'VCMINVLSIP0';
const RETRY_MS = 10;

/** From the kill to the first sale at each site of the node, through the other node, in ms. */
export async function measureTakeover(
  postgres: PostgresServer,
  folder: string,
  lease: number,
): Promise<readonly number[]> {
  const store = await postgresStore(postgres);
  await makeSites(store, SITES);
  const options = { store, lease, folder, core: 'any' } as const;
  const first = await startNode({ ...options, name: 'first' });
  const second = await startNode({ ...options, name: 'second' });
  try {
    const sites = Array.from({ length: SITES }, (_, site) => site);
    await Promise.all(sites.map((site) => sale(addressOf(first, site))));
    // Only a node that has renewed for a whole lease declares another dead.
    await sleep(lease * 1_500);
    first.server.kill();
    const killed = performance.now();
    return await Promise.all(
      sites.map(async (site) => {
        await firstSale(addressOf(second, site));
        return performance.now() - killed;
      }),
    );
  } finally {
    await first.server.stop();
    await second.server.stop();
  }
}

async function firstSale(address: string): Promise<void> {
  for (;;) {
    try {
      return await sale(address);
    } catch {
      await sleep(RETRY_MS);
    }
  }
}

/** Rejects if the node cannot be reached or passes the till to one that has ended. */
async function sale(address: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const till = await openTill(new URL(address), {
    onText: (text) => {
      if (!text.includes('"method":')) resolve(text);
    },
    onBroken: (reason) => reject(new Error(reason)),
  });
  till.send(saleRequest(1, TID));
  const answer = await promise;
  till.close();
  if (!answer.includes('"SUCCESSFUL"')) throw new Error(`The sale failed: ${answer}`);
}

export interface Claims {
  readonly seconds: number;
  /** The longest time that the event loop was held. */
  readonly delayMs: number;
}

/** Sites that nobody has, and the same when their node is dead; each has three card machines with a journal. */
export async function measureClaims(
  postgres: PostgresServer,
  sites: number,
): Promise<{ readonly free: Claims; readonly ofDeadNode: Claims }> {
  const database = await postgres.createDatabase();
  const url = postgres.url(database);
  const open = (name: string, port: number) =>
    openPostgresCluster({
      ...{ url, clock: systemClock, incomplete: INCOMPLETE },
      node: { name, host: '127.0.0.1', port },
    });
  const first = await open('first', 1);
  const admin = await postgres.connect(database);
  await admin.query(
    `INSERT INTO stream (name, version) SELECT 'shop' || site || '/T' || machine, 1
      FROM generate_series(0, $1::int - 1) AS site, generate_series(1, 3) AS machine`,
    [sites],
  );
  const free = await claimAll(first.ownership, sites);
  await admin.query('UPDATE node SET dead = true');
  const second = await open('second', 2);
  const ofDeadNode = await claimAll(second.ownership, sites);
  for (const { ownership, store } of [first, second]) {
    await ownership.close();
    await store.close();
  }
  await admin.end();
  return { free, ofDeadNode };
}

async function claimAll(ownership: Ownership, sites: number): Promise<Claims> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  const claims = await Promise.all(
    Array.from({ length: sites }, (_, site) => ownership.claim(siteOf(site))),
  );
  const seconds = (performance.now() - began) / 1_000;
  delay.disable();
  if (claims.some(({ kind }) => kind !== 'here')) throw new Error('A site was not claimed.');
  return { seconds, delayMs: delay.max / 1e6 };
}
