// Lines of a receipt printer 24 characters wide [C-5.6]. Labels are left-aligned and amounts end at the 24th
// character, so that the lines also look right on wider paper.

import type { Currency, ReceiptLine } from '@tillgate/protocol';

/** Characters a line. */
export const WIDTH = 24;

type Format = NonNullable<ReceiptLine['format']>;

/** A label, and a value at the right edge; on separate lines if they do not fit on one. */
export function row(label: string, value: string, format?: Format): readonly ReceiptLine[] {
  const gap = WIDTH - label.length - value.length;
  if (gap >= 1) return [text(label + ' '.repeat(gap) + value, format)];
  const parts = chunks(value);
  return [text(label, format), ...parts.map((part) => text(part.padStart(WIDTH), format))];
}

/** Left-aligned, wrapped between words. */
export function left(words: string, format?: Format): readonly ReceiptLine[] {
  return wrapped(words).map((line) => text(line, format));
}

/** Centred, wrapped between words. */
export function centred(words: string, format?: Format): readonly ReceiptLine[] {
  return wrapped(words).map((line) => text(centredLine(line), format));
}

export function boxed(type: 'BOX_DECLINE' | 'BOX_VOID', words: string): ReceiptLine {
  return { value: centredLine(words), type };
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

function centredLine(line: string): string {
  return ' '.repeat((WIDTH - line.length) >> 1) + line;
}

function wrapped(words: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(/\s+/).flatMap(chunks)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= WIDTH) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Parts of a word of at most one line each, never split within a character. */
function chunks(word: string): readonly string[] {
  if (word.length <= WIDTH) return word === '' ? [] : [word];
  const parts = [''];
  for (const character of word) {
    const part = parts.at(-1) ?? '';
    if (part.length + character.length > WIDTH) parts.push(character);
    else parts[parts.length - 1] = part + character;
  }
  return parts;
}
