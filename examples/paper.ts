// Receipt lines as text, as a till's printer would show them: each line as it came, since the card
// machine has laid it out already.

import type { ReceiptLine } from '@tillgate/client';

const WIDTH = 24;

/** A slip of paper with the lines on it; `""` if there is nothing to print. */
export function paper(lines: readonly ReceiptLine[] = []): string {
  if (lines.length === 0) return '';
  const edge = `+${'-'.repeat(WIDTH + 4)}+`;
  const rows = lines.flatMap(rowsOf).map((row) => `|  ${row.padEnd(WIDTH)}  |`);
  return [edge, ...rows, edge].join('\n');
}

function rowsOf({ type = 'TEXT', value }: ReceiptLine): readonly string[] {
  switch (type) {
    case 'LINE_SEPARATOR_SINGLE':
      return ['-'.repeat(WIDTH)];
    case 'LINE_SEPARATOR_DOUBLE':
      return ['='.repeat(WIDTH)];
    case 'CARRIAGE_RETURN':
      return [''];
    case 'TICKET_FEED': // Paper comes out; on a screen there is nothing to see.
      return [];
    case 'BOX_DECLINE':
    case 'BOX_VOID':
      return ['*'.repeat(WIDTH), value, '*'.repeat(WIDTH)];
    default: // TEXT, and whatever a later version may add.
      return [value];
  }
}
