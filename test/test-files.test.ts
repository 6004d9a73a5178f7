// Every test file is run by one of the test scripts of package.json: none is left out.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = (pattern: string) => globSync(pattern, { cwd: root });
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
/** The quoted patterns of a script. */
const patternsOf = (script: string) =>
  [...(scripts[script] ?? '').matchAll(/"([^"]+)"/g)].map(([, pattern = '']) => pattern);

/** The files that a script runs, with those that its suites import. */
function filesOf(script: string): ReadonlySet<string> {
  const own = patternsOf(script).flatMap(files);
  const imported = own
    .filter((file) => file.startsWith('test/in-process/'))
    .flatMap((file) => [
      ...readFileSync(`${root}${file}`, 'utf8').matchAll(/importTests\('(.+)'\)/g),
    ])
    .flatMap(([, pattern = '']) => files(pattern));
  return new Set([...own, ...imported]);
}

test('`npm test` and `test:long`, `:services`, `:languages`, `:models` and `:deploy` run every *.test.ts file', () => {
  const run = new Set(
    ['test', 'test:long', 'test:services', 'test:languages', 'test:models', 'test:deploy'].flatMap(
      (name) => [...filesOf(name)],
    ),
  );
  const all = ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'].flatMap(files);
  assert.ok(all.length > 100);
  assert.deepEqual(
    all.filter((file) => !run.has(file)),
    [],
  );
});

test('`npm run test:long` runs every file without a database whose number of rounds depends on TEST_DEPTH', () => {
  const run = filesOf('test:long');
  const deep = ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts']
    .flatMap(files)
    // Those with a database play all rounds by hand: each round takes seconds.
    .filter((file) => !file.startsWith('test/services/'))
    .filter((file) => /support\/depth\.ts'/.test(readFileSync(`${root}${file}`, 'utf8')));
  assert.ok(deep.length > 10);
  assert.deepEqual(
    deep.filter((file) => !run.has(file)),
    [],
  );
});

test('`npm run test:browser` runs every *.browser.ts file', () => {
  const run = filesOf('test:browser');
  assert.deepEqual(
    files('test/**/*.browser.ts').filter((file) => !run.has(file)),
    [],
  );
});
