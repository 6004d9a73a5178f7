// Formats times and durations: times of day, and times of the API (ISO 8601) as a date, an age or a
// countdown. Pure.

export { durationText } from '@tillgate/protocol';

const timeParts = {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
} as const;
const clock = new Intl.DateTimeFormat('en-GB', timeParts);
const preciseClock = new Intl.DateTimeFormat('en-GB', { ...timeParts, fractionalSecondDigits: 3 });
const dateTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  ...timeParts,
});

/** `14:03:27`, in the browser's time zone; `at` in ms since 1970. */
export function clockTime(at: number): string {
  return clock.format(at);
}

/** `14:03:27.120`. */
export function preciseClockTime(at: number): string {
  return preciseClock.format(at);
}

/** `22 Nov 2026, 20:15:25` in the browser's time zone, from a time of the API. */
export function dateTimeText(moment: string): string {
  return dateTime.format(Date.parse(moment));
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `just now`, `12 s ago`, `3 min ago`, `2 h ago`, `4 days ago`; `now` in ms since 1970. */
export function agoText(moment: string, now: number): string {
  const seconds = Math.floor((now - Date.parse(moment)) / 1000);
  if (seconds < 3) return 'just now';
  if (seconds < MINUTE) return `${seconds} s ago`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ago`;
  const days = Math.floor(seconds / DAY);
  return days === 1 ? '1 day ago' : `${days} days ago`;
}

/** Such as `14:59`, minutes and seconds until then; `0:00` after it. */
export function countdownText(moment: string, now: number): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(moment) - now) / 1000));
  return `${Math.floor(seconds / MINUTE)}:${String(seconds % MINUTE).padStart(2, '0')}`;
}

/** The end of a day such as `2026-03-14` by the browser's clock, as a time of the API. */
export function endOfDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}
