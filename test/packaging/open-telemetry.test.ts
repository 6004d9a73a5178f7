// The packed gateway without and with the packages of OpenTelemetry, installed as docs/operations.md says.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectTill } from 'tillgate/testing';
import { startOtlpReceiver } from '../support/open-telemetry/otlp-receiver.ts';
import { install, pack } from '../support/packages.ts';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import { startProgram } from '../support/scenario/program.ts';
import { within } from '../support/wait.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
const named = [...guide.matchAll(/@opentelemetry\/[a-z-]+@[\d.]+/g)].map(([name]) => name);

test('the packed gateway says which packages it misses, and sends traces once they are installed', async (t) => {
  const receiver = await startOtlpReceiver(t);
  const [made, folder] = [temporaryFolder(t), join(temporaryFolder(t), 'app')];
  const packed = await pack(made);
  await install(folder, packed);
  const serve = () =>
    startProgram(
      [
        join(folder, 'node_modules/.bin/tillgate'),
        'serve',
        '--json',
        '--port',
        '0',
        '--data',
        'memory',
        '--pace',
        'instant',
      ],
      { cwd: folder, env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } },
    );
  const { code, err } = await serve().ended;
  assert.notEqual(code, 0);
  assert.match(err, /packages are not installed: see "Traces" in docs\/operations\.md/);

  assert.equal(named.length, 6);
  await install(folder, [...packed, ...named]);
  const { child, ended } = serve();
  t.after(() => child.kill('SIGKILL'));
  const ready = await new Promise<string>((resolve) => {
    child.stdout.once('data', (line) => resolve(String(line)));
  });
  const till = await connectTill(JSON.parse(ready).pac);
  await till.request('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 });
  child.kill('SIGTERM');
  assert.equal((await within('the end', ended)).code, 0);
  assert.ok(receiver.spans.some(({ name }) => name === 'SALE'));
});
