// How fast the journal takes entries and keeps them, against the floor of all such: one process
// that appends the same bytes to a plain file and waits for the disk each time.

import { mkdtempSync, rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../packages/server/src/adapters/clock/system-clock.ts';
import { openSqliteStore } from '../packages/server/src/adapters/store/sqlite/sqlite-store.ts';
import type { Append, Store } from '../packages/server/src/ports/store.ts';

export interface JournalRow {
  readonly what: string;
  /** Median over the repeats; `peer` is the floor's. */
  readonly ours: number;
  readonly peer: number;
  /** Median over the repeats of ours / peer, each taken side by side. */
  readonly ratio: number;
  /** Least and greatest ratio. */
  readonly spread: readonly [number, number];
}

export interface JournalOptions {
  /** At least 5, for a median that means something. */
  readonly repeats: number;
}

/** About what one turn of a sale leaves behind. */
const BODY = JSON.stringify({ events: Array.from({ length: 8 }, () => 'x'.repeat(64)) });
const MANY = 64;
const APPENDS_ALONE = 1_000;
const APPENDS_TOGETHER = 16_000;

interface Measured {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Of the calling thread. */
  readonly cpuUs: number;
}

interface Round {
  readonly floor: Measured;
  readonly alone: Measured;
  readonly together: Measured;
}

/** Runs everything once for warmth, then `repeats` times in turn. */
export async function benchJournal({ repeats }: JournalOptions): Promise<readonly JournalRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-bench-'));
  const store = await openSqliteStore({
    file: join(folder, 'journal.db'),
    clock: systemClock,
    lock: true,
  });
  const file = await open(join(folder, 'plain'), 'a');
  try {
    const rounds: Round[] = [];
    for (let round = 0; round <= repeats; round += 1) {
      const measured = await measureRound(store, file, round);
      if (round > 0) rounds.push(measured);
    }
    return rows(rounds);
  } finally {
    await store.close();
    await file.close();
    rmSync(folder, { recursive: true });
  }
}

/** The order alternates, so that neither always has the disk to itself first. */
async function measureRound(store: Store, file: FileHandle, round: number): Promise<Round> {
  const ours = async () => ({
    alone: await measure(1, APPENDS_ALONE, appendTo(store, `alone${round}`)),
    together: await measure(MANY, APPENDS_TOGETHER, appendTo(store, `together${round}`)),
  });
  const floor = () => measure(1, APPENDS_ALONE, appendPlainly(file));
  if (round % 2 === 0) return { floor: await floor(), ...(await ours()) };
  const { alone, together } = await ours();
  return { alone, together, floor: await floor() };
}

type AppendOne = (writer: number, version: number) => Promise<unknown>;

function appendTo(store: Store, name: string): AppendOne {
  return (writer, version) => store.write({ append: entry(`${name}/${writer}`, version) });
}

function appendPlainly(file: FileHandle): AppendOne {
  return async (writer, version) => {
    await file.write(`${JSON.stringify(entry(`plain/${writer}`, version))}\n`);
    await file.datasync();
  };
}

function entry(stream: string, version: number): Append {
  return { stream, version, activityId: version - ((version - 1) % 4), at: Date.now(), body: BODY };
}

/** Each writer makes its next append when its last is safe. */
async function measure(writers: number, appends: number, one: AppendOne): Promise<Measured> {
  const took: number[] = [];
  const cpu = process.threadCpuUsage();
  const start = performance.now();
  const work = async (writer: number) => {
    for (let version = 1; version <= appends / writers; version += 1) {
      const asked = performance.now();
      await one(writer, version);
      took.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => work(writer)));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.threadCpuUsage(cpu);
  took.sort((a, b) => a - b);
  return {
    perSecond: took.length / seconds,
    p99Ms: took[Math.floor(took.length * 0.99)]!,
    cpuUs: (user + system) / took.length,
  };
}

function rows(rounds: readonly Round[]): readonly JournalRow[] {
  const row = (name: string, who: 'alone' | 'together', value: keyof Measured): JournalRow => {
    const ratios = rounds.map((round) => round[who][value] / round.floor[value]);
    return {
      what: `${name}, ${who === 'alone' ? '1 writer' : `${MANY} writers`}`,
      ours: median(rounds.map((round) => round[who][value])),
      peer: median(rounds.map((round) => round.floor[value])),
      ratio: median(ratios),
      spread: [Math.min(...ratios), Math.max(...ratios)],
    };
  };
  return [
    row('journal appends/s', 'alone', 'perSecond'),
    row('journal appends/s', 'together', 'perSecond'),
    row('journal append p99 ms', 'alone', 'p99Ms'),
    row('journal append p99 ms', 'together', 'p99Ms'),
    row('main thread CPU us/append', 'alone', 'cpuUs'),
    row('main thread CPU us/append', 'together', 'cpuUs'),
  ];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function table(all: readonly JournalRow[]): string {
  const digits = (value: number) => value.toFixed(value < 100 ? 2 : 0);
  const lines = all.map(({ what, ours, peer, ratio, spread }) => {
    const cells = [digits(ours), digits(peer), digits(ratio), spread.map(digits).join('..')];
    return what.padEnd(38) + cells.map((cell) => cell.padStart(14)).join('');
  });
  const head = ['ours', 'fdatasync', 'ratio', 'spread'].map((cell) => cell.padStart(14)).join('');
  return [''.padEnd(38) + head, ...lines].join('\n');
}

if (import.meta.main) console.log(table(await benchJournal({ repeats: 7 })));
