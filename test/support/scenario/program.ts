// A program in a process of its own, and what it has written.

import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a program ended. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ran>;
  /** Fulfilled when stdout or stderr has shown this text. */
  readonly shown: (text: string) => Promise<void>;
}

export interface ProgramOptions {
  readonly cwd?: string;
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
}

/** Starts a command without a terminal; rejects `ended` and `shown` if it cannot be started. */
export function startProgram(
  [command = '', ...args]: readonly string[],
  options: ProgramOptions,
): Running {
  const child = spawn(command, args, { stdio: 'pipe', ...options });
  const text = { out: '', err: '' };
  const looks = new Set<() => void>();
  const take = (name: 'out' | 'err') => (data: string) => {
    text[name] += data;
    for (const look of looks) look();
  };
  child.stdout.setEncoding('utf8').on('data', take('out'));
  child.stderr.setEncoding('utf8').on('data', take('err'));
  // Nothing that a test starts outlives it.
  const endToo = () => void child.kill('SIGKILL');
  process.once('exit', endToo);
  const ended = once(child, 'close').then(([code]) => {
    process.off('exit', endToo);
    return { code: code as number | null, ...text };
  });
  const shown = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (text.out.includes(wanted) || text.err.includes(wanted)) resolve();
      };
      looks.add(look);
      look();
      const missed = () => reject(new Error(`Never shown: ${wanted}\n${text.out}${text.err}`));
      ended.then(missed, reject);
    });
  return { child, ended, shown };
}
