// A receipt of 24 columns as text for a terminal.

import { preview } from '@tillgate/client';
import type { TillReceiptLine } from '@tillgate/protocol';
import { clean } from './output.ts';

const WIDTH = 24;
const BOLD = '\u001b[1m';
const PLAIN = '\u001b[0m';

interface Printer {
  /** Whether the terminal supports ANSI codes. */
  readonly bold: boolean;
}

/** The lines of the receipt, top to bottom [C-5.5]. */
export function receiptText(
  lines: readonly TillReceiptLine[],
  { bold }: Printer,
): readonly string[] {
  return lines.flatMap((line) => {
    const printed = preview([{ ...line, value: clean(line.value) }], WIDTH);
    const heavy = bold && (line.format ?? []).length > 0;
    return heavy ? printed.map((text) => `${BOLD}${text}${PLAIN}`) : printed;
  });
}
