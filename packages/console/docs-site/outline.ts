// What can be linked to on a page: its headings, with the anchors that GitHub gives them, and the
// rules of the contract, which have their number for an anchor.

import type { Token, Tokens } from 'marked';
import { plainText } from './html.ts';

/** A rule where it is laid down, alone or as the first cell of a row. */
export const RULE_NUMBER = /^C-\d+\.\d+$/;

export interface Heading {
  readonly id: string;
  readonly text: string;
  readonly depth: number;
}

/** Headings of a page by their token. */
export function headingsOf(tokens: readonly Token[]): ReadonlyMap<Token, Heading> {
  const seen = new Map<string, number>();
  const headings = new Map<Token, Heading>();
  for (const token of tokens) {
    if (token.type !== 'heading') continue;
    const { tokens: inner, depth } = token as Tokens.Heading;
    const text = plainText(inner);
    const slug = slugOf(text);
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    headings.set(token, { id: count === 0 ? slug : `${slug}-${count}`, text, depth });
  }
  return headings;
}

/** The anchor that GitHub and others make of a heading. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

/** Number of the rule that a paragraph or an item of a list lays down. */
export function ruleOf(token: Token): string | undefined {
  const [first] = ('tokens' in token && token.tokens) || [];
  if (first?.type === 'strong') return numberIn((first as Tokens.Strong).text);
  return first && first.type !== 'codespan' ? ruleOf(first) : undefined;
}

/** Number of the rule that a row lays down; its table has a first column "Rule". */
export function ruleOfRow(table: Tokens.Table, row: readonly Tokens.TableCell[]) {
  return table.header[0]?.text === 'Rule' ? numberIn(row[0]?.text ?? '') : undefined;
}

function numberIn(text: string): string | undefined {
  return RULE_NUMBER.test(text) ? text : undefined;
}

/** All rules that a page lays down. */
export function* rulesOf(tokens: readonly Token[]): Iterable<string> {
  for (const token of tokens) {
    const items = token.type === 'list' ? (token as Tokens.List).items : [token];
    const rows = token.type === 'table' ? (token as Tokens.Table).rows : [];
    const numbers = [
      ...items.map(ruleOf),
      ...rows.map((row) => ruleOfRow(token as Tokens.Table, row)),
    ];
    yield* numbers.filter((number) => number !== undefined);
  }
}
