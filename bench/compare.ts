// Two checkouts of the gateway on one machine, measured in turn, so that whatever else the machine does hits both
// alike; this checkout has the load. Figures are of sales, and memory is what a sale allocates.

import { existsSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Series } from './numbers.ts';
import { ratio, risen, spread, table } from './numbers.ts';
import { allocationsASale } from './profile.ts';
import type { RunOptions, Setting } from './sale-run.ts';
import { cpuUs, paced, runSales, saturated } from './sale-run.ts';

export interface CompareOptions extends RunOptions {
  readonly folders: readonly [string, string];
  readonly repeats: number;
  /** For CI: only what the machine varies least. */
  readonly isShort: boolean;
  say(line: string): void;
}

const COMMAND_LINE = 'packages/server/src/cli/tillgate.ts';
const KB = 1024;
/** Beyond this share more, a figure is worth a warning. */
const WARNED = 0.15;
const SHORT = {
  setting: { title: '200 tills, as fast as they can', tills: 200, pace: 'instant' },
  warmUpS: 4,
  seconds: 3,
} as const;

/** The figures of each checkout, in the order of the repeats. */
type Figures = ReadonlyMap<string, readonly [number[], number[]]>;

export async function compareCheckouts(options: CompareOptions): Promise<string> {
  const gateways = options.folders.map(commandLineOf);
  const figures = new Map<string, readonly [number[], number[]]>();
  for (let repeat = 0; repeat < options.repeats; repeat += 1) {
    // Neither is always the first.
    for (const which of repeat % 2 === 0 ? [0, 1] : [1, 0]) {
      const measured = await measure({ ...options, gateway: gateways[which]! }, repeat);
      for (const [name, value] of measured) {
        const both = figures.get(name) ?? [[], []];
        both[which]!.push(value);
        figures.set(name, both);
      }
      const told = [...measured].map(([name, value]) => `${name} ${value.toFixed(1)}`);
      options.say(`compare | ${repeat + 1} | ${'AB'[which]}: ${told.join(', ')}`);
    }
  }
  return report(options.folders, figures);
}

/** The command line of the gateway of a checkout; throws unless it would run with packages of its own. */
function commandLineOf(folder: string): string {
  const checkout = realpathSync(resolve(folder));
  const file = join(checkout, COMMAND_LINE);
  if (!existsSync(file)) throw new Error(`${folder} is no checkout: it has no ${COMMAND_LINE}.`);
  const protocol = join(checkout, 'node_modules/@tillgate/protocol');
  if (!existsSync(protocol) || !realpathSync(protocol).startsWith(checkout + sep)) {
    throw new Error(`${folder} has no packages of its own: run \`npm ci\` there first.`);
  }
  return file;
}

async function measure(
  options: CompareOptions,
  repeat: number,
): Promise<ReadonlyMap<string, number>> {
  const measured = new Map<string, number>();
  const { isShort } = options;
  const settings: readonly (readonly [string, Setting])[] = isShort
    ? [['saturated', SHORT.setting]]
    : [
        ['paced', paced],
        ['saturated', saturated],
      ];
  const timed = isShort ? { ...options, ...SHORT } : options;
  for (const [name, setting] of settings) {
    measured.set(`CPU us a sale, ${name}`, cpuUs(await runSales('tillgate', setting, timed)));
  }
  // Once is enough for a warning, as it hardly varies.
  if (!isShort || repeat === 0) {
    const warm = isShort ? { ...options, warmUpS: 2, seconds: 2 } : options;
    measured.set('KB allocated a sale', (await allocationsASale('tillgate', warm)).bytes / KB);
  }
  return measured;
}

function report([a, b]: readonly [string, string], figures: Figures): string {
  const rows = [...figures].map(([name, [before, after]]) => [
    name,
    spread(before, 1),
    spread(after, 1),
    ratio(after, before),
  ]);
  const heads = ['median (least..most)', 'A', 'B', 'B as a ratio of A'];
  const warnings = [...figures].flatMap(([name, both]) => warningOf(name, both));
  return [`A: ${a}\nB: ${b}`, table(heads, rows), ...warnings].join('\n\n');
}

function warningOf(name: string, [before, after]: readonly [Series, Series]): readonly string[] {
  if (!risen(before, after, WARNED)) return [];
  return [`warning: ${name}: ${ratio(after, before)} of what it was`];
}
