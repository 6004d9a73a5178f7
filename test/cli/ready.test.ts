// `tillgate ready` against a whole gateway.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from 'tillgate/testing';
import { freePort } from '../support/cluster/processes.ts';
import { run } from './command-line.ts';

test('tillgate ready ends with 0 if the gateway of these settings accepts payments, with and without TLS', async (t) => {
  for (const settings of [{}, { tls: 'self-signed' as const }]) {
    const shop = await startTestGateway({ settings });
    t.after(() => shop.stop());
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const port = ['--port', new URL(shop.gateway.httpUrl).port];
    const { code, out } = await run(['ready', ...port, ...flags]);
    assert.deepEqual([code, out], [0, 'The gateway accepts payments.\n']);
    const everywhere = await run(['ready', ...port, ...flags, '--host', '0.0.0.0']);
    assert.equal(everywhere.code, 0);
  }
});

test('tillgate ready says why a gateway accepts no payments, and ends with 1', async (t) => {
  const shop = await startTestGateway({ settings: { pace: 'realistic', virtualCard: 1000 } });
  t.after(() => shop.stop());
  const till = await shop.till();
  const id = till.ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 500 });
  await till.shown('PRESENT_CARD');
  const stopped = shop.gateway.stop();
  const { code, err } = await run(['ready', '--port', new URL(shop.gateway.httpUrl).port]);
  assert.equal(code, 1);
  assert.match(err, /shutting down/i);
  await till.request('cancelTransaction', { tid: 'VCMINVLSIP0' });
  await till.answer(id);
  await stopped;
});

test('tillgate ready ends with 4 if nobody answers', async () => {
  const port = String(await freePort());
  const { code, err } = await run(['ready', '--port', port]);
  assert.deepEqual([code, err], [4, `No gateway answers at http://127.0.0.1:${port}.\n`]);
});
