// Builds the console into dist. With --if-older only if something it is made of is newer than dist,
// so that `npm start` may call it every time. Says one line, or nothing where nothing was to do.

import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const here = import.meta.dirname;
const packages = join(here, '..');
/** Written last: a build that broke does not count. */
const stamp = join(here, 'dist/.built');
const sources = [
  'console/{*.html,*.ts,package.json}',
  '{console,client,protocol}/src/**/*.{ts,tsx,css,html,svg}',
];

if (!process.argv.includes('--if-older') || isOlder()) await buildAll();

function isOlder(): boolean {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return globSync(sources, { cwd: packages }).some(
    (file) => statSync(join(packages, file)).mtimeMs > built,
  );
}

async function buildAll(): Promise<void> {
  const started = performance.now();
  const { build } = await import('vite');
  const { config } = await import('./vite.config.ts');
  await build(config);
  compress();
  writeFileSync(stamp, '');
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`The console is built (${seconds} s).\n`);
}

/** The gateway sends these in place of the files where a browser takes them. */
function compress(): void {
  for (const file of globSync('dist/**/*.{html,js,css,svg}', { cwd: here })) {
    const path = join(here, file);
    const bytes = readFileSync(path);
    writeFileSync(`${path}.br`, brotliCompressSync(bytes));
    writeFileSync(`${path}.gz`, gzipSync(bytes));
  }
}
