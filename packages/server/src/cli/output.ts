// What the command line prints: results on stdout, all else on stderr. Whatever a text contains, nothing is
// written that a terminal would obey [C-13.20]; colours are added here alone, around texts that are clean.

import { styleText } from 'node:util';
import { cutText, escapeControls, replaceControls } from '@tillgate/protocol';
import { UsageError } from './exit-code.ts';
import type { Line, Span } from './layout.ts';
import { layFacts, layTable, wrapLine } from './layout.ts';

/** A text, or one with its looks, or several beside each other. */
export type Text = string | Span | readonly (string | Span)[];

/** The options of every command about its output. */
export const outputOptions = {
  color: {
    type: 'string',
    choices: ['auto', 'always', 'never'],
    about: 'Colours [auto: on a terminal, unless NO_COLOR is set, or with FORCE_COLOR].',
  },
  quiet: { type: 'boolean', about: 'Print results and problems only: no progress, no hints.' },
} as const;

/** Columns of a terminal that does not say how many it has, or says 0. */
const USUAL_COLUMNS = 80;
/** Goes to the begin of the line and erases it. */
const ERASE_LINE = '\r\u001b[K';
const formats = {
  plain: [],
  good: ['green'],
  bad: ['red'],
  wait: ['yellow'],
  accent: ['cyan'],
} as const;
const { choices } = outputOptions.color;

let colour: (typeof choices)[number] = 'auto';
let isQuiet = false;

/** Sets what the options of this command say; throws `UsageError`. */
export function configureOutput({ color = 'auto', quiet = false }: OutputValues): void {
  const choice = choices.find((one) => one === color);
  if (choice === undefined) throw new UsageError(`--color: expected ${choices.join(', ')}.`);
  colour = choice;
  isQuiet = quiet;
}

interface OutputValues {
  readonly color?: string;
  readonly quiet?: boolean;
}

/** One or more lines of the result. */
export function print(text: Text = ''): void {
  writeLines(process.stdout, linesOf(text));
}

/** Lines about what goes on, which are not part of the result. */
export function progress(text: Text): void {
  if (!isQuiet) print(text);
}

/** One JSON text, for programs; on a line of its own unless it is indented. */
export function printJson(value: unknown, indent = 0): void {
  write(process.stdout, escapeControls(JSON.stringify(value, null, indent)));
}

/** One or more lines for the person who watches. */
export function note(text: Text): void {
  writeLines(process.stderr, linesOf(text));
}

/** A line for the person who watches that may be missed. */
export function hint(text: Text): void {
  if (!isQuiet) note(text);
}

/** Prints columns as wide as needed and as the terminal allows, or a sentence if there is no row. */
export function printTable(
  heads: readonly string[],
  rows: readonly (readonly (string | Span)[])[],
  none: string,
): void {
  const table = rows.map((row) => row.map(cleanSpan));
  if (rows.length === 0) hint(none);
  else writeLines(process.stdout, layTable(heads, table, columnsOfStream(process.stdout)));
}

/** Prints labels, each with its value. */
export function printFacts(facts: readonly (readonly [string, string | Span])[]): void {
  const clear = facts.map(([label, value]) => [label, cleanSpan(value)] as const);
  writeLines(process.stdout, layFacts(clear, columnsOfStream(process.stdout)));
}

/** The line that says what goes on now; empty if there is none. */
let status = '';

/** Whether `showStatus` can show something. */
export function hasStatus(): boolean {
  return process.stderr.isTTY && process.env.TERM !== 'dumb' && !isQuiet;
}

/**
 * Shows a line below all others until the next call, cut where the terminal ends; an empty text removes it. Without
 * a terminal that can erase a line nothing is shown.
 */
export function showStatus(text: string): void {
  if (!hasStatus()) return;
  eraseStatus();
  [status = ''] = cutText(clean(text), columnsOfStream(process.stderr) - 1);
  process.stderr.write(status);
}

/** How wide lines may be; without end where there is no terminal. */
export function columnsOfStream({ isTTY, columns }: NodeJS.WriteStream): number {
  return isTTY ? columns || USUAL_COLUMNS : Number.POSITIVE_INFINITY;
}

function writeLines(stream: NodeJS.WriteStream, lines: readonly Line[]): void {
  const rows = lines.flatMap((line) => wrapLine(line, columnsOfStream(stream)));
  write(stream, rows.map((row) => row.map((span) => styled(span, stream)).join('')).join('\n'));
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

function styled({ text, tone = 'plain', bold = false }: Span, stream: NodeJS.WriteStream): string {
  const format = [...formats[tone], ...(bold ? (['bold'] as const) : [])];
  if (colour === 'never' || format.length === 0 || text.trim() === '') return text;
  return styleText(format, text, colour === 'always' ? { validateStream: false } : { stream });
}

/** Clean lines; a line break within a span ends its line. */
function linesOf(text: Text): readonly Line[] {
  const spans = typeof text === 'string' || 'text' in text ? [text] : text;
  const lines: Span[][] = [[]];
  for (const span of spans) {
    const looks = typeof span === 'string' ? {} : span;
    const parts = (typeof span === 'string' ? span : span.text).split('\n');
    for (const [index, part] of parts.entries()) {
      if (index > 0) lines.push([]);
      lines.at(-1)?.push({ ...looks, text: clean(part) });
    }
  }
  return lines;
}

function cleanSpan(span: string | Span): Span {
  return typeof span === 'string' ? { text: clean(span) } : { ...span, text: clean(span.text) };
}

/** A text of others within a line: what moves the cursor, ends the line or turns its direction is replaced. */
export function clean(text: string): string {
  return replaceControls(text.toWellFormed(), '\ufffd');
}
