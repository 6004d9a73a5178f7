// Random requests to the admin API: each is answered as declared, and none changes or breaks anything.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api } from '@tillgate/protocol';
import fc from 'fast-check';
import type { ApiClient } from '../support/api/api-client.ts';
import { pathOf, sampleParams, startApiServer } from '../support/api/api-client.ts';
import { depth } from '../support/depth.ts';

const routes = Object.entries(api.routes) as [api.RouteName, api.Route][];
const taking = routes.filter(([, route]) => route.body !== undefined);
const RUNS = depth(60);

describe('random requests to the admin API', () => {
  for (const [name, route] of taking) {
    test(`any JSON body of ${name} is accepted or refused with its errors`, async (t) => {
      const { local } = await startApiServer(t);
      const known = Object.keys((route.body as { properties: object }).properties);
      const body = fc.oneof(
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom(...known, 'x'), fc.jsonValue()),
      );
      const tryIt = async (value: unknown) => {
        // `ask` holds whatever is answered against the declaration.
        const { status } = await local.request(name, { params: sampleParams, body: value });
        assert.ok(status < 500);
      };
      await fc.assert(fc.asyncProperty(body, tryIt), { numRuns: RUNS, seed: 20260314 });
      await mustBeWell(local);
    });
  }

  const named = routes.filter(([, route]) => Object.keys(route.params.properties).length > 0);
  for (const [name, route] of named) {
    test(`any name in the address of ${name} is answered with 404 or 422`, async (t) => {
      const { local } = await startApiServer(t);
      const word = fc.string({ minLength: 1, maxLength: 300, unit: 'binary' });
      const words = fc.record({ site: word, tid: word, id: word, name: word, number: word });
      const tryIt = async (some: Record<string, string>) => {
        const encoded = Object.entries(some).map(([key, text]) => [key, encoded8(text)]);
        const { status } = await local.raw({
          ...{ method: route.method, path: pathOf(route, Object.fromEntries(encoded)) },
          ...(route.body && {
            body: '{"tid":"1"}',
            headers: { 'Content-Type': 'application/json' },
          }),
        });
        assert.ok([404, 422].includes(status), String(status));
      };
      await fc.assert(fc.asyncProperty(words, tryIt), { numRuns: RUNS, seed: 20260314 });
      await mustBeWell(local);
    });
  }
});

test('random values of the credential headers give no access', async (t) => {
  const { client } = await startApiServer(t, { settings: { openOnLoopback: false } });
  const word = fc.string({ maxLength: 200 }).map((text) => text.replace(/[^\x20-\x7e]/g, '?'));
  const headers = fc.record({ Authorization: word, Cookie: word, 'X-CSRF-Token': word });
  const tryIt = async (some: Record<string, string>) => {
    const cookie = `__Host-tillgate=${some.Cookie}`;
    const { status } = await client({ ...some, Cookie: cookie }).request('listSites');
    assert.ok([401, 429].includes(status), String(status));
  };
  await fc.assert(fc.asyncProperty(headers, tryIt), { numRuns: RUNS, seed: 20260314 });
});

/** A lone surrogate cannot be written in an address at all. */
function encoded8(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

async function mustBeWell(local: ApiClient): Promise<void> {
  const { sites } = await local.get('listSites');
  assert.ok(sites.some(({ name }) => name === 'testhost'));
  assert.equal(Reflect.get({}, 'name'), undefined);
  assert.deepEqual(Object.keys(Object.prototype), []);
}
