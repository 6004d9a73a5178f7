// The OpenAPI document of the admin API, read by somebody else's validator and held against the routes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { api } from '@tillgate/protocol';

const document = JSON.parse(api.openApi());
const routes: readonly (readonly [string, api.Route])[] = Object.entries(api.routes);

describe('the OpenAPI document of the admin API', () => {
  test('the document is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors));
    assert.equal(validator.version, '3.1');
  });

  test('every reference leads to a definition', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '');
    assert.ok(names.length > 50);
    for (const name of names) {
      const found = name.split('/').reduce((at, part) => at?.[part], document);
      assert.ok(found, name);
    }
  });

  for (const [name, route] of routes) {
    test(`the document describes ${name} as it is declared`, () => {
      const operation = document.paths[route.path][route.method.toLowerCase()];
      assert.equal(operation.operationId, name);
      const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, word]) => word);
      assert.deepEqual(Object.keys(route.params.properties), inPath);
      const pathParameters = operation.parameters.filter(
        (one: { in: string }) => one.in === 'path',
      );
      assert.deepEqual(
        pathParameters.map((one: { name: string; required: boolean }) => [one.name, one.required]),
        inPath.map((word) => [word, true]),
      );
      assert.equal('requestBody' in operation, route.body !== undefined);
      const statuses = api.problemsOf(route).map((problem) => api.problems[problem].status);
      const all = new Set([route.answer.status, ...statuses].map(String));
      assert.deepEqual(new Set(Object.keys(operation.responses)), all);
    });
  }
});
