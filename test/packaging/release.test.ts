// `npm run release` in a copy of the repository: the dry run, what it refuses, and a release that stops and goes on. The
// npm of these tests packs, and writes down what it would publish. The bills of materials are checked by CycloneDX's own
// library, from the registry.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { tarballFaults } from '../../scripts/release/tarball.ts';
import { install, succeed } from '../support/packages.ts';

const top = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'tillgate-release-'));
after(() => rmSync(home, { recursive: true, force: true }));
const repository = join(home, 'repository');
const files = join(home, 'files');
copyRepository();
const [, version = ''] = /"version": "([^"]+)"/.exec(read('packages/server/package.json')) ?? [];
const packages = ['tillgate-protocol', 'tillgate-client', 'tillgate'];

/** The repository as it stands, as one commit on main, with its own packages in its node_modules. */
function copyRepository(): void {
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], { cwd: top });
  for (const file of String(listed).split('\0').filter(Boolean)) {
    if (existsSync(join(top, file))) cpSync(join(top, file), join(repository, file));
  }
  const modules = join(repository, 'node_modules');
  mkdirSync(join(modules, '@tillgate'), { recursive: true });
  for (const name of readdirSync(join(top, 'node_modules'))) {
    if (/^(@tillgate|tillgate|\.tillgate.*)$/.test(name)) continue;
    symlinkSync(join(top, 'node_modules', name), join(modules, name));
  }
  for (const name of ['protocol', 'client', 'console']) {
    symlinkSync(join(repository, 'packages', name), join(modules, '@tillgate', name));
  }
  symlinkSync(join(repository, 'packages/server'), join(modules, 'tillgate'));
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Test');
  git('config', 'user.email', 'test@shop.example');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'All files');
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
}

function read(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}

function release(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { NODE_AUTH_TOKEN: _, ...own } = process.env;
  const command = [join(repository, 'scripts/release.ts'), '--to', files, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    ...{ cwd: repository, encoding: 'utf8', env: { ...own, ...env } },
  });
  return { status, out: stdout, err: stderr };
}

describe('a dry run', () => {
  const state = () => [git('status', '--porcelain'), git('rev-parse', 'HEAD'), git('tag')];

  test('packs, says what it would run, and changes nothing', async () => {
    const before = state();
    const { status, out, err } = release(['--dry-run']);
    assert.equal(status, 0, out + err);
    assert.deepEqual(state(), before);
    const would = out.split('\n').filter((line) => line.startsWith('would run: '));
    assert.deepEqual(
      would.map((line) => line.slice('would run: '.length)),
      [
        `git commit -m "Release ${version}" -- CHANGELOG.md`,
        `git tag -a v${version} -m "Tillgate ${version}"`,
        `git push --atomic origin main v${version}`,
        ...packages.map(
          (name) =>
            `npm publish ${join(files, `${name}-${version}.tgz`)} --provenance --access public`,
        ),
      ],
    );
    await succeed(['sha256sum', '--check', '--strict', 'SHA256SUMS'], files);
    const sums = readFileSync(join(files, 'SHA256SUMS'), 'utf8').trim().split('\n');
    assert.equal(sums.length, 2 * packages.length);
  });

  test('the bills of materials fit their schema, and have what is installed and what is in bundles', async () => {
    const folder = join(home, 'cyclonedx');
    const validator = ['ajv@8.20.0', 'ajv-formats@3.0.1', 'ajv-formats-draft2019@1.6.1'];
    await install(folder, ['@cyclonedx/cyclonedx-library@10.3.0', ...validator]);
    const bills = packages.map((name) => join(files, `${name}-${version}.cdx.json`));
    writeFileSync(join(folder, 'validate.mjs'), VALIDATE);
    const out = await succeed([process.execPath, 'validate.mjs', ...bills], folder);
    assert.deepEqual(
      out.trim().split('\n'),
      bills.map(() => 'null'),
    );
    const [, client, gateway] = bills.map(componentsOf);
    assert.ok(client && gateway);
    assert.equal(client.get('ws'), 'installed');
    assert.equal(gateway.get('ws'), 'installed');
    assert.equal(gateway.get('pg-protocol'), 'installed');
    assert.equal(gateway.get('preact'), 'bundled');
    assert.ok(!gateway.has('vite') && !gateway.has('fast-check'));
  });

  test('refuses a tree, branch, version, tag and changelog that do not fit, and names all of them', () => {
    git('switch', '--quiet', '--create', 'other');
    git('tag', `v${version}`);
    const client = join(repository, 'packages/client/package.json');
    writeFileSync(client, read('packages/client/package.json').replace(version, '9.9.9'));
    writeFileSync(join(repository, 'CHANGELOG.md'), '# Changelog\n\n## [Unreleased]\n');
    const { status, err } = release(['--dry-run']);
    git('switch', '--quiet', '--force', 'main');
    git('tag', '--delete', `v${version}`);
    assert.equal(status, 1);
    assert.deepEqual(err.trim().split('\n'), [
      'The tree is not clean',
      'The branch is other, not main',
      `The tag v${version} exists`,
      `packages/client/package.json has the version 9.9.9, others ${version}`,
      `CHANGELOG.md has no section of ${version}, and nothing is under Unreleased`,
    ]);
  });
});

describe('a release', () => {
  test('without the token of the registry nothing is done', () => {
    const head = git('rev-parse', 'HEAD');
    const { status, err } = release([]);
    assert.equal(status, 1);
    assert.equal(err, 'NODE_AUTH_TOKEN is not set: it is the token of the registry\n');
    assert.deepEqual(
      [git('rev-parse', 'HEAD'), git('tag'), git('status', '--porcelain')],
      [...[head, '', '']],
    );
  });

  test('stops when a package cannot be published, and goes on where it stopped', () => {
    const origin = join(home, 'origin.git');
    execFileSync('git', ['init', '--quiet', '--bare', origin]);
    git('remote', 'add', 'origin', origin);
    const log = join(home, 'published');
    const env = {
      NODE_AUTH_TOKEN: 'x',
      PUBLISHED: log,
      BROKEN: '@tillgate/client',
      PATH: fakeNpm(),
    };
    const stopped = release([], env);
    assert.equal(stopped.status, 1);
    assert.match(stopped.err, /Stopped at: npm publish \S+tillgate-client-/);
    assert.deepEqual(published(log), ['@tillgate/protocol']);
    const head = git('rev-parse', 'HEAD');

    const ended = release([], { ...env, BROKEN: '' });
    assert.equal(ended.status, 0, ended.err);
    assert.match(ended.out, /@tillgate\/protocol \S+ is published already/);
    assert.deepEqual(published(log), ['@tillgate/protocol', '@tillgate/client', 'tillgate']);
    assert.equal(git('rev-parse', 'HEAD'), head);
    const remote = git('ls-remote', 'origin');
    assert.match(remote, new RegExp(`^${head}\trefs/heads/main$`, 'm'));
    assert.match(remote, new RegExp(`refs/tags/v${version.replaceAll('.', '\\.')}$`, 'm'));
    assert.equal(git('log', '-1', '--format=%s'), `Release ${version}`);
    assert.match(read('CHANGELOG.md'), new RegExp(`## \\[Unreleased\\]\n\n## \\[${version}\\] - `));
    assert.doesNotMatch(readFileSync(join(files, 'npmrc'), 'utf8'), /=x/, 'no token in a file');
  });

  test('--set writes a version into every manifest and the lock file, and npm finds them in order', () => {
    assert.equal(release(['--set', '1.2.3-rc.1']).status, 0);
    for (const name of ['protocol', 'client', 'server', 'console']) {
      const manifest = JSON.parse(read(`packages/${name}/package.json`));
      assert.equal(manifest.version, '1.2.3-rc.1');
      const needs = { ...manifest.dependencies, ...manifest.devDependencies };
      assert.equal(needs['@tillgate/protocol'] ?? '1.2.3-rc.1', '1.2.3-rc.1');
    }
    assert.match(git('diff', '--stat'), / 5 files changed/);
    execFileSync('npm', ['ls', '--package-lock-only', '--workspaces'], { cwd: repository });
    assert.notEqual(release(['--set', 'next']).status, 0);
    git('checkout', '--quiet', '--', '.');
  });
});

test('a package with a source, a key, a script of npm, or a path that is missing has faults', (t) => {
  const made = mkdtempSync(join(tmpdir(), 'tillgate-made-'));
  t.after(() => rmSync(made, { recursive: true }));
  const manifest = {
    ...{
      license: 'Apache-2.0',
      exports: { '.': { types: './dist/a.d.ts', default: './dist/a.js' } },
    },
    ...{ scripts: { postinstall: 'x' }, dependencies: { '@tillgate/protocol': '^1.0.0' } },
  };
  writeFileSync(join(made, 'package.json'), JSON.stringify(manifest));
  const paths = [
    'README.md',
    'LICENSE',
    'package.json',
    'dist/a.js',
    'src/a.ts',
    'dist/b.ts',
    'tls.key',
  ];
  const listed = paths.map((path) => ({ path }));
  const packed = {
    ...{ name: 'a', version: '1.0.0', filename: 'a.tgz', integrity: '' },
    files: listed,
  };
  assert.deepEqual(tarballFaults(packed, made, ['@tillgate/protocol']), [
    'a.tgz: package.json names dist/a.d.ts, which is missing',
    'a.tgz: src/a.ts should not be in it',
    'a.tgz: dist/b.ts should not be in it',
    'a.tgz: tls.key should not be in it',
    'a.tgz: it depends on @tillgate/protocol ^1.0.0, and 1.0.0 is released',
    'a.tgz: it has the script postinstall',
  ]);
});

/** A path on which `npm` packs as npm does, and writes down what it is to publish: `BROKEN` cannot be published. */
function fakeNpm(): string {
  const folder = join(home, 'bin');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'npm');
  writeFileSync(file, `#!${process.execPath}\n${FAKE_NPM}`);
  chmodSync(file, 0o755);
  return `${folder}${delimiter}${process.env.PATH}`;
}

function published(log: string): readonly string[] {
  return readFileSync(log, 'utf8').trim().split('\n');
}

const FAKE_NPM = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { execFileSync, spawnSync } = require('node:child_process');
const { PUBLISHED, BROKEN, PATH, ...env } = process.env;
const [verb, file, ...options] = process.argv.slice(2);
const published = existsSync(PUBLISHED) ? readFileSync(PUBLISHED, 'utf8').split('\\n') : [];
if (verb === 'view') {
  if (published.includes(file.replace(/@[^@]*$/, ''))) console.log('1.0.0');
  else {
    console.error('npm error code E404');
    process.exit(1);
  }
} else if (verb === 'publish') {
  const name = JSON.parse(execFileSync('tar', ['-xzOf', file, 'package/package.json'])).name;
  if (name === BROKEN || !options.includes('--provenance')) process.exit(1);
  appendFileSync(PUBLISHED, name + '\\n');
} else {
  const real = PATH.split(':').slice(1).join(':');
  const args = process.argv.slice(2);
  process.exit(spawnSync('npm', args, { stdio: 'inherit', env: { ...env, PATH: real } }).status);
}
`;

const VALIDATE = `import { readFileSync } from 'node:fs';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
for (const bill of process.argv.slice(2)) {
  console.log(JSON.stringify(await validator.validate(readFileSync(bill, 'utf8'))));
}
`;

/** How each component comes with the package. */
function componentsOf(bill: string): ReadonlyMap<string, 'installed' | 'bundled'> {
  const { components } = JSON.parse(readFileSync(bill, 'utf8')) as {
    readonly components: readonly { readonly name: string; readonly properties?: unknown }[];
  };
  return new Map(
    components.map(({ name, properties }) => [name, properties ? 'bundled' : 'installed']),
  );
}
