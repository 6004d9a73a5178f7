// Starts what is measured on one core and the load on another, asks both how they are, and always
// ends them. Knows nothing of what they say to each other.

import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Answers, Question, Used } from './probe.ts';

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 20_000;

/** Whether a process can be kept on one core. */
export const pinned =
  cpus().length > 1 && spawnSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' }).status === 0;

export interface Program {
  /** File and arguments for Node. */
  readonly run: readonly string[];
  readonly core: 0 | 1 | 'any';
  /** Where it may leave files, its stderr among them. */
  readonly folder: string;
  readonly label: string;
  readonly nodeFlags?: readonly string[];
}

export class Running {
  readonly label: string;
  readonly #child: ChildProcess;
  readonly #log: string;
  readonly #lines: AsyncIterator<string>;

  constructor({ run, core, folder, label, nodeFlags = [] }: Program) {
    this.label = label;
    this.#log = join(folder, `${label}.stderr`);
    const node = [process.execPath, ...nodeFlags, '--import', probe, ...run];
    const kept = pinned && core !== 'any' ? ['taskset', '-c', String(core)] : [];
    const [command, ...args] = [...kept, ...node];
    this.#child = spawn(command!, args, {
      stdio: ['ignore', 'pipe', openSync(this.#log, 'w'), 'ipc'],
      serialization: 'json',
    });
    children.add(this.#child);
    this.#child.once('exit', () => children.delete(this.#child));
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The next line of its stdout, as JSON. */
  async line<T>(limitMs: number): Promise<T> {
    const next = await inTime(this.#lines.next(), limitMs, `a line of ${this.label}`).catch(
      (error: Error) => this.#fail(error.message),
    );
    if (next.done) return this.#fail('it ended early');
    return JSON.parse(next.value) as T;
  }

  send(word: 'next'): void {
    this.#child.send(word);
  }

  used(what: 'cpu' | 'rss'): Promise<Used> {
    return this.ask(what);
  }

  async ask<Q extends Question>(question: Q): Promise<Answers[Q]> {
    const answered = once(this.#child, 'message');
    this.#child.send(question);
    const [answer] = await inTime(answered, ANSWER_LIMIT_MS, `an answer of ${this.label}`);
    return answer as Answers[Q];
  }

  /** As in a crash. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await inTime(exited, STOP_LIMIT_MS, `${this.label} to stop`).catch(() => {
      this.#child.kill('SIGKILL');
    });
  }

  #fail(reason: string): never {
    const tail = readFileSync(this.#log, 'utf8').slice(-2000);
    throw new Error(`${this.label} failed: ${reason}.\n${tail}`);
  }
}

export interface Ready {
  readonly pac: string;
}

/** A server, on core 0 unless `core` says otherwise, once it accepts connections. */
export async function serve(
  program: Omit<Program, 'core'> & Partial<Pick<Program, 'core'>>,
): Promise<{ readonly server: Running; readonly pac: string }> {
  const server = new Running({ core: 0, ...program });
  try {
    const { pac } = await server.line<Ready>(START_LIMIT_MS);
    return { server, pac };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** How many of the wanted connections a process may have; `say` is told if they are fewer. */
export function connectionsWithinLimit(wanted: number, say: (line: string) => void): number {
  const connections = Math.min(wanted, openFilesLimit() - 500);
  if (connections < wanted) {
    say(`Only ${connections} connections, for the limit of open files is low.`);
  }
  return connections;
}

/** Node raises its own limit to the hard one when it starts. */
function openFilesLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const hard = limits.match(/Max open files\s+\S+\s+(\S+)/)?.[1];
    return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** The path of a file of the bench. */
export function here(file: string): string {
  return join(import.meta.dirname, file);
}

const probe = here('probe.ts');
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

async function inTime<T>(work: Promise<T>, limitMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${limitMs} ms for ${what}`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
