// How small an empty gateway is and how soon it is ready, from the packed files and from the sources, and how soon
// commands beside it answer, against a Node that does nothing. The compiled code is kept from a start before.

import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Series, Target } from './numbers.ts';
import { median, spread, table } from './numbers.ts';
import { gateway } from './peer.ts';
import { here } from './processes.ts';

export interface StartOptions {
  readonly folder: string;
  readonly repeats: number;
  say(line: string): void;
}

interface Figures {
  /** Until it is ready, or has ended. */
  readonly ms: number;
  /** A while after it was ready; not of a command. */
  readonly rssMib?: number;
  readonly cpuMs?: number;
}

interface Installed {
  readonly name: 'packed' | 'sources';
  readonly commandLine: string;
  readonly data: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Until memory and CPU of a process that is ready are read. */
const SETTLE_MS = 1_000;
const MIB_IN_KIB = 1024;
/** Of a clock tick, as `/proc` counts. */
const TICK_MS = 10;
const NODE = '`node -e 0`';

export async function benchStart(
  options: StartOptions,
): Promise<{ readonly text: string; readonly targets: readonly Target[] }> {
  const installed = [packed(options.folder), fromSources(options.folder)];
  const results = new Map<string, Figures[]>();
  // One round ahead leaves journals and compiled code.
  for (let repeat = 0; repeat <= options.repeats; repeat += 1) {
    const rows: (readonly [string, Figures])[] = [[NODE, await nothing()]];
    for (const one of installed) rows.push(...(await measure(one)));
    if (repeat === 0) continue;
    for (const [name, figures] of rows) results.set(name, [...(results.get(name) ?? []), figures]);
    const told = rows.map(([name, { ms }]) => `${name} ${ms.toFixed(0)} ms`);
    options.say(`start | ${repeat} | ${told.join(', ')}`);
  }
  return { text: tableOf(results), targets: targetsOf(results) };
}

/** As npm installs them: the built files, with other packages beside them. */
function packed(folder: string): Installed {
  const made = join(folder, 'packages');
  execFileSync(process.execPath, [here('../scripts/packages.ts'), '--to', made], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const scope = join(made, 'node_modules/@tillgate');
  mkdirSync(scope, { recursive: true });
  for (const name of ['protocol', 'client']) symlinkSync(join(made, name), join(scope, name));
  return install('packed', join(made, 'server/dist/cli/tillgate.js'), folder);
}

function fromSources(folder: string): Installed {
  return install('sources', gateway, folder);
}

function install(name: Installed['name'], commandLine: string, folder: string): Installed {
  const caches = join(folder, `${name}-cache`);
  mkdirSync(caches);
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const data = join(folder, `${name}-data`);
  return { name, commandLine, data, env: { ...env, XDG_CACHE_HOME: caches } };
}

/** Memory and CPU are of one that waits, as one that ends has none. */
async function nothing(): Promise<Figures> {
  const began = performance.now();
  await ended(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }));
  const ms = performance.now() - began;
  const waiting = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await sleep(SETTLE_MS);
  const used = usedBy(waiting.pid!);
  waiting.stdin.end();
  await ended(waiting);
  return { ms, ...used };
}

async function measure(installed: Installed): Promise<readonly (readonly [string, Figures])[]> {
  const { name, commandLine, data, env } = installed;
  const run = [commandLine, 'serve', '--port', '0', '--data', data, '--json'];
  const began = performance.now();
  const child = spawn(process.execPath, run, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const lines = createInterface({ input: child.stdout });
    const [line] = (await once(lines, 'line', { signal: AbortSignal.timeout(30_000) })) as [string];
    const ms = performance.now() - began;
    const { pac } = JSON.parse(line) as { pac: string };
    await sleep(SETTLE_MS);
    const used = usedBy(child.pid!);
    return [
      [`gateway, ${name}`, { ms, ...used }],
      [terminals(name), await command(installed, ['terminals', '--uri', pac])],
      [transactions(name), await command(installed, ['transactions', '--data', data])],
    ];
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

async function command({ commandLine, env }: Installed, args: readonly string[]): Promise<Figures> {
  const began = performance.now();
  await ended(spawn(process.execPath, [commandLine, ...args], { env, stdio: 'ignore' }));
  return { ms: performance.now() - began };
}

async function ended(child: ChildProcess): Promise<void> {
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}.`);
}

/** Resident memory, and user and system time of all threads. */
function usedBy(pid: number): Required<Omit<Figures, 'ms'>> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kib] = status.match(/^VmRSS:\s+(\d+) kB$/m) ?? [];
  // After the name, which may hold blanks; the 14th and 15th of all.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const ticks = Number(stat[11]) + Number(stat[12]);
  return { rssMib: Number(kib) / MIB_IN_KIB, cpuMs: ticks * TICK_MS };
}

const terminals = (name: string): string => `tillgate terminals, ${name}`;
const transactions = (name: string): string => `tillgate transactions, ${name}`;

function tableOf(results: ReadonlyMap<string, readonly Figures[]>): string {
  const cell = (values: Series): string => (values.length > 0 ? spread(values) : '');
  const rows = [...results].map(([name, runs]) => [
    name,
    cell(runs.map(({ ms }) => ms)),
    cell(runs.flatMap(({ rssMib }) => rssMib ?? [])),
    cell(runs.flatMap(({ cpuMs }) => cpuMs ?? [])),
  ]);
  return table(['median (least..most)', 'ready or ended, ms', 'memory, MiB', 'CPU, ms'], rows);
}

function targetsOf(results: ReadonlyMap<string, readonly Figures[]>): readonly Target[] {
  const atMost = (what: string, values: Series, wanted: number): Target => ({
    what: `(e) ${what}`,
    value: median(values),
    bound: 'at most',
    wanted,
  });
  const seconds = (name: string) => (results.get(name) ?? []).map(({ ms }) => ms / 1000);
  const runs = results.get('gateway, packed') ?? [];
  const memory = runs.flatMap(({ rssMib }) => rssMib ?? []);
  return [
    { ...atMost('s until an empty gateway is ready', seconds('gateway, packed'), 0.3) },
    { ...atMost('MiB of an empty gateway', memory, 90) },
    ...[terminals('packed'), transactions('packed')].map((name) => {
      return atMost(`s of ${name}`, seconds(name), 0.25);
    }),
  ];
}
