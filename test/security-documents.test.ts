// SECURITY.md and docs/security.md name the tests that show what they promise: each of these files exists and
// has a test of that title.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A test as a document names it: the file in code, then titles in typographic quotes. */
interface NamedTest {
  readonly file: string;
  readonly titles: readonly string[];
}

const NAMED = /`([\w./-]+\.(?:test|browser)\.ts|[\w./-]*contract[\w-]*\.ts)`((?:,? “[^”]+”)*)/g;

function namedIn(text: string): readonly NamedTest[] {
  return [...text.matchAll(NAMED)].map(([, file = '', quoted = '']) => ({
    file,
    titles: [...quoted.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title),
  }));
}

/** What is wrong with a test that is named; undefined if it is there. */
function faultOf({ file, titles }: NamedTest): string | undefined {
  if (!existsSync(`${root}${file}`)) return `there is no ${file}`;
  const known = titlesIn(readFileSync(`${root}${file}`, 'utf8'));
  const missing = titles.filter((title) => !known.has(title));
  return missing.length === 0 ? undefined : `${file} has no “${missing.join('”, “')}”`;
}

const TITLE = /\b(?:test|describe)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`([^`]*)`)/g;

/** The titles of a file as documents write them, with … for what a template fills in. */
function titlesIn(source: string): ReadonlySet<string> {
  const titles = [...source.matchAll(TITLE)].map(
    ([, single, double, template = '']) =>
      single ?? double ?? template.replaceAll(/\$\{[^}]*\}/g, '…'),
  );
  return new Set(titles.map((title) => title.replaceAll(/\\(.)/g, '$1')));
}

const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');
const faultsIn = (text: string) => namedIn(text).map(faultOf).filter(Boolean);

describe('SECURITY.md', () => {
  const text = read('SECURITY.md');

  test('each test that it names is there', () => {
    assert.ok(namedIn(text).length > 50);
    assert.deepEqual(faultsIn(text), []);
  });

  test('each defence names the tests that show it', () => {
    const [, table = ''] = /^\| attack \|.*\n\| --- .*\n((?:\|.*\n)+)/m.exec(text) ?? [];
    const rows = table.trim().split('\n');
    assert.ok(rows.length > 25);
    for (const row of rows) {
      const [, defence = '', shownBy = '', ...rest] = row.slice(1, -1).split('|');
      assert.ok(defence.length > 0 && rest.length === 0, row);
      assert.ok(namedIn(shownBy).length > 0, row);
    }
  });
});

describe('docs/security.md', () => {
  const text = read('docs/security.md');
  const [, table = ''] = /^## Tests\n.*?((?:\|.*\n)+)$/ms.exec(text) ?? [];
  const rows = [...table.matchAll(/^\| (\d+) \| (.+) \|$/gm)];

  test('each test that it names is there', () => {
    assert.ok(rows.length > 40);
    for (const [row, , named = ''] of rows) assert.equal(namedIn(named).length, 1, row);
    assert.deepEqual(faultsIn(text), []);
  });

  test('each number that it cites is in its list of tests, and each of the list is cited', () => {
    const cited = [...text.matchAll(/\[(\d+)\]\(#tests\)/g)].map(([, number]) => Number(number));
    const listed = rows.map(([, number]) => Number(number));
    assert.equal(new Set(listed).size, listed.length);
    assert.deepEqual(new Set(cited), new Set(listed));
  });
});

describe('a fault of a document would be seen', () => {
  const own = 'test/security-documents.test.ts';

  test('a file that is not there', () => {
    assert.deepEqual(faultsIn('| x | `test/nothing.test.ts` “a title” |'), [
      'there is no test/nothing.test.ts',
    ]);
  });

  test('a title that is not there, beside one that is', () => {
    const named = `\`${own}\` “a file that is not there”, “a file that is there”`;
    assert.deepEqual(faultsIn(named), [`${own} has no “a file that is there”`]);
  });

  test('a part of a title', () => {
    assert.deepEqual(faultsIn(`\`${own}\` “a file”`), [`${own} has no “a file”`]);
  });

  test('a title with a value in it is written with an ellipsis', () => {
    assert.ok(titlesIn(`test(\`a key is needed \${how}\`, run)`).has('a key is needed …'));
    assert.ok(titlesIn("test('a till\\'s key', run)").has("a till's key"));
  });
});
