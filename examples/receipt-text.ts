// Receipt lines as a till's printer prints them.

import type { TillReceiptLine } from '@tillgate/client';
import { preview } from '@tillgate/client';

const WIDTH = 24;

/** The printed receipt as text; `""` if there is nothing to print. */
export function receiptText(lines: readonly TillReceiptLine[] = []): string {
  if (lines.length === 0) return '';
  const edge = `+${'-'.repeat(WIDTH + 4)}+`;
  const rows = preview(lines, WIDTH).map((row) => `|  ${row.padEnd(WIDTH)}  |`);
  return [edge, ...rows, edge].join('\n');
}
