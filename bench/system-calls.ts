// Which system calls a process makes: `strace -c` attached to all of its threads for a while.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface SystemCalls {
  readonly calls: number;
  /** In the kernel, by its own account. */
  readonly us: number;
}

/** Begins to count; what it returns ends that, with the calls by name. Undefined if `strace` cannot attach here. */
export async function countSystemCalls(
  pid: number,
): Promise<(() => Promise<ReadonlyMap<string, SystemCalls>>) | undefined> {
  const strace = spawn('strace', ['-c', '-f', '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const attached = Promise.withResolvers<boolean>();
  strace.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (/ attached\b/.test(said)) attached.resolve(true);
  });
  strace.once('error', () => attached.resolve(false));
  strace.once('close', () => attached.resolve(false));
  if (!(await attached.promise)) return undefined;
  return async () => {
    const closed = once(strace, 'close');
    strace.kill('SIGINT');
    await closed;
    return readCounts(said);
  };
}

/** Of the table that `strace -c` prints: `% time, seconds, usecs/call, calls, errors if any, syscall`. */
export function readCounts(text: string): ReadonlyMap<string, SystemCalls> {
  const rows = text.matchAll(/^\s*[\d.]+\s+([\d.]+)\s+\d+\s+(\d+)(?:\s+\d+)?\s+([a-z]\w*)$/gm);
  const counts = [...rows].map(([, seconds, calls, name = '']) => {
    return [name, { calls: Number(calls), us: Number(seconds) * 1e6 }] as const;
  });
  return new Map(counts.filter(([name]) => name !== 'total'));
}
