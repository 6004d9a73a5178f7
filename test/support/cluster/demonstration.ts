// Tills sell at linked card machines through a cluster while its nodes are killed, one after the other, and the
// database is restarted in the middle. Then everything that was recorded is compared. The test of it is
// test/services/cluster-demonstration.test.ts; people run bench/cluster.ts.

import type { ConnectOptions } from '@tillgate/client';
import { siteRecord, tokenRecord } from '../gateway/site-records.ts';
import type { PostgresServer } from '../postgres/postgres-server.ts';
import { SeededRandom } from '../random.ts';
import type { LinkedTerminal } from '../scenario/linked-terminal.ts';
import { startLinkedTerminal } from '../scenario/linked-terminal.ts';
import type { SaleAttempt } from '../scenario/pac-till.ts';
import { linkedRecord } from '../terminal/linked-machine.ts';
import type { TestEnd } from '../wait.ts';
import { atEnd, eventually, pause, within } from '../wait.ts';
import type { Checked } from './checker.ts';
import { bankTotals, checkHistory } from './checker.ts';
import type { Cluster } from './cluster.ts';
import { counterAddress, keyOf, machineAddress, startCluster } from './cluster.ts';
import type { CounterTill } from './counter-tills.ts';
import { startBareTill, startSdkTill } from './counter-tills.ts';
import type { Kill } from './recovery.ts';
import { recoveriesOf } from './recovery.ts';

export interface DemonstrationOptions {
  readonly server: PostgresServer;
  readonly nodes: number;
  readonly sites: number;
  /** Each with a card machine of its own. */
  readonly tillsOfSite: number;
  /** Seconds. */
  readonly lease: number;
  /** Between two steps of a card machine, ms; a sale has four. */
  readonly stepMs: number;
  readonly kills: number;
  readonly seed: number;
  /** From a refusal to the next sale, and between two tries of strangers' tills, ms. */
  readonly retryMs: number;
  /** Of the SDK in tills and card machines; shorter than in a shop if it is not given. */
  readonly timing?: ConnectOptions['timing'];
  /** Fulfilled when the next node is to be killed; `sold` gives the number of sales that have ended. */
  readonly untilNext: (sold: () => number) => Promise<unknown>;
  readonly say: (line: string) => void;
}

export interface Demonstrated extends Checked {
  readonly attempts: readonly SaleAttempt[];
  /** Transactions that another node has brought to their end. */
  readonly resumed: number;
  readonly kills: number;
  readonly databaseRestarts: number;
  /** Milliseconds from a kill to the next successful sale, for each site of the killed node. */
  readonly recoveries: readonly number[];
}

/** A till, its card machine, and what became of its sales. */
interface Counter {
  readonly site: string;
  readonly tid: string;
  readonly machine: LinkedTerminal;
  readonly till: CounterTill;
  readonly attempts: SaleAttempt[];
}

/** Every third till is a stranger's, and at every fifth card machine customers sign. */
const BARE = 3;
const SIGNS = 5;
const MACHINE_KEY = 'key-of-the-card-machines';

export async function demonstrate(
  t: TestEnd,
  options: DemonstrationOptions,
): Promise<Demonstrated> {
  const { server, nodes: size, lease, say } = options;
  const places = placesOf(options);
  const records = [...new Set(places.map(({ site }) => site))].flatMap((site) => [
    siteRecord(site, { test: false }),
    tokenRecord(site, keyOf(site)),
  ]);
  const enrolled = places.map(({ site, tid }) => linkedRecord(tid, MACHINE_KEY, site));
  const cluster = await startCluster(t, {
    ...{ server, size, lease, records: [...records, ...enrolled] },
  });
  const counters = await Promise.all(
    places.map((place) => openCounter({ ...place, options, port: cluster.balancer.port })),
  );
  atEnd(t, () => {
    for (const { till, machine } of counters) {
      till.close();
      machine.link.close();
    }
  });
  say(`${counters.length} tills and as many linked card machines are connected`);
  const killed = await sellDuring(counters, options.retryMs, (sold) =>
    killNodes(cluster, options, sold),
  );
  say('all sales have ended; the histories are read');
  const attempts = counters.flatMap((counter) => counter.attempts);
  const { store, sql } = cluster;
  const checked = await checkHistory({
    ...{ store, sql, attempts, linked: counters.map(({ machine }) => machine) },
    heard: counters.flatMap(({ till }) => till.heard),
    totals: async () => counters.map(({ site, machine }) => bankTotals(site, machine)),
  });
  const [counted] = await sql(`SELECT count(*)::int AS resumed FROM (
    SELECT FROM entry GROUP BY stream, chapter HAVING count(DISTINCT lease) > 1) AS activities`);
  return {
    ...{ ...checked, attempts, resumed: counted.resumed },
    ...{ kills: killed.length, databaseRestarts: 1 },
    recoveries: await recoveriesOf(sql, killed),
  };
}

interface Place {
  readonly site: string;
  readonly tid: string;
  readonly index: number;
}

function placesOf({ sites, tillsOfSite }: DemonstrationOptions): readonly Place[] {
  return Array.from({ length: sites * tillsOfSite }, (_, index) => ({
    site: `shop${index % sites}`,
    tid: `T${String(index).padStart(7, '0')}`,
    index,
  }));
}

async function openCounter({
  site,
  tid,
  index,
  options: { stepMs, retryMs, timing },
  port,
}: Place & { readonly options: DemonstrationOptions; readonly port: number }): Promise<Counter> {
  const uri = machineAddress({ site, tid, key: MACHINE_KEY }, port);
  const signs = index % SIGNS === 0;
  const machine = await startLinkedTerminal(
    { uri, tid, signs, stepMs },
    { retryFirst: true, ...(timing && { timing }) },
  );
  const start = index % BARE === 0 ? startBareTill : startSdkTill;
  const address = counterAddress(site, port);
  const till = await start({
    uri: address,
    eposId: `till-${tid}`,
    retryMs,
    ...(timing && { timing }),
  });
  return { site, tid, machine, till, attempts: [] };
}

/** Sells at all counters until `trouble` is over, and at each counter once more without a fault. */
async function sellDuring<T>(
  counters: readonly Counter[],
  retryMs: number,
  trouble: (sold: () => number) => Promise<T>,
): Promise<T> {
  let isOver = false;
  let sold = 0;
  const sell = async ({ tid, till, attempts }: Counter): Promise<void> => {
    for (let amount = 1; ; amount += 1) {
      const isLast = isOver;
      const attempt = await within(`the end of a sale on ${tid}`, till.sell(tid, amount));
      attempts.push(attempt);
      if ('outcome' in attempt.end && attempt.end.outcome === 'approved') {
        sold += 1;
        if (isLast) return;
      } else await pause(retryMs);
    }
  };
  const selling = Promise.all(counters.map(sell));
  const result = await Promise.race([trouble(() => sold), selling.then(neverEnds)]);
  isOver = true;
  await selling;
  return result;
}

function neverEnds(): never {
  throw new Error('Selling has ended before the trouble.');
}

const OWNED = `SELECT owner.site, owner.lease::text, node.name FROM owner
  JOIN node ON node.id = owner.node WHERE NOT dead ORDER BY owner.site`;

/**
 * In turn the owner of a random site and a random node, but never the last that runs; half of them stay away for a
 * lease.
 */
async function killNodes(
  { nodes, sql, restart }: Cluster,
  { server, kills, lease, seed, untilNext, say }: DemonstrationOptions,
  sold: () => number,
): Promise<readonly Kill[]> {
  const random = new SeededRandom(seed);
  const killed: Kill[] = [];
  const running = new Set(nodes.keys());
  let database: Promise<unknown> = Promise.resolve();
  const restarts: Promise<void>[] = [];
  while (killed.length < kills) {
    await untilNext(sold);
    const isMiddle = killed.length === Math.floor(kills / 2);
    // A node that starts needs the database.
    if (isMiddle) await Promise.all(restarts);
    await eventually('two nodes that run', () => running.size > 1 || undefined);
    const owned = await sql(OWNED);
    const names = [...running].map((index) => `node${index}`);
    const owners = owned.map(({ name }) => name).filter((name) => names.includes(name));
    const name = random.pick(killed.length % 2 === 0 && owners.length > 0 ? owners : names);
    const victim = Number(name.slice('node'.length));
    const sites = owned.filter((one) => one.name === name) as unknown as Kill['sites'];
    killed.push({ at: Date.now(), sites });
    running.delete(victim);
    say(`kill ${killed.length}: ${name}, which has ${sites.length} sites; ${sold()} sales`);
    if (isMiddle) database = restartDatabase(server, say);
    const away = random.next() < 0.5 ? pause(lease * 1000) : undefined;
    const back = Promise.all([database, away]);
    const restarted = restart(victim, { pause: back }).then(() => void running.add(victim));
    restarted.catch(() => {});
    restarts.push(restarted);
    await database;
  }
  await Promise.all(restarts);
  return killed;
}

async function restartDatabase(server: PostgresServer, say: (line: string) => void): Promise<void> {
  await server.stop('SIGQUIT');
  await server.resume();
  say('the database was restarted');
}
