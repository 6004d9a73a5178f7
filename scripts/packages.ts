// `npm run packages`: writes the packages as they are published, each in a folder below dist/packages with
// its built files and its manifest. `-- --to DIR` writes them to another folder.

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';

const top = join(import.meta.dirname, '..');
const { to = join(top, 'dist/packages') } = parseArgs({
  options: { to: { type: 'string' } },
}).values;
const names = ['protocol', 'client', 'server'];

run('node_modules/typescript/bin/tsc', '-b', ...names.map((name) => `packages/${name}`));
run('packages/console/build.ts', '--if-older');
for (const name of names) publishable(join(top, 'packages', name), join(to, name));
await bundleForReactNative(join(to, 'client'));

function run(...args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: top, stdio: 'inherit' });
}

function publishable(from: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const copy = (file: string, path = join(from, file)) =>
    cpSync(path, join(folder, file), { recursive: true });
  for (const file of builtFiles(from)) copy(file);
  // The pages that the gateway serves.
  if (existsSync(join(from, 'console'))) copy('console');
  copy('README.md');
  copy('LICENSE', join(top, 'LICENSE'));
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(built(manifest), null, 2)}\n`);
}

/** The built files of the present sources, without tests; the folder may hold files of removed sources. */
function builtFiles(from: string): readonly string[] {
  return globSync('src/**/*.ts', { cwd: from })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => {
      const path = join('dist', dirname(file).slice('src'.length), basename(file, '.ts'));
      return [`${path}.js`, `${path}.d.ts`];
    });
}

/** The same value with each path to a source replaced by the path to its built file, or to its types. */
function built(value: unknown, extension = 'js'): unknown {
  if (typeof value === 'string')
    return value.replace(/^\.\/src\/(.*)\.ts$/, `./dist/$1.${extension}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      built(part, name === 'types' ? 'd.ts' : 'js'),
    ]),
  );
}

/**
 * The SDK with all that it imports, in one file, for the bundler of React Native: without built-ins of Node and
 * without code made at run time. The licences of what is in it are written beside it.
 */
async function bundleForReactNative(folder: string): Promise<void> {
  await build({
    root: join(top, 'packages/client'),
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    resolve: {
      conditions: ['browser'],
      alias: { 'typebox/compile': join(top, 'packages/console/src/typebox-compile.ts') },
    },
    build: {
      target: 'es2020',
      outDir: join(folder, 'dist'),
      emptyOutDir: false,
      minify: false,
      license: { fileName: 'react-native.licenses.md' },
      lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'react-native.js' },
    },
  });
}
