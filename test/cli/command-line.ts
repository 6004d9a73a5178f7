// Runs the command `tillgate`: `begin` in a process of its own, as a person's shell does. `run` does so too at
// full depth; else it runs the same function in this process, which saves the time to load the modules.

import { AsyncLocalStorage } from 'node:async_hooks';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../packages/server/src/cli/run-command-line.ts';
import { isFullDepth } from '../support/depth.ts';
import type { Ran, Running } from '../support/scenario/program.ts';
import { startProgram } from '../support/scenario/program.ts';

export const COMMAND = fileURLToPath(
  new URL('../../packages/server/src/cli/tillgate.ts', import.meta.url),
);
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Starts `tillgate ARGS`; without a terminal, and knowing nothing of this shell's TILLGATE_*. */
export function begin(args: readonly string[], { env = {}, input }: RunOptions = {}): Running {
  const running = startProgram([process.execPath, COMMAND, ...args], { env: environment(env) });
  if (input !== undefined) running.child.stdin.end(input);
  return running;
}

/** Runs `tillgate ARGS` to its end, with an empty stdin unless `input` is given. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  if (isFullDepth || options.input !== undefined) {
    return begin(args, { input: '', ...options }).ended;
  }
  // One at a time: the environment belongs to the whole process.
  const ran = lastRun.then(() => runInThisProcess(args, options.env));
  lastRun = ran.catch(() => {});
  return ran;
}

let lastRun: Promise<unknown> = Promise.resolve();

/** What the command that runs in this context has written. */
const output = new AsyncLocalStorage<{ out: string; err: string }>();
for (const name of ['out', 'err'] as const) {
  const stream = process[`std${name}`];
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  stream.write = (...args: unknown[]) => {
    const text = output.getStore();
    if (!text) return write(...args);
    text[name] += String(args[0]);
    return true;
  };
}

async function runInThisProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const before = process.env;
  const guards = process.listeners('uncaughtException');
  const text = { out: '', err: '' };
  process.env = environment(env);
  try {
    const { code } = await output.run(text, () => runCommandLine(args));
    return { code, ...text };
  } finally {
    process.env = before;
    // A command of a payment handles what nobody caught until its process ends.
    for (const guard of process.listeners('uncaughtException')) {
      if (!guards.includes(guard)) process.off('uncaughtException', guard);
    }
  }
}

/** This process's environment with `env` instead of its TILLGATE_*. */
function environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TILLGATE_'));
  return { ...Object.fromEntries(own), ...env };
}

/** The objects of JSON lines. */
// biome-ignore lint/suspicious/noExplicitAny: tests read whatever came.
export function jsonLines(text: string): any[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
