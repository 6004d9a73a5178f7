// The frame of a page: bar, navigation, what is on the page, and the way on. It works without any
// script; search, theme and copying come with one.

import { escapeHtml } from './html.ts';
import { hrefOf } from './links.ts';
import type { Entry, Group } from './navigation.ts';
import { isGroup } from './navigation.ts';

/** Files that every page loads, below `/docs/`. */
export interface Assets {
  readonly script: string;
  readonly styles: readonly string[];
  readonly icon: string;
  readonly search: string;
}

export interface Sheet {
  readonly path: string;
  readonly title: string;
  readonly summary: string;
  /** The article. */
  readonly html: string;
  readonly parts: readonly { readonly id: string; readonly text: string; readonly depth: number }[];
}

export interface Frame {
  readonly assets: Assets;
  readonly groups: readonly Group[];
  readonly order: readonly Entry[];
}

/** `top` leads from the page to `/docs/`. */
export function pageHtml(sheet: Sheet, frame: Frame, top = hrefOf(sheet.path, '') || './'): string {
  const { assets } = frame;
  const styles = assets.styles.map((href) => `<link rel="stylesheet" href="${top}${href}">\n`);
  const title = sheet.path === '' ? sheet.title : `${sheet.title} · Tillgate docs`;
  return `<!doctype html>
<html lang="en-GB" data-top="${top}" data-search="${top}${assets.search}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeHtml(sheet.summary)}">
<title>${escapeHtml(title)}</title>
<link rel="icon" type="image/svg+xml" href="${top}${assets.icon}">
${styles.join('')}<script type="module" blocking="render" src="${top}${assets.script}"></script>
</head>
<body>
<a class="skip" href="#main">To the content</a>
${bar(top, assets)}
<nav class="nav" id="nav" aria-label="Documentation" popover>
${frame.groups.map((group) => groupHtml(group, sheet.path, top)).join('\n')}
</nav>
<main class="main" id="main" tabindex="-1">
<article class="article">
${sheet.html}
</article>
${wayOn(sheet.path, frame.order, top)}
</main>
${partsHtml(sheet)}
${SEARCH}
</body>
</html>
`;
}

function bar(top: string, assets: Assets): string {
  return `<header class="bar">
<button class="plain menu" type="button" popovertarget="nav">${icon('M4 6h16 M4 12h16 M4 18h16')}Contents</button>
<a class="brand" href="${top}"><img src="${top}${assets.icon}" alt="" width="26" height="26">Tillgate <span>docs</span></a>
<button class="seek" type="button" aria-label="Search" aria-keyshortcuts="/" data-open-search hidden>${icon(GLASS)}<span>Search</span> <kbd>/</kbd></button>
<a class="plain" href="/console/">Console</a>
<button class="plain theme" type="button" data-theme-switch hidden>${icon(HALF_MOON)}<span class="unseen" data-theme-name>Theme</span></button>
</header>`;
}

const GLASS = 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14z M16 16l4.5 4.5';
const HALF_MOON = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z M12 3v18 M12 8h5.5 M12 12h9 M12 16h5.5';

function icon(path: string): string {
  return `<svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d="${path}"/></svg>`;
}

const SEARCH = `<dialog class="search" id="search" aria-label="Search the documentation">
<search>
<input type="search" autocomplete="off" spellcheck="false" enterkeyhint="go" aria-label="Search" placeholder="A message, a rule such as C-9.13, or words">
<button class="plain" type="button" data-close-search>Close</button>
</search>
<p class="search-status" role="status"></p>
<ol class="search-results"></ol>
</dialog>`;

function groupHtml(group: Group, here: string, top: string): string {
  return `<h2>${escapeHtml(group.title)}</h2>\n${listHtml(group.items, here, top)}`;
}

function listHtml(items: readonly (Entry | Group)[], here: string, top: string): string {
  const lines = items.map((item) => {
    if (!isGroup(item)) return `<li>${linkHtml(item, here, top)}</li>`;
    const open = holds(item, here) ? ' open' : '';
    const inner = listHtml(item.items, here, top);
    return `<li><details${open}><summary>${escapeHtml(item.title)}</summary>${inner}</details></li>`;
  });
  return `<ul>\n${lines.join('\n')}\n</ul>`;
}

function holds({ items }: Group, path: string): boolean {
  return items.some((item) => (isGroup(item) ? holds(item, path) : item.path === path));
}

function linkHtml({ path, title }: Entry, here: string, top: string): string {
  const now = path === here ? ' aria-current="page"' : '';
  return `<a href="${escapeHtml(top === './' ? path : top + path)}"${now}>${escapeHtml(title)}</a>`;
}

function wayOn(path: string, order: readonly Entry[], top: string): string {
  const at = order.findIndex((entry) => entry.path === path);
  const before = at > 0 ? order[at - 1] : undefined;
  const next = at >= 0 ? order[at + 1] : undefined;
  if (!before && !next) return '';
  const link = (entry: Entry | undefined, word: string, rel: string) =>
    entry
      ? `<a rel="${rel}" href="${top}${escapeHtml(entry.path)}"><span>${word}</span> ${escapeHtml(entry.title)}</a>`
      : '<span></span>';
  return `<nav class="way-on" aria-label="Next pages">
${link(before, 'Before', 'prev')}
${link(next, 'Next', 'next')}
</nav>`;
}

function partsHtml({ parts }: Sheet): string {
  const shown = parts.filter(({ depth }) => depth === 2 || depth === 3);
  if (shown.length < 2) return '';
  const items = shown.map(
    ({ id, text, depth }) =>
      `<li data-depth="${depth}"><a href="#${escapeHtml(id)}">${escapeHtml(text)}</a></li>`,
  );
  return `<nav class="parts" aria-label="On this page">
<h2>On this page</h2>
<ul>
${items.join('\n')}
</ul>
</nav>`;
}
