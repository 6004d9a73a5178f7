// The patterns of all published schemas: what they describe is the whole text, not a part of it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('../../../../schemas/', import.meta.url);
/** A text that must not contain something, from its first character on. */
const EXCLUDES = '^(?![\\s\\S]*';

test('every pattern of the published schemas is for the whole text', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const found = files
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => patternsOf(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));
  const patterns = [...new Set(found)];
  assert.ok(patterns.length > 10);
  const loose = patterns.filter((one) => !one.startsWith(EXCLUDES) && !isWhole(one));
  assert.deepEqual(loose, []);
});

/** An alternative outside of parentheses would have an anchor of its own. */
function isWhole(pattern: string): boolean {
  const outside = pattern
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\((?:[^()]|\([^()]*\))*\)/g, '');
  return /^\^.*\$$/.test(pattern) && !outside.includes('|');
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
