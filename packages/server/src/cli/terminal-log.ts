// The log of a gateway for the person at its terminal: a readable line in place of each JSON line.

import { moneyText } from '../application/journal/money-text.ts';
import { dateTimeText, secondsText } from './date-time.ts';
import type { Line, Span } from './layout.ts';
import { isResult, outcomeSpan } from './outcome-text.ts';
import { hint, note } from './output.ts';

/** A line of the log as JSON has it; the rest are details of the event. */
interface LogEntry {
  readonly level: number;
  readonly time: string;
  readonly msg: string;
  readonly [detail: string]: unknown;
}

/** Levels of pino that are named; those below are for details. */
const INFO = 30;
const WARNING: Span = { text: 'Warning: ', tone: 'wait' };
const ERROR: Span = { text: 'Error: ', tone: 'bad' };
const levels: Readonly<Record<number, Span>> = { 40: WARNING, 50: ERROR };

export const terminalLog = {
  write: (lines: string): void => {
    for (const line of lines.split('\n').filter(Boolean)) {
      const entry: LogEntry = JSON.parse(line);
      const show = entry.level > INFO ? note : hint;
      show(logLine(entry));
    }
  },
};

/** One line; control characters may still be in it. */
export function logLine({ level, time, msg, ...details }: LogEntry): Line {
  const line = isEnded(details) ? endedLine(details) : eventLine({ level, msg, details });
  return [{ text: `${dateTimeText(Date.parse(time))}  ` }, ...line].map(({ text, ...looks }) => ({
    ...looks,
    text: text.replaceAll('\n', ' '),
  }));
}

/** What the log has of a transaction or report that ended; amounts only with the setting `logAmounts`. */
interface Ended {
  readonly site: string;
  readonly tid: string;
  readonly type: string;
  readonly result: string;
  readonly durationMs: number;
  readonly amount?: number;
  readonly currency?: string;
}

function isEnded(details: object): details is Ended {
  const { result = '', durationMs } = details as Partial<Ended>;
  return isResult(result) && durationMs !== undefined;
}

function endedLine({ site, tid, type, result, durationMs, amount, currency }: Ended): Line {
  const money = amount === undefined || !currency ? '' : ` of ${moneyText(currency, amount)}`;
  const text = `: ${type}${money} on ${tid} at ${site}, ${secondsText(durationMs)}`;
  return [outcomeSpan(result, type), { text }];
}

interface LogEvent {
  readonly level: number;
  readonly msg: string;
  readonly details: object;
}

function eventLine({ level, msg, details }: LogEvent): Line {
  const text = `${msg.charAt(0).toUpperCase()}${msg.slice(1)}`;
  const parts = Object.entries(details).map(([name, value]) => `${name} ${plain(value)}`);
  const more = level === INFO || parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  const label = levels[level];
  return [...(label ? [label] : []), { text: `${text}${more}` }];
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
