// Imports test files, so that they run in one process: starting a process for each small file takes longer
// than its tests. Called by the suites in test/in-process.

import { globSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Imports all test files that match a pattern, relative to the repository, in alphabetical order. */
export async function importTests(pattern: string): Promise<void> {
  const files = globSync(pattern, { cwd: root }).sort();
  if (files.length === 0) throw new Error(`No test file matches ${pattern}.`);
  for (const file of files) await import(pathToFileURL(`${root}${file}`).href);
}
