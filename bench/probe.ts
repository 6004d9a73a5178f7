// Loaded ahead of every server that is measured, ours and the peers alike (`node --import`): reports
// what the process has used when it is asked. Costs nothing until then.

import { readdirSync, readFileSync } from 'node:fs';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Used {
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

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

process.on('message', (question) => {
  if (question !== 'rss' && question !== 'cpu') return;
  if (question === 'rss') for (let i = 0; i < 3; i += 1) collect();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const cpuMs = (user + system) / 1000;
  const heap = heapUsed + external;
  const used: Used = { cpuMs, rss, heap, code: codeBytes(), threadMs: threads() };
  process.send?.(used);
});
process.channel?.unref();

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
