// Builds the console and the documentation into the gateway's package, which serves them. With --if-older
// only if something they are made of is newer, so that `npm start` may call it every time. Says one line,
// or nothing where nothing was to do.

import {
  chmodSync,
  globSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const here = import.meta.dirname;
const packages = join(here, '..');
const made = join(packages, 'server/console');
/** Written last: a build that broke does not count. */
const STAMP = '.built';
const sources = [
  'console/{*.html,*.ts,docs-site/*.ts,package.json}',
  '{console,client,protocol}/src/**/*.{ts,tsx,css,html,svg}',
  // Of the documentation.
  '../{*,docs/**/*,packages/client/*}.md',
  '../docs/pictures/payments/*.svg',
  '../examples/**/*.{ts,html}',
];

const isForced = !process.argv.includes('--if-older');
if (isForced || isOlder()) await buildAll();

function isOlder(): boolean {
  const built = statSync(join(made, STAMP), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return globSync(sources, { cwd: packages })
    .filter((file) => !file.includes('.test.'))
    .some((file) => statSync(join(packages, file)).mtimeMs > built);
}

async function buildAll(): Promise<void> {
  const started = performance.now();
  const fresh = mkdtempSync(`${made}-`);
  try {
    const { build } = await import('vite');
    const { configFor } = await import('./vite.config.ts');
    await build(configFor(fresh));
    const { buildDocs } = await import('./docs-site/build.ts');
    await buildDocs(join(fresh, 'docs'));
    compress(fresh);
    writeFileSync(join(fresh, STAMP), '');
    // A gateway may run as somebody else.
    chmodSync(fresh, 0o755);
    // Another build may have ended meanwhile, and be in use.
    if (isForced || isOlder()) swap(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`The console and the docs are built (${seconds} s).\n`);
}

/** The gateway sends these in place of the files where a browser takes them. */
function compress(folder: string): void {
  for (const file of globSync('**/*.{html,js,css,svg,json}', { cwd: folder })) {
    const path = join(folder, file);
    const bytes = readFileSync(path);
    // The last tenth takes seconds for so many pages.
    const params = { [constants.BROTLI_PARAM_QUALITY]: file.startsWith('docs') ? 5 : 11 };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
    writeFileSync(`${path}.gz`, gzipSync(bytes));
  }
}

/** Whole, so that a gateway never serves half of it. Of two builds at once either will do. */
function swap(fresh: string): void {
  rmSync(made, { recursive: true, force: true });
  try {
    renameSync(fresh, made);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw cause;
  }
}
