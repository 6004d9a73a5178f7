// Nodes of a cluster that is measured, and the sales of tills that connect to them.

import type { PostgresServer } from '../../test/support/postgres/postgres-server.ts';
import type { Pace } from '../conversation.ts';
import { fill, siteOf, tokenOf } from '../growth/contents.ts';
import type { SalesMeasured } from '../load-sales.ts';
import { gateway } from '../peer.ts';
import type { Program } from '../processes.ts';
import { here, Running, serve } from '../processes.ts';
import type { BenchStore } from '../stores.ts';
import { postgresCpuMs } from '../stores.ts';

export interface Node {
  readonly server: Running;
  readonly port: string;
}

export interface NodeOptions extends Pick<Program, 'core' | 'folder'> {
  readonly name: string;
  readonly store: BenchStore;
  /** Seconds. */
  readonly lease?: number;
  readonly pace?: Pace;
}

export interface Load {
  readonly url: string;
  readonly tills: number;
}

export interface Measured {
  readonly perSecond: number;
  readonly startP50: number;
  readonly startP99: number;
  /** Of all nodes, of PostgreSQL and of the load, in us a sale. */
  readonly nodesUs: number;
  readonly postgresUs: number;
  readonly loadUs: number;
}

export interface Measurement extends Pick<Program, 'core' | 'folder'> {
  readonly postgres: PostgresServer;
  readonly nodes: readonly Node[];
  readonly loads: readonly Load[];
  readonly pace: Pace;
  readonly warmUpS: number;
  readonly seconds: number;
}

/** Makes sites with a token each. */
export async function makeSites(bench: BenchStore, sites: number): Promise<void> {
  const store = await bench.open();
  await fill(store, { sites, sales: 0, delivered: true });
  await store.close();
}

export async function startNode(options: NodeOptions): Promise<Node> {
  const { name, store, lease, core, folder, pace = 'instant' } = options;
  const unlimited = ['--site-messages', '0', '--address-messages', '0'];
  const flags = [...(await store.flags(name, lease)), ...unlimited, '--pace', String(pace)];
  const run = [gateway, 'serve', '--port', '0', '--json', ...flags];
  const { server, pac } = await serve({ run, folder, core, label: `node-${name}` });
  return { server, port: new URL(pac).port };
}

/** The address of the counter of a site at a node. */
export function addressOf({ port }: Node, number: number): string {
  const site = siteOf(number);
  const query = new URLSearchParams({
    ...{ token: tokenOf(site), 'api-version': 'v1' },
    ...{ 'software-house-id': 'house', 'installer-id': 'shop' },
  });
  return `ws://${site}.pay.test:${port}/pac?${query}`;
}

/** Sales of all loads at the same time. */
export async function measureSales(options: Measurement): Promise<Measured> {
  const { folder, core, nodes, postgres, warmUpS, seconds } = options;
  const running = options.loads.map(({ url, tills }, index) => {
    const run = [here('load-sales.ts'), '--url', url, '--tills', String(tills)];
    run.push('--pace', String(options.pace));
    run.push('--warm-up', String(warmUpS), '--seconds', String(seconds));
    return new Running({ run, core, folder, label: `load-${index}` });
  });
  const used = async () => {
    const each = await Promise.all(nodes.map(({ server }) => server.used('cpu')));
    return { nodes: sum(each.map(({ cpuMs }) => cpuMs)), postgres: postgresCpuMs(postgres) };
  };
  try {
    await Promise.all(running.map((load) => load.line((warmUpS + 60) * 1000)));
    const before = await used();
    await Promise.all(running.map((load) => load.line((seconds + 60) * 1000)));
    const after = await used();
    const loads = await Promise.all(running.map((load) => load.line<SalesMeasured>(60_000)));
    const sales = sum(loads.map((load) => load.sales));
    return {
      perSecond: sum(loads.map((load) => load.sales / load.seconds)),
      startP50: Math.max(...loads.map(({ start }) => start.p50)),
      startP99: Math.max(...loads.map(({ start }) => start.p99)),
      nodesUs: ((after.nodes - before.nodes) * 1000) / sales,
      postgresUs: ((after.postgres - before.postgres) * 1000) / sales,
      loadUs: (sum(loads.map((load) => load.loadBusy * load.seconds)) * 1e6) / sales,
    };
  } finally {
    await Promise.all(running.map((load) => load.stop()));
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
