// Lays out what the command line prints for a terminal of so many columns: lines broken between words, tables and
// lists of facts. The texts are clean already; colours stay with their texts as tones. Pure.

import type { OutcomeWords } from '@tillgate/protocol';
import { columnsOf, wrapText } from '@tillgate/protocol';

/** A text with its looks. */
export interface Span {
  readonly text: string;
  readonly tone?: OutcomeWords['tone'];
  readonly bold?: boolean;
}

/** What stands beside each other in one line. */
export type Line = readonly Span[];

/** Between two columns of a table. */
const GAP = 2;
/** Below so many columns an explanation stands below its term. */
const NARROW = 60;
/** Longer lines of prose are hard to read. */
const LONGEST_LINE = 100;
/** The narrowest column that texts are broken into beside a label. */
const NARROWEST = 8;

/** The line in rows of at most `width` columns, broken between words; further rows are indented as the first. */
export function wrapLine(line: Line, width: number): readonly Line[] {
  const text = textOf(line);
  if (columnsOf(text) <= width) return [line];
  const indent = /^ */.exec(text)?.[0].length ?? 0;
  const room = Math.max(NARROWEST, width - indent);
  let at = indent;
  return wrapText(text.slice(indent), room).map((row) => {
    // The spaces at which the line is broken are in no row.
    while (at < text.length && !text.startsWith(row, at)) at += 1;
    const begin = at;
    at += row.length;
    return [...spaces(indent), ...partOf(line, begin, at)];
  });
}

/**
 * A table with a row of heads. Where it is wider than `width`, its cells are broken between words; where even that
 * is too wide, each row becomes a list of facts, with an empty line between.
 */
export function layTable(
  heads: readonly string[],
  rows: readonly (readonly Span[])[],
  width: number,
): readonly Line[] {
  const table = [heads.map((text) => ({ text })), ...rows];
  const widths = columnWidths(table, width - GAP * (heads.length - 1));
  if (widths) return table.flatMap((row) => tableRow(row, widths));
  return rows.flatMap((row, index) => {
    const facts = row.map((cell, column) => [heads[column] ?? '', cell] as const);
    return [...(index === 0 ? [] : [[]]), ...layFacts(facts, width)];
  });
}

/** A label and a value in each line; values begin at the same column and are broken between words. */
export function layFacts(
  facts: readonly (readonly [string, Span])[],
  width: number,
): readonly Line[] {
  const labels = Math.max(0, ...facts.map(([label]) => columnsOf(label))) + GAP;
  const room = Math.max(NARROWEST, width - labels);
  return facts.flatMap(([label, value]) =>
    wrapLine([value], room).map((row, index) => {
      const before = index === 0 ? label : '';
      const padding = textOf(row) === '' ? 0 : labels - columnsOf(before);
      return [{ text: before }, ...spaces(padding), ...row];
    }),
  );
}

interface TermColumns {
  /** Columns of the terms. */
  readonly least?: number;
  readonly most: number;
  /** Of the terminal. */
  readonly width: number;
}

/**
 * Terms of a help text, each with its explanation beside it, or below it where the term is longer than `most` columns or
 * the terminal is narrow.
 */
export function layTerms(
  terms: readonly (readonly [string, string])[],
  { least = 0, most, width }: TermColumns,
): readonly string[] {
  const isNarrow = width < NARROW;
  const longest = Math.max(least, ...terms.map(([term]) => term.length));
  const column = isNarrow ? GAP : Math.min(most, longest);
  const indent = ' '.repeat(column + 2 * GAP);
  return terms.flatMap(([term, text]) => {
    const rows = [...wrapText(text, Math.max(NARROWEST, width - indent.length))];
    const beside =
      term.length <= column ? `  ${term.padEnd(column)}  ${rows.shift() ?? ''}` : `  ${term}`;
    return [beside, ...rows.map((row) => `${indent}${row}`)];
  });
}

/** Paragraphs of a help text, in lines that are as long as the terminal allows; what is indented stays as it is. */
export function layParagraphs(lines: readonly string[], width: number): readonly string[] {
  if (width === Number.POSITIVE_INFINITY) return lines;
  const paragraphs: string[] = [];
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1] ?? '';
    const goesOn = isProse(line) && isProse(before);
    if (goesOn) paragraphs.push(`${paragraphs.pop()} ${line}`);
    else paragraphs.push(line);
  }
  return paragraphs.flatMap((text) =>
    isProse(text) ? wrapText(text, Math.min(width, LONGEST_LINE)) : [text],
  );
}

function isProse(line: string): boolean {
  return line !== '' && !line.startsWith(' ');
}

/** As wide as their cells, or as narrow as needed; undefined if not even the longest words fit. */
function columnWidths(table: readonly Line[], room: number): readonly number[] | undefined {
  const columns = (table[0] ?? []).map((_, column) => table.map((row) => row[column]?.text ?? ''));
  const widths = columns.map((cells) => Math.max(...cells.map(columnsOf)));
  const least = columns.map((cells) =>
    Math.max(...cells.flatMap((cell) => cell.split(' ')).map(columnsOf)),
  );
  if (sumOf(least) > room) return undefined;
  while (sumOf(widths) > room) {
    const spare = widths.map((width, column) => (width > (least[column] ?? 0) ? width : 0));
    const widest = spare.indexOf(Math.max(...spare));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function tableRow(row: Line, widths: readonly number[]): readonly Line[] {
  const cells = row.map((cell, column) => wrapLine([cell], widths[column] ?? 0));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, index) => {
    const parts = cells.map((rows) => rows[index] ?? []);
    // Nothing is padded behind the last text of a row.
    const last = parts.findLastIndex((part) => textOf(part) !== '');
    return parts.slice(0, last + 1).flatMap((part, column) => {
      const padding = (widths[column] ?? 0) - columnsOf(textOf(part)) + GAP;
      return column === last ? part : [...part, ...spaces(padding)];
    });
  });
}

export function textOf(line: Line): string {
  return line.map(({ text }) => text).join('');
}

/** The part of a line from one index of its text to another. */
function partOf(line: Line, begin: number, end: number): Line {
  let at = 0;
  return line.flatMap((span) => {
    const text = span.text.slice(Math.max(0, begin - at), Math.max(0, end - at));
    at += span.text.length;
    return text === '' ? [] : [{ ...span, text }];
  });
}

function spaces(count: number): Line {
  return count > 0 ? [{ text: ' '.repeat(count) }] : [];
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
