// The example of docs/testing.md for `node:test`, as it stands; test/packaging runs those for other test runners.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startProgram } from '../support/scenario/program.ts';
import { exampleFor } from '../support/testing-guide.ts';
import { within } from '../support/wait.ts';

const top = join(import.meta.dirname, '../..');

test('the example of docs/testing.md for node:test passes', async (t) => {
  // Inside node_modules, so that the packages are found.
  const folder = mkdtempSync(join(top, 'node_modules/.tillgate-testing-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'till.test.mjs'), exampleFor('node:test'));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const command = [process.execPath, '--test', '--test-reporter=tap', 'till.test.mjs'];
  const { code, out, err } = await within(
    'the end of the example',
    startProgram(command, { cwd: folder, env }).ended,
  );
  assert.equal(code, 0, out + err);
  assert.match(out, /^# pass 1$/m);
});
