// The examples of docs/testing.md by the test runner that they are written for, as they stand.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const guide = join(import.meta.dirname, '../../docs/testing.md');

/** The text of the one example that imports this module. */
export function exampleFor(module: 'node:test' | 'vitest' | '@jest/globals'): string {
  const blocks = [...readFileSync(guide, 'utf8').matchAll(/^```js\n(.*?)^```/gms)];
  const fitting = blocks.filter(([, text = '']) => text.includes(`from '${module}';`));
  assert.equal(fitting.length, 1, module);
  return fitting[0]?.[1] ?? '';
}
