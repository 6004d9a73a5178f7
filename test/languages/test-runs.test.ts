// The tests of examples/languages by the test runners of other languages: each starts `tillgate serve --test-control`
// as a process of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import { startProgram } from '../support/scenario/program.ts';
import { within } from '../support/wait.ts';
import { buildTill, testRuns } from './languages.ts';

const tillgate = fileURLToPath(
  new URL('../../packages/server/src/cli/tillgate.ts', import.meta.url),
);

for (const run of testRuns) {
  test(`the tests of a till pass with ${run.name}`, async (t) => {
    const folder = temporaryFolder(t);
    buildTill(run, folder);
    const env = { ...process.env, TILLGATE: `${process.execPath} ${tillgate}` };
    const running = startProgram(run.command(folder), { cwd: run.cwd, env });
    t.after(() => running.child.kill('SIGKILL'));
    const { code, out, err } = await within('the end of the tests', running.ended);
    assert.equal(code, 0, out + err);
    assert.match(out, run.passed);
  });
}
