// Times as people type and read them: dates, lengths of time, and the difference of two.

import { UsageError } from './exit-code.ts';

const DURATION = /^(\d{1,6})([smhdw])$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `30d` to milliseconds; undefined if it is no length of time. */
function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = DURATION.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNIT_MS[unit] ?? 0);
}

/** `2h` (ago), `2026-03-14` (its beginning) or `2026-03-14T12:31`, in the time of this computer. */
export function readSince(text: string, now: number): number {
  const length = parseDuration(text);
  return length === undefined ? readDate('--since', text).at : now - length;
}

/** `30d` (from now), `2026-12-31` (its end) or a date with time, in the time of this computer. */
export function readExpiry(text: string, now: number): number {
  const length = parseDuration(text);
  const at = length === undefined ? endOf(readDate('--expires', text)) : now + length;
  if (at <= now) throw new UsageError(`--expires: ${text} is already over.`);
  return at;
}

function endOf({ at, wholeDay }: { at: number; wholeDay: boolean }): number {
  if (!wholeDay) return at;
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
}

function readDate(name: string, text: string): { at: number; wholeDay: boolean } {
  const [, ...parts] = DATE.exec(text) ?? [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    Number(part ?? 0),
  );
  const date = new Date(year, month - 1, day, hour, minute, second);
  const real = date.getMonth() === month - 1 && date.getDate() === day;
  if (parts.length === 0 || !real || hour > 23 || minute > 59 || second > 59) {
    throw new UsageError(
      `${name}: "${text}" is no time. Write 2026-12-31, 2026-12-31T18:00, or a length of time ` +
        'such as 90s, 15m, 2h, 30d, 4w.',
    );
  }
  return { at: date.getTime(), wholeDay: parts[3] === undefined };
}

/** `2026-03-14 12:31:07`, in the time of this computer. */
export function dateTimeText(at: number): string {
  return `${dayText(at)} ${timeText(at)}`;
}

/** `12:31:07`, with `.042` if milliseconds are asked for. */
export function timeText(at: number, { ms = false } = {}): string {
  const date = new Date(at);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return ms ? `${parts}.${String(date.getMilliseconds()).padStart(3, '0')}` : parts;
}

/** `8.7 s`. */
export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `+0.412 s`. */
export function differenceText(ms: number): string {
  return `+${(ms / 1000).toFixed(3)} s`;
}

function dayText(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
