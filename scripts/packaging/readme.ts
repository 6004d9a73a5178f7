// The README of a package as a registry shows it: without the rest of the repository, its links are those of the
// repository's pages.

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Place {
  /** The folder of the repository. */
  readonly top: string;
  /** The folder of the README. */
  readonly folder: string;
  /** The address of the repository's page. */
  readonly repository: string;
  /** The tag of the release. */
  readonly tag: string;
}

/** The same text with each relative link replaced by an absolute one; throws if a link leads nowhere. */
export function withAbsoluteLinks(text: string, place: Place): string {
  return text.replace(/\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)/g, (_, path: string, part = '') => {
    const file = join(place.folder, path);
    if (!existsSync(file))
      throw new Error(`A link of ${place.folder}/README.md leads nowhere: ${path}`);
    return `](${place.repository}/blob/${place.tag}/${relative(place.top, file)}${part})`;
  });
}
