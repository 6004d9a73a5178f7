// Builds the documentation beside the console: the browser's part by Vite, the pages from the Markdown
// of the repository.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Rolldown } from 'vite';
import { build } from 'vite';
import { configFor } from '../vite.config.ts';
import { docsSite } from './docs-site.ts';

/** Writes into `folder`, an absolute path. A broken link is reported and written as plain text. */
export async function buildDocs(folder: string): Promise<void> {
  const { files, faults } = docsSite(await browserPart(folder));
  for (const [name, text] of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  for (const fault of faults) process.stderr.write(`In the documentation: ${fault}\n`);
}

async function browserPart(folder: string) {
  const config = configFor(folder);
  const input = join(import.meta.dirname, '../src/docs/main.ts');
  const built = await build({ ...config, build: { ...config.build, rolldownOptions: { input } } });
  const { output } = built as Rolldown.RolldownOutput;
  const names = output.map(({ fileName }) => fileName);
  const script = output.find((file) => file.type === 'chunk' && file.isEntry)?.fileName;
  if (script === undefined) throw new Error('Vite made no script of the documentation.');
  return { script, styles: names.filter((name) => name.endsWith('.css')) };
}
