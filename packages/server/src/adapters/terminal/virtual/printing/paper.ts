// Lines of a receipt printer with 24 columns [C-5.6]. Labels are left-aligned and amounts end at the 24th column, so
// that the lines also look right on wider paper.

import type { Currency, ReceiptLine } from '@tillgate/protocol';
import { alignText, labelledRows, wrapText } from '@tillgate/protocol';

/** Columns of a line. */
export const WIDTH = 24;

type Format = NonNullable<ReceiptLine['format']>;

/** A label, and a value at the right edge; on separate lines if they do not fit on one. */
export function row(label: string, value: string, format?: Format): readonly ReceiptLine[] {
  return labelledRows(label, value, WIDTH).map((line) => text(line, format));
}

/** Left-aligned, wrapped between words. */
export function left(words: string, format?: Format): readonly ReceiptLine[] {
  return wrapped(words).map((line) => text(line, format));
}

/** Centred, wrapped between words. */
export function centred(words: string, format?: Format): readonly ReceiptLine[] {
  return wrapped(words).map((line) => text(alignText(line, WIDTH, 'centre'), format));
}

export function boxed(type: 'BOX_DECLINE' | 'BOX_VOID', words: string): ReceiptLine {
  return { value: alignText(words, WIDTH, 'centre'), type };
}

export function text(value: string, format?: Format): ReceiptLine {
  return format ? { value, format } : { value };
}

export const separator: ReceiptLine = { value: '', type: 'LINE_SEPARATOR_SINGLE' };
export const doubleSeparator: ReceiptLine = { value: '', type: 'LINE_SEPARATOR_DOUBLE' };
export const blankLine: ReceiptLine = { value: '', type: 'CARRIAGE_RETURN' };
export const feed: ReceiptLine = { value: '', type: 'TICKET_FEED' };
export const bold: Format = ['BOLD'];

/** An amount in pence or cents as text, such as `GBP12.50`. */
export function money(currency: Currency, minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${currency}${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** No line for a text without a word. */
function wrapped(words: string): readonly string[] {
  const line = words.trim().replace(/\s+/g, ' ');
  return line === '' ? [] : wrapText(line, WIDTH);
}
