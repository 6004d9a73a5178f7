// Runs the real command as a person's shell would, in a process of its own.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(
  new URL('../../packages/server/src/cli/tillgate.ts', import.meta.url),
);
const NO_TTY = ['pipe', 'pipe', 'pipe'] as const;

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Fulfilled when stdout or stderr has shown this text. */
  readonly shown: (text: string) => Promise<void>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Starts `tillgate ARGS`; without a terminal, and knowing nothing of this shell's TILLGATE_*. */
export function begin(args: readonly string[], { env = {}, input }: RunOptions = {}): Running {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TILLGATE_'));
  const child = spawn(process.execPath, [COMMAND, ...args], {
    stdio: [...NO_TTY],
    env: { ...Object.fromEntries(own), ...env },
  });
  const text = { out: '', err: '' };
  const looks = new Set<() => void>();
  const take = (name: 'out' | 'err') => (data: Buffer) => {
    text[name] += data;
    for (const look of looks) look();
  };
  child.stdout.on('data', take('out'));
  child.stderr.on('data', take('err'));
  if (input !== undefined) child.stdin.end(input);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...text }));
  const shown = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (text.out.includes(wanted) || text.err.includes(wanted)) resolve();
      };
      looks.add(look);
      look();
      const missed = () => reject(new Error(`Never shown: ${wanted}\n${text.out}${text.err}`));
      void ended.then(missed);
    });
  return { child, ended, shown };
}

/** Runs `tillgate ARGS` to its end, with an empty stdin unless `input` is given. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return begin(args, { input: '', ...options }).ended;
}

/** The objects of JSON lines. */
// biome-ignore lint/suspicious/noExplicitAny: tests read whatever came.
export function jsonLines(text: string): any[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
