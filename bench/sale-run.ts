// One run of whole sales against one peer: starts it, loads it and measures both.

import { join } from 'node:path';
import { openDatabase } from '../packages/server/src/adapters/store/sqlite/file.ts';
import type { Pace } from './conversation.ts';
import { saleMs } from './conversation.ts';
import type { Window } from './cpu-kinds.ts';
import type { SalesMeasured } from './load-sales.ts';
import type { PeerName } from './peer.ts';
import { startPeer, wires } from './peer.ts';
import type { Used } from './probe.ts';
import { here, Running } from './processes.ts';

export interface Setting {
  readonly title: string;
  readonly tills: number;
  readonly pace: Pace;
  /** Mean of the random time between two sales of a till, in ms; none by default. */
  readonly pauseMs?: number;
}

export interface RunOptions {
  readonly folder: string;
  readonly recording: string;
  readonly warmUpS: number;
  readonly seconds: number;
  readonly nodeFlags?: readonly string[];
  /** The gateway of another checkout. */
  readonly gateway?: string;
  /** Called when the measured time begins, and what it returns when that ends. */
  watch?(server: Running): Promise<() => Promise<void>>;
}

export interface Measured extends SalesMeasured {
  readonly cpuMsPerSale: number;
  /** Share of the core that the server was busy. */
  readonly busy: number;
  /** CPU a sale in microseconds, by the name of the thread. */
  readonly threadUs: ReadonlyMap<string, number>;
  /** When it was measured. */
  readonly window: Window;
  /** The folder of the journal, which is closed. */
  readonly data: string;
}

/** At this pace a sale takes 2 s. */
const TWO_SECONDS = saleMs(1) / 2000;

export const paced: Setting = { title: '1,000 tills, 2 s a sale', tills: 1000, pace: TWO_SECONDS };
export const saturated: Setting = {
  title: '1,000 tills, as fast as they can (the server is saturated)',
  tills: 1000,
  pace: 'instant',
};

export async function runSales(
  peer: PeerName,
  { tills, pace, pauseMs = 0 }: Omit<Setting, 'title'>,
  options: RunOptions,
): Promise<Measured> {
  const { folder, warmUpS, seconds } = options;
  const { server, pac, data } = await startPeer(peer, { ...options, pace });
  const run = [here('load-sales.ts'), '--url', pac, '--wire', wires[peer]];
  run.push('--tills', String(tills), '--pace', String(pace), '--pause', String(pauseMs));
  run.push('--warm-up', String(warmUpS), '--seconds', String(seconds));
  const load = new Running({ run, core: 1, folder, label: 'load' });
  try {
    await load.line((warmUpS + 60) * 1000);
    const before = await server.used('cpu');
    const end = await options.watch?.(server);
    await load.line((seconds + 60) * 1000);
    const after = await server.used('cpu');
    await end?.();
    const measured = await load.line<SalesMeasured>(60_000);
    await server.stop();
    const cpuMs = after.cpuMs - before.cpuMs;
    return {
      ...measured,
      cpuMsPerSale: cpuMs / measured.sales,
      busy: cpuMs / (measured.seconds * 1000),
      threadUs: threadUs(before, after, measured.sales),
      window: { from: before.at, to: after.at },
      data,
    };
  } finally {
    await load.stop();
    await server.stop();
  }
}

export function perSecond({ sales, seconds }: Measured): number {
  return sales / seconds;
}

export function cpuUs({ cpuMsPerSale }: Measured): number {
  return cpuMsPerSale * 1000;
}

function threadUs(before: Used, after: Used, sales: number): ReadonlyMap<string, number> {
  const spent = Object.entries(after.threadMs).map(([name, ms]) => {
    return [name, ((ms - (before.threadMs[name] ?? 0)) * 1000) / sales] as const;
  });
  return new Map(spent.sort(([, a], [, b]) => b - a));
}

/** In the journal of a gateway that has ended, in a folder; each activity is a sale; to the hundredth. */
export function rowsPerSale(data: string): number {
  const db = openDatabase(join(data, 'tillgate.db'));
  try {
    const counted = db
      .prepare('SELECT count(*) AS entries, sum(version = chapter) AS activities FROM entry')
      .get();
    return Math.round((Number(counted?.entries) / Number(counted?.activities)) * 100) / 100;
  } finally {
    db.close();
  }
}
