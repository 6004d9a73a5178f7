// `npm run executable`: the gateway and its command line as one file that needs no Node, for the platform and with the
// Node that run this script: dist/executable/tillgate, and beside it the licences of what is in it. Inside are the code,
// the thread that writes the journal, the console and the documentation. `-- --to DIR` writes to another folder.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inject } from 'postject';
import { build } from 'vite';

const top = join(import.meta.dirname, '..');
const server = join(top, 'packages/server');
const { to = join(top, 'dist/executable') } = parseArgs({
  options: { to: { type: 'string' } },
}).values;
const parts = join(to, 'parts');
const program = join(to, process.platform === 'win32' ? 'tillgate.exe' : 'tillgate');

rmSync(to, { recursive: true, force: true });
mkdirSync(parts, { recursive: true });
node('packages/console/build.ts', '--if-older');
await bundle('tillgate', 'src/cli/tillgate.ts');
await bundle('writer', 'src/adapters/store/sqlite/writer.ts');
await makeExecutable();
writeLicences();
rmSync(parts, { recursive: true });
process.stdout.write(`${program}\n`);

function node(...args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: top, stdio: 'inherit' });
}

/** One file with everything that `entry` imports, as Node runs it inside an executable. */
async function bundle(name: string, entry: string): Promise<void> {
  await build({
    root: server,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: entry,
      target: 'node24',
      outDir: parts,
      emptyOutDir: false,
      minify: false,
      license: { fileName: `${name}.licenses.md` },
      rolldownOptions: {
        // Node's own library for PostgreSQL is used, not the native one.
        external: ['pg-native'],
        output: { format: 'cjs', codeSplitting: false, entryFileNames: `${name}.cjs` },
      },
    },
  });
}

async function makeExecutable(): Promise<void> {
  const pages = globSync('console/**/*', { cwd: server, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));
  const assets = {
    'package.json': join(server, 'package.json'),
    'writer.cjs': join(parts, 'writer.cjs'),
    ...Object.fromEntries(
      pages.map((path) => [path.slice(server.length + 1).replaceAll('\\', '/'), path]),
    ),
  };
  const config = {
    main: join(parts, 'tillgate.cjs'),
    output: join(parts, 'blob'),
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    assets,
  };
  writeFileSync(join(parts, 'config.json'), JSON.stringify(config));
  node('--experimental-sea-config', join(parts, 'config.json'));
  cpSync(process.execPath, program);
  chmodSync(program, 0o755);
  // macOS runs signed programs only, and the signature is of the whole file.
  if (process.platform === 'darwin') execFileSync('codesign', ['--remove-signature', program]);
  await inject(program, 'NODE_SEA_BLOB', readFileSync(join(parts, 'blob')), {
    sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
    ...(process.platform === 'darwin' && { machoSegmentName: 'NODE_SEA' }),
  });
  if (process.platform === 'darwin') execFileSync('codesign', ['--sign', '-', program]);
}

/** Of the packages inside, and where that of Node is. */
function writeLicences(): void {
  const node = `## Node.js ${process.version}\n\nhttps://github.com/nodejs/node/blob/${process.version}/LICENSE\n`;
  const packages = readFileSync(join(parts, 'tillgate.licenses.md'), 'utf8');
  writeFileSync(join(to, 'tillgate.licenses.md'), `${packages}\n${node}`);
}
