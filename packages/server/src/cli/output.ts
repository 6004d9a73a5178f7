// What the command line prints: results on stdout, all else on stderr.

/** A line of the result. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** One JSON text on a line of its own, for programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** A line for the person who watches. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
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

/** Control characters, line breaks, halves of characters. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Replaces what is no sign on a line: foreign text must not move the cursor, change the screen or break a receipt. */
export function clean(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}
