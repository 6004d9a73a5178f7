// The documentation as a site: all files below /docs, by name, from the Markdown of the repository.
// Writing nothing itself, it says what should stand there and what is wrong with it.

import type { Token } from 'marked';
import { buildIndex } from '../src/docs/search.ts';
import { assetName } from './asset-name.ts';
import { plainText } from './html.ts';
import type { Frame, Sheet } from './layout.ts';
import { pageHtml } from './layout.ts';
import type { Links } from './links.ts';
import { linksBetween } from './links.ts';
import { navigation, readingOrder } from './navigation.ts';
import type { Page } from './pages.ts';
import { readPages, textOf } from './pages.ts';
import { render } from './render.ts';
import { entriesOf } from './search-entries.ts';
import { sourcePages } from './sources.ts';
import { actionsOf } from './try-it-links.ts';

/** What the browser's part of the site was built into, below `/docs/`. */
export interface Built {
  readonly script: string;
  readonly styles: readonly string[];
}

export interface Site {
  /** Texts by name below `/docs/`: `errors.html`, `assets/search-….json`. */
  readonly files: ReadonlyMap<string, string>;
  /** Links that lead nowhere and the like, each with its file. */
  readonly faults: readonly string[];
}

export function docsSite(built: Built): Site {
  const own = readPages();
  const links = linksBetween(own);
  const faults: string[] = [];
  const written = own.map((page) => write(page, links, faults));
  // Which files are shown is known only now that all links were followed.
  const sources = sourcePages(links.sources, own);
  written.push(...sources.map((page) => write(page, links, faults)));

  const pages = [...own, ...sources];
  const groups = navigation(pages);
  const order = readingOrder(groups);
  const icon = textOf('packages/console/src/app/icon.svg');
  const search = buildIndex(inOrder(pages, order).flatMap(entriesOf));
  const assets = {
    ...built,
    icon: assetName('icon', 'svg', icon),
    search: assetName('search', 'json', search),
  };
  const frame: Frame = { assets, groups, order };
  const htmls = written.map((sheet) => [nameOf(sheet.path), pageHtml(sheet, frame)] as const);
  const lost = ['not-found.html', pageHtml(NOT_FOUND, frame, '/docs/')] as const;
  return {
    files: new Map([
      ...htmls,
      lost,
      [assets.icon, icon],
      [assets.search, search],
      ...links.pictures,
    ]),
    faults,
  };
}

/** Said at any address that is no page, so its links are whole addresses. */
const NOT_FOUND: Sheet = {
  path: 'not-found',
  title: 'No such page',
  summary: 'There is no page at this address.',
  html: '<h1>No such page</h1>\n<p>There is nothing at this address. Search, or begin at the <a href="/docs/">front page</a>.</p>',
  parts: [],
};

function nameOf(path: string): string {
  return `${path || 'index'}.html`;
}

function write(page: Page, links: Links, faults: string[]): Sheet {
  const { html, faults: found } = render(page, links);
  faults.push(...found.map((fault) => `${page.file}: ${fault}`));
  return {
    path: page.path,
    title: page.title,
    summary: summaryOf(page.tokens),
    html: html.replace(/<\/h1>\n/, `</h1>\n${actionsOf(page.path)}`),
    parts: [...page.headings.values()],
  };
}

function summaryOf(tokens: readonly Token[]): string {
  const first = tokens.find(({ type }) => type === 'paragraph');
  const text = first ? plainText([first]).replaceAll(/\s+/g, ' ') : '';
  return text.length > 160 ? `${text.slice(0, text.lastIndexOf(' ', 157))} …` : text;
}

/** As the site is read; what stands in no navigation comes last. */
function inOrder(pages: readonly Page[], order: readonly { readonly path: string }[]) {
  const places = new Map(order.map(({ path }, at) => [path, at]));
  const placeOf = ({ path }: Page) => places.get(path) ?? (path === '' ? -1 : places.size);
  return pages.toSorted((a, b) => placeOf(a) - placeOf(b));
}
