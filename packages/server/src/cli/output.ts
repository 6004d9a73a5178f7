// What the command line prints: results on stdout, all else on stderr. Whatever a text contains, nothing is
// written that a terminal would obey [C-13.20].

import { escapeControls, replaceControls } from '@tillgate/protocol';

/** One or more lines of the result. */
export function print(text = ''): void {
  process.stdout.write(`${cleanLines(text)}\n`);
}

/** A line of the result with codes for the terminal around texts that are clean. */
export function printStyled(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One JSON text, for programs; on a line of its own unless it is indented. */
export function printJson(value: unknown, indent = 0): void {
  process.stdout.write(`${escapeControls(JSON.stringify(value, null, indent))}\n`);
}

/** One or more lines for the person who watches. */
export function note(text: string): void {
  process.stderr.write(`${cleanLines(text)}\n`);
}

/** Prints columns as wide as needed, or a sentence if there is no row. */
export function printTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  none: string,
): void {
  if (rows.length === 0) {
    note(none);
    return;
  }
  const table = [heads, ...rows].map((row) => row.map(clean));
  const widths = heads.map((_, column) => Math.max(...table.map((row) => lengthOf(row[column]))));
  for (const row of table) {
    print(
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

function lengthOf(cell = ''): number {
  return [...cell].length;
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - lengthOf(cell)));
}

function cleanLines(text: string): string {
  return text.split('\n').map(clean).join('\n');
}

/** A text of others within a line: what moves the cursor, ends the line or turns its direction is replaced. */
export function clean(text: string): string {
  return replaceControls(text.toWellFormed(), '\ufffd');
}
