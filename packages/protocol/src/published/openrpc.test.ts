// The OpenRPC documents: the methods of pay at counter, each with its params, result and errors.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dialects, errorTable, openRpc } from '@tillgate/protocol';
import { Ajv } from 'ajv';

interface Described {
  readonly name: string;
  readonly schema: object;
  readonly required?: boolean;
}
interface Value {
  readonly name: string;
  readonly value: unknown;
}
interface Method {
  readonly name: string;
  readonly params: readonly Described[];
  readonly result: Described;
  readonly errors: readonly { readonly $ref: string }[];
  readonly examples: readonly { readonly params: readonly Value[]; readonly result: Value }[];
}
interface Document {
  readonly info: { readonly description: string };
  readonly methods: readonly Method[];
  readonly components: {
    readonly schemas: object;
    readonly errors: Readonly<Record<string, { readonly code: number }>>;
  };
}

const versions = Object.values(dialects);

for (const dialect of versions) {
  describe(`OpenRPC, ${dialect.version}`, () => {
    const { info, methods, components } = JSON.parse(openRpc(dialect, versions)) as Document;

    test('it has the methods that a till at the counter calls, and no others', () => {
      const names = methods.map(({ name }) => name);
      assert.deepEqual(names, Object.keys(dialect.pac.requests));
      for (const word of ['terminalNotification', 'signatureVerificationRequest', 'token']) {
        assert.ok(info.description.includes(word), word);
      }
    });

    test('each method has every error code', () => {
      const codes = new Set(Object.values(errorTable).map(({ code }) => code));
      for (const { errors } of methods) {
        const found = errors.map(
          ({ $ref }) => components.errors[$ref.split('/').at(-1) ?? '']?.code,
        );
        assert.deepEqual(new Set(found), codes);
      }
    });

    test('every example fits', () => {
      const ajv = new Ajv({ strict: false });
      const fits = (schema: object, value: unknown) =>
        ajv.validate({ ...wrapped(schema), components }, value);
      for (const { name, params, result, examples } of methods) {
        assert.ok(examples.length > 0, name);
        for (const example of examples) {
          const given = new Map(example.params.map((one) => [one.name, one.value]));
          for (const { name: key, schema, required } of params) {
            if (given.has(key)) assert.ok(fits(schema, given.get(key)), `${name} ${key}`);
            else assert.ok(!required, `${name} ${key}`);
          }
          assert.ok([...given.keys()].every((key) => params.some((one) => one.name === key)));
          assert.ok(fits(result.schema, example.result.value), name);
          assert.ok(!fits(result.schema, 7), name);
        }
      }
    });
  });
}

/** Beside a reference other keys do not count in draft-07. */
function wrapped(schema: object): object {
  return { allOf: [schema] };
}
