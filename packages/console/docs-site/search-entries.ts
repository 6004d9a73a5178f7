// What the search of the site finds: each page by its title, each section by its heading, each rule by
// its number, with the text below it.

import type { Token, Tokens } from 'marked';
import type { SearchEntry } from '../src/docs/search.ts';
import { plainText } from './html.ts';
import { ruleOf, ruleOfRow } from './outline.ts';
import type { Page } from './pages.ts';

interface Section {
  readonly title: string;
  readonly anchor: string;
  readonly texts: string[];
}

export function entriesOf(page: Page): readonly SearchEntry[] {
  const sections = sectionsOf(page);
  return sections.map(({ title, anchor, texts }, at) => ({
    title,
    page: at === 0 ? '' : page.title,
    href: at === 0 ? page.path : `${page.path}#${anchor}`,
    text: texts
      .join('\n')
      .replaceAll(/[^\S\n]+/g, ' ')
      .trim(),
  }));
}

/** The first one is the page itself. */
function sectionsOf(page: Page): readonly Section[] {
  const sections: Section[] = [{ title: page.title, anchor: '', texts: [] }];
  const begin = (title: string, anchor = title) => sections.push({ title, anchor, texts: [] });
  const add = (text: string) => sections.at(-1)?.texts.push(text);
  const rules = new Set(page.rules);
  const beginRule = (rule: string | undefined) => {
    if (rule !== undefined && rules.has(rule)) begin(rule);
  };
  for (const token of page.tokens) {
    const heading = page.headings.get(token);
    if (heading && heading.depth > 1) begin(heading.text, heading.id);
    else if (!heading) addText(token, beginRule, add);
  }
  return sections;
}

type AddText = (text: string) => void;

function addText(token: Token, beginRule: (rule: string | undefined) => void, add: AddText): void {
  if (token.type === 'list') {
    for (const item of (token as Tokens.List).items) {
      beginRule(ruleOf(item));
      add(withoutNumber(plainText([item])));
    }
  } else if (token.type === 'table') {
    const table = token as Tokens.Table;
    add(table.header.map(({ text }) => text).join(' · '));
    for (const row of table.rows) {
      beginRule(ruleOfRow(table, row));
      add(withoutNumber(row.map(({ tokens }) => plainText(tokens)).join(' · ')));
    }
  } else {
    beginRule(ruleOf(token));
    add(withoutNumber(plainText([token])));
  }
}

/** Leaves out what does not help a search: the source of a rule, and its number, which is the title. */
function withoutNumber(text: string): string {
  return text.replace(/^C-\d+\.\d+( · )?/, '').replaceAll(/ ?\((seed|vendor|field|ours)\)/g, '');
}
