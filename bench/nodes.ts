// Several nodes on one PostgreSQL database: what a durable sale costs there, what passing it on costs, what a second
// node brings, and how fast sites move. Peers are measured in turn within each repeat.

import { cpus } from 'node:os';
import type { PostgresServer } from '../test/support/postgres/postgres-server.ts';
import type { Pace } from './conversation.ts';
import { measureClaims, measureTakeover } from './nodes/moves.ts';
import type { Measured, Node } from './nodes/node.ts';
import { addressOf, makeSites, measureSales, startNode } from './nodes/node.ts';
import type { Target } from './numbers.ts';
import { median, ratio, spread, table } from './numbers.ts';
import { postgresStore, sqliteStore, withPostgres } from './stores.ts';
import { openTill } from './till.ts';

export interface NodesOptions {
  readonly folder: string;
  readonly repeats: number;
  readonly warmUpS: number;
  readonly seconds: number;
  say(line: string): void;
}

interface Result {
  readonly text: string;
  readonly targets: readonly Target[];
}

type Runs = Readonly<Record<string, Measured[]>>;

/** The tills of a site. */
const MANY = 64;
/** At this pace a sale takes half a second. */
const PACED = 16;
const CLAIMED = 10_000;
/** Two nodes, the tills and PostgreSQL have cores enough from here on. */
const CORES_WANTED = 4;
const LEASES = [1, 8];

export function benchNodes(options: NodesOptions): Promise<Result> {
  return withPostgres(options.folder, async (postgres) => {
    const results = [
      await compareStores(options, postgres),
      await comparePassing(options, postgres),
      await compareNumber(options, postgres),
      await moves(options, postgres),
    ];
    return {
      text: results.map(({ text }) => text).join('\n\n'),
      targets: results.flatMap(({ targets }) => targets),
    };
  });
}

async function compareStores(options: NodesOptions, postgres: PostgresServer): Promise<Result> {
  const runs: Runs = { s1: [], p1: [], s64: [], p64: [] };
  for (let repeat = 0; repeat < options.repeats; repeat += 1) {
    for (const store of [sqliteStore(options.folder), await postgresStore(postgres)]) {
      await makeSites(store, 1);
      const key = store.name === 'SQLite' ? 's' : 'p';
      const node = await startNode({ ...options, store, name: store.name, core: 0 });
      try {
        for (const tills of [1, MANY]) {
          const loads = [{ url: addressOf(node, 0), tills }];
          const at = { ...options, postgres, nodes: [node], core: 1, pace: 'instant' } as const;
          runs[`${key}${tills}`]?.push(await measureSales({ ...at, loads }));
        }
      } finally {
        await node.server.stop();
      }
      options.say(`cluster | ${repeat + 1} | ${store.name}: ${told(runs[`${key}${MANY}`])}`);
    }
  }
  const { s1 = [], p1 = [], s64 = [], p64 = [] } = runs;
  const tables = [
    comparison(['1 till', 'SQLite', 'PostgreSQL'], s1, p1),
    comparison([`${MANY} tills`, 'SQLite', 'PostgreSQL'], s64, p64),
  ];
  return { text: ['### A durable sale with either store', ...tables].join('\n\n'), targets: [] };
}

/** Sales at the node of the site against sales that the other node passes on to it. */
async function comparePassing(options: NodesOptions, postgres: PostgresServer): Promise<Result> {
  const { local = [], passed = [] } = await measurePair(options, {
    ...{ postgres, pace: PACED },
    loads: (a, b) => ({ local: [addressOf(a, 0)], passed: [addressOf(b, 0)] }),
  });
  const of = (all: readonly Measured[], pick: (run: Measured) => number) => median(all.map(pick));
  const targets: Target[] = [
    {
      what: 'ms that passing on adds to the start of a sale, p50',
      value: of(passed, ({ startP50 }) => startP50) - of(local, ({ startP50 }) => startP50),
      ...{ bound: 'at most', wanted: 0.3 },
    },
    {
      what: 'CPU of both nodes for a sale that is passed on against a local one',
      value: of(passed, ({ nodesUs }) => nodesUs) / of(local, ({ nodesUs }) => nodesUs),
      ...{ bound: 'at most', wanted: 1.25 },
    },
  ];
  const title = `### A sale that a second node passes on, ${MANY} tills, 0.5 s a sale`;
  return { text: `${title}\n\n${comparison(['', 'local', 'passed on'], local, passed)}`, targets };
}

/** Two sites at one node against one at each of two. */
async function compareNumber(options: NodesOptions, postgres: PostgresServer): Promise<Result> {
  const { one = [], two = [] } = await measurePair(options, {
    ...{ postgres, pace: 'instant' },
    loads: (a, b) => ({
      one: [addressOf(a, 0), addressOf(a, 1)],
      two: [addressOf(a, 0), addressOf(b, 2)],
    }),
  });
  const of = (all: readonly Measured[], pick: (run: Measured) => number) => median(all.map(pick));
  const cores = cpus().length;
  const totalUs = of(one, ({ nodesUs, postgresUs, loadUs }) => nodesUs + postgresUs + loadUs);
  const perSecond = of(one, (run) => run.perSecond);
  const most = (cores * 1e6) / totalUs / perSecond;
  const target: Target = {
    what: 'sales/s of two nodes against one',
    value: of(two, (run) => run.perSecond) / perSecond,
    ...{ bound: 'at least', wanted: 1.7 },
  };
  const hasCores = cores >= CORES_WANTED;
  const why = hasCores ? '' : ', so there is no target here';
  const text = [
    `### Two nodes against one, ${2 * MANY} tills at two sites, as fast as they can`,
    comparison(['', 'one node', 'two nodes'], one, two),
    `Nodes, tills and PostgreSQL share ${cores} cores. At the cost of a sale with one node these allow ${most.toFixed(2)} times its sales${why}.`,
  ];
  return { text: text.join('\n\n'), targets: hasCores ? [target] : [] };
}

interface Pair {
  readonly postgres: PostgresServer;
  readonly pace: Pace;
  /** The addresses of the sites whose tills sell, by name of the measurement. */
  readonly loads: (a: Node, b: Node) => Readonly<Record<string, readonly string[]>>;
}

/** Node a has the sites 0 and 1, node b has site 2. */
async function measurePair(options: NodesOptions, { postgres, pace, loads }: Pair): Promise<Runs> {
  const store = await postgresStore(postgres);
  await makeSites(store, 3);
  const a = await startNode({ ...options, store, pace, name: 'a', core: 'any' });
  const b = await startNode({ ...options, store, pace, name: 'b', core: 'any' });
  // A connection that stays open keeps a site where it is.
  const onBroken = (reason: string) => options.say(`A site has moved: ${reason}.`);
  const held = await Promise.all(
    [addressOf(a, 0), addressOf(a, 1), addressOf(b, 2)].map((address) =>
      openTill(new URL(address), { onText: () => {}, onBroken }),
    ),
  );
  const runs: Record<string, Measured[]> = {};
  const at = { ...options, postgres, pace, nodes: [a, b], core: 'any' } as const;
  try {
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      for (const [name, urls] of Object.entries(loads(a, b))) {
        runs[name] ??= [];
        const each = urls.map((url) => ({ url, tills: MANY }));
        runs[name].push(await measureSales({ ...at, loads: each }));
        options.say(`cluster | ${repeat + 1} | ${name}: ${told(runs[name])}`);
      }
    }
  } finally {
    for (const till of held) till.close();
    await a.server.stop();
    await b.server.stop();
  }
  return runs;
}

async function moves(options: NodesOptions, postgres: PostgresServer): Promise<Result> {
  const rows: string[][] = [];
  const targets: Target[] = [];
  for (const lease of LEASES) {
    const times = (await measureTakeover(postgres, options.folder, lease)).map((ms) => ms / 1_000);
    rows.push([`first sale after kill -9, lease of ${lease} s`, spread(times, 2)]);
    const what = `s to the first sale after kill -9, lease of ${lease} s, worst of its sites`;
    targets.push({ what, value: Math.max(...times), bound: 'at most', wanted: lease + 1 });
    options.say(`cluster | lease ${lease} s: ${spread(times, 2)} s to the first sale`);
  }
  for (const [name, claims] of Object.entries(await measureClaims(postgres, CLAIMED))) {
    const sites = `${CLAIMED} ${name === 'free' ? 'free sites' : 'sites of a dead node'}`;
    const { seconds, delayMs } = claims;
    rows.push([`${sites} claimed`, seconds.toFixed(2)]);
    targets.push({ what: `s to claim ${sites}`, value: seconds, bound: 'at most', wanted: 3 });
    const what = `ms that the event loop is held while ${sites} are claimed`;
    targets.push({ what, value: delayMs, bound: 'at most', wanted: 200 });
    options.say(`cluster | ${sites}: ${seconds.toFixed(2)} s, ${delayMs.toFixed(0)} ms`);
  }
  return { text: `### How fast sites move\n\n${table(['', 's'], rows)}`, targets };
}

function told(runs: readonly Measured[] = []): string {
  const last = runs.at(-1);
  if (!last) return '';
  const { perSecond, startP50, nodesUs, postgresUs } = last;
  return `${perSecond.toFixed(0)} sales/s, start p50 ${startP50.toFixed(2)} ms, CPU ${nodesUs.toFixed(0)} + ${postgresUs.toFixed(0)} us a sale`;
}

function comparison(
  heads: readonly string[],
  first: readonly Measured[],
  second: readonly Measured[],
): string {
  const figures: readonly (readonly [string, number, (run: Measured) => number])[] = [
    ['sales/s', 0, ({ perSecond }) => perSecond],
    ['start p50, ms', 2, ({ startP50 }) => startP50],
    ['start p99, ms', 2, ({ startP99 }) => startP99],
    ['CPU of the nodes, us a sale', 0, ({ nodesUs }) => nodesUs],
    ['CPU of PostgreSQL, us a sale', 0, ({ postgresUs }) => postgresUs],
    ['CPU of the tills, us a sale', 0, ({ loadUs }) => loadUs],
  ];
  const rows = figures.map(([name, digits, pick]) => {
    const [a, b] = [first.map(pick), second.map(pick)];
    const compared = median(a) > 20 || digits > 0 ? ratio(b, a) : '';
    return [name, spread(a, digits), spread(b, digits), compared];
  });
  return table([...heads, 'ratio'], rows);
}
