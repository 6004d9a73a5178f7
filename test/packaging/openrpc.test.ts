// The OpenRPC documents are valid by the official meta-schema, which comes from the npm registry: part of `test:long`.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { dialects, openRpc } from '@tillgate/protocol';
import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { install } from '../support/packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillgate-openrpc-'));
after(() => rmSync(folder, { recursive: true }));

const versions = Object.values(dialects);
let validate: ValidateFunction;

before(async () => {
  await install(folder, ['@open-rpc/meta-schema@1.14.9', '@json-schema-tools/meta-schema@1.8.0']);
  const required = createRequire(join(folder, 'package.json'));
  const ajv = new Ajv({ strict: false });
  // Referred to without the slash at the end of its $id.
  const drafts = withoutDraft(required('@json-schema-tools/meta-schema'));
  ajv.addSchema(drafts, 'https://meta.json-schema.tools');
  validate = ajv.compile(withoutDraft(required('@open-rpc/meta-schema')));
});

/** Both are draft-07 and name a meta-schema of their own, which is one of the two. */
function withoutDraft(module: unknown): object {
  const { default: schema } = module as { readonly default: object };
  const { $schema: _, ...rest } = schema as { readonly $schema: string };
  return rest;
}

for (const dialect of versions) {
  test(`the document of ${dialect.version} is valid, and one with a wrong method is not`, () => {
    const document = JSON.parse(openRpc(dialect, versions)) as { readonly methods: object[] };
    assert.ok(validate(document), JSON.stringify(validate.errors));
    assert.ok(!validate({ ...document, methods: [...document.methods, { name: 'sale' }] }));
  });
}
