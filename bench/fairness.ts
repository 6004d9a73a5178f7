// What a quiet till feels of a hostile site beside it: sales one after the other, alone and while twenty
// sockets of another site send without pause [C-3.51, C-12.22]. Memory before and after, too.

import { setTimeout as sleep } from 'node:timers/promises';
import { post } from './admin.ts';
import { budgetCost } from './budget-cost.ts';
import { saleRequest } from './conversation.ts';
import type { Series, Target } from './numbers.ts';
import { median, ratio, spread, table } from './numbers.ts';
import { startPeer } from './peer.ts';
import type { Running } from './processes.ts';
import { here, Running as Process } from './processes.ts';
import { openTill } from './till.ts';

export interface FairnessOptions {
  readonly folder: string;
  readonly repeats: number;
  /** Seconds of each of the two measurements. */
  readonly seconds: number;
  say(line: string): void;
}

interface Measured {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly sales: number;
}

interface Repeat {
  readonly alone: Measured;
  readonly beside: Measured;
  readonly grownMib: number;
  /** Of the gateway, in us. */
  readonly cpuOfSale: number;
}

/** Between two sales. */
const PAUSE_MS = 20;
const WARM_UP_S = 2;
const TID = 'VCMINVLSIP0';

export async function benchFairness(
  options: FairnessOptions,
): Promise<{ readonly text: string; readonly targets: readonly Target[] }> {
  const repeats: Repeat[] = [];
  for (let repeat = 0; repeat < options.repeats; repeat += 1) {
    const measured = await once(options);
    repeats.push(measured);
    const { alone, beside, grownMib } = measured;
    options.say(
      `fairness | ${repeat + 1} | p99 ${alone.p99Ms.toFixed(1)} ms alone, ${beside.p99Ms.toFixed(1)} ms beside, ${grownMib.toFixed(0)} MiB more`,
    );
  }
  return report(repeats, await budgetCost());
}

async function once({ folder, seconds }: FairnessOptions): Promise<Repeat> {
  const options = { folder, pace: 'instant', recording: '', budgets: 'default' } as const;
  const { server, pac } = await startPeer('tillgate', options);
  let flood: Running | undefined;
  try {
    const { origin, search } = new URL(pac);
    const api = `${origin.replace('ws', 'http')}/api/v1/sites`;
    await post(api, { name: 'hostile', terminals: { [TID]: {} } });
    const { token } = await post(`${api}/hostile/tokens`, {});
    const url = new URL(`${origin}/pac${search}`);
    url.searchParams.set('token', String(token));
    const run = [here('load-flood.ts'), '--url', url.href, '--host', 'hostile.pay.example'];
    flood = new Process({ run, core: 1, folder, label: 'flood' });
    flood.send('next');
    await flood.line(30_000);
    await measure(pac, WARM_UP_S);
    const idle = await server.used('cpu');
    const alone = await measure(pac, seconds);
    const busy = await server.used('cpu');
    const before = await server.used('rss');
    flood.send('next');
    await flood.line(30_000);
    const beside = await measure(pac, seconds);
    const after = await server.used('rss');
    const cpuOfSale = ((busy.cpuMs - idle.cpuMs) * 1000) / alone.sales;
    return { alone, beside, cpuOfSale, grownMib: (after.rss - before.rss) / 2 ** 20 };
  } finally {
    await flood?.stop();
    await server.stop();
  }
}

/** One sale after the other, from request to result. */
async function measure(pac: string, seconds: number): Promise<Measured> {
  let finish: () => void = () => {};
  const till = await openTill(new URL(pac), {
    onText: (text) => {
      if (!text.includes('"method":')) finish();
    },
    onBroken: (reason) => {
      throw new Error(`The quiet till lost its connection: ${reason}.`);
    },
  });
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  for (let id = 100_000; performance.now() < until; id += 1) {
    const started = performance.now();
    const ended = new Promise<void>((resolve) => {
      finish = resolve;
    });
    till.send(saleRequest(id, TID));
    await ended;
    times.push(performance.now() - started);
    await sleep(PAUSE_MS);
  }
  till.close();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), sales: times.length };
}

function report(repeats: readonly Repeat[], costUs: number) {
  const of = (pick: (repeat: Repeat) => number): Series => repeats.map(pick);
  const p50 = [of(({ alone }) => alone.p50Ms), of(({ beside }) => beside.p50Ms)] as const;
  const p99 = [of(({ alone }) => alone.p99Ms), of(({ beside }) => beside.p99Ms)] as const;
  const rows = [
    ['sale p50, ms', spread(p50[0], 1), spread(p50[1], 1), ratio(p50[1], p50[0])],
    ['sale p99, ms', spread(p99[0], 1), spread(p99[1], 1), ratio(p99[1], p99[0])],
    ['memory, MiB more', '', spread(of(({ grownMib }) => grownMib)), ''],
  ];
  const targets: Target[] = [
    {
      what: '(d) p99 of a sale beside a hostile site against alone',
      value: median(p99[1]) / median(p99[0]),
      bound: 'at most',
      wanted: 2,
    },
    {
      what: '(d) CPU of turns and budgets against that of a sale',
      value: costUs / median(of(({ cpuOfSale }) => cpuOfSale)),
      bound: 'at most',
      wanted: 0.03,
    },
  ];
  const heads = ['median (least..most)', 'alone', 'beside a hostile site', 'ratio'];
  const cost = `Turns and budgets of the messages of a sale cost ${costUs.toFixed(1)} us of CPU.`;
  return { text: `${table(heads, rows)}\n\n${cost}`, targets };
}
