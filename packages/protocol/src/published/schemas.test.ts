import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dialects, publishedIndex, publishedSchemas } from '@tillgate/protocol';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

interface Schema {
  readonly $id?: string;
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const drafts = {
  'draft-07': new Ajv({ addUsedSchema: false }),
  '2020-12': new Ajv2020({ addUsedSchema: false }),
};
const versions = Object.values(dialects);
const published = [...publishedSchemas(dialects)];

describe('published schemas [C-3.8]', () => {
  test('publishedSchemas returns at least 30 schemas and caches them', () => {
    assert.ok(published.length >= 30);
    assert.equal(publishedSchemas(dialects), publishedSchemas(dialects));
  });

  for (const [path, text] of published) {
    const schema = JSON.parse(text) as Schema;

    for (const [draft, ajv] of Object.entries(drafts)) {
      test(`${path} is valid as ${draft}, and so is every example in it`, () => {
        const { $schema: _, ...rules } = schema;
        const validate = ajv.compile(rules);
        for (const example of schema.examples ?? []) {
          assert.ok(
            validate(example),
            `${JSON.stringify(example)}: ${ajv.errorsText(validate.errors)}`,
          );
        }
      });
    }

    test(`${path} has an id, a name, a description and an example`, () => {
      assert.equal(schema.$id, `urn:tillgate:${path.replaceAll('/', ':').replace(/\.json$/, '')}`);
      assert.equal(schema.$schema, 'http://json-schema.org/draft-07/schema#');
      assert.match(schema.title ?? '', /^[A-Z][A-Za-z0-9]*$/);
      assert.ok(schema.description);
      assert.ok(schema.examples && schema.examples.length > 0);
    });

    test(`${path} is closed at every level, and every key is described [C-3.3]`, () => {
      const found = [...levels(schema, '')];
      assert.deepEqual(
        found.filter(([, level]) => !isClosed(level)).map(([at]) => at),
        [],
      );
      const keys = found.flatMap(([at, level]) =>
        Object.entries(level.properties ?? {}).map(
          ([key, inner]) => [`${at}/${key}`, inner] as const,
        ),
      );
      assert.deepEqual(
        keys.filter(([, inner]) => !inner.description).map(([at]) => at),
        [],
      );
    });
  }

  test('the index names every schema once, by the path it is served under', () => {
    const index = JSON.parse(publishedIndex(versions)) as { file: string; title: string }[];
    assert.deepEqual(
      index.map(({ file }) => file),
      published.map(([path]) => path),
    );
    assert.equal(new Set(published.map(([path]) => path)).size, published.length);
    assert.deepEqual(index[0], {
      version: 'v1',
      integration: 'pac',
      message: 'connectedTerminals.request',
      sender: 'till',
      title: 'List connected card machines',
      name: 'ConnectedTerminalsRequest',
      file: 'v1/pac/connectedTerminals.request.json',
    });
  });
});

/** The schema and all schemas in it, each with its place. */
function* levels(schema: Schema, at: string): Iterable<readonly [string, Schema]> {
  yield [at, schema];
  const named = { ...schema.properties, ...schema.patternProperties };
  for (const [key, inner] of Object.entries(named)) yield* levels(inner, `${at}/${key}`);
  if (schema.items) yield* levels(schema.items, `${at}/items`);
  for (const [index, inner] of (schema.anyOf ?? []).entries())
    yield* levels(inner, `${at}|${index}`);
}

/** Objects keyed by a name of the shop's own take any key, but not any value. */
function isClosed(schema: Schema): boolean {
  if (schema.type !== 'object') return true;
  return schema.patternProperties !== undefined || schema.additionalProperties === false;
}
