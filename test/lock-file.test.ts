// What package.json and package-lock.json say of packages of others: exact versions, hashes, install scripts.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly hasInstallScript?: boolean;
}
type Versions = Readonly<Record<string, string>>;

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
const { packages } = read('package-lock.json') as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const foreign = Object.entries(packages).filter(([path]) => path.includes('node_modules/'));
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '');

describe('packages of others', () => {
  test('package.json files name exact versions', () => {
    const { workspaces } = read('package.json') as { readonly workspaces: readonly string[] };
    for (const folder of ['.', ...workspaces]) {
      const { dependencies, devDependencies, optionalDependencies } = read(
        `${folder}/package.json`,
      ) as Readonly<Record<string, Versions | undefined>>;
      const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
      for (const [name, version] of Object.entries(all)) {
        assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${name} in ${folder}`);
      }
    }
  });

  test('each entry of the lock file has a hash, but for development tools of single platforms', () => {
    assert.ok(foreign.length > 200);
    const without = foreign.filter(([, { link, integrity }]) => !link && !integrity);
    for (const [path, { dev, optional, os }] of without) {
      assert.ok(dev && optional && os, path);
      assert.match(nameOf(path), /^@biomejs\/cli-|^@oxc-parser\/binding-/);
    }
    for (const [path, { integrity }] of foreign) {
      if (integrity) assert.match(integrity, /^sha512-/, path);
    }
  });

  test('of the packages with an install script only that of Node may run it', () => {
    const scripts = foreign.filter(([, { hasInstallScript }]) => hasInstallScript);
    const { allowScripts } = read('package.json') as {
      readonly allowScripts: Readonly<Record<string, boolean>>;
    };
    assert.deepEqual(scripts.map(([path]) => nameOf(path)).toSorted(), ['@scarf/scarf', 'node']);
    assert.deepEqual(allowScripts, { node: true, '@scarf/scarf': false });
  });

  test('the lock file has no entry for the binary that the install script of Node loads', () => {
    const binaries = foreign.filter(([path]) =>
      /^node-(bin-)?(linux|darwin|win|sunos|aix)-/.test(nameOf(path)),
    );
    assert.deepEqual(binaries, []);
  });
});
