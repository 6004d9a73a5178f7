// Whole sales, ours against a bare `ws` server and against `ocpp-rpc`: one after the other within each
// repeat, so that whatever else the machine does hits all alike.

import type { Target } from './numbers.ts';
import { median, ratio, spread, table } from './numbers.ts';
import type { PeerName } from './peer.ts';
import type { Measured, RunOptions, Setting } from './sale-run.ts';
import { cpuUs, paced, perSecond, rowsPerSale, runSales, saturated } from './sale-run.ts';

export interface SalesOptions extends RunOptions {
  readonly repeats: number;
  say(line: string): void;
}

interface Compared extends Setting {
  readonly peers: readonly PeerName[];
}

const three = ['tillgate', 'bare ws', 'ocpp-rpc'] as const;
const settings: readonly Compared[] = [
  { title: '1 till, as fast as it can', tills: 1, pace: 'instant', peers: three },
  { title: '64 tills, as fast as they can', tills: 64, pace: 'instant', peers: three },
  { ...paced, peers: three },
  { ...saturated, peers: [...three, 'ocpp-rpc, unanswered'] },
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
    targets.push(...targetsOf(setting, results));
  }
  return { text: parts.join('\n\n'), targets };
}

async function repeated(setting: Compared, options: SalesOptions): Promise<Results> {
  const results = new Map<PeerName, Measured[]>(setting.peers.map((peer) => [peer, []]));
  for (let repeat = 0; repeat < options.repeats; repeat += 1) {
    for (const peer of setting.peers) {
      const measured = await runSales(peer, setting, options);
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

function targetsOf({ title }: Compared, results: Results): readonly Target[] {
  const against = (
    what: string,
    of: (measured: Measured) => number,
    [peer, wanted]: readonly [PeerName, number],
  ): Target => {
    const middle = (name: PeerName): number => median((results.get(name) ?? []).map(of));
    const value = middle('tillgate') / middle(peer);
    return { what: `(a) ${what} against ${peer}`, value, bound: 'at least', wanted };
  };
  if (title === saturated.title) {
    const what = 'sales/s, saturated,';
    return [against(what, perSecond, ['bare ws', 0.5]), against(what, perSecond, ['ocpp-rpc', 3])];
  }
  if (title !== paced.title) return [];
  const what = 'sales per CPU second';
  const rows = median((results.get('tillgate') ?? []).map(({ data }) => rowsPerSale(data)));
  return [
    against(what, perCpuSecond, ['bare ws', 0.65]),
    against(what, perCpuSecond, ['ocpp-rpc', 2.5]),
    { what: '(a) rows of the journal a sale', value: rows, bound: 'at most', wanted: 3 },
  ];
}

function perCpuSecond({ cpuMsPerSale }: Measured): number {
  return 1000 / cpuMsPerSale;
}
