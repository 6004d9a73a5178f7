// The code on the pages of docs/languages is that of the tills that CI runs.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const top = join(import.meta.dirname, '../..');
/** By the language that a block of code names. */
const sources: Readonly<Record<string, string>> = {
  csharp: 'examples/languages/csharp/*.cs',
  go: 'examples/languages/go/*.go',
  java: 'examples/languages/java/*.java',
  php: 'examples/languages/php/*.php',
  python: 'examples/languages/python-*/*.py',
  ts: 'examples/pac/*.ts',
};

test('each block of code on a page of a language is a part of a till in that language', () => {
  const shown = new Set<string>();
  for (const page of globSync('docs/languages/*.md', { cwd: top })) {
    for (const [, language = '', code = ''] of read(page).matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
      if (language === 'sh') continue;
      const files = globSync(sources[language] ?? [], { cwd: top });
      const isPart = files.some((file) => hasPart(read(file), code));
      assert.ok(isPart, `${page}: no till in ${language} has\n${code}`);
      shown.add(language);
    }
  }
  assert.deepEqual([...shown].toSorted(), Object.keys(sources));
});

test('code that differs in a letter or in its inner indents is no part', () => {
  const text = 'a {\n    if b {\n        c();\n    }\n}\n';
  assert.ok(hasPart(text, 'if b {\n    c();\n}\n'));
  assert.ok(!hasPart(text, 'if b {\n    d();\n}\n'));
  assert.ok(!hasPart(text, 'if b {\nc();\n}\n'));
});

function read(file: string): string {
  return readFileSync(join(top, file), 'utf8');
}

/** Whether these lines stand in the text one after the other, all indented by the same. */
function hasPart(text: string, code: string): boolean {
  const wanted = dedented(code.trimEnd().split('\n'));
  const lines = text.split('\n');
  return lines.some(
    (_, at) => dedented(lines.slice(at, at + wanted.length)).join('\n') === wanted.join('\n'),
  );
}

function dedented(lines: readonly string[]): readonly string[] {
  const indents = lines.filter((line) => line.trim()).map((line) => line.search(/\S/));
  const indent = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return lines.map((line) => line.slice(indent));
}
