// Where a sale goes, ours beside the bare server: CPU by kind of work, system calls, and what is allocated. Each is
// a run of its own, since each slows down the server in its own way.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Allocations } from './allocations.ts';
import { allocationsOf } from './allocations.ts';
import type { CpuProfile } from './cpu-kinds.ts';
import { kindsOf, selfTimes } from './cpu-kinds.ts';
import type { Target } from './numbers.ts';
import { table } from './numbers.ts';
import { here } from './processes.ts';
import type { Measured, RunOptions, Setting } from './sale-run.ts';
import { paced, runSales, saturated } from './sale-run.ts';
import { add, nameOf, packageOf, sorted } from './stack-frames.ts';
import type { SystemCalls } from './system-calls.ts';
import { countSystemCalls } from './system-calls.ts';

interface Profiled {
  readonly measured: Measured;
  /** CPU us a sale. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly packages: ReadonlyMap<string, number>;
  readonly functions: ReadonlyMap<string, number>;
}

const peers = ['tillgate', 'bare ws'] as const;
type Peer = (typeof peers)[number];

const SAMPLE_US = 200;
/** As fast as they can is enough to see who allocates, and few keep the run short. */
const allocating: Setting = {
  title: '200 tills, as fast as they can',
  tills: 200,
  pace: 'instant',
};
/** Less is shown as 0.0, or not at all. */
const LEAST_TOLD = 0.05;
/** How many functions are worth a line. */
const TOP = 20;
const TOP_ALLOCATING = 60;

export async function profileSales(
  options: RunOptions,
): Promise<{ readonly text: string; readonly targets: readonly Target[] }> {
  const runs = new Map<string, Profiled>();
  const calls = new Map<string, ReadonlyMap<string, SystemCalls> | undefined>();
  for (const setting of [paced, saturated]) {
    for (const peer of peers) {
      const title = `${peer}, ${setting === paced ? 'paced' : 'saturated'}`;
      runs.set(title, await profiled(peer, setting, options));
      calls.set(title, await systemCalls(peer, setting, options));
    }
  }
  const columns = [...runs].map(([title, { measured }]) => [title, measured.threadUs] as const);
  const kinds = [...runs].map(([title, run]) => [title, run.kinds] as const);
  const ours = [...runs].filter(([title]) => title.startsWith('tillgate'));
  const allocated = new Map<Peer, Allocations>();
  for (const peer of peers) allocated.set(peer, await allocationsASale(peer, options));
  const text = [
    '### Where the time goes',
    `Paced: ${paced.title}. Saturated: ${saturated.title}. ${profileNotes}`,
    figureTable('CPU us a sale by thread', columns),
    figureTable('CPU us a sale by kind of work', kinds),
    '### System calls',
    systemCallTable(calls),
    ...ours.flatMap(([title, run]) => [
      `#### ${title}`,
      figureTable('CPU us a sale by package', [[title, run.packages]], TOP),
      figureTable('CPU us a sale by function', [[title, run.functions]], TOP),
    ]),
    '### Memory allocated a sale',
    allocationTables(allocated),
  ].join('\n\n');
  const value = (allocated.get('tillgate')?.bytes ?? Number.NaN) / KB;
  const what = '(a) KB allocated a sale';
  return { text, targets: [{ what, value, bound: 'at most', wanted: 45 }] };
}

const profileNotes = `The CPU of the main thread is divided by the samples of its profile; the
threads beside it have a line each, less that of the profiler. \`JSON\` is called through a function
of its own in these runs, so that it shows.`;

/** Threads beside the main one, and what they are for. */
const threadNames: Readonly<Record<string, string>> = {
  WorkerThread: "journal's thread: commit",
  V8Worker: 'threads of V8: garbage and compiler',
  'libuv-worker': 'thread pool of Node',
};
const KB = 1024;
const NONE = /^$/;
const WAITS = /^(futex|epoll_\w*)$/;
const PROFILER = 'v8:ProfEvntProc';

async function profiled(peer: Peer, setting: Setting, options: RunOptions): Promise<Profiled> {
  const folder = join(options.folder, `profile-${performance.now()}`);
  const flags = ['--cpu-prof', '--cpu-prof-dir', folder, '--cpu-prof-interval', `${SAMPLE_US}`];
  const nodeFlags = [...flags, '--import', here('json-frames.ts')];
  const measured = await runSales(peer, setting, { ...options, nodeFlags });
  const [file = ''] = readdirSync(folder).filter(isOfMainThread);
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
  return { measured, ...shares(profile, measured) };
}

/** The name is `CPU.date.time.pid.thread.number.cpuprofile`; the main thread is 0. */
function isOfMainThread(file: string): boolean {
  return file.split('.').at(-3) === '0';
}

/** The samples share the CPU of the thread. */
function shares(profile: CpuProfile, { window, threadUs }: Measured): Omit<Profiled, 'measured'> {
  const samples = kindsOf(profile, window);
  const seen = [...samples.values()].reduce((sum, us) => sum + us, 0);
  const cpuOf = (us: number): number => (us / seen) * (threadUs.get('MainThread') ?? 0);
  const kinds = new Map([...samples].map(([kind, us]) => [kind, cpuOf(us)] as const));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  for (const [{ callFrame }, us] of selfTimes(profile, window)) {
    add(packages, packageOf(callFrame), cpuOf(us));
    add(functions, nameOf(callFrame), cpuOf(us));
  }
  for (const [thread, us] of threadUs) {
    if (thread === 'MainThread' || thread === PROFILER) continue;
    add(kinds, threadNames[thread] ?? `thread ${thread}`, us);
  }
  return { kinds, packages, functions };
}

async function systemCalls(
  peer: Peer,
  setting: Setting,
  options: RunOptions,
): Promise<ReadonlyMap<string, SystemCalls> | undefined> {
  let counted: ReadonlyMap<string, SystemCalls> | undefined;
  const seen = { from: 0, to: 0 };
  const measured = await runSales(peer, setting, {
    ...options,
    watch: async ({ pid }) => {
      const end = await countSystemCalls(pid);
      seen.from = performance.now();
      return async () => {
        seen.to = performance.now();
        counted = await end?.();
      };
    },
  });
  if (!counted) return undefined;
  const sales = (measured.sales / measured.seconds) * ((seen.to - seen.from) / 1000);
  return new Map(
    [...counted].map(([name, { calls, us }]) => {
      return [name, { calls: calls / sales, us: us / sales }] as const;
    }),
  );
}

/** What one sale allocates in the main thread. */
export async function allocationsASale(peer: Peer, options: RunOptions): Promise<Allocations> {
  let whole: Allocations | undefined;
  const { sales } = await runSales(peer, allocating, {
    ...options,
    watch: async (server) => {
      await server.ask('allocations from now on');
      return async () => {
        whole = allocationsOf(await server.ask('allocations'));
      };
    },
  });
  if (!whole) throw new Error('The allocations were not measured.');
  const each = (bytes: ReadonlyMap<string, number>) =>
    new Map([...bytes].map(([name, one]) => [name, one / sales] as const));
  return {
    bytes: whole.bytes / sales,
    byPackage: each(whole.byPackage),
    byFunction: each(whole.byFunction),
  };
}

function allocationTables(measured: ReadonlyMap<Peer, Allocations>): string {
  const rooms = [...measured].map(([peer, { byPackage }]) => [peer, byPackage] as const);
  const functions = measured.get('tillgate')?.byFunction ?? new Map();
  return [
    `${allocating.title}; in the main thread, counted for the nearest function of this repository.`,
    figureTable('bytes a sale by room', rooms),
    figureTable('bytes a sale by function', [['tillgate', functions]], TOP_ALLOCATING),
  ].join('\n\n');
}

type Column = readonly [head: string, figures: ReadonlyMap<string, number>];

/** The greatest of the first column on top; the sum is of all lines, also of those left out. */
function figureTable(
  what: string,
  columns: readonly Column[],
  most = Number.POSITIVE_INFINITY,
): string {
  const names = new Set(columns.flatMap(([, figures]) => sorted(figures).map(([name]) => name)));
  const cells = (of: (figures: ReadonlyMap<string, number>) => number) =>
    columns.map(([, figures]) => of(figures).toFixed(1));
  const isTold = (name: string) =>
    columns.some(([, figures]) => (figures.get(name) ?? 0) >= LEAST_TOLD);
  const rows = [...names]
    .filter(isTold)
    .slice(0, most)
    .map((name) => [name, ...cells((figures) => figures.get(name) ?? 0)]);
  const sum = ['**sum**', ...cells((figures) => [...figures.values()].reduce((a, b) => a + b, 0))];
  return table([what, ...columns.map(([head]) => head)], [...rows, sum]);
}

function systemCallTable(
  runs: ReadonlyMap<string, ReadonlyMap<string, SystemCalls> | undefined>,
): string {
  if ([...runs.values()].some((calls) => !calls)) {
    return 'Left out: `strace` is not installed, or may not attach to a process here.';
  }
  const of = (part: keyof SystemCalls, but = NONE): Column[] =>
    [...runs].map(([title, calls]) => {
      const counted = [...(calls ?? [])].filter(([name]) => !but.test(name));
      const figures = counted.map(([name, one]) => [name, one[part]] as const);
      return [title, new Map(figures)];
    });
  return [
    'Counted by `strace -c`, which slows the server down; the time is that in the kernel,\nwithout the waits of `futex` and `epoll_pwait`, which are mostly for `strace`.',
    figureTable('calls a sale', of('calls')),
    figureTable('us a sale', of('us', WAITS)),
  ].join('\n\n');
}
