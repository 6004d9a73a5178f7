// What is wrong with a package as it is packed: what it names and does not have, and what it should not have.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** As `npm pack --json` lists it. */
export interface Packed {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  /** `sha512-` and base64. */
  readonly integrity: string;
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  readonly private?: boolean;
  readonly license?: string;
  readonly exports?: unknown;
  readonly imports?: unknown;
  readonly bin?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** `made`: the folder that was packed. `own`: the names of all packages of the release. */
export function tarballFaults(packed: Packed, made: string, own: readonly string[]): string[] {
  const manifest = JSON.parse(readFileSync(join(made, 'package.json'), 'utf8')) as Manifest;
  const files = new Set(packed.files.map(({ path }) => path));
  const faults = [
    ...missing(manifest, files),
    ...[...files]
      .filter((path) => UNWANTED.test(path))
      .map((path) => `${path} should not be in it`),
    ...dependencyFaults(manifest, packed.version, own),
  ];
  if (manifest.private) faults.push('it is private');
  if (!manifest.license) faults.push('it names no licence');
  // A stranger's npm would run them.
  const installs = ['preinstall', 'install', 'postinstall', 'prepare'];
  const hooks = installs.filter((name) => manifest.scripts?.[name]);
  faults.push(...hooks.map((name) => `it has the script ${name}`));
  return faults.map((fault) => `${packed.filename}: ${fault}`);
}

/** Sources, tests, keys, settings of one machine, journals. */
const UNWANTED =
  /(^|\/)(src|test|node_modules|\.[^/]+)\/|(^|\/)\.|\.test\.|(?<!\.d)\.ts$|\.(pem|key|p12|db|log|tsbuildinfo)$/;

function* missing(manifest: Manifest, files: ReadonlySet<string>): Iterable<string> {
  for (const path of ['README.md', 'LICENSE', 'package.json']) {
    if (!files.has(path)) yield `${path} is missing`;
  }
  const named = [manifest.exports, manifest.imports, manifest.bin].flatMap(pathsIn);
  for (const path of new Set(named)) {
    if (!files.has(path)) yield `package.json names ${path}, which is missing`;
  }
}

function pathsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.startsWith('./') ? [value.slice(2)] : [];
  return typeof value === 'object' && value ? Object.values(value).flatMap(pathsIn) : [];
}

function* dependencyFaults(
  { dependencies = {} }: Manifest,
  version: string,
  own: readonly string[],
): Iterable<string> {
  for (const [name, range] of Object.entries(dependencies)) {
    if (/^(file|link|workspace|git|https?):/.test(range)) yield `it depends on ${name} by ${range}`;
    if (own.includes(name) && range !== version) {
      yield `it depends on ${name} ${range}, and ${version} is released`;
    }
  }
}
