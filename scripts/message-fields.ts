// A declaration as a table of its fields, flattened by path: `params.tid`, `payments[].amountPaid`.

import { describeSchema, patternWords } from '@tillgate/protocol';
import { code, codeList } from './markdown.ts';

export const FIELD_COLUMNS = ['Field', 'Type', 'Required', 'Values', 'Meaning'];

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly description?: string;
}

type Cells = readonly string[];

/** One row for each field of an object, outer ones first, in the order of the declaration. */
export function fieldRows(schema: object): readonly Cells[] {
  return [...inside(schema, '')];
}

/** The shape beside null, which stands for an absent key in all that the gateway receives [C-3.6]. */
function withoutNull(schema: Schema): Schema {
  const [shape, ...others] = schema.anyOf?.filter(({ type }) => type !== 'null') ?? [];
  if (!shape || others.length > 0) return schema;
  return schema.description === undefined ? shape : { ...shape, description: schema.description };
}

function* inside(schema: Schema, path: string): Iterable<Cells> {
  if (schema.anyOf) yield* insideAny(schema.anyOf, path);
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const required = schema.required?.includes(key) ? 'yes' : 'no';
    yield* field(inner, join(path, key), required);
  }
  for (const inner of Object.values(schema.patternProperties ?? {})) {
    yield* field(inner, join(path, '*'), '');
  }
  if (schema.items) yield* inside(schema.items, `${path}[]`);
}

function* field(declared: Schema, path: string, required: string): Iterable<Cells> {
  const schema = withoutNull(declared);
  yield [code(path), typeOf(schema), required, valuesOf(schema), schema.description ?? ''];
  yield* inside(schema, path);
}

/** The keys of several shapes, each once, with the case in which it occurs. */
function* insideAny(shapes: readonly Schema[], path: string): Iterable<Cells> {
  const objects = shapes.filter((shape) => shape.type === 'object');
  const keys = new Set(objects.flatMap((shape) => Object.keys(shape.properties ?? {})));
  const tag = [...keys].find((key) => objects.every((shape) => 'const' in propertyOf(shape, key)));
  for (const key of keys) {
    const choice = { objects, key, path, tag };
    yield* field(combined(choice), join(path, key), requiredIn(choice));
  }
}

/** A key of one of several shapes, and the key that distinguishes the shapes. */
interface Choice {
  readonly objects: readonly Schema[];
  readonly key: string;
  readonly path: string;
  readonly tag: string | undefined;
}

function requiredIn({ objects, key, path, tag }: Choice): string {
  const needing = objects.filter((shape) => shape.required?.includes(key));
  if (needing.length === objects.length) return 'yes';
  if (needing.length > 0) return caseOf(needing, path, tag);
  const having = objects.filter((shape) => shape.properties?.[key]);
  return having.length === objects.length ? 'no' : `no; only ${caseOf(having, path, tag)}`;
}

function caseOf(shapes: readonly Schema[], path: string, tag: string | undefined): string {
  if (tag === undefined) return `unless ${code(path)} is ${code('{}')}`;
  return `if ${code(join(path, tag))} is ${codeList(shapes.map((shape) => tagOf(shape, tag)))}`;
}

function propertyOf(shape: Schema, key: string): Schema {
  return shape.properties?.[key] ?? {};
}

function tagOf(shape: Schema, tag: string): string {
  return String(propertyOf(shape, tag).const);
}

/** One field that several shapes declare, with what it means in each where that differs. */
function combined({ objects, key, tag }: Choice): Schema {
  const having = objects.filter((shape) => shape.properties?.[key]);
  const [first = {}, ...others] = having.map((shape) => propertyOf(shape, key));
  if (tag === undefined || others.every(({ description }) => description === first.description)) {
    return first;
  }
  const meanings = having
    .map((shape) => [code(tagOf(shape, tag)), propertyOf(shape, key).description ?? ''] as const)
    .filter(([, meaning]) => !meaning.startsWith('Always '))
    .map(([value, meaning]) => `${value}: ${meaning}`);
  const description = meanings.join(' ');
  if (key !== tag) return { ...first, description };
  return { enum: having.map((shape) => propertyOf(shape, key).const), description };
}

function typeOf(schema: Schema): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.enum) return typeOfValue(schema.enum[0]);
  if ('const' in schema) return typeOfValue(schema.const);
  if (schema.items) return `array of ${typeOf(schema.items)}`;
  return schema.patternProperties ? 'object by name' : (schema.type ?? 'any');
}

function typeOfValue(value: unknown): string {
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** The constraints beyond the type, as an error message words them. */
function valuesOf(schema: Schema): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map(valuesOf))].filter(Boolean).join(', ');
  if (schema.enum) return codeList(schema.enum.map(String));
  if ('const' in schema) return code(String(schema.const));
  // The unit is told by the description, in a column of its own.
  const { pattern, description: _, ...rest } = schema;
  const range = describeSchema(rest)
    .replace(/^(?:[a-z]+(?: of)?),? ?/, '')
    .replace(/\b(\d+)\.\.\1\b/, '$1');
  const each = schema.items && schema.items.type !== 'object' ? valuesOf(schema.items) : '';
  return [
    range,
    each && `each ${each}`,
    pattern === undefined ? '' : (patternWords.get(pattern) ?? code(pattern)),
    schema.default === undefined ? '' : `${code(String(schema.default))} if absent`,
  ]
    .filter(Boolean)
    .join(', ');
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
