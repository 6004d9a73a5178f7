// Medians with their spread, ratios, and tables of them.

/** The same figure from every repeat, in their order. */
export type Series = readonly number[];

export function median(series: Series): number {
  const sorted = [...series].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median and spread as text: `812 (790..850)`. */
export function spread(series: Series, digits = 0): string {
  const least = Math.min(...series).toFixed(digits);
  const most = Math.max(...series).toFixed(digits);
  return `${median(series).toFixed(digits)} (${least}..${most})`;
}

/** The ratio of the medians; in brackets the least and greatest of the repeats, each against its own. */
export function ratio(series: Series, against: Series): string {
  const pairs = series.map((value, i) => value / against[i]!);
  const least = Math.min(...pairs).toFixed(2);
  const most = Math.max(...pairs).toFixed(2);
  return `${(median(series) / median(against)).toFixed(2)} (${least}..${most})`;
}
/** Whether the median of a figure has risen by more than a share of what it was before. */
export function risen(before: Series, after: Series, share: number): boolean {
  return median(after) > median(before) * (1 + share);
}

export interface Target {
  readonly what: string;
  /** A ratio, or a figure with the unit that `what` gives. */
  readonly value: number;
  readonly wanted: number;
  readonly bound: 'at least' | 'at most';
}

export function met({ value, wanted, bound }: Target): boolean {
  return bound === 'at least' ? value >= wanted : value <= wanted;
}

export function targetTable(targets: readonly Target[]): string {
  const rows = targets.map((target) => [
    target.what,
    target.value.toFixed(2),
    `${target.bound} ${target.wanted.toFixed(2)}`,
    met(target) ? 'met' : '**missed**',
  ]);
  return table(['what', 'value', 'target', ''], rows);
}

/** In Markdown, padded so that it also reads in a shell; all but the first column to the right. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) =>
    Math.max(3, head.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, i) =>
    i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(heads), line(rule), ...rows.map(line)].join('\n');
}
