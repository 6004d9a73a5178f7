/** `0.4 ms`, `12 ms`, `3.20 s`, `1 min 20 s`. */
export function durationText(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `+0 ms`, `+3.20 s`: moments of the journal are whole milliseconds. */
export function gapText(ms: number): string {
  return ms < 1000 ? `+${Math.round(ms)} ms` : `+${durationText(ms)}`;
}
