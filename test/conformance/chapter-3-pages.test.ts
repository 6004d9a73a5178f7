// Chapter 3 of PROTOCOL.md, and 11: the pages that anybody may read.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  api,
  dialects,
  findViolations,
  publishedDocuments,
  publishedSchemas,
} from '@tillgate/protocol';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import { handshake } from '../support/gateway/handshake.ts';

describe('C-3.8, C-11.1, public pages', () => {
  test('each raw schema is served without a token and listed at /schemas', async (t) => {
    const harness = await startHarness(t);
    const page = (path: string) =>
      handshake(`${harness.server.gateway.httpUrl}${path}`, { upgrade: false });
    for (const [path, text] of publishedSchemas(dialects)) {
      const { status, body } = await page(`/schemas/${path}`);
      assert.deepEqual([status, body], [200, text]);
    }
    const index = JSON.parse((await page('/schemas')).body) as { file: string }[];
    const pac = index.map(({ file }) => file).filter((file) => file.startsWith('v1/pac/'));
    assert.ok(pac.includes('v1/pac/sale.request.json'));
    assert.ok(pac.includes('v1/pac/sale.response.json'));
    assert.ok(pac.includes('v1/pac/terminalNotification.json'));
    assert.ok(pac.includes('v1/pac/error.json'));
    for (const path of ['/schemas/v1/pac/nothing.json', '/schemas/../package.json', '/schemasx']) {
      assert.equal((await page(path)).status, 404, path);
    }
  });

  test('health, metrics, times, the API description and the pages of the console need no token', async (t) => {
    const harness = await startHarness(t);
    const page = (path: string) =>
      handshake(`${harness.server.gateway.httpUrl}${path}`, { upgrade: false });
    for (const path of ['/livez', '/readyz', '/metrics', '/protocol/timings.json']) {
      assert.equal((await page(path)).status, 200, path);
    }
    assert.equal((await page('/api/v1/openapi.json')).status, 200);
    for (const path of ['/console/', '/machine/', '/docs/']) {
      // 503 until they are built.
      assert.ok([200, 503].includes((await page(path)).status), path);
    }
  });

  test('all messages are served as one schema, as AsyncAPI and as OpenRPC beside their schemas', async (t) => {
    const harness = await startHarness(t);
    const types: Record<string, unknown> = {};
    for (const [path, text] of publishedDocuments(Object.values(dialects))) {
      const url = `${harness.server.gateway.httpUrl}/schemas/${path}`;
      const { status, headers, body } = await handshake(url, { upgrade: false });
      assert.equal(status, 200);
      assert.equal(headers['access-control-allow-origin'], '*', 'tools in a browser may read it');
      assert.equal(body, text());
      types[path] = headers['content-type'];
    }
    assert.deepEqual(types, {
      'index.json': 'application/json',
      'bundle.json': 'application/schema+json',
      'bundle.open.json': 'application/schema+json',
      'asyncapi.json': 'application/json',
      'asyncapi.open.json': 'application/json',
      'v1/openrpc.json': 'application/json',
      'v0/openrpc.json': 'application/json',
    });
  });

  test('the schema of a fault of a test site is served beside them', async (t) => {
    const harness = await startHarness(t);
    const url = `${harness.server.gateway.httpUrl}/schemas/fault.json`;
    const { status, headers, body } = await handshake(url, { upgrade: false });
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/schema+json');
    assert.equal(body, api.faultSchema());
    const fits = (fault: unknown) => findViolations(JSON.parse(body), fault).length === 0;
    const when = { kind: 'message', direction: 'sent', method: 'sale', part: 'response' };
    assert.ok(fits({ when, action: { kind: 'hold', seconds: 30 } }));
    assert.ok(!fits({ when, action: { kind: 'hold' } }));
    assert.ok(!fits({ when: { ...when, direction: 'up' }, action: { kind: 'cut' } }));
  });

  test('the schema of the report of a rehearsal is served beside them', async (t) => {
    const harness = await startHarness(t);
    const url = `${harness.server.gateway.httpUrl}/schemas/rehearsal.json`;
    const { status, headers, body } = await handshake(url, { upgrade: false });
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/schema+json');
    assert.equal(body, api.rehearsalSchema());
  });

  test('C-11.1 every time limit of the gateway is served, from setting to seconds', async (t) => {
    const harness = await startHarness(t, { settings: { cnpLimit: 77 } });
    const url = `${harness.server.gateway.httpUrl}/protocol/timings.json`;
    const page = await handshake(url, { upgrade: false });
    assert.equal(page.headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(page.body), {
      ...{ pingInterval: 20, pingMisses: 2, handshakeTimeout: 10, closeTimeout: 5 },
      ...{ keepAliveTimeout: 5, responseTimeout: 20 },
      ...{
        signatureTimeout: 80,
        startLimit: 10,
        transactionLimit: 200,
        cnpLimit: 77,
        reportLimit: 120,
      },
      ...{
        patRequestLimit: 10,
        tableIdle: 900,
        terminalAnswer: 10,
        resultHold: 86_400,
        slowConsumer: 10,
        startLimit: 10,
        badMessages: 60,
        drain: 30,
      },
      ...{ virtualStart: 1, virtualStep: 0.28, virtualCard: 4.1, virtualPin: 1.1 },
      virtualNoCard: 60,
      ...{ virtualRemove: 1.1, virtualSilence: 10, virtualReport: 2 },
    });
  });
});
