// Where the links of the Markdown lead on the site: to another page, to a schema that the gateway
// serves, or to a file of the repository that is shown as it stands.

import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { dialects, integrations } from '@tillgate/protocol';
import { assetName } from './asset-name.ts';
import { slugOf } from './outline.ts';
import type { Page } from './pages.ts';
import { CONTRACT, TOP, textOf } from './pages.ts';

/** Where files that are no pages are shown. */
export const SOURCE = 'source/';

export interface Links {
  /** From a page to what a link in its Markdown means; undefined if there is no such thing. */
  readonly follow: (from: Page, link: string) => string | undefined;
  /** From a page to where a rule of the contract is laid down. */
  readonly rule: (from: Page, number: string) => string | undefined;
  /** From a page to a picture in its Markdown; undefined if there is no such SVG file in the repository. */
  readonly picture: (from: Page, link: string) => PictureAsset | undefined;
  /** The pictures that were asked for, by their names below `/docs/`. */
  readonly pictures: ReadonlyMap<string, string>;
  /** Linked files and folders of the repository that are no pages. */
  readonly sources: ReadonlySet<string>;
}

interface PictureAsset {
  readonly href: string;
  /** In pixels, as the file says. */
  readonly width: string;
  readonly height: string;
}

export function linksBetween(pages: readonly Page[]): Links {
  const sources = new Set<string>();
  const pictures = new Map<string, string>();
  const byFile = new Map(pages.map((page) => [page.file, page.path]));
  byFile.set(CONTRACT, 'contract').set('README.md', '').set('docs/messages', 'messages');
  const chapters = pages.filter(({ file }) => file === CONTRACT);
  const inContract = new Map(
    chapters.flatMap(({ path, headings }) => [...headings.values()].map(({ id }) => [id, path])),
  );
  const rules = new Map(chapters.flatMap(({ path, rules: own }) => own.map((one) => [one, path])));

  function within(from: Page, file: string, anchor: string): string | undefined {
    const page = file === CONTRACT && anchor ? inContract.get(anchor) : byFile.get(file);
    if (page !== undefined) return `${hrefOf(from.path, page)}${anchor && `#${anchor}`}`;
    const served = servedByGateway(file);
    if (served !== undefined) return served.startsWith('#') ? listOf(from, served) : served;
    if (!existsSync(join(TOP, file))) return undefined;
    sources.add(file);
    return hrefOf(from.path, SOURCE + file);
  }

  return {
    sources,
    pictures,
    picture(from, link) {
      const file = posix.join(posix.dirname(from.file), link);
      if (!/^[\w./-]+\.svg$/.test(link) || !existsSync(join(TOP, file))) return undefined;
      const text = textOf(file);
      const [, width = '', height = ''] =
        /^<svg [^>]*width="(\d+)" height="(\d+)"/.exec(text) ?? [];
      const name = assetName(posix.basename(file, '.svg'), 'svg', text);
      pictures.set(name, text);
      return { href: hrefOf(from.path, name), width, height };
    },
    rule(from, number) {
      const page = rules.get(number);
      return page === undefined ? undefined : `${hrefOf(from.path, page)}#${number}`;
    },
    follow(from, link) {
      if (/^(https?|mailto):/.test(link)) return link;
      if (/^[a-z][a-z\d+.-]*:|^\//i.test(link)) return undefined;
      const [path = '', anchor = ''] = link.split('#');
      const file = path === '' ? from.file : posix.join(posix.dirname(from.file), path);
      if (file === from.file && file !== CONTRACT) return `#${anchor}`;
      return within(from, file.replace(/\/$/, ''), anchor);
    },
  };
}

/** Relative, so that the site may lie under another address; addresses have no ending. */
export function hrefOf(from: string, to: string): string {
  if (from === to) return '';
  const up = '../'.repeat(from.split('/').length - 1);
  return `${up}${to}` || './';
}

/** A gateway serves the schemas itself; `#` and a name for a folder of them. */
function servedByGateway(file: string): string | undefined {
  if (file === 'schemas/openapi.json') return '/api/v1/openapi.json';
  const [, version = '', integration = ''] = /^schemas\/(v\d)\/(\w+)$/.exec(file) ?? [];
  const known = Object.entries(integrations).find(([name]) => name === integration);
  if (known && version in dialects) return `#${slugOf(`${known[1].title}, ${version}`)}`;
  return /^schemas\/(v\d\/.+|index|(bundle|asyncapi)(\.open)?|fault|rehearsal)\.json$/.test(file)
    ? `/${file}`
    : undefined;
}

function listOf(from: Page, anchor: string): string {
  return `${hrefOf(from.path, 'messages')}${anchor}`;
}
