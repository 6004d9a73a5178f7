// Finds the receipts in a message, to show them as paper. Pure.

import type { TillReceiptLine } from '@tillgate/protocol';

export interface Found {
  readonly title: string;
  readonly lines: readonly TillReceiptLine[];
}

const titles: Readonly<Record<string, string>> = {
  MERCHANT: 'Merchant copy',
  CUSTOMER: 'Customer copy',
};

/** Of a payment both copies, of a question the one to sign, at the table the bill. */
export function receiptsIn(message: unknown): readonly Found[] {
  const { params, result } = Object(message) as Record<string, unknown>;
  const { receiptLines } = Object(result ?? params) as { receiptLines?: unknown };
  if (Array.isArray(receiptLines)) return found('Receipt', receiptLines);
  return Object.entries(Object(receiptLines)).flatMap(([copy, lines]) =>
    found(titles[copy] ?? copy, lines),
  );
}

/** Nothing where it is no receipt: what came may be anything. */
function found(title: string, lines: unknown): readonly Found[] {
  const good = Array.isArray(lines) && lines.length > 0 && lines.every(isLine);
  return good ? [{ title, lines }] : [];
}

function isLine(line: unknown): line is TillReceiptLine {
  const { value, format = [] } = Object(line) as Record<string, unknown>;
  return typeof value === 'string' && Array.isArray(format);
}
