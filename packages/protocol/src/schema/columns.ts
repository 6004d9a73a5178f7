// Columns of paper: how many a text takes, and texts in rows of so many. A wide sign of Chinese, Japanese or Korean
// takes two columns, a combining mark none. Used by the builder of receipts and by the card machines that print.

import { eastAsianWidth } from 'get-east-asian-width';

/** A sign with the marks, variation selectors and joined signs that are printed in its place. */
const SIGN = /\p{RI}\p{RI}|.(?:\u200d.|[\p{M}\p{Default_Ignorable_Code_Point}\p{EMod}])*/gsu;
/** Each of these takes one column. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const NO_COLUMN = /[\p{M}\p{Default_Ignorable_Code_Point}]/u;

/** The number of columns of paper that `text` takes. */
export function columnsOf(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  return [...text].reduce((sum, character) => sum + columnsOfCharacter(character), 0);
}

/** `text` in rows of at most `width` columns; one row at least. No sign is parted from its marks. */
export function cutText(text: string, width: number): readonly string[] {
  const rows = [''];
  let taken = 0;
  for (const sign of signsOf(text, width)) {
    const columns = columnsOf(sign);
    if (taken > 0 && taken + columns > width) {
      rows.push('');
      taken = 0;
    }
    rows[rows.length - 1] += sign;
    taken += columns;
  }
  return rows;
}

/** `text` in rows of at most `width` columns, broken between words; a word that fits in no row is cut. */
export function wrapText(text: string, width: number): readonly string[] {
  if (columnsOf(text) <= width) return [text];
  const rows: string[] = [];
  for (const word of text.split(' ')) {
    const last = rows.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && columnsOf(longer) <= width) rows[rows.length - 1] = longer;
    else rows.push(...cutText(word, width));
  }
  return rows;
}

/** `text` in its place in a row of `width` columns, by leading spaces [C-5.5]; an odd space stands on the right. */
export function alignText(
  text: string,
  width: number,
  align: 'left' | 'centre' | 'right' = 'left',
): string {
  const free = Math.max(0, width - columnsOf(text));
  const before = { left: 0, centre: free >> 1, right: free }[align];
  return ' '.repeat(before) + text;
}

/** A label, and a value at the right edge; in rows of their own if they do not fit in one of `width` columns. */
export function labelledRows(label: string, value: string, width: number): readonly string[] {
  const room = width - columnsOf(label);
  if (columnsOf(value) < room) return [label + alignText(value, room, 'right')];
  return [label, ...cutText(value, width).map((part) => alignText(part, width, 'right'))];
}

/** The signs of `text`; one that is wider than `width` in its parts. */
export function signsOf(text: string, width: number): readonly string[] {
  const signs = text.match(SIGN) ?? [];
  return signs.flatMap((sign) => (columnsOf(sign) > width ? [...sign] : [sign]));
}

function columnsOfCharacter(character: string): number {
  if (NO_COLUMN.test(character)) return 0;
  return eastAsianWidth(character.codePointAt(0) ?? 0, { ambiguousAsWide: false });
}
