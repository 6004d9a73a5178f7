// All schemas in one file: it means the same as the raw schemas, and its open form accepts what a later version may add.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dialects, publishedIndex, publishedSchemas, schemaBundle } from '@tillgate/protocol';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { variants } from '../../../../test/support/protocol/variants.ts';

interface Row {
  readonly name: string;
  readonly file: string;
}

type Json = Readonly<Record<string, unknown>>;

const versions = Object.values(dialects);
const rows = JSON.parse(publishedIndex(versions)) as readonly Row[];
const closed = JSON.parse(schemaBundle(versions, 'closed')) as Json & { readonly $defs: Json };
const open = JSON.parse(schemaBundle(versions, 'open')) as Json & { readonly $defs: Json };

const ajv = new Ajv2020({ strict: false });
ajv.addSchema(closed);
ajv.addSchema(open);
const raw = new Ajv({ addUsedSchema: false });

function validator({ $id }: Json, name: string): (value: unknown) => boolean {
  const found = ajv.getSchema(`${$id}#/$defs/${name}`);
  assert.ok(found, name);
  return (value) => found(value) === true;
}

function rawSchema({ file }: Row): Json {
  return JSON.parse(publishedSchemas(dialects).get(file) ?? '') as Json;
}

describe('the schemas in one file', () => {
  test('each message is in it under its name', () => {
    for (const row of rows) {
      assert.equal(rawSchema(row).title, row.name);
      for (const { $defs } of [closed, open]) assert.ok($defs[row.name], row.name);
    }
    const named = new Map(rows.map(({ file, name }) => [file, name]));
    assert.equal(named.get('v1/pac/sale.request.json'), 'SaleRequest');
    assert.equal(named.get('v0/pac/sale.response.json'), 'SaleResponseV0');
    assert.equal(named.get('v1/terminal/start.request.json'), 'LinkStartRequest');
    for (const name of ['SaleParams', 'ReceiptLine', 'Payment', 'PaymentV0', 'LinkReceiptLine']) {
      assert.ok(closed.$defs[name], name);
      assert.ok(open.$defs[name], name);
    }
  });

  test('every object, enum and union is a definition, and each definition is referred to', () => {
    for (const bundle of [closed, open]) {
      for (const [name, schema] of Object.entries(bundle.$defs)) {
        assert.match(name, /^[A-Z][A-Za-z0-9]*$/);
        assert.equal((schema as Json).title, name);
        assert.deepEqual(Object.values(schema as Json).flatMap(types), [], name);
      }
      const text = JSON.stringify(bundle);
      const unused = Object.keys(bundle.$defs).filter((name) => !text.includes(`$defs/${name}"`));
      assert.deepEqual(unused, []);
    }
  });

  for (const row of rows) {
    test(`${row.name} of ${row.file} accepts and refuses what the raw schema does`, () => {
      const schema = rawSchema(row);
      const validate = raw.compile(schema);
      const inBundle = validator(closed, row.name);
      const asRead = validator(open, row.name);
      const results = (schema.examples as readonly unknown[]).flatMap((example) => {
        assert.ok(validate(example) && inBundle(example) && asRead(example));
        return [...variants(example)].map((value) => {
          const isValid = validate(value);
          assert.equal(inBundle(value), isValid, JSON.stringify(value));
          if (isValid && !hasNull(value)) assert.ok(asRead(value), JSON.stringify(value));
          return isValid;
        });
      });
      assert.ok(results.includes(false));
    });
  }

  test('the open form accepts keys and values that a later version adds', () => {
    const shown = example('SaleResponse') as { readonly result: Json };
    const payment = { ...shown.result, fee: 3, paymentMethod: 'PALM' };
    const response = { ...shown, result: payment };
    assert.ok(validator(open, 'SaleResponse')(response));
    assert.ok(!validator(closed, 'SaleResponse')(response));
    assert.ok(!validator(open, 'SaleResponse')({ ...response, result: { ...payment, tid: 7 } }));
  });

  test('the open form has no union: the shapes of an answer are one object', () => {
    assert.doesNotMatch(JSON.stringify(open.$defs), /"(?:anyOf|oneOf|enum)":/);
    const { required, properties } = open.$defs.TableLockResult as Json;
    assert.deepEqual(required, ['confirmed']);
    assert.deepEqual(Object.keys(properties as object).toSorted(), [
      'amount',
      'confirmed',
      'currency',
      'userMessage',
    ]);
  });
});

/** What would become a type without a name. */
function types(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const schema = value as Json;
  const own = schema.properties || schema.enum || schema.anyOf;
  const inner = Object.entries(schema).flatMap(([key, one]) =>
    key === 'examples' ? [] : types(one),
  );
  return own ? [schema, ...inner] : inner;
}

function example(name: string): unknown {
  const row = rows.find((one) => one.name === name);
  assert.ok(row);
  const [first] = rawSchema(row).examples as readonly unknown[];
  return first;
}

function hasNull(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === null;
  return Object.values(value).some(hasNull);
}
