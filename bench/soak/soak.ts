// A gateway under mixed traffic for a long time: whether its memory and its descriptors stay as they are,
// and whether every sale has one outcome. After each window the traffic rests until all that runs has
// ended, so that what is measured then is what the gateway keeps, not what it is at.

import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openJournal } from '../../packages/server/src/gateway-context.ts';
import type { Store } from '../../packages/server/src/ports/store.ts';
import { untilSettled } from '../../test/support/scenario/journal-reader.ts';
import { table } from '../numbers.ts';
import type { Running } from '../processes.ts';
import { here, serve } from '../processes.ts';
import type { Action, Shop } from './actions.ts';
import { openShop } from './actions.ts';
import { Ledger } from './ledger.ts';

export interface SoakOptions {
  readonly folder: string;
  readonly minutes: number;
  /** Actions begun a second. */
  readonly rate: number;
  say(line: string): void;
}

/** What the heap may grow by, KiB a minute, and the descriptors; 50 bytes kept of each sale are more. */
const HEAP_BOUND = 16;
const DESCRIPTOR_BOUND = 0.1;
/** Samples of the first part of a run are of a gateway that is still filling its caches. */
const WARM_UP_SHARE = 1 / 3;
/** Minutes; the slopes of a shorter run are those of its warm-up, and only shown. */
const SHORTEST_JUDGED = 20;
/** MiB; it is full after the first window, and would otherwise pass for a leak. */
const TRAFFIC_MEMORY = 0.25;
/** From the last action until sockets that nobody uses are closed: keepAliveTimeout and closeTimeout. */
const REST_MS = 6_500;
/** The longest action waits for a socket that the gateway closes after handshakeTimeout. */
const ACTION_LIMIT_MS = 90_000;
/** With the limits by default, and a window beside. */
const LONGEST_SALE_MS = 300_000;
const TICK_MS = 50;
const LABEL = 'soaked';
/** In the gateway's log: errors and what is worse. */
const ERROR_LINE = /"level":[56]0\b/;
/** A machine whose line was cut just before it was sent an order or a question; its sales end all the same. */
const MACHINE_DROPPED = /This card machine is out of reach|The terminal reconnected before/;
/** The gateway looks so often how late its event loop is; the metric has this pause in it. */
const LOOK_MS = 100;
const LAG = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m;

interface Sample {
  readonly minute: number;
  /** Without code. */
  readonly heapKib: number;
  readonly codeKib: number;
  readonly rssMib: number;
  readonly descriptors: number;
  /** p99 of the event loop's delay. */
  readonly lagMs: number;
  /** Of one core, all threads, since the sample before. */
  readonly busyPercent: number;
  readonly journalMib: number;
  readonly settled: number;
  readonly faults: number;
}

export async function benchSoak(
  options: SoakOptions,
): Promise<{ readonly text: string; readonly passed: boolean }> {
  const data = mkdtempSync(join(options.folder, 'soak-'));
  const settings = ['--port', '0', '--pace', '10', '--traffic-memory', String(TRAFFIC_MEMORY)];
  const gateway = here('../packages/server/src/cli/tillgate.ts');
  const run = [gateway, 'serve', '--json', '--data', data, ...settings];
  const { server, pac } = await serve({ run, folder: options.folder, label: LABEL });
  const store = await openJournal({ data });
  const ledger = new Ledger();
  const shop = await openShop(pac, ledger);
  const traffic = new Traffic(shop.actions, options.rate, ledger);
  try {
    const probe = new Probe({ server, pac, data, ledger });
    const samples = await soak(options, { traffic, ledger, store, probe });
    // A till that has left may have left a signature that nobody judges.
    await untilSettled(store).catch((cause: unknown) => ledger.fault(String(cause)));
    shop.close();
    await check(ledger, shop, store);
    checkLog(ledger, readFileSync(join(options.folder, `${LABEL}.stderr`), 'utf8'));
    return report(samples, { traffic, ledger });
  } finally {
    await store.close();
    await server.stop();
  }
}

interface Parts {
  readonly traffic: Traffic;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly probe: Probe;
}

async function soak(
  { minutes, say }: SoakOptions,
  { traffic, ledger, store, probe }: Parts,
): Promise<readonly Sample[]> {
  const windowMs = Math.min(60, Math.max(15, minutes * 10)) * 1000;
  const began = performance.now();
  const samples: Sample[] = [];
  while (performance.now() - began < minutes * 60_000) {
    await traffic.runFor(windowMs - REST_MS);
    await traffic.rest();
    await sleep(REST_MS);
    await ledger.read(store, Date.now() - LONGEST_SALE_MS);
    const sample = await probe.sample((performance.now() - began) / 60_000);
    samples.push(sample);
    say(`soak | ${heads.map((head, i) => `${head} ${cellsOf(sample)[i]}`).join(', ')}`);
  }
  return samples;
}

/** Begins actions at a steady rate, each by chance and its share. */
class Traffic {
  readonly begun = new Map<string, number>();
  /** Actions for which nobody was free. */
  skipped = 0;
  readonly #actions: readonly Action[];
  readonly #rate: number;
  readonly #ledger: Ledger;
  readonly #running = new Map<Promise<void>, string>();

  constructor(actions: readonly Action[], rate: number, ledger: Ledger) {
    this.#actions = actions;
    this.#rate = rate;
    this.#ledger = ledger;
  }

  async runFor(ms: number): Promise<void> {
    const from = performance.now();
    for (let begun = 0; performance.now() - from < ms; ) {
      const due = ((performance.now() - from) / 1000) * this.#rate;
      for (; begun < due; begun += 1) this.#begin(this.#chosen());
      await sleep(TICK_MS);
    }
  }

  /** Until all that was begun has ended. */
  async rest(): Promise<void> {
    const limit = AbortSignal.timeout(ACTION_LIMIT_MS);
    while (this.#running.size > 0 && !limit.aborted) await sleep(TICK_MS);
    for (const name of this.#running.values()) this.#ledger.fault(`${name}: it does not end`);
    this.#running.clear();
  }

  #begin({ name, run }: Action): void {
    const running = run();
    if (!running) {
      this.skipped += 1;
      return;
    }
    this.begun.set(name, (this.begun.get(name) ?? 0) + 1);
    const ended = running
      .catch((cause: unknown) => this.#ledger.fault(`${name}: ${cause}`))
      .finally(() => this.#running.delete(ended));
    this.#running.set(ended, name);
  }

  #chosen(): Action {
    let left = Math.random() * this.#actions.reduce((sum, { weight }) => sum + weight, 0);
    const chosen = this.#actions.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    return chosen ?? this.#actions[0]!;
  }
}

interface ProbeDeps {
  readonly server: Running;
  readonly pac: string;
  readonly data: string;
  readonly ledger: Ledger;
}

class Probe {
  readonly #deps: ProbeDeps;
  #last = { cpuMs: 0, at: performance.now() };

  constructor(deps: ProbeDeps) {
    this.#deps = deps;
  }

  /** Metrics first: the collection delays the event loop. */
  async sample(minute: number): Promise<Sample> {
    const { server, pac, data, ledger } = this.#deps;
    const metrics = await (
      await fetch(`${new URL(pac).origin.replace('ws', 'http')}/metrics`)
    ).text();
    const { heap, code, rss, cpuMs } = await server.used('rss');
    const now = { cpuMs, at: performance.now() };
    const busy = (cpuMs - this.#last.cpuMs) / (now.at - this.#last.at);
    this.#last = now;
    return {
      minute,
      heapKib: (heap - code) / 1024,
      codeKib: code / 1024,
      rssMib: rss / 2 ** 20,
      descriptors: readdirSync(`/proc/${server.pid}/fd`).length,
      lagMs: Number(LAG.exec(metrics)?.[1]) * 1000 - LOOK_MS,
      busyPercent: busy * 100,
      journalMib: bytesIn(data) / 2 ** 20,
      settled: ledger.settled,
      faults: ledger.faults.length,
    };
  }
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

/** Now that nothing runs, nothing may be open either. */
async function check(ledger: Ledger, { bills, machines }: Shop, store: Store): Promise<void> {
  await ledger.read(store);
  ledger.checkSales();
  ledger.checkTables(bills);
  for (const machine of machines) ledger.checkBank(machine);
}

function checkLog(ledger: Ledger, log: string): void {
  for (const line of log.split('\n')) {
    if (ERROR_LINE.test(line) && !MACHINE_DROPPED.test(line)) ledger.fault(`the log: ${line}`);
  }
}

const heads = [
  ...[
    'minute',
    'heap KiB',
    'code KiB',
    'RSS MiB',
    'descriptors',
    'loop p99 ms',
    'CPU %',
    'journal MiB',
  ],
  ...['sales', 'faults'],
];

function cellsOf(sample: Sample): readonly string[] {
  const { minute, heapKib, codeKib, rssMib, descriptors, lagMs, busyPercent, journalMib } = sample;
  return [
    minute.toFixed(1),
    heapKib.toFixed(0),
    codeKib.toFixed(0),
    rssMib.toFixed(1),
    String(descriptors),
    lagMs.toFixed(1),
    busyPercent.toFixed(0),
    journalMib.toFixed(1),
    String(sample.settled),
    String(sample.faults),
  ];
}

function report(
  samples: readonly Sample[],
  { traffic, ledger }: Pick<Parts, 'traffic' | 'ledger'>,
): { readonly text: string; readonly passed: boolean } {
  const kept = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
  const of = (pick: (sample: Sample) => number): Slope =>
    slopeOf(kept.map((sample) => [sample.minute, pick(sample)]));
  const isJudged = (samples.at(-1)?.minute ?? 0) >= SHORTEST_JUDGED;
  const boundOf = (bound: number): number | undefined => (isJudged ? bound : undefined);
  const heap = of(({ heapKib }) => heapKib);
  const code = of(({ codeKib }) => codeKib);
  const descriptors = of((sample) => sample.descriptors);
  const rss = of(({ rssMib }) => rssMib * 1024);
  const slopes = [
    verdictOf('heap, KiB', heap, boundOf(HEAP_BOUND)),
    verdictOf('code, KiB', code, undefined),
    verdictOf('descriptors', descriptors, boundOf(DESCRIPTOR_BOUND)),
    verdictOf('RSS, KiB', rss, undefined),
  ];
  const { faults, settled, tally } = ledger;
  const passed = faults.length === 0 && settled > 0 && slopes.every(({ isMet }) => isMet);
  const list = (counts: ReadonlyMap<string, number>): string =>
    [...counts].map(([what, count]) => `${what} ${count}`).join(', ');
  const text = [
    table(heads, samples.map(cellsOf)),
    table(
      ['slope, last two thirds', 'a minute', '+-', 'at most', ''],
      slopes.map(({ row }) => row),
    ),
    `Actions: ${list(traffic.begun)}; ${traffic.skipped} times nobody was free.`,
    `${settled} sales with an outcome in the journal; tills were told: ${list(tally)}.`,
    ...faults.map((fault) => `- ${fault}`),
    passed ? 'Passed.' : '**Failed.**',
  ];
  return { text: text.join('\n\n'), passed };
}

interface Slope {
  readonly slope: number;
  /** Its standard error; NaN below three points. */
  readonly error: number;
}

/** Least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): Slope {
  const mean = (axis: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [x0, y0] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / spread;
  const rest = points.reduce((sum, [x, y]) => sum + (y - y0 - slope * (x - x0)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (points.length - 2) / spread) };
}

/** More than the bound counts if it is more than chance; in a short run much is chance. */
function verdictOf(what: string, { slope, error }: Slope, bound: number | undefined) {
  const isMet = bound === undefined || !(slope - 2 * error > bound);
  const word = isMet ? 'met' : '**missed**';
  const cells = [slope.toFixed(2), error.toFixed(2), bound?.toFixed(2) ?? '', bound ? word : ''];
  return { isMet, row: [what, ...cells] };
}
