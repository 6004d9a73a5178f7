// Files of the repository that the guides link to and that are no pages: shown as they stand, a folder
// as the list of what is in it.

import { globSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { SOURCE } from './links.ts';
import type { Page } from './pages.ts';
import { pageOf, TOP, textOf } from './pages.ts';

/** Pages for these paths; for a folder also one for each of its files that is no page already. */
export function sourcePages(wanted: Iterable<string>, pages: readonly Page[]): readonly Page[] {
  const isPage = new Set(pages.map(({ file }) => file));
  const files = [...wanted].flatMap((path) => (isFolder(path) ? [path, ...filesIn(path)] : [path]));
  const missing = [...new Set(files)].filter((file) => !isPage.has(file));
  return missing.toSorted().map((file) => {
    const text = isFolder(file) ? listing(file) : shown(file);
    return pageOf({ path: SOURCE + file, file, text: `# ${file}\n\n${text}` });
  });
}

function isFolder(path: string): boolean {
  return statSync(join(TOP, path)).isDirectory();
}

function filesIn(folder: string): readonly string[] {
  return globSync(`${folder}/**/*.*`, { cwd: TOP }).map((file) => file.replaceAll('\\', '/'));
}

/** The first lines of a file say what it is for. */
function listing(folder: string): string {
  const items = filesIn(folder)
    .toSorted()
    .map((file) => {
      const name = posix.relative(folder, file);
      const link = posix.relative(posix.dirname(folder), file);
      return `- [${name}](${link}): ${purpose(textOf(file))}\n`;
    });
  return items.join('');
}

function purpose(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('// '));
  const end = lines.findIndex((line, at) => at > first && !line.startsWith('// '));
  const head = lines.slice(first, end).map((line) => line.slice(3));
  const inTitle = /^# (.*)$|<title>([^<]*)<\/title>/m.exec(text);
  return first < 0 ? (inTitle?.[1] ?? inTitle?.[2] ?? '') : head.join(' ');
}

function shown(file: string): string {
  const text = textOf(file);
  // Longer than any fence inside.
  const fence = '`'.repeat(
    Math.max(3, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length + 1)),
  );
  return `${fence}${posix.extname(file).slice(1) || 'text'}\n${text}${fence}\n`;
}
