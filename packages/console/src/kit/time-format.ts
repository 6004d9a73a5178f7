// Formats times of day and durations. Pure.

const seconds = {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
} as const;
const clock = new Intl.DateTimeFormat('en-GB', seconds);
const exact = new Intl.DateTimeFormat('en-GB', { ...seconds, fractionalSecondDigits: 3 });

/** `14:03:27`, in the browser's time zone; `at` in ms since 1970. */
export function clockTime(at: number): string {
  return clock.format(at);
}

/** `14:03:27.120`. */
export function preciseClockTime(at: number): string {
  return exact.format(at);
}

/** `0.4 ms`, `12 ms`, `3.20 s`, `1 min 20 s`. */
export function durationText(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
