// The order in which the site is read: the one table of its groups. A guide that nobody put in its
// place here is found at the end of the operators' group, so that nothing gets lost.

import type { Integration } from '@tillgate/protocol';
import { dialects, exchangesOf, integrations, integrationsOf } from '@tillgate/protocol';
import { SOURCE } from './links.ts';
import type { Page } from './pages.ts';

export interface Entry {
  readonly title: string;
  /** Below `/docs/`, with an anchor if it is a part of a page. */
  readonly path: string;
}

export interface Group {
  readonly title: string;
  readonly items: readonly (Entry | Group)[];
}

const START = 'getting-started';

export function isGroup(item: Entry | Group): item is Group {
  return 'items' in item;
}

/** In the order of the alphabet, but the one that has the SDK first. */
const languages = {
  'languages/javascript': '',
  'languages/csharp': '',
  'languages/go': '',
  'languages/java': '',
  'languages/php': '',
  'languages/python': '',
} as const;

/** Paths and short titles; without a title that of the page. */
const tables = {
  Guides: {
    'pay-at-counter': '',
    'pay-at-table': '',
    'card-machines': '',
    'virtual-card-machines': '',
    rehearse: 'Rehearse a till',
    faults: '',
    testing: '',
    schemas: '',
    sdk: 'The SDK',
    languages: '',
    ...languages,
    [`${SOURCE}examples`]: 'Examples',
  },
  'Running a gateway': {
    'admin-api': 'Admin API',
    'admin-routes': 'Admin API: routes',
    deployment: '',
    operations: '',
    alarms: '',
    cluster: '',
    scale: '',
    security: '',
    settings: '',
  },
  Reference: { errors: '', outcomes: '', 'rehearse-catalogue': 'Rehearsal: scenarios and rules' },
} as const;

export function navigation(pages: readonly Page[]): readonly Group[] {
  const under = (start: string) => pages.filter(({ path }) => path.startsWith(start)).map(entry);
  const contract = [
    { path: 'contract', title: 'About the contract' },
    // In the order of the chapters, not of their letters.
    ...under('contract/'),
  ];
  return [
    { title: 'Getting started', items: gettingStarted(pages) },
    { title: 'Guides', items: placed(pages, tables.Guides) },
    {
      title: 'Running a gateway',
      items: [...placed(pages, tables['Running a gateway']), ...unplaced(pages)],
    },
    {
      title: 'Reference',
      items: [
        ...placed(pages, tables.Reference),
        { title: 'The contract', items: contract },
        { title: 'Messages', path: 'messages' },
        ...messages(),
      ],
    },
    {
      title: 'Project',
      items: [
        ...under('project/'),
        ...under('models'),
        { title: 'Decisions', items: under('decisions/') },
      ],
    },
  ];
}

function placed(pages: readonly Page[], table: Readonly<Record<string, string>>): readonly Entry[] {
  return Object.entries(table).flatMap(([path, title]) =>
    pages
      .filter((page) => page.path === path)
      .map((page) => ({ path, title: title || page.title })),
  );
}

function unplaced(pages: readonly Page[]): readonly Entry[] {
  const known = new Set(Object.values(tables).flatMap(Object.keys));
  return pages
    .filter(({ file }) => /^docs\/[^/]+\.md$/.test(file))
    .filter(({ path }) => !known.has(path) && path !== '' && path !== START)
    .map(entry);
}

function entry({ path, title }: Page): Entry {
  return { path, title };
}

/** The page and its own parts: the way in has to be seen at one glance. */
function gettingStarted(pages: readonly Page[]): readonly Entry[] {
  const { headings } = pages.find(({ path }) => path === START) ?? {};
  const parts = [...(headings?.values() ?? [])].filter(({ depth }) => depth === 2);
  return [
    { path: START, title: 'Overview' },
    ...parts.map(({ id, text }) => ({ path: `${START}#${id}`, title: text })),
  ];
}

function messages(): readonly Group[] {
  return Object.values(dialects).flatMap((dialect) =>
    integrationsOf(dialect).map((integration: Integration) => ({
      title: `${integrations[integration].title}, ${dialect.version}`,
      items: exchangesOf(dialect)
        .filter((exchange) => exchange.integration === integration)
        .map(({ name }) => ({
          title: name,
          path: `messages/${dialect.version}/${integration}/${name}`,
        })),
    })),
  );
}

/** All pages in order; each once. */
export function readingOrder(groups: readonly Group[]): readonly Entry[] {
  const all = groups.flatMap(({ items }) => items.flatMap(entriesIn));
  return all.filter(({ path }) => !path.includes('#'));
}

function entriesIn(item: Entry | Group): readonly Entry[] {
  return isGroup(item) ? item.items.flatMap(entriesIn) : [item];
}
