// Files that the gateway reads from inside itself where it is one executable file, which `scripts/executable.ts` makes.
// Installed as a package it reads the same files from its folder.

import sea from 'node:sea';

/** Whether this program is the executable with everything inside. */
export const isExecutable = sea.isSea();

/** In the executable, the names of the files below `folder`, without it. */
export function embeddedNames(folder: string): readonly string[] {
  const start = `${folder}/`;
  return sea
    .getAssetKeys()
    .filter((name) => name.startsWith(start))
    .map((name) => name.slice(start.length));
}

/** In the executable, the bytes of a file; throws if there is none of this name. */
export function embeddedFile(name: string): Buffer {
  return Buffer.from(sea.getRawAsset(name));
}
