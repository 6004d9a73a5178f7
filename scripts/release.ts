// `npm run release`: checks the repository, moves what is under Unreleased in the changelog to the version, packs and checks
// the packages with a bill of materials and checksums, tags, pushes, and publishes with provenance. It stops at the first
// failure; run again, it goes on where it stopped.
//   -- --dry-run         checks and packs, says what it would run, and changes nothing but the files in dist/release
//   -- --set 1.2.3       only writes the version into the manifests and the lock file
//   -- --to DIR          for the files of the release, instead of dist/release

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { releasedChangelog } from './release/changelog.ts';
import { sbom } from './release/sbom.ts';
import type { Packed } from './release/tarball.ts';
import { tarballFaults } from './release/tarball.ts';
import { setVersion, versionsIn } from './release/versions.ts';

const top = join(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: { 'dry-run': { type: 'boolean' }, set: { type: 'string' }, to: { type: 'string' } },
});
const isDry = options['dry-run'] ?? false;
const to = options.to ?? join(top, 'dist/release');
/** Each needs those before it. */
const names = ['protocol', 'client', 'server'];
const CHANGELOG = join(top, 'CHANGELOG.md');

class Stopped extends Error {}

try {
  if (options.set === undefined) release();
  else setVersion(top, options.set);
} catch (stopped) {
  if (!(stopped instanceof Stopped)) throw stopped;
  console.error(stopped.message);
  process.exitCode = 1;
}

function release(): void {
  const versions = versionsIn(top);
  const { version = '' } = versions.get('packages/server/package.json') ?? {};
  const changelog = releasedChangelog(readFileSync(CHANGELOG, 'utf8'), version, today());
  const faults = [...repositoryFaults(version), ...versionFaults(versions, version)];
  if (changelog === undefined) {
    faults.push(`CHANGELOG.md has no section of ${version}, and nothing is under Unreleased`);
  }
  if (!isDry && !process.env.NODE_AUTH_TOKEN) {
    faults.push('NODE_AUTH_TOKEN is not set: it is the token of the registry');
  }
  stopFor(faults);
  commit(version, changelog ?? '');
  const packed = pack();
  const own = packed.map(({ files }) => files.name);
  stopFor(packed.flatMap(({ files, made }) => tarballFaults(files, made, own)));
  writeBills(packed);
  if (!isTagged(version)) run('git', 'tag', '-a', `v${version}`, '-m', `Tillgate ${version}`);
  run('git', 'push', '--atomic', 'origin', 'main', `v${version}`);
  for (const each of packed) publish(each);
  console.log(isDry ? `Tillgate ${version} can be released.` : `Tillgate ${version} is released.`);
}

function repositoryFaults(version: string): string[] {
  const faults: string[] = [];
  if (ask('git', 'status', '--porcelain') !== '') faults.push('The tree is not clean');
  const branch = ask('git', 'branch', '--show-current');
  if (branch !== 'main') faults.push(`The branch is ${branch || 'none'}, not main`);
  const tagged = ask('git', 'tag', '--list', `v${version}`);
  if (tagged && (isDry || !isTagged(version))) faults.push(`The tag v${version} exists`);
  return faults;
}

/** Whether this commit has the tag: then a release was stopped, and goes on. */
function isTagged(version: string): boolean {
  return ask('git', 'tag', '--points-at', 'HEAD').split('\n').includes(`v${version}`);
}

function versionFaults(versions: ReturnType<typeof versionsIn>, version: string): string[] {
  return [...versions]
    .filter(([, manifest]) => manifest.version !== version)
    .map(([file, manifest]) => `${file} has the version ${manifest.version}, others ${version}`);
}

function commit(version: string, changelog: string): void {
  const before = readFileSync(CHANGELOG, 'utf8');
  if (changelog === before) return;
  if (!isDry) writeFileSync(CHANGELOG, changelog);
  try {
    run('git', 'commit', '-m', `Release ${version}`, '--', 'CHANGELOG.md');
  } catch (stopped) {
    writeFileSync(CHANGELOG, before);
    throw stopped;
  }
}

interface Package {
  /** The folder that is packed. */
  readonly made: string;
  /** In the repository. */
  readonly place: string;
  readonly files: Packed;
}

function pack(): readonly Package[] {
  rmSync(to, { recursive: true, force: true });
  const folder = join(to, 'packages');
  mkdirSync(folder, { recursive: true });
  execFileSync(process.execPath, [join(top, 'scripts/packages.ts'), '--to', folder], {
    stdio: ['ignore', 2, 2],
  });
  return names.map((name) => {
    const made = join(folder, name);
    const [files] = JSON.parse(
      ask('npm', 'pack', made, '--json', '--ignore-scripts', '--pack-destination', to),
    ) as Packed[];
    if (!files) throw new Stopped(`${made}: npm packed nothing`);
    // npm gives the name of a scope with a slash in some versions.
    const filename = basename(files.filename.replace(/^@(.*)\//, '$1-'));
    return { made, place: `packages/${name}`, files: { ...files, filename } };
  });
}

/** A bill of materials beside each package, and the checksums of all as `sha256sum --check` reads them. */
function writeBills(packed: readonly Package[]): void {
  const time = new Date(ask('git', 'log', '-1', '--format=%cI')).toISOString();
  const sums: string[] = [];
  const sum = (file: string, hash = 'sha256') =>
    createHash(hash)
      .update(readFileSync(join(to, file)))
      .digest('hex');
  for (const { made, place, files } of packed) {
    const bill = files.filename.replace(/\.tgz$/, '.cdx.json');
    const sha512 = sum(files.filename, 'sha512');
    const text = JSON.stringify(sbom({ top, place, made, time, sha512 }), null, 2);
    writeFileSync(join(to, bill), `${text}\n`);
    for (const file of [files.filename, bill]) sums.push(`${sum(file)}  ${file}\n`);
  }
  writeFileSync(join(to, 'SHA256SUMS'), sums.join(''));
  console.log(`${relative(top, to)}:\n${sums.join('')}`);
}

function publish({ files: { name, version, filename } }: Package): void {
  if (!isDry && isPublished(`${name}@${version}`)) {
    console.log(`${name} ${version} is published already`);
    return;
  }
  run('npm', 'publish', join(to, filename), '--provenance', '--access', 'public', ...userConfig());
}

function isPublished(spec: string): boolean {
  const { status, stdout, stderr } = spawnSync('npm', ['view', spec, 'version'], {
    encoding: 'utf8',
  });
  if (status !== 0 && !stderr.includes('E404')) throw new Stopped(`npm view ${spec}: ${stderr}`);
  return status === 0 && stdout.trim() !== '';
}

/** Without the token itself: npm puts in what the variable holds. */
function userConfig(): readonly string[] {
  if (isDry) return [];
  const registry = ask('npm', 'config', 'get', 'registry').replace(/^https?:/, '');
  const file = join(to, 'npmrc');
  writeFileSync(file, `${registry}:_authToken=\${NODE_AUTH_TOKEN}\n`);
  return ['--userconfig', file];
}

/** Runs what changes something elsewhere; a dry run only says it. */
function run(command: string, ...args: readonly string[]): void {
  const line = [
    command,
    ...args.map((arg) => (/[\s"]/.test(arg) ? JSON.stringify(arg) : arg)),
  ].join(' ');
  console.log(isDry ? `would run: ${line}` : line);
  if (isDry) return;
  const { status } = spawnSync(command, args, { cwd: top, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  throw new Stopped(
    `Stopped at: ${line}\nRun the same again to go on; what is done is not repeated.`,
  );
}

function ask(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { cwd: top, encoding: 'utf8' }).trim();
}

function stopFor(faults: readonly string[]): void {
  if (faults.length > 0) throw new Stopped(faults.join('\n'));
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
