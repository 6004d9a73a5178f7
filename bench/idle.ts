// What a connection costs that only stays: memory, and the CPU of its pings, ours against bare `ws`.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from './numbers.ts';
import { median, ratio, spread, table } from './numbers.ts';
import type { PeerName } from './peer.ts';
import { startPeer } from './peer.ts';
import { connectionsWithinLimit, here, Running } from './processes.ts';

export interface IdleOptions {
  readonly folder: string;
  readonly repeats: number;
  readonly connections: number;
  readonly pingIntervalS: number;
  say(line: string): void;
}

interface Measured {
  readonly kibPerConnection: number;
  /** What of it are objects and buffers of JavaScript. */
  readonly heapKib: number;
  readonly cpuUsPerPing: number;
  readonly pings: number;
}

const peers = ['tillgate', 'bare ws'] as const;

export async function benchIdle(
  options: IdleOptions,
): Promise<{ readonly text: string; readonly targets: readonly Target[] }> {
  const connections = connectionsWithinLimit(options.connections, options.say);
  const results = new Map<PeerName, Measured[]>(peers.map((peer) => [peer, []]));
  for (let repeat = 0; repeat < options.repeats; repeat += 1) {
    for (const peer of peers) {
      const measured = await once(peer, { ...options, connections });
      results.get(peer)?.push(measured);
      const memory = `${measured.kibPerConnection.toFixed(2)} KiB a connection`;
      options.say(`idle | ${repeat + 1} | ${peer}: ${memory}, ${cpu(measured)} us CPU a ping`);
    }
  }
  return report(results, connections, options.pingIntervalS);
}

async function once(peer: PeerName, options: IdleOptions): Promise<Measured> {
  const { folder, connections, pingIntervalS } = options;
  const { server, pac } = await startPeer(peer, {
    folder,
    pace: 'instant',
    recording: '',
    pingIntervalS,
  });
  const run = [here('load-idle.ts'), '--url', pac, '--tills', String(connections)];
  const load = new Running({ run, core: 1, folder, label: 'load' });
  const next = (): Promise<{ pings: number }> => {
    load.send('next');
    return load.line(120_000);
  };
  try {
    await next();
    await next();
    await sleep(1000);
    const empty = await server.used('rss');
    await next();
    await sleep(pingIntervalS * 2000);
    const from = { ...(await next()), ...(await server.used('cpu')) };
    await sleep(pingIntervalS * 2000);
    const to = { ...(await next()), ...(await server.used('cpu')) };
    // Last, for the collection before it goes on in threads of V8.
    const full = await server.used('rss');
    const pings = to.pings - from.pings;
    if (pings < connections) throw new Error(`${peer} sent ${pings} pings in two intervals.`);
    return {
      kibPerConnection: (full.rss - empty.rss) / 1024 / connections,
      heapKib: (full.heap - empty.heap) / 1024 / connections,
      cpuUsPerPing: ((to.cpuMs - from.cpuMs) * 1000) / pings,
      pings,
    };
  } finally {
    await load.stop();
    await server.stop();
  }
}

function report(
  results: ReadonlyMap<PeerName, readonly Measured[]>,
  connections: number,
  pingIntervalS: number,
): { readonly text: string; readonly targets: readonly Target[] } {
  const [ours = [], bare = []] = peers.map((peer) => results.get(peer));
  const memory = (runs: readonly Measured[]) => runs.map((run) => run.kibPerConnection);
  const heap = (runs: readonly Measured[]) => runs.map((run) => run.heapKib);
  const cpuUs = (runs: readonly Measured[]) => runs.map((run) => run.cpuUsPerPing);
  const rows = [...results].map(([peer, runs]) => [
    peer,
    spread(memory(runs), 2),
    spread(heap(runs), 2),
    spread(cpuUs(runs), 1),
    // At the standing interval of 20 s [C-11.2].
    ((median(cpuUs(runs)) * connections) / 20 / 10_000).toFixed(2),
  ]);
  const ratios = [
    'ratio',
    ratio(memory(ours), memory(bare)),
    ratio(heap(ours), heap(bare)),
    ratio(cpuUs(ours), cpuUs(bare)),
    '',
  ];
  const heads = [
    'median (least..most)',
    'KiB a connection',
    'of it JavaScript',
    'CPU us a ping',
    '% of a core at 20 s',
  ];
  const what = `${connections} connections, a ping every ${pingIntervalS} s in this run.`;
  return {
    text: [what, table(heads, [...rows, ratios])].join('\n\n'),
    targets: [
      {
        what: '(b) memory of an idle connection against bare ws',
        value: median(memory(ours)) / median(memory(bare)),
        bound: 'at most',
        wanted: 1,
      },
      {
        what: '(b) JavaScript memory of an idle connection against bare ws',
        value: median(heap(ours)) / median(heap(bare)),
        bound: 'at most',
        wanted: 1,
      },
      {
        what: '(b) CPU of a ping against bare ws',
        value: median(cpuUs(ours)) / median(cpuUs(bare)),
        bound: 'at most',
        wanted: 1.1,
      },
    ],
  };
}

function cpu({ cpuUsPerPing }: Measured): string {
  return cpuUsPerPing.toFixed(1);
}
