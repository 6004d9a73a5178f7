// The till under test as a process that the rehearsal starts: it learns the addresses from its environment, and may
// take commands on its stdin.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface TillProcess {
  /** Writes a line to its stdin. */
  write(line: string): void;
  /** The next line of its stdout that is a JSON object; rejects when it has ended. */
  nextLine(): Promise<string>;
  /** How it ended; undefined while it runs. */
  readonly ended: string | undefined;
  /** Ends it and its children. */
  stop(): Promise<void>;
}

/** Addresses for the till: `CONNECT_PAC_URI`, `CONNECT_PAT_URI`. */
export interface TillEnvironment {
  readonly pac: string;
  readonly pat: string;
}

/** A till that does not end by itself within this time is killed, in ms. */
const STOP_LIMIT_MS = 3_000;

/** Lines of the till that are not JSON are shown with `onLine`. */
export function startTill(
  commandLine: string,
  { pac, pat }: TillEnvironment,
  onLine: (line: string) => void,
): TillProcess {
  const env = { ...process.env, CONNECT_PAC_URI: pac, CONNECT_PAT_URI: pat };
  const child = spawn(commandLine, {
    ...{ shell: true, env, detached: true },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const waiting: ReturnType<typeof Promise.withResolvers<string>>[] = [];
  let ended: string | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) {
      onLine(line);
      return;
    }
    const taker = waiting.shift();
    if (taker) taker.resolve(line);
    else lines.push(line);
  });
  const end = (how: string): void => {
    ended = how;
    for (const { reject } of waiting.splice(0)) reject(new Error(`The till ended with ${how}.`));
  };
  child.stdin.on('error', () => {});
  child.on('error', ({ message }) => end(message));
  child.on('close', (code, signal) => end(String(signal ?? code)));
  const closed = once(child, 'close');
  return {
    write: (line) => child.stdin.write(`${line}\n`),
    nextLine: () => {
      const line = lines.shift();
      if (line !== undefined) return Promise.resolve(line);
      if (ended !== undefined) return Promise.reject(new Error(`The till ended with ${ended}.`));
      const taker = Promise.withResolvers<string>();
      waiting.push(taker);
      return taker.promise;
    },
    get ended() {
      return ended;
    },
    stop: async () => {
      if (ended !== undefined) return;
      killGroup(child, 'SIGTERM');
      const timer = setTimeout(() => killGroup(child, 'SIGKILL'), STOP_LIMIT_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** Ends a process that was started detached: the shell that runs a command line and all that it started. */
export function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}
