// The published schemas with validators that others wrote: each accepts every example, and refuses what the gateway
// refuses. Needs Debian's python3-jsonschema and Go, and takes a second validator for JavaScript from the npm registry.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  createValidator,
  dialects,
  patternWords,
  publishedSchemas,
  schemaBundle,
} from '@tillgate/protocol';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { install } from '../support/packages.ts';
import { isWrong, schemaFileOf, shown } from '../support/protocol/shown-messages.ts';
import { variants } from '../support/protocol/variants.ts';
import { goEnvironment, needTools, PYTHON } from './languages.ts';
import { answerOf } from './schemas/task.ts';

interface Schema {
  readonly $schema: string;
  readonly $id: string;
  readonly title: string;
  readonly examples: readonly unknown[];
  readonly $defs?: Readonly<Record<string, object>>;
}

/** A schema, a value, and whether the gateway accepts it. */
interface Check {
  readonly schema: Schema;
  readonly value: unknown;
  readonly isValid: boolean;
}

/** Every how many of the changed messages is checked: Python takes about a millisecond for each. */
const STRIDE = 4;

interface Cfworker {
  readonly Validator: new (
    schema: object,
    draft: string,
  ) => { validate(value: unknown): { readonly valid: boolean } };
}

const folder = mkdtempSync(join(tmpdir(), 'tillgate-validators-'));
after(() => rmSync(folder, { recursive: true }));
const installed = install(folder, ['@cfworker/json-schema@4.1.6']);

const files = new Map(
  [...publishedSchemas(dialects)].map(([path, text]) => [path, JSON.parse(text) as Schema]),
);
const bundle = JSON.parse(schemaBundle(Object.values(dialects))) as Schema;
const checks = [...examplesOfContract(), ...ownExamples()];

/** The examples of PROTOCOL.md. */
function* examplesOfContract(): Iterable<Check> {
  for (const one of shown) {
    const schema = files.get(schemaFileOf(one) ?? '');
    if (schema) yield { schema, value: one.message, isValid: !isWrong(one) };
  }
}

/** The examples in the schemas, and changed ones with what the gateway's validator says. */
function* ownExamples(): Iterable<Check> {
  const declared = Object.values(dialects).flatMap(({ messages }) => messages);
  for (const [index, schema] of [...files.values()].entries()) {
    const gateway = createValidator(declared[index]?.schema ?? {});
    for (const value of schema.examples) yield { schema, value, isValid: true };
    const changed = schema.examples.flatMap((example) => [...variants(example)]);
    for (const value of changed.filter((_, place) => place % STRIDE === 0)) {
      yield { schema, value, isValid: gateway.isValid(value) };
    }
  }
}

/** The same schema in the bundle; a copy, as some validators write into a schema. */
function inBundle({ title }: Schema): object {
  return structuredClone({ ...bundle, anyOf: [{ $ref: `#/$defs/${title}` }] });
}

/** Fails where a validator says otherwise than the gateway. */
function agree(results: readonly unknown[]): void {
  const wrong = checks.filter(({ isValid }, index) => results[index] !== isValid);
  assert.deepEqual(
    wrong.map(({ schema, value }) => [schema.$id, value]),
    [],
  );
  assert.equal(results.length, checks.length);
}

/** The results of one validator for each schema, which `compile` makes. */
function resultsOf(
  compile: (schema: object) => (value: unknown) => boolean,
  form: (schema: Schema) => object,
): readonly boolean[] {
  const made = new Map(
    [...files.values()].map((schema) => [schema.$id, compile(form(schema))] as const),
  );
  return checks.map(({ schema, value }) => made.get(schema.$id)?.(value) === true);
}

const forms = {
  'one file per message': (schema: Schema): object => schema,
  'the bundle': inBundle,
} as const;

test('there are valid and invalid messages to check', () => {
  assert.ok(checks.filter(({ isValid }) => isValid).length > 200);
  assert.ok(checks.filter(({ isValid }) => !isValid).length > 500);
});

for (const [name, form] of Object.entries(forms)) {
  describe(`${name} of the published schemas`, () => {
    test('ajv accepts and refuses what the gateway does', () => {
      agree(
        resultsOf((schema) => {
          const ajv = form === inBundle ? new Ajv2020({ strict: false }) : new Ajv();
          const validate = ajv.compile(schema);
          return (value) => validate(value);
        }, form),
      );
    });

    test('@cfworker/json-schema accepts and refuses what the gateway does', async () => {
      await installed;
      const { Validator } = createRequire(join(folder, 'package.json'))(
        '@cfworker/json-schema',
      ) as Cfworker;
      const draft = form === inBundle ? '2020-12' : '7';
      agree(
        resultsOf((schema) => {
          const validator = new Validator(schema, draft);
          return (value) => validator.validate(value).valid;
        }, form),
      );
    });

    test('python3-jsonschema accepts and refuses what the gateway does', () => {
      needTools('Python', {
        packages: ['python3', 'python3-jsonschema'],
        probe: [PYTHON, '-c', 'import jsonschema'],
      });
      const all = [...files.values()];
      const ofBundle = form === inBundle;
      const task = {
        bundle: ofBundle ? bundle : null,
        schemas: ofBundle ? all.map(({ title }) => ({ $ref: `#/$defs/${title}` })) : all,
        checks: checks.map(({ schema, value }) => [all.indexOf(schema), value]),
      };
      const program = join(import.meta.dirname, 'schemas/validate.py');
      agree(answerOf([PYTHON, '-B', program], task) as readonly boolean[]);
    });
  });
}

test('Go compiles every pattern, and matches what JavaScript matches', () => {
  needTools('Go', { packages: ['golang-go'], probe: ['go', 'version'] });
  const patterns = [...new Set([...files.values()].flatMap(patternsOf))];
  assert.ok([...patternWords.keys()].every((pattern) => patterns.includes(pattern)));
  const texts = [...new Set([...files.values()].flatMap(({ examples }) => textsOf(examples)))];
  texts.push(
    '4929 0000 0000 6',
    '4929 0000 0000',
    '\uff14'.repeat(12),
    'a\u202eb',
    'a\nb',
    '12/26',
  );
  const program = join(import.meta.dirname, 'schemas/patterns.go');
  const results = answerOf(['go', 'run', program], { patterns, texts }, goEnvironment());
  assert.deepEqual(
    results,
    patterns.map((pattern) => texts.map((text) => new RegExp(pattern, 'u').test(text))),
  );
});

function patternsOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { pattern, patternProperties = {} } = schema as Readonly<Record<string, unknown>>;
  return [
    ...(typeof pattern === 'string' ? [pattern] : []),
    ...Object.keys(patternProperties as object),
    ...Object.values(schema).flatMap(patternsOf),
  ];
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
