// Every example runs as it stands, against a gateway with quick card machines. Each asserts its own
// result; here it is enough that it ends well.

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
/** Quick, yet slow enough for a line to be cut in mid-sale. */
const PACE = '20';
const LIMIT_MS = 60_000;

describe('examples', () => {
  let harness: TestGateway;
  before(async () => {
    harness = await startTestGateway({ settings: { pace: PACE } });
  });
  after(() => harness.stop());

  for (const path of globSync('examples/pac/*.ts', { cwd: top })) {
    test(`${path} takes its payments and ends well`, async () => {
      const { stderr } = await example(path, { TILLGATE_URI: harness.uri() });
      assert.equal(stderr, '');
    });
  }

  test('examples/pat/restart-during-payment.ts books what was paid once, though its till was killed', async () => {
    const { stdout, stderr } = await example('examples/pat/restart-during-payment.ts', {
      TILLGATE_URI: harness.uri(),
    });
    assert.equal(stderr, '');
    assert.equal(stdout.match(/table 1 has paid/g)?.length, 1);
  });

  test('examples/link/line-device.ts links a device that speaks lines', async () => {
    const code = await pairingCode(harness.store as Store, '12345678');
    const env = { TILLGATE_URI: harness.uri(), TILLGATE_CODE: code };
    const { stdout, stderr } = await example('examples/link/line-device.ts', env);
    assert.equal(stderr, '');
    assert.match(stdout, /Approved, declined, cancelled/);
  });

  test('an example fails aloud where there is no gateway', async () => {
    const nobody = { TILLGATE_URI: 'ws://127.0.0.1:1/pac?token=none' };
    await assert.rejects(example('examples/pac/sale.ts', nobody), /CouldNotConnect/);
  });

  test('examples/demo.ts plays two sales, a cancel and the end of the day', async () => {
    const { stdout } = await example('examples/demo.ts', { TILLGATE_DEMO_PACE: PACE });
    const ends = ['till: approved', 'till: cancelled', 'REPORT COMPLETE', 'That was it.'];
    for (const end of ends) assert.ok(stdout.includes(end), `${end} in:\n${stdout}`);
  });
});

function example(path: string, env: Record<string, string>) {
  const options = { cwd: top, env: { ...process.env, ...env }, timeout: LIMIT_MS };
  return run(process.execPath, [path], options);
}
