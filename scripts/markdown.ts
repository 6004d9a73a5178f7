// Markdown helpers of the generated pages: tables, code words and readable JSON.

/** A table; each cell is Markdown. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [columns, columns.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(inCell).join(' | ')} |\n`).join('');
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** Code words as a list: `A`, `B` or `C`. */
export function codeList(words: readonly string[]): string {
  const all = words.map(code);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

const WIDTH = 100;

/** JSON in which every value that fits on a line is on one line. */
export function readableJson(value: unknown, indent = '', key = ''): string {
  const short = `${indent}${key}${oneLine(value)}`;
  if (short.length <= WIDTH || typeof value !== 'object' || value === null) return short;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => readableJson(item, inner))
    : Object.entries(value).map(([name, one]) => readableJson(one, inner, `"${name}": `));
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${indent}${key}${open}\n${parts.join(',\n')}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(
    ([key, one]) => `${JSON.stringify(key)}: ${oneLine(one)}`,
  );
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}
