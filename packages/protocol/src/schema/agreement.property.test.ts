// Three readers of one declaration must agree: the compiled check, the explanation, and a stranger's
// validator on the published schema.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createValidator, dialects, patternWords } from '@tillgate/protocol';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { depth } from '../../../../test/support/depth.ts';
import type { TSchema } from './type.ts';

const RUNS = depth(150);
const SEED = 20_260_314;

function fitting(schema: TSchema): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(fitting));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (Object.hasOwn(schema, 'const')) return fc.constant(schema.const);
  const { minimum: min = -1e6, maximum: max = 1e12 } = schema;
  switch (schema.type) {
    case 'string':
      return fittingString(schema);
    case 'integer':
      return fc.oneof(
        fc.maxSafeInteger().map((n) => Math.min(max, Math.max(min, n))),
        fc.constantFrom(min, max),
      );
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(fitting(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: schema.maxItems ?? 2,
      });
    case 'object':
      return fittingObject(schema);
    default:
      return fc.jsonValue();
  }
}

function fittingString({ pattern, minLength = 0, maxLength = 40 }: TSchema): fc.Arbitrary<string> {
  // A pattern that only forbids makes texts of unusual characters.
  if (pattern !== undefined && !patternWords.has(pattern)) {
    return fc.stringMatching(new RegExp(pattern, 'u'), { size: '-1' });
  }
  return fc.string({ unit: 'grapheme', minLength, maxLength }).filter((text) => {
    const { length } = [...text];
    return length >= minLength && length <= maxLength;
  });
}

function fittingObject(schema: TSchema): fc.Arbitrary<unknown> {
  const [named] = Object.values(schema.patternProperties ?? {});
  if (named) return fc.dictionary(fc.string(), fitting(named), { maxKeys: 2 });
  const keys = Object.entries(schema.properties ?? {});
  const model = Object.fromEntries(keys.map(([key, inner]) => [key, fitting(inner)]));
  return fc.record(model, { requiredKeys: [...(schema.required ?? [])] });
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, 0, -1, 1, 12.5, 2 ** 53, Number.POSITIVE_INFINITY, '', '0', true),
  fc.constantFrom<unknown>(
    {},
    [],
    '😀'.repeat(32),
    '😀'.repeat(33),
    'x'.repeat(129),
    99_999_999,
    1e8,
  ),
  fc.jsonValue({ maxDepth: 1 }),
);
const oddKey = fc.constantFrom('x', '__proto__', 'constructor', 'tid', 'amount', 'result', 'a/b~');

interface Change {
  readonly steps: readonly number[];
  readonly deed: 'replace' | 'remove' | 'add';
  readonly key: string;
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  steps: fc.array(fc.nat({ max: 30 }), { maxLength: 6 }),
  deed: fc.constantFrom('replace', 'remove', 'add'),
  key: oddKey,
  value: odd,
});

/** A copy of `value` with one thing changed, as deep inside as the steps lead. */
function changed(value: unknown, { steps: [step, ...steps], ...how }: Change): unknown {
  if (typeof value !== 'object' || value === null || step === undefined) return how.value;
  const entries = Object.entries(value);
  const at = step % (entries.length + 1);
  const [key, inner] = entries[at] ?? [how.key, undefined];
  if (at === entries.length || how.deed === 'add') entries.push([how.key, how.value]);
  else if (steps.length > 0) entries[at] = [key, changed(inner, { ...how, steps })];
  else if (how.deed === 'remove') entries.splice(at, 1);
  else entries[at] = [key, how.value];
  if (Array.isArray(value)) return entries.map(([, item]) => item);
  return Object.fromEntries(entries);
}

const ajv = new Ajv({ addUsedSchema: false });

for (const { version, messages } of Object.values(dialects)) {
  for (const { name, integration, schema } of messages) {
    const title = `${version} ${integration} ${name}`;
    const { isValid, violations } = createValidator(schema);
    const validate = ajv.compile(JSON.parse(JSON.stringify(schema)) as object);
    const agree = (value: unknown) => {
      const fit = isValid(value);
      assert.equal(violations(value).length === 0, fit, JSON.stringify(violations(value)));
      assert.equal(validate(value), fit, JSON.stringify(validate.errors));
      return fit;
    };

    test(`${title}: a message that fits the schema has no violations`, () => {
      const property = fc.property(fitting(schema as TSchema), (value) => assert.ok(agree(value)));
      fc.assert(property, { numRuns: RUNS, seed: SEED });
    });

    test(`${title}: a changed message has violations if and only if it is invalid`, () => {
      const changes = fc.array(change, { minLength: 1, maxLength: 3 });
      const property = fc.property(fitting(schema as TSchema), changes, (value, list) => {
        agree(list.reduce(changed, value));
      });
      fc.assert(property, { numRuns: RUNS, seed: SEED });
    });
  }
}
