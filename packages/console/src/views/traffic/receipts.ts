// Finds the receipts in a message, to show them as paper. Pure.

import type { TillReceiptLine } from '@tillgate/protocol';

export interface TitledReceipt {
  readonly title: string;
  readonly lines: readonly TillReceiptLine[];
}

const titles: Readonly<Record<string, string>> = {
  MERCHANT: 'Merchant copy',
  CUSTOMER: 'Customer copy',
};

/** Keys that hold lines to print; those of a payment by the copy they are for. */
export const paperKeys = ['receiptLines', 'merchantReceipt', 'reportLines'] as const;
type PaperKey = (typeof paperKeys)[number];

/** Of a payment both copies, of a question the one to sign, the bill, the report. */
export function receiptsIn(message: unknown): readonly TitledReceipt[] {
  const { params, result } = Object(message) as Record<string, unknown>;
  const said = Object(result ?? params) as Record<string, unknown>;
  // A card machine's report of an order has the result inside.
  const inside = Object(said.outcome ?? said.result);
  return [said, inside].flatMap(papersOf);
}

function papersOf(holder: Partial<Record<PaperKey, unknown>>): readonly TitledReceipt[] {
  const { receiptLines, merchantReceipt, reportLines } = holder;
  const copies = Array.isArray(receiptLines) ? [] : Object.entries(Object(receiptLines));
  return [
    ...found('Receipt', receiptLines),
    ...copies.flatMap(([copy, lines]) => found(titles[copy] ?? copy, lines)),
    ...found('Merchant copy', merchantReceipt),
    ...found('Report', reportLines),
  ];
}

/** Nothing where it is no receipt: what came may be anything. */
function found(title: string, lines: unknown): readonly TitledReceipt[] {
  const good = Array.isArray(lines) && lines.length > 0 && lines.every(isLine);
  return good ? [{ title, lines }] : [];
}

function isLine(line: unknown): line is TillReceiptLine {
  const { value, format = [] } = Object(line) as Record<string, unknown>;
  return typeof value === 'string' && Array.isArray(format);
}
