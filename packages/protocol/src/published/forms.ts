// The two forms of the published schemas. The closed form is what the gateway checks. The open form is for programs
// that read: keys and values that a later version adds are no error [C-6.4], and every object is one type, as languages
// without unions have it. What is valid in the closed form is valid in the open one, but for `null` in place of a key.

import type { NamedMessage, Schema } from './names.ts';

/** `closed` schemas are for who sends, `open` ones for who reads: new values and fields may come [C-6.4]. */
export const forms = ['closed', 'open'] as const;
/** One of the two forms. */
export type Form = (typeof forms)[number];

/** The messages with their schemas in this form; names stay. */
export function inForm(messages: readonly NamedMessage[], form: Form): readonly NamedMessage[] {
  const change = form === 'closed' ? closedForm : openForm;
  return messages.map((one) => ({ ...one, schema: change(one.schema) }));
}

/** A value or null without a name is one schema with two types, which code generators understand. */
function closedForm(schema: Schema): Schema {
  if (schema.anyOf) return closedUnion(schema);
  if (schema.items) return { ...schema, items: closedForm(schema.items as Schema) };
  const { properties, patternProperties } = schema as Readonly<Record<string, Fields>>;
  if (patternProperties) {
    return { ...schema, patternProperties: mapValues(patternProperties, closedForm) };
  }
  return properties ? { ...schema, properties: mapValues(properties, closedForm) } : schema;
}

function closedUnion({ anyOf, ...rest }: Schema): Schema {
  const shapes = (anyOf as readonly Schema[]).map(closedForm);
  const [first = {}, second] = shapes;
  if (rest.title || second?.type !== 'null') return { ...rest, anyOf: shapes };
  return { ...first, ...rest, type: [first.type, 'null'] };
}

function openForm(schema: Schema): Schema {
  if (schema.anyOf) return openUnion(schema);
  if (schema.items) return { ...schema, items: openForm(schema.items as Schema) };
  if (Array.isArray(schema.enum)) return openEnum(schema);
  if (schema.patternProperties) return openRecord(schema);
  if (schema.type !== 'object') return schema;
  const { additionalProperties: _, properties, ...rest } = schema;
  const kept = Object.entries(properties as Fields).filter(([, { deprecated }]) => !deprecated);
  return { ...rest, properties: mapValues(Object.fromEntries(kept), openForm) };
}

type Fields = Readonly<Record<string, Schema>>;

function mapValues<From, To>(object: Readonly<Record<string, From>>, change: (value: From) => To) {
  const entries = Object.entries(object).map(([key, value]) => [key, change(value)]);
  return Object.fromEntries(entries) as Record<string, To>;
}

/** A text or a number, with the values that are known today. */
function openEnum({ title: _, enum: values, ...rest }: Schema): Schema {
  const known = values as readonly unknown[];
  const type = typeof known[0] === 'number' ? 'integer' : 'string';
  return { type, ...rest, 'x-extensible-enum': known };
}

/** An object by names of the shop's own. */
function openRecord({ title: _, patternProperties, ...schema }: Schema): Schema {
  const [value = {}] = Object.values(patternProperties as Fields);
  return { ...schema, additionalProperties: openForm(value) };
}

/** Null stands for an absent key, so it is left out; objects become one with all their keys; other values have no type. */
function openUnion({ anyOf, title, ...rest }: Schema): Schema {
  const shapes = (anyOf as readonly Schema[]).filter(({ type }) => type !== 'null').map(openForm);
  const [first = {}, ...others] = shapes;
  if (others.length === 0) return { ...first, ...(first.title ? {} : rest) };
  const types = shapes.map(({ type }) => type);
  // json-schema-to-typescript makes an object of a schema without a type, unless tsType says otherwise.
  if (types.some((type) => type !== 'object')) return { ...rest, tsType: types.join(' | ') };
  return { title, ...rest, ...mergedObjects(shapes) };
}

/** All keys of the shapes; required are those that every shape requires. */
function mergedObjects(shapes: readonly Schema[]): Schema {
  const all = shapes.map(({ properties }) => properties as Fields);
  const keys = [...new Set(all.flatMap((one) => Object.keys(one)))];
  const properties = keys.map((key) => {
    return [
      key,
      mergedValues(all.flatMap((one): readonly Schema[] => (one[key] ? [one[key]] : []))),
    ] as const;
  });
  const [required = [], ...more] = shapes.map((one) => (one.required ?? []) as readonly string[]);
  return {
    type: 'object',
    required: required.filter((key) => more.every((one) => one.includes(key))),
    properties: Object.fromEntries(properties),
  };
}

/** One schema for the same key of several objects; constants become one open list of values. */
function mergedValues(schemas: readonly Schema[]): Schema {
  const [{ description, ...first } = {} as Schema, ...others] = schemas;
  const constants = schemas.flatMap((one) => ('const' in one ? [one.const] : []));
  if (others.every((one) => one.description === description)) return { ...first, description };
  if (constants.length === 0) return first;
  if (first.type === 'boolean') return { type: 'boolean' };
  return { type: first.type, 'x-extensible-enum': constants };
}
