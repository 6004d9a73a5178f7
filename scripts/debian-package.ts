// `npm run debian`: the Debian package of the gateway, with the executable of `npm run executable` in it, for the platform
// that runs this script: dist/debian/tillgate_VERSION_ARCHITECTURE.deb. Needs dpkg-deb. `-- --to DIR` writes to another
// folder, `--executable DIR` takes an executable that was made before.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { commands } from '../packages/server/src/cli/commands.ts';

const top = join(import.meta.dirname, '..');
const { to, executable } = parseArgs({
  options: {
    to: { type: 'string', default: join(top, 'dist/debian') },
    executable: { type: 'string' },
  },
}).values;
const root = join(to, 'root');
const documentation = 'usr/share/doc/tillgate';
/** Debian's names of the platforms of Node. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

rmSync(root, { recursive: true, force: true });
installProgram(executable ?? makeExecutable());
installService();
installDocumentation();
installCompletions();
process.stdout.write(`${makePackage()}\n`);
rmSync(root, { recursive: true });

function makeExecutable(): string {
  const folder = join(to, 'executable');
  execFileSync(process.execPath, [join(top, 'scripts/executable.ts'), '--to', folder], {
    stdio: 'inherit',
  });
  return folder;
}

function installProgram(folder: string): void {
  install(join(folder, 'tillgate'), 'usr/bin/tillgate', 0o755);
  install(join(folder, 'tillgate.licenses.md'), `${documentation}/licenses.md`);
}

function installService(): void {
  const from = (file: string) => join(top, 'deploy/systemd', file);
  install(from('tillgate.service'), 'usr/lib/systemd/system/tillgate.service');
  install(from('tillgate.sysusers'), 'usr/lib/sysusers.d/tillgate.conf');
  install(from('tillgate.env'), 'etc/tillgate/tillgate.env', 0o640);
  chmodSync(join(root, 'etc/tillgate'), 0o750);
}

function installDocumentation(): void {
  install(join(top, 'deploy/debian/copyright'), `${documentation}/copyright`);
  install(join(top, 'CHANGELOG.md'), `${documentation}/CHANGELOG.md`);
  write('usr/share/man/man1/tillgate.1.gz', gzipSync(manual(), { level: 9 }));
}

/** What `tillgate --help` and `tillgate COMMAND --help` print. */
function manual(): string {
  const quoted = (text: string) =>
    [
      '.nf',
      text
        .trimEnd()
        .replaceAll('\\', '\\e')
        .replaceAll(/^(?=[.'])/gm, '\\&'),
      '.fi',
    ].join('\n');
  const parts = Object.keys(commands).map((name) => [
    `.SS ${name}`,
    quoted(tillgate(...name.split(' '), '--help')),
  ]);
  return [
    `.TH TILLGATE 1 "" "tillgate ${tillgate('--version').trim()}"`,
    '.SH NAME',
    'tillgate \\- gateway between shop tills and card machines',
    '.SH SYNOPSIS',
    quoted(tillgate('--help')),
    '.SH COMMANDS',
    ...parts.flat(),
    '',
  ].join('\n');
}

function installCompletions(): void {
  const files = {
    bash: 'usr/share/bash-completion/completions/tillgate',
    zsh: 'usr/share/zsh/vendor-completions/_tillgate',
    fish: 'usr/share/fish/vendor_completions.d/tillgate.fish',
  };
  for (const [shell, file] of Object.entries(files)) {
    write(file, tillgate('shell-completion', shell));
  }
}

function makePackage(): string {
  const version = tillgate('--version').trim();
  const architecture = architectures[process.arch];
  if (architecture === undefined) throw new Error(`Debian has no ${process.arch}`);
  const control = readFileSync(join(top, 'deploy/debian/control'), 'utf8')
    .replace('VERSION', version)
    .replace('ARCHITECTURE', architecture)
    .replace('SIZE', String(Math.ceil(sizeOf(root) / 1024)));
  for (const script of ['postinst', 'prerm', 'postrm']) {
    install(join(top, 'deploy/debian', script), `DEBIAN/${script}`, 0o755);
  }
  write('DEBIAN/control', control);
  write('DEBIAN/conffiles', '/etc/tillgate/tillgate.env\n');
  const file = join(to, `tillgate_${version}_${architecture}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--build', root, file]);
  return file;
}

function sizeOf(folder: string): number {
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  return files.reduce((sum, one) => sum + statSync(join(one.parentPath, one.name)).size, 0);
}

function tillgate(...words: readonly string[]): string {
  const env = { COLUMNS: '80', NO_COLOR: '1' };
  return execFileSync(join(root, 'usr/bin/tillgate'), words, { encoding: 'utf8', env });
}

function install(from: string, file: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  cpSync(from, join(root, file));
  chmodSync(join(root, file), mode);
}

function write(file: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content, { mode: 0o644 });
}
