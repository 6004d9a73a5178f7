// The log of a gateway for the person at its terminal: a readable line in place of each JSON line.

import { outcomes, outcomeWords } from '@tillgate/protocol';
import { moneyText } from '../application/journal/money-text.ts';
import { dateTimeText, secondsText } from './date-time.ts';
import { note } from './output.ts';

/** A line of the log as JSON has it; the rest are details of the event. */
interface LogEntry {
  readonly level: number;
  readonly time: string;
  readonly msg: string;
  readonly [detail: string]: unknown;
}

/** Levels of pino that are named; those below are for details. */
const INFO = 30;
const levels: Readonly<Record<number, string>> = { 40: 'Warning: ', 50: 'Error: ' };

export const terminalLog = {
  write: (lines: string): void => {
    for (const line of lines.split('\n')) if (line !== '') note(logText(JSON.parse(line)));
  },
};

/** One line; control characters may still be in it. */
export function logText({ level, time, msg, ...details }: LogEntry): string {
  const text = isEnded(details) ? endedText(details) : eventText({ level, msg, details });
  return `${dateTimeText(Date.parse(time))}  ${text}`.replaceAll('\n', ' ');
}

/** What the log has of a transaction or report that ended; amounts only with the setting `logAmounts`. */
interface Ended {
  readonly site: string;
  readonly tid: string;
  readonly type: string;
  readonly result: keyof typeof outcomes;
  readonly durationMs: number;
  readonly amount?: number;
  readonly currency?: string;
}

function isEnded(details: object): details is Ended {
  const { result, durationMs } = details as Partial<Ended>;
  return Object.hasOwn(outcomes, result ?? '') && durationMs !== undefined;
}

function endedText({ site, tid, type, result, durationMs, amount, currency }: Ended): string {
  const { word } = outcomeWords(result, type);
  const money = amount === undefined || !currency ? '' : ` of ${moneyText(currency, amount)}`;
  return `${word}: ${type}${money} on ${tid} at ${site}, ${secondsText(durationMs)}`;
}

interface LogEvent {
  readonly level: number;
  readonly msg: string;
  readonly details: object;
}

function eventText({ level, msg, details }: LogEvent): string {
  const text = `${levels[level] ?? ''}${msg.charAt(0).toUpperCase()}${msg.slice(1)}`;
  const parts = Object.entries(details).map(([name, value]) => `${name} ${plain(value)}`);
  return level === INFO || parts.length === 0 ? text : `${text} (${parts.join(', ')})`;
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
