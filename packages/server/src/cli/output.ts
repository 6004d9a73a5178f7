// What the command line prints: results on stdout, all else on stderr. Whatever a text contains, nothing is
// written that a terminal would obey [C-13.20].

import { cutText, escapeControls, replaceControls } from '@tillgate/protocol';

/** Columns of a terminal that does not say how many it has, or says 0. */
const USUAL_COLUMNS = 80;
/** Goes to the begin of the line and erases it. */
const ERASE_LINE = '\r\u001b[K';

/** One or more lines of the result. */
export function print(text = ''): void {
  write(process.stdout, cleanLines(text));
}

/** A line of the result with codes for the terminal around texts that are clean. */
export function printStyled(line: string): void {
  write(process.stdout, line);
}

/** One JSON text, for programs; on a line of its own unless it is indented. */
export function printJson(value: unknown, indent = 0): void {
  write(process.stdout, escapeControls(JSON.stringify(value, null, indent)));
}

/** One or more lines for the person who watches. */
export function note(text: string): void {
  write(process.stderr, cleanLines(text));
}

/** The line that says what goes on now; empty if there is none. */
let status = '';

/**
 * Shows a line below all others until the next call, cut where the terminal ends; an empty text removes it. Without
 * a terminal that can erase a line nothing is shown.
 */
export function showStatus(text: string): void {
  const { isTTY, columns } = process.stderr;
  if (!isTTY || process.env.TERM === 'dumb') return;
  eraseStatus();
  [status = ''] = cutText(clean(text), (columns || USUAL_COLUMNS) - 1);
  process.stderr.write(status);
}

/** Writes lines above the status. */
function write(stream: NodeJS.WriteStream, lines: string): void {
  eraseStatus();
  stream.write(`${lines}\n`);
  if (status !== '') process.stderr.write(status);
}

function eraseStatus(): void {
  if (status !== '') process.stderr.write(ERASE_LINE);
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
