// Where the time goes: self time from the profiles that `node --cpu-prof` leaves, by package and by
// function.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { table } from './numbers.ts';

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
}

/** How many functions are worth a line. */
const TOP = 20;

/** Two tables, by package and by function; one file for each thread. */
export function profileTables(files: readonly string[], sales: number): string {
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  for (const file of files) {
    const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
    for (const [{ callFrame }, us] of selfTimes(profile)) {
      if (callFrame.functionName === '(idle)') continue;
      busy += us;
      add(packages, packageOf(callFrame.url, callFrame.functionName), us);
      add(functions, nameOf(callFrame), us);
    }
  }
  const rows = (times: ReadonlyMap<string, number>, most: number): string[][] =>
    [...times]
      .sort(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([name, us]) => [name, ((us / busy) * 100).toFixed(1), (us / sales).toFixed(1)]);
  return [
    `${(busy / sales).toFixed(0)} us a sale by the clock: start-up, profiler and waits for the core counted in.`,
    table(['package', '% of busy time', 'us a sale'], rows(packages, TOP)),
    table(['function', '% of busy time', 'us a sale'], rows(functions, TOP)),
  ].join('\n\n');
}

function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): Map<ProfileNode, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const times = new Map<ProfileNode, number>();
  for (const [i, id] of samples.entries()) add(times, byId.get(id)!, timeDeltas[i] ?? 0);
  return times;
}

function add<Key>(times: Map<Key, number>, key: Key, us: number): void {
  times.set(key, (times.get(key) ?? 0) + us);
}

/** A package, one of our rooms, or a part of Node. */
function packageOf(url: string, functionName: string): string {
  const installed = url.match(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1];
  if (installed) return installed;
  const room = url.match(/\/packages\/(.+)\/[^/]+$/)?.[1];
  if (room) return room.replace('/src', '');
  if (url.startsWith('node:')) return 'node, JavaScript';
  if (url.includes('/bench/')) return 'bench';
  return functionName.startsWith('(') ? functionName : 'node, native';
}

function nameOf({ functionName, url, lineNumber }: ProfileNode['callFrame']): string {
  const name = functionName || '(anonymous)';
  return url ? `${name} ${basename(url)}:${lineNumber + 1}` : name;
}
