// `tillgate rehearse --gateway URL`: with a gateway that runs already, and goes on running as it was.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { connectTill } from 'tillgate/testing';
import { startProgram } from '../support/scenario/program.ts';
import { within } from '../support/wait.ts';

const TILLGATE = join(import.meta.dirname, '../../packages/server/src/cli/tillgate.ts');
const TILL = join(import.meta.dirname, '../support/rehearse/faulty-till.ts');

async function serve(t: TestContext, ...options: readonly string[]) {
  const command = [process.execPath, TILLGATE, 'serve', '--json', '--port', '0', ...options];
  const { child } = startProgram([...command, '--data', 'memory'], { env: process.env });
  t.after(() => child.kill('SIGKILL'));
  const [line] = await within('the gateway', once(createInterface(child.stdout), 'line'));
  return JSON.parse(line) as { readonly http: string; readonly pac: string };
}

function rehearse(gateway: string, ...only: readonly string[]) {
  const names = only.flatMap((name) => ['--only', name]);
  const till = `exec ${process.execPath} ${TILL}`;
  const args = ['rehearse', '--gateway', gateway, '--till', till, ...names];
  const { ended } = startProgram([process.execPath, TILLGATE, ...args], { env: process.env });
  return within('the rehearsal', ended);
}

test('a gateway that runs is used, and is afterwards as it was before', async (t) => {
  const { http, pac } = await serve(t, '--test-control', '--ping-interval', '1');
  const scenarios = ['declined', 'token-revoked', 'gratuity', 'notification-lost'];
  const { code, out, err } = await rehearse(http, ...scenarios);
  assert.equal(code, 0, out + err);
  assert.match(out, /4 scenarios: 4 done/);
  const read = async (path: string) => (await fetch(`${http}/api/v1${path}`)).json();
  const { faults } = Object(await read('/sites/testhost/faults'));
  assert.deepEqual(faults, []);
  const { tokens } = Object(await read('/sites/testhost/tokens'));
  const valid = tokens.filter(({ revokedAt }: { revokedAt?: string }) => !revokedAt);
  assert.deepEqual(
    valid.map(({ label }: { label: string }) => label),
    ['test site'],
  );
  const till = await connectTill(pac);
  await till.close();
});

test('one without test control is refused', async (t) => {
  const { http } = await serve(t);
  const { code, out, err } = await rehearse(http);
  assert.deepEqual([code, out], [2, '']);
  assert.match(
    err,
    /--gateway: Only a gateway with --test-control can do that\. Start one by: tillgate serve --test-control --data memory/,
  );
});

test('one to which a till is connected is refused', async (t) => {
  const { http, pac } = await serve(t, '--test-control');
  const till = await connectTill(pac);
  const { code, err } = await rehearse(http, 'declined');
  assert.equal(code, 2, err);
  assert.match(err, /--gateway: a till is connected to its site "testhost" \(pac\)/);
  await till.close();
});

test('where none answers it is said', async () => {
  const { code, err } = await rehearse('http://127.0.0.1:1', 'declined');
  assert.equal(code, 4, err);
  assert.match(err, /No gateway answers at http:\/\/127\.0\.0\.1:1\./);
});
