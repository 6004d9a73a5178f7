// The software bill of materials of a package, in CycloneDX 1.6: what npm installs with it by the lock file, and what is in
// its bundles. `npm sbom` knows no bundles, and leaves out a dependency that the root of the workspaces has for development.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NOTICES } from '../packaging/notices.ts';

export interface SbomSource {
  /** The repository. */
  readonly top: string;
  /** The folder of the package in the repository, such as `packages/server`. */
  readonly place: string;
  /** Its files as they are published. */
  readonly made: string;
  /** The time of the release, ISO 8601. */
  readonly time: string;
  /** SHA-512 of its tarball, in hex. */
  readonly sha512: string;
}

/** An entry of `packages` in package-lock.json. */
interface Locked {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** By place, such as `node_modules/ws` or `packages/client`. */
type Lock = Readonly<Record<string, Locked>>;

interface Part {
  readonly name: string;
  readonly version: string;
  readonly license?: string | undefined;
  /** In hex. */
  readonly sha512?: string | undefined;
  readonly isBundled?: boolean;
}

/** The same text for the same release. */
export function sbom({ top, place, made, time, sha512 }: SbomSource): object {
  const lock = JSON.parse(readFileSync(join(top, 'package-lock.json'), 'utf8')).packages as Lock;
  const manifest = JSON.parse(readFileSync(join(made, 'package.json'), 'utf8')) as Part;
  const own = { ...manifest, sha512 };
  const graph = graphFrom(lock, place);
  const bundled = bundledIn(made).map((part) => ({ ...part, sha512: lockedHash(lock, part) }));
  const parts = new Map<string, Part>(bundled.map((part) => [refOf(part), part]));
  for (const each of graph.keys()) parts.set(refAt(lock, each), partAt(lock, each));
  parts.delete(refOf(own));
  const dependencies = new Map<string, readonly string[]>(
    [...parts.keys()].map((ref) => [ref, []]),
  );
  for (const [each, needs] of graph) {
    dependencies.set(
      refAt(lock, each),
      needs.map((one) => refAt(lock, one)),
    );
  }
  const direct = [...(dependencies.get(refOf(own)) ?? []), ...bundled.map(refOf)];
  dependencies.set(refOf(own), [...new Set(direct)]);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(`${refOf(own)} ${sha512}`)}`,
    version: 1,
    metadata: { timestamp: time, component: component(own) },
    components: [...parts.values()].map(component).sort(byRef),
    dependencies: [...dependencies]
      .map(([ref, dependsOn]) => ({ ref, dependsOn: dependsOn.toSorted() }))
      .sort(({ ref: a }, { ref: b }) => (a < b ? -1 : 1)),
  };
}

/** What each place needs, from this one on. */
function graphFrom(lock: Lock, start: string): ReadonlyMap<string, readonly string[]> {
  const graph = new Map<string, readonly string[]>();
  const open = [start];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (graph.has(place)) continue;
    const { dependencies, optionalDependencies } = lock[place] ?? {};
    const names = Object.keys({ ...dependencies, ...optionalDependencies });
    const needs = names
      .map((name) => placeOf(lock, place, name))
      .filter((one) => one !== undefined);
    const missing = Object.keys(dependencies ?? {}).filter(
      (name) => !placeOf(lock, place, name) && !optionalDependencies?.[name],
    );
    if (missing.length > 0) throw new Error(`${place}: the lock file has no ${missing.join(', ')}`);
    graph.set(place, needs);
    open.push(...needs);
  }
  return graph;
}

/** Where Node finds a package from there; undefined if it is optional and left out. */
function placeOf(lock: Lock, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const place = `${folder && `${folder}/`}node_modules/${name}`;
    const found = lock[place];
    if (found) return found.link ? found.resolved : place;
    if (folder === '') return undefined;
  }
}

function partAt(lock: Lock, place: string): Part {
  const { name = place.replace(/^.*node_modules\//, ''), version, license } = lock[place] ?? {};
  if (!version) throw new Error(`${place}: the lock file has no version`);
  return { name, version, license, sha512: hexOf(lock[place]?.integrity) };
}

function refAt(lock: Lock, place: string): string {
  return refOf(partAt(lock, place));
}

/** What the notices of a package say is in its bundles, in headings such as `## preact - 11.2.0 (MIT)`. */
function bundledIn(made: string): readonly Part[] {
  const notices = join(made, NOTICES);
  const text = existsSync(notices) ? readFileSync(notices, 'utf8') : '';
  return [...text.matchAll(/^## (\S+) - (\S+) \((.+)\)$/gm)].map(
    ([, name = '', version = '', license]) => {
      return { name, version, license, isBundled: true };
    },
  );
}

function lockedHash(lock: Lock, { name, version }: Part): string | undefined {
  const found = Object.entries(lock).find(
    ([place, locked]) => place.endsWith(`node_modules/${name}`) && locked.version === version,
  );
  return hexOf(found?.[1].integrity);
}

function hexOf(integrity: string | undefined): string | undefined {
  const [, base64] = /^sha512-(\S+)$/.exec(integrity ?? '') ?? [];
  return base64 && Buffer.from(base64, 'base64').toString('hex');
}

/** The package URL, which is also the reference inside the document. */
function refOf({ name, version }: Part): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

function component(part: Part) {
  const [, group, name = part.name] = /^(@[^/]+)\/(.*)$/.exec(part.name) ?? [];
  return {
    type: 'library',
    'bom-ref': refOf(part),
    ...(group && { group }),
    name,
    version: part.version,
    scope: 'required',
    ...(part.sha512 && { hashes: [{ alg: 'SHA-512', content: part.sha512 }] }),
    ...(part.license && { licenses: [licence(part.license)] }),
    purl: refOf(part),
    ...(part.isBundled && { properties: [{ name: 'tillgate:bundled', value: 'true' }] }),
  };
}

/** An identifier of SPDX, or an expression such as `(MIT OR Apache-2.0)`. */
function licence(text: string): object {
  return / (OR|AND|WITH) /.test(text) ? { expression: text } : { license: { id: text } };
}

function byRef(a: ReturnType<typeof component>, b: ReturnType<typeof component>): number {
  return a['bom-ref'] < b['bom-ref'] ? -1 : 1;
}

/** RFC 9562, version 8: made of a hash. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...parts, variant + hex.slice(17, 20), hex.slice(20, 32)].join('-');
}
