// The one version of all packages, in their manifests, in what they depend on among themselves, and in the lock file.

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
}

const manifestsIn = (top: string) => globSync('packages/*/package.json', { cwd: top }).toSorted();

/** By file. */
export function versionsIn(top: string): ReadonlyMap<string, Manifest> {
  const read = (file: string) => JSON.parse(readFileSync(join(top, file), 'utf8')) as Manifest;
  return new Map(manifestsIn(top).map((file) => [file, read(file)]));
}

/** Throws unless `version` is one of Semantic Versioning. */
export function setVersion(top: string, version: string): void {
  if (!/^\d+\.\d+\.\d+(-[\da-z.-]+)?$/i.test(version)) {
    throw new Error(`${version} is no version, such as 1.2.3 or 1.3.0-rc.1`);
  }
  const names = [...versionsIn(top).values()].map(({ name }) => name);
  const fields = ['version', ...names].join('|');
  for (const file of manifestsIn(top)) {
    const path = join(top, file);
    const text = readFileSync(path, 'utf8');
    const pattern = new RegExp(`("(?:${fields})": )"[^"]*"`, 'g');
    writeFileSync(path, text.replace(pattern, `$1"${version}"`));
  }
  setLocked(join(top, 'package-lock.json'), names, version);
}

interface Locked {
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function setLocked(path: string, names: readonly string[], version: string): void {
  const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Locked> };
  const own = Object.entries(lock.packages).filter(([place]) => /^packages\/[^/]+$/.test(place));
  for (const [, entry] of own) {
    entry.version = version;
    for (const needs of [entry.dependencies, entry.devDependencies]) {
      for (const name of names) if (needs?.[name]) needs[name] = version;
    }
  }
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
