// A receipt of 24 columns as text for a terminal.

import { preview } from '@tillgate/client';
import type { TillReceiptLine } from '@tillgate/protocol';
import type { Span } from './layout.ts';
import { clean } from './output.ts';

const WIDTH = 24;

/** The lines of the receipt, top to bottom [C-5.5]. */
export function receiptText(lines: readonly TillReceiptLine[]): readonly Span[] {
  return lines.flatMap((line) => {
    const printed = preview([{ ...line, value: clean(line.value) }], WIDTH);
    const bold = (line.format ?? []).length > 0;
    return printed.map((text) => ({ text, bold }));
  });
}
