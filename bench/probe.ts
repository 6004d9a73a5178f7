// Loaded ahead of every server that is measured, ours and the peers alike (`node --import`): reports
// what the process has used, and what a profiler saw, when it is asked. Costs nothing until then.

import { readdirSync, readFileSync } from 'node:fs';
import type { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AllocationProfile } from './allocations.ts';

export interface Used {
  /** In microseconds of the monotonic clock. */
  readonly at: number;
  /** User and system, all threads, since the process began. */
  readonly cpuMs: number;
  /** After a collection. */
  readonly rss: number;
  /** Of the main thread: objects, and buffers beside them. */
  readonly heap: number;
  /** What of it is code, which V8 goes on compiling and optimising for many minutes. */
  readonly code: number;
  /** The time by the name of the thread, where the system reports it. */
  readonly threadMs: Readonly<Record<string, number>>;
}

/** By how much the event loop was late, in milliseconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const BEGUN = 'begun';

/** What can be asked, and its answer; each of the last two is begun by `… from now on`. */
export interface Answers {
  readonly cpu: Used;
  readonly rss: Used;
  readonly 'allocations from now on': Begun;
  readonly allocations: AllocationProfile;
  readonly 'delay from now on': Begun;
  readonly delay: LoopDelay;
}
type Begun = typeof BEGUN;
export type Question = keyof Answers;

const SAMPLE_BYTES = 8192;
const STACK_DEPTH = 64;
const DELAY_RESOLUTION_MS = 10;
/** Nanoseconds. */
const MS = 1e6;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
let inspector: Session | undefined;
let delays: ReturnType<typeof monitorEventLoopDelay> | undefined;

const answers: { readonly [Q in Question]: () => Answers[Q] | Promise<Answers[Q]> } = {
  cpu: used,
  rss: () => {
    for (let i = 0; i < 3; i += 1) collect();
    return used();
  },
  'allocations from now on': async (): Promise<Begun> => {
    const counted = {
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    };
    const sampled = { samplingInterval: SAMPLE_BYTES, stackDepth: STACK_DEPTH };
    await (await inspected()).post('HeapProfiler.startSampling', { ...sampled, ...counted });
    return BEGUN;
  },
  allocations: async () => {
    const { profile } = await (await inspected()).post('HeapProfiler.stopSampling');
    return profile;
  },
  'delay from now on': () => {
    delays = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
    delays.enable();
    return BEGUN;
  },
  delay,
};

process.on('message', (question: Question) => {
  if (!Object.hasOwn(answers, question)) return;
  void Promise.resolve(answers[question]()).then((answer) => process.send?.(answer));
});
process.channel?.unref();

async function inspected(): Promise<Session> {
  if (inspector) return inspector;
  const { Session } = await import('node:inspector/promises');
  inspector = new Session();
  inspector.connect();
  return inspector;
}

function used(): Used {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const cpuMs = (user + system) / 1000;
  const heap = heapUsed + external;
  const at = Number(process.hrtime.bigint() / 1000n);
  return { at, cpuMs, rss, heap, code: codeBytes(), threadMs: threads() };
}

/** Each sample of the histogram is the whole interval, which is as long as the resolution at the least. */
function delay(): LoopDelay {
  if (!delays) throw new Error('The delay is not measured.');
  delays.disable();
  const late = (ns: number): number => Math.max(0, ns / MS - DELAY_RESOLUTION_MS);
  return {
    p50: late(delays.percentile(50)),
    p99: late(delays.percentile(99)),
    max: late(delays.max),
  };
}

/** The trusted spaces hold bytecode and what belongs to machine code. */
function codeBytes(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) =>
    /^(code|trusted)_/.test(name),
  );
  return spaces.reduce((sum, { space_used_size: bytes }) => sum + bytes, 0);
}

/** The first figure of `schedstat` is nanoseconds on a core. */
function threads(): Record<string, number> {
  const times: Record<string, number> = {};
  try {
    for (const task of readdirSync('/proc/self/task')) {
      const name = readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim();
      const [ns] = readFileSync(`/proc/self/task/${task}/schedstat`, 'utf8').split(' ');
      times[name] = (times[name] ?? 0) + Number(ns) / 1e6;
    }
  } catch {
    // Another system, or a thread that ended meanwhile: the split is left out.
  }
  return times;
}
