// The patterns of all published schemas: what they describe is the whole text, not a part of it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('../../../../schemas/', import.meta.url);

test('every pattern of the published schemas is for the whole text', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const found = files
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => patternsOf(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));
  const patterns = [...new Set(found)];
  assert.ok(patterns.length > 10);
  assert.deepEqual(
    patterns.filter((one) => !isWhole(one)),
    [],
  );
  // Go and RE2 know neither lookahead, lookbehind and references nor escapes such as \u2028.
  assert.deepEqual(
    patterns.filter((one) => /\(\?[^:]|\\[1-9ku]/.test(one)),
    [],
  );
});

/** An alternative outside of parentheses would have an anchor of its own. */
function isWhole(pattern: string): boolean {
  let outside = pattern.replaceAll(/\[[^\]]*\]/g, '');
  const innermost = /\([^()]*\)/g;
  while (innermost.test(outside)) outside = outside.replaceAll(innermost, '');
  return /^\^.*\$$/s.test(pattern) && !outside.includes('|');
}

function patternsOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { pattern, patternProperties = {} } = schema as Record<string, unknown>;
  return [
    ...(typeof pattern === 'string' ? [pattern] : []),
    ...Object.keys(patternProperties as object),
    ...Object.values(schema).flatMap(patternsOf),
  ];
}
