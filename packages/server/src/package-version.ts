// The version of this package, as `tillgate --version` prints it and the admin API shows it.

import { readFileSync } from 'node:fs';
import { embeddedFile, isExecutable } from './embedded-files.ts';

export function packageVersion(): string {
  const file = isExecutable
    ? embeddedFile('package.json')
    : readFileSync(new URL('../package.json', import.meta.url));
  return (JSON.parse(file.toString()) as { version: string }).version;
}
