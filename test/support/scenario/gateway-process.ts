// A gateway as operators run it, in a process of its own that tests can kill.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { within } from '../wait.ts';

const command = fileURLToPath(
  new URL('../../../packages/server/src/cli/tillgate.ts', import.meta.url),
);
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface GatewayProcess {
  readonly pid: number;
  /** The whole address of the test site's counter. */
  readonly pac: string;
  readonly http: string;
  readonly host: string;
  readonly port: number;
  readonly exited: Promise<Exit>;
  /** Everything it has written so far. */
  readonly written: { readonly stdout: string; readonly stderr: string };
  kill(signal?: NodeJS.Signals): void;
  /** Ends it in any case. */
  stop(): Promise<Exit>;
}

export interface ProcessOptions {
  /** The most files and sockets that it may have open. */
  readonly openFiles?: number;
  /** Modules that it imports first. */
  readonly imports?: readonly string[];
  /** Variables besides those that each gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** The words of a command that runs another. */
  readonly through?: readonly string[];
}

/** Starts `tillgate serve --json` and waits until it accepts connections. */
export async function startGatewayProcess(
  flags: readonly string[],
  options: ProcessOptions = {},
): Promise<GatewayProcess> {
  const running = run(['serve', '--json', ...flags], options);
  const ready = new Promise<string>((resolve) => {
    running.child.stdout?.on('data', () => {
      const end = running.written.stdout.indexOf('\n');
      if (end >= 0) resolve(running.written.stdout.slice(0, end));
    });
  });
  const died = running.exited.then(({ code }) => {
    throw new Error(`The gateway ended with ${code}: ${running.written.stderr}`);
  });
  const line = await within('a gateway ready', Promise.race([ready, died])).catch(
    (cause: unknown) => {
      running.child.kill('SIGKILL');
      throw cause;
    },
  );
  died.catch(() => {});
  const { pac, http } = JSON.parse(line) as { pac: string; http: string };
  return {
    ...{ pac, http, exited: running.exited, written: running.written },
    pid: running.child.pid ?? 0,
    host: new URL(http).hostname,
    port: Number(new URL(http).port),
    kill: (signal = 'SIGKILL') => void running.child.kill(signal),
    stop: () => {
      running.child.kill('SIGKILL');
      return within('its end', running.exited);
    },
  };
}

/** Runs the command until it ends by itself. */
export async function runCommand(
  words: readonly string[],
  env: ProcessOptions['env'] = {},
): Promise<Exit & { stderr: string }> {
  const { child, exited, written } = run(words, { env });
  const exit = await within('the end of the command', exited).finally(() => {
    child.kill('SIGKILL');
  });
  return { ...exit, stderr: written.stderr };
}

/** A folder for one test, gone when the test has ended. */
export function temporaryFolder(t: { after(then: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'tillgate-scenario-'));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

const { PATH, NODE_COMPILE_CACHE } = process.env;

interface Running {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  readonly written: { stdout: string; stderr: string };
}

function run(
  words: readonly string[],
  { openFiles, imports = [], env = {}, through = [] }: ProcessOptions = {},
): Running {
  const first = imports.flatMap((module) => ['--import', module]);
  const node = [process.execPath, ...first, command, ...words];
  const limited = ['sh', '-c', `ulimit -n ${openFiles} && exec "$0" "$@"`, ...node];
  const [program = '', ...args] = [...through, ...(openFiles === undefined ? node : limited)];
  const child = spawn(program, args, {
    cwd: root,
    env: { PATH, NODE_COMPILE_CACHE, NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  // Nothing that a test starts outlives it.
  const endToo = () => void child.kill('SIGKILL');
  process.once('exit', endToo);
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      process.off('exit', endToo);
      resolve({ code, signal });
    });
  });
  return { child, exited, written };
}
