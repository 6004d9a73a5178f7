// How long a till waits until its sale is durable (TRANSACTION_STARTED) while the gateway is at half load, against the
// time in which the same disk makes one write durable.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { saleMs } from './conversation.ts';
import type { Series, Target } from './numbers.ts';
import { median, spread, table } from './numbers.ts';
import type { Measured, RunOptions, Setting } from './sale-run.ts';
import { perSecond, runSales } from './sale-run.ts';

export interface LatencyOptions extends RunOptions {
  readonly repeats: number;
  /** How many tills sell, one after the other. */
  readonly tills: readonly number[];
  say(line: string): void;
}

interface Repeat {
  readonly diskMs: number;
  readonly measured: Measured;
}

const WRITES = 300;
const BLOCK = Buffer.alloc(4096, 1);

export async function benchLatency(
  options: LatencyOptions,
): Promise<{ readonly text: string; readonly targets: readonly Target[] }> {
  const rows: string[][] = [];
  const targets: Target[] = [];
  for (const tills of options.tills) {
    const full = perSecond(await runSales('tillgate', { tills, pace: 'instant' }, options));
    const repeats = await atHalfLoad(tills, full, options);
    const of = (figure: (repeat: Repeat) => number): Series => repeats.map(figure);
    const disk = of(({ diskMs }) => diskMs);
    const p50 = of(({ measured }) => measured.start.p50);
    const p99 = of(({ measured }) => measured.start.p99);
    const bounds = { p50: median(disk) + 1, p99: 2 * median(disk) + 2 };
    rows.push([
      `${tills} tills`,
      spread(of(({ measured }) => (perSecond(measured) / full) * 100)),
      spread(of(({ measured }) => perSecond(measured))),
      spread(disk, 2),
      `${spread(p50, 2)}, bound ${bounds.p50.toFixed(2)}`,
      `${spread(p99, 2)}, bound ${bounds.p99.toFixed(2)}`,
    ]);
    targets.push(
      target(`ms p50 until a sale is durable, ${tills} tills`, p50, bounds.p50),
      target(`ms p99 until a sale is durable, ${tills} tills`, p99, bounds.p99),
    );
  }
  const heads = ['median (least..most)', '% of full load', 'sales/s', 'fdatasync ms'];
  return { text: table([...heads, 'start p50 ms', 'start p99 ms'], rows), targets };
}

async function atHalfLoad(
  tills: number,
  full: number,
  options: LatencyOptions,
): Promise<readonly Repeat[]> {
  const setting = await halfLoad(tills, full, options);
  const repeats: Repeat[] = [];
  for (let repeat = 0; repeat < options.repeats; repeat += 1) {
    const diskMs = await fdatasyncMs(options.folder);
    const measured = await runSales('tillgate', setting, options);
    repeats.push({ diskMs, measured });
    const { p50, p99 } = measured.start;
    const figures = `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
    const load = `${perSecond(measured).toFixed(0)} of ${full.toFixed(0)} sales/s`;
    options.say(
      `latency | ${tills} tills | ${repeat + 1} | ${figures}; fdatasync ${diskMs.toFixed(2)} ms; ${load}`,
    );
  }
  return repeats;
}

/**
 * The tills together make half as many sales as they can: what a sale takes beside its waits is measured first. Half of the time
 * of a till is a pause of random length, for tills of the same rhythm fall into step with the commits that they share, and
 * then all come at once.
 */
async function halfLoad(
  tills: number,
  full: number,
  options: LatencyOptions,
): Promise<Omit<Setting, 'title'>> {
  const wantedMs = (tills / (full / 2)) * 1000;
  const setting = { tills, pace: saleMs(1) / (wantedMs / 2) };
  const { overhead } = await runSales('tillgate', { ...setting, pauseMs: wantedMs / 2 }, options);
  return { ...setting, pauseMs: Math.max(wantedMs / 2 - overhead.p50, wantedMs / 10) };
}

/** Median of many, on the disk that the journals are on. */
async function fdatasyncMs(folder: string): Promise<number> {
  const file = await open(join(folder, 'fdatasync'), 'a');
  const times: number[] = [];
  try {
    for (let write = 0; write < WRITES; write += 1) {
      const began = performance.now();
      await file.write(BLOCK);
      await file.datasync();
      times.push(performance.now() - began);
    }
  } finally {
    await file.close();
  }
  return median(times);
}

function target(what: string, values: Series, wanted: number): Target {
  return { what: `(f) ${what}`, value: median(values), bound: 'at most', wanted };
}
