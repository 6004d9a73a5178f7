// Every example runs unchanged against a gateway with fast card machines. Each example asserts its own
// result; these tests check that it exits without an error.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import type { Store } from '../../packages/server/src/ports/store.ts';
import { pairingCode } from '../support/terminal/link-gateway.ts';

const run = promisify(execFile);
const top = join(import.meta.dirname, '../..');
/** Fast, but slow enough that a connection can be cut during a sale. */
const PACE = '20';
/** Far beyond any machine: an example that hangs is to say so. */
const LIMIT_MS = 600_000;

describe('examples', () => {
  let harness: TestGateway;
  before(async () => {
    harness = await startTestGateway({ settings: { pace: PACE } });
  });
  after(() => harness.stop());

  for (const path of globSync('examples/pac/*.ts', { cwd: top })) {
    test(`${path} takes its payments and exits without an error`, async () => {
      const { stderr } = await example(path, { TILLGATE_URI: harness.uri() });
      assert.equal(stderr, '');
    });
  }

  test('examples/pat/restart-during-payment.ts books each payment once, although its till is killed', async () => {
    const { stdout, stderr } = await example('examples/pat/restart-during-payment.ts', {
      TILLGATE_URI: harness.uri(),
    });
    assert.equal(stderr, '');
    assert.equal(stdout.match(/table 1 has paid/g)?.length, 1);
  });

  test('examples/link/line-device.ts links a device with a line-based driver', async () => {
    const code = await pairingCode(harness.store as Store, '12345678');
    const env = { TILLGATE_URI: harness.uri(), TILLGATE_CODE: code };
    const { stdout, stderr } = await example('examples/link/line-device.ts', env);
    assert.equal(stderr, '');
    assert.match(stdout, /Approved, declined, cancelled/);
  });

  test('an example fails with an error if there is no gateway', async () => {
    const nobody = { TILLGATE_URI: 'ws://127.0.0.1:1/pac?token=none' };
    await assert.rejects(example('examples/pac/sale.ts', nobody), /CouldNotConnect/);
  });

  test('examples/demo.ts runs two sales, a cancelled sale and the end-of-day reports', async () => {
    const { stdout } = await example('examples/demo.ts', { TILLGATE_DEMO_PACE: PACE });
    const ends = ['till: approved', 'till: cancelled', 'REPORT COMPLETE', 'That was it.'];
    for (const end of ends) assert.ok(stdout.includes(end), `${end} in:\n${stdout}`);
  });
});

function example(path: string, env: Record<string, string>) {
  const options = { cwd: top, env: { ...process.env, ...env }, timeout: LIMIT_MS };
  return run(process.execPath, [path], options);
}
