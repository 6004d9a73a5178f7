// A log that keeps its lines, for tests of what operators read.

import { Log } from '../../../packages/server/src/adapters/observe/log.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly msg: string;
  readonly [detail: string]: unknown;
}

const levels: Readonly<Record<number, LogLine['level']>> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
};

/** A log of level `info` and above, and the lines that were written to it, oldest first. */
export function keptLog(level: 'debug' | 'info' = 'info') {
  const lines: LogLine[] = [];
  const write = (text: string): void => {
    const line = JSON.parse(text) as { level: number; msg: string };
    lines.push({ ...line, level: levels[line.level] ?? 'error' });
  };
  return { log: new Log(level, { write }), lines };
}
