// The Markdown of the repository as pages of the site: which file becomes which page, and the contract
// cut into its chapters.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Token } from 'marked';
import { lexer } from 'marked';
import type { Heading } from './outline.ts';
import { headingsOf, rulesOf, slugOf } from './outline.ts';

export const TOP = join(import.meta.dirname, '../../..');
export const CONTRACT = 'PROTOCOL.md';

export interface Page {
  /** Address below `/docs/`; empty for the front page. */
  readonly path: string;
  /** The file it is made of, from the top of the repository. */
  readonly file: string;
  readonly title: string;
  readonly tokens: readonly Token[];
  readonly headings: ReadonlyMap<Token, Heading>;
  /** Numbers of the rules that it lays down; only a page of the contract does. */
  readonly rules: readonly string[];
}

/** Files outside of docs/ and what they are called on the site. */
const others: Readonly<Record<string, string>> = {
  'packages/client/README.md': 'sdk',
  'ARCHITECTURE.md': 'project/architecture',
  'SECURITY.md': 'project/security-policy',
  'CONTRIBUTING.md': 'project/contributing',
  'CHANGELOG.md': 'project/changes',
};

export function readPages(): readonly Page[] {
  const files = globSync('docs/**/*.md', { cwd: TOP }).map((file) => file.replaceAll('\\', '/'));
  const paged = [...files.toSorted(), ...Object.keys(others)];
  return [
    ...paged.map((file) => pageOf({ path: pathOf(file), file, text: textOf(file) })),
    ...chapters(textOf(CONTRACT)),
  ];
}

function pathOf(file: string): string {
  const name = file.replace(/^docs\//, '').replace(/\.md$/, '');
  return others[file] ?? name.replace(/(^|\/)README$/, '');
}

export function textOf(file: string): string {
  return readFileSync(join(TOP, file), 'utf8');
}

/** A remark for people who edit the file; left out of the page. */
const GENERATED = /^Generated from [^\n]* do not edit\.\n/m;

export function pageOf(source: {
  readonly path: string;
  readonly file: string;
  readonly text: string;
}): Page {
  const { path, file, text } = source;
  const tokens = lexer(text.replace(GENERATED, ''));
  const headings = headingsOf(tokens);
  const [first] = headings.values();
  const rules = file === CONTRACT ? [...rulesOf(tokens)] : [];
  return { path, file, title: first?.text ?? path, tokens, headings, rules };
}

/** A front page with what stands above the first chapter, and a page for each chapter. */
function chapters(text: string): readonly Page[] {
  const [front = '', ...parts] = text.split(/^(?=## )/m);
  const titles = parts.map((part) => (part.split('\n')[0] ?? '').replace('## ', ''));
  const list = titles.map((title) => `- [${title}](#${slugOf(title)})\n`).join('');
  const pages = parts.map((part, at) => ({
    path: `contract/${slugOf(titles[at] ?? '')}`,
    file: CONTRACT,
    // A chapter is a page here, so all headings are one step higher.
    text: part.replaceAll(/^#(#+ )/gm, '$1'),
  }));
  return [{ path: 'contract', file: CONTRACT, text: `${front}\n${list}` }, ...pages].map(pageOf);
}
