// Whole sales, ours against a bare `ws` server and against `ocpp-rpc`: one after the other within each
// repeat, so that whatever else the machine does hits all alike.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pace } from './conversation.ts';
import { saleMs } from './conversation.ts';
import type { SalesMeasured } from './load-sales.ts';
import type { Target } from './numbers.ts';
import { median, ratio, spread, table } from './numbers.ts';
import type { PeerName } from './peer.ts';
import { startPeer, wires } from './peer.ts';
import type { Used } from './probe.ts';
import { here, Running } from './processes.ts';
import { profileTables } from './profile.ts';

export interface SalesOptions {
  readonly folder: string;
  readonly recording: string;
  readonly repeats: number;
  readonly warmUpS: number;
  readonly seconds: number;
  say(line: string): void;
}

export interface Measured extends SalesMeasured {
  readonly cpuMsPerSale: number;
  /** Share of the core that the server was busy. */
  readonly busy: number;
  /** CPU a sale in microseconds, by the name of the thread. */
  readonly threadUs: ReadonlyMap<string, number>;
}

interface Setting {
  readonly title: string;
  readonly tills: number;
  readonly pace: Pace;
  readonly peers: readonly PeerName[];
}

/** At this pace a sale takes 2 s. */
const TWO_SECONDS = saleMs(1) / 2000;
const three = ['tillgate', 'bare ws', 'ocpp-rpc'] as const;
const paced: Setting = {
  title: '1,000 tills, 2 s a sale',
  tills: 1000,
  pace: TWO_SECONDS,
  peers: three,
};
const saturated: Setting = {
  title: '1,000 tills, as fast as they can (the server is saturated)',
  tills: 1000,
  pace: 'instant',
  peers: [...three, 'ocpp-rpc, unanswered'],
};
const settings: readonly Setting[] = [
  { title: '1 till, as fast as it can', tills: 1, pace: 'instant', peers: three },
  { title: '64 tills, as fast as they can', tills: 64, pace: 'instant', peers: three },
  paced,
  saturated,
];

/** From here on the load is no longer lean enough. */
const LOAD_LIMIT = 0.95;

type Results = ReadonlyMap<PeerName, readonly Measured[]>;

export async function benchSales(
  options: SalesOptions,
): Promise<{ readonly text: string; readonly targets: readonly Target[] }> {
  const parts: string[] = [];
  const targets: Target[] = [];
  for (const setting of settings) {
    const results = await repeated(setting, options);
    parts.push(`### ${setting.title}`, resultTable(results), ratioTable(results));
    if (setting === saturated)
      targets.push(...targetsOf('sales/s, saturated,', results, perSecond));
    if (setting === paced)
      targets.push(...targetsOf('sales per CPU second', results, perCpuSecond));
  }
  return { text: parts.join('\n\n'), targets };
}

/** Where the time goes: one run more of each, with a profile of the main thread. */
export async function profileSales(options: SalesOptions): Promise<string> {
  const runs = new Map<string, Measured>();
  const parts: string[] = [];
  for (const setting of [paced, saturated]) {
    for (const peer of ['tillgate', 'bare ws'] as const) {
      const title = `${peer}, ${setting.title}`;
      const folder = join(options.folder, `profile-${runs.size}`);
      const nodeFlags = ['--cpu-prof', '--cpu-prof-dir', folder];
      const measured = await once(peer, setting, { ...options, nodeFlags });
      runs.set(title, measured);
      const files = readdirSync(folder).map((file) => join(folder, file));
      parts.push(`#### ${title}`, profileTables(files, measured.salesInAll));
    }
  }
  return ['### Where the time goes', threadTable(runs), ...parts].join('\n\n');
}

async function repeated(setting: Setting, options: SalesOptions): Promise<Results> {
  const results = new Map<PeerName, Measured[]>(setting.peers.map((peer) => [peer, []]));
  for (let repeat = 0; repeat < options.repeats; repeat += 1) {
    for (const peer of setting.peers) {
      const measured = await once(peer, setting, options);
      results.get(peer)?.push(measured);
      if (measured.loadBusy > LOAD_LIMIT) options.say('The load was busier than it may be.');
      const { sales, seconds, cpuMsPerSale, start } = measured;
      const figures = [
        `${(sales / seconds).toFixed(0)} sales/s`,
        `${(cpuMsPerSale * 1000).toFixed(0)} us CPU a sale`,
        `start p50 ${start.p50.toFixed(2)} ms`,
      ];
      options.say(`${setting.title} | ${repeat + 1} | ${peer}: ${figures.join(', ')}`);
    }
  }
  return results;
}

async function once(
  peer: PeerName,
  { tills, pace }: Setting,
  options: SalesOptions & { readonly nodeFlags?: readonly string[] },
): Promise<Measured> {
  const { folder, recording, warmUpS, seconds, nodeFlags = [] } = options;
  const { server, pac } = await startPeer(peer, { folder, pace, recording, nodeFlags });
  const run = [here('load-sales.ts'), '--url', pac, '--wire', wires[peer]];
  run.push('--tills', String(tills), '--pace', String(pace));
  run.push('--warm-up', String(warmUpS), '--seconds', String(seconds));
  const load = new Running({ run, core: 1, folder, label: 'load' });
  try {
    await load.line((warmUpS + 60) * 1000);
    const before = await server.used('cpu');
    await load.line((seconds + 60) * 1000);
    const after = await server.used('cpu');
    const measured = await load.line<SalesMeasured>(60_000);
    const cpuMs = after.cpuMs - before.cpuMs;
    return {
      ...measured,
      cpuMsPerSale: cpuMs / measured.sales,
      busy: cpuMs / (measured.seconds * 1000),
      threadUs: threadUs(before, after, measured.sales),
    };
  } finally {
    await load.stop();
    await server.stop();
  }
}

function threadUs(before: Used, after: Used, sales: number): ReadonlyMap<string, number> {
  const spent = Object.entries(after.threadMs).map(([name, ms]) => {
    return [name, ((ms - (before.threadMs[name] ?? 0)) * 1000) / sales] as const;
  });
  return new Map(spent.sort(([, a], [, b]) => b - a));
}

function threadTable(runs: ReadonlyMap<string, Measured>): string {
  const names = new Set([...runs.values()].flatMap(({ threadUs }) => [...threadUs.keys()]));
  const rows = [...names].map((name) => {
    const cells = [...runs.values()].map(({ threadUs }) => (threadUs.get(name) ?? 0).toFixed(1));
    return [name, ...cells];
  });
  return table(['CPU us a sale by thread', ...runs.keys()], rows);
}

function resultTable(results: Results): string {
  const heads = [
    'median (least..most)',
    'sales/s',
    'CPU us a sale',
    'server busy %',
    'load busy %',
    'start p50 ms',
    'start p99 ms',
    'overhead p50 ms',
    'overhead p99 ms',
    'bytes a sale',
  ];
  const rows = [...results].map(([peer, runs]) => [
    peer,
    spread(runs.map(perSecond)),
    spread(runs.map(cpuUs)),
    spread(runs.map(({ busy }) => busy * 100)),
    spread(runs.map(({ loadBusy }) => loadBusy * 100)),
    spread(
      runs.map(({ start }) => start.p50),
      2,
    ),
    spread(
      runs.map(({ start }) => start.p99),
      2,
    ),
    spread(
      runs.map(({ overhead }) => overhead.p50),
      1,
    ),
    spread(
      runs.map(({ overhead }) => overhead.p99),
      1,
    ),
    median(runs.map(({ bytesPerSale }) => bytesPerSale)).toFixed(0),
  ]);
  return table(heads, rows);
}

function ratioTable(results: Results): string {
  const ours = results.get('tillgate')!;
  const others = [...results].filter(([peer]) => peer !== 'tillgate');
  const rows = others.map(([peer, runs]) => [
    peer,
    ratio(ours.map(perSecond), runs.map(perSecond)),
    ratio(ours.map(cpuUs), runs.map(cpuUs)),
  ]);
  return table(['Tillgate as a ratio of', 'sales/s', 'CPU a sale'], rows);
}

function targetsOf(
  figure: string,
  results: Results,
  of: (measured: Measured) => number,
): readonly Target[] {
  const middle = (peer: PeerName): number => median((results.get(peer) ?? []).map(of));
  const against = (peer: PeerName, wanted: number): Target => ({
    what: `(a) ${figure} against ${peer}`,
    value: middle('tillgate') / middle(peer),
    bound: 'at least',
    wanted,
  });
  return [against('bare ws', 0.7), against('ocpp-rpc', 3)];
}

function perSecond({ sales, seconds }: Measured): number {
  return sales / seconds;
}

function perCpuSecond({ cpuMsPerSale }: Measured): number {
  return 1000 / cpuMsPerSale;
}

function cpuUs({ cpuMsPerSale }: Measured): number {
  return cpuMsPerSale * 1000;
}
