// The official parser reads the AsyncAPI document of the wire. It takes seconds to load: part of `test:long`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Parser } from '@asyncapi/parser';
import type { Form } from '@tillgate/protocol';
import { asyncApi, dialects, forms } from '@tillgate/protocol';

const INFORMATION = 2;

for (const form of forms) {
  test(`the official parser accepts the ${form} document and reads every operation`, () =>
    check(form));
}

async function check(form: Form) {
  const text = asyncApi(Object.values(dialects), form);
  const { operations } = JSON.parse(text) as { operations: object };
  const { document, diagnostics } = await new Parser().parse(text);
  const faults = diagnostics
    .filter(({ severity }) => severity < INFORMATION)
    .map(({ path, message }) => `${path.join('/')}: ${message}`);
  assert.deepEqual(faults, []);
  assert.equal(document?.version(), '3.0.0');
  assert.equal(document.operations().all().length, Object.keys(operations).length);
  const sale = document.operations().get('pacV1Sale');
  assert.equal(sale?.reply()?.messages().all().length, 2);
  assert.equal(sale.messages().all()[0]?.correlationId()?.location(), '$message.payload#/id');
}
