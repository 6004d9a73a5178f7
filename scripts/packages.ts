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
import { withWrittenOutTypes } from './packaging/declarations.ts';
import { writeNotices } from './packaging/notices.ts';
import { withAbsoluteLinks } from './packaging/readme.ts';

const top = join(import.meta.dirname, '..');
const { to = join(top, 'dist/packages') } = parseArgs({
  options: { to: { type: 'string' } },
}).values;
const names = ['protocol', 'client', 'server'];

execFileSync('npm', ['run', '--silent', 'build'], { cwd: top, stdio: 'inherit' });
for (const name of names) await publishable(join(top, 'packages', name), join(to, name));
await bundleForReactNative(join(to, 'client'));
writeNotices(join(to, 'client'), ['dist/licenses.md']);
writeNotices(join(to, 'server'), ['console/licenses.md', 'console/docs/licenses.md']);
// The mark of the last build is of this machine.
rmSync(join(to, 'server/console/.built'), { force: true });

async function publishable(from: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of builtFiles(from)) await copyBuilt(join(from, file), join(folder, file));
  // The pages that the gateway serves.
  const pages = join(from, 'console');
  if (existsSync(pages)) cpSync(pages, join(folder, 'console'), { recursive: true });
  cpSync(join(top, 'LICENSE'), join(folder, 'LICENSE'));
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(built(manifest), null, 2)}\n`);
  const { repository, version } = manifest;
  const url = repository.url.replace(/^git\+|\.git$/g, '');
  const place = { top, folder: from, repository: url, tag: `v${version}` };
  const readme = readFileSync(join(from, 'README.md'), 'utf8');
  writeFileSync(join(folder, 'README.md'), withAbsoluteLinks(readme, place));
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

/** Without the name of a source map, which is not published; a declaration imports built files and has written-out types. */
async function copyBuilt(from: string, to: string): Promise<void> {
  const text = readFileSync(from, 'utf8').replace(/\n?\/\/# sourceMappingURL=.*\n?$/, '\n');
  mkdirSync(dirname(to), { recursive: true });
  if (to.endsWith('.js')) {
    writeFileSync(to, text);
    return;
  }
  const imports = text.replace(/((?:from |import\()['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js');
  writeFileSync(to, await withWrittenOutTypes(imports, from.replace(/\.d\.ts$/, '.js')));
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
    resolve: { conditions: ['browser'] },
    build: {
      target: 'es2020',
      outDir: join(folder, 'dist'),
      emptyOutDir: false,
      minify: false,
      license: { fileName: 'licenses.md' },
      lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'react-native.js' },
    },
  });
}
