// Reads PROTOCOL.md as data: its JSON examples with their places, and its tables.

import { readFileSync } from 'node:fs';

const document = readFileSync(new URL('../../../PROTOCOL.md', import.meta.url), 'utf8');
const lines = document.split('\n');

/** One message of an example, parsed; a batch is one. */
export interface Example {
  readonly chapter: number;
  /** Line of PROTOCOL.md, from 1. */
  readonly line: number;
  readonly value: unknown;
  /** Messages of one block belong together; wire order is file order. */
  readonly block: number;
}

/** Every example of a chapter, in the order of the document. */
export function jsonExamples(): readonly Example[] {
  return blocks().flatMap(({ chapter, line, kind, body }) => {
    const place = { chapter, block: line };
    if (kind === 'json') return [{ ...place, line: line + 1, value: JSON.parse(body.join('\n')) }];
    return body.map((text, index) => ({
      ...place,
      line: line + 1 + index,
      value: JSON.parse(text),
    }));
  });
}

interface Block {
  readonly chapter: number;
  readonly line: number;
  readonly kind: 'json' | 'jsonl';
  readonly body: readonly string[];
}

function blocks(): readonly Block[] {
  const found: Block[] = [];
  let chapter = 0;
  for (const [index, text] of lines.entries()) {
    chapter = Number(/^## (\d+) /.exec(text)?.[1] ?? chapter);
    const kind = /^```(json|jsonl)$/.exec(text)?.[1] as Block['kind'] | undefined;
    if (!kind) continue;
    const end = lines.indexOf('```', index);
    found.push({ chapter, line: index + 1, kind, body: lines.slice(index + 1, end) });
  }
  return found;
}

/** A row of a table by the names of its columns. */
export type Row = Readonly<Record<string, string>>;

/** The rows of the first table after the paragraph that starts with a rule, such as `C-5.2`. */
export function tableOf(rule: string): readonly Row[] {
  const start = lines.findIndex((text) => text.startsWith(`**${rule}**`));
  const top = lines.findIndex((text, index) => index > start && text.startsWith('| '));
  const end = lines.findIndex((text, index) => index > top && !text.startsWith('|'));
  if (start < 0 || top < 0) throw new Error(`PROTOCOL.md has no table under ${rule}.`);
  const [columns = [], , ...rows] = lines.slice(top, end).map(cells);
  return rows.map((row) => Object.fromEntries(row.map((cell, index) => [columns[index], cell])));
}

function cells(text: string): string[] {
  return text
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The words in code quotes of a cell. */
export function codeWords(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');
}
