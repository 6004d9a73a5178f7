// Writes the generated files. With --check it writes nothing and fails if a file is stale, missing or
// superfluous. `--into DIR` uses another folder than the repository.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { generatedFiles, generatedFolders } from './generated-files.ts';

type Trouble = 'missing' | 'stale' | 'superfluous';

const { values } = parseArgs({ options: { check: { type: 'boolean' }, into: { type: 'string' } } });
const top = values.into ?? join(import.meta.dirname, '..');
const wanted = await generatedFiles();
const troubles = new Map([...findUnfit(), ...findSuperfluous()]);

if (values.check) report();
else write();

function* findUnfit(): Iterable<[string, Trouble]> {
  for (const [path, text] of wanted) {
    const file = join(top, path);
    if (!existsSync(file)) yield [path, 'missing'];
    else if (readFileSync(file, 'utf8') !== text) yield [path, 'stale'];
  }
}

function* findSuperfluous(): Iterable<[string, Trouble]> {
  for (const folder of generatedFolders.map((path) => join(top, path)).filter(existsSync)) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = relative(top, join(entry.parentPath, entry.name)).replaceAll(sep, '/');
      if (!entry.isDirectory() && !wanted.has(path)) yield [path, 'superfluous'];
    }
  }
}

function report(): void {
  for (const [path, trouble] of troubles) console.error(`${trouble}: ${path}`);
  if (troubles.size === 0) console.log(`${wanted.size} generated files are fresh.`);
  else console.error('Run `npm run generate` and commit what it changes.');
  process.exitCode = troubles.size === 0 ? 0 : 1;
}

function write(): void {
  for (const [path, trouble] of troubles) {
    const file = join(top, path);
    if (trouble === 'superfluous') rmSync(file);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, wanted.get(path) ?? '');
    }
    console.log(`${trouble === 'superfluous' ? 'removed' : 'written'}: ${path}`);
  }
  console.log(`${wanted.size} generated files are fresh.`);
}
