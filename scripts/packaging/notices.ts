// The licences of what a package has in its bundles, in one file.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const NOTICES = 'THIRD-PARTY-NOTICES.md';

const HEAD = `# Third-party notices

Some files of this package are bundles that contain the following packages. What \`dependencies\` of \`package.json\` names
is not in them and has its own licence.
`;

/** Moves the lists that Vite has written into one file in `folder`, each package once, by name. */
export function writeNotices(folder: string, lists: readonly string[]): void {
  const sections = new Set<string>();
  for (const list of lists.map((name) => join(folder, name)).filter((path) => existsSync(path))) {
    const [, ...found] = readFileSync(list, 'utf8').split(/^(?=## )/m);
    for (const section of found) sections.add(section.trim());
    rmSync(list);
  }
  if (sections.size === 0) return;
  writeFileSync(join(folder, NOTICES), `${HEAD}\n${[...sections].sort().join('\n\n')}\n`);
}
