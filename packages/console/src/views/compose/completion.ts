// What may stand at a cursor, by the schema of the message: keys with what they mean, and values.
// Pure; the words are those of the schema, which the gateway uses too.

import { describeSchema } from '@tillgate/protocol';
import type { Cursor } from './cursor.ts';

export interface Suggestion {
  /** As listed. */
  readonly label: string;
  /** What to put in place of what is there. */
  readonly insert: string;
  /** Such as `integer 1..99999999 pence or cents`. */
  readonly detail: string;
  /** What it means. */
  readonly about: string;
  /** A key that must be there comes before one that may. */
  readonly required: boolean;
}

/** The parts of JSON Schema that our declarations use. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly description?: string;
  /** Accepted without a meaning, so not offered. */
  readonly deprecated?: boolean;
  readonly examples?: readonly unknown[];
}

interface Known {
  readonly schema: object;
  /** Card machines that the page knows, to offer where one is named. */
  readonly tids: readonly string[];
}

export function suggestionsAt(cursor: Cursor, { schema, tids }: Known): readonly Suggestion[] {
  const example = (schema as Schema).examples?.[0];
  const shapes = shapesAt(schema as Schema, cursor.path);
  if (cursor.at === 'value') return valuesOf(shapes, { path: cursor.path, example, tids });
  return shapes
    .flatMap((shape) => keysOf(shape, cursor, valueAt(example, cursor.path)))
    .filter(({ label }, index, all) => all.findIndex((one) => one.label === label) === index);
}

/** Every shape that the value at `path` may have. */
function shapesAt(schema: Schema, path: readonly string[]): readonly Schema[] {
  const shapes = schema.anyOf?.filter(({ type }) => type !== 'null');
  if (shapes) return shapes.flatMap((one) => shapesAt(one, path));
  const [key, ...rest] = path;
  if (key === undefined) return [schema];
  const inner = schema.items ?? schema.properties?.[key] ?? byPattern(schema, key);
  return inner ? shapesAt(inner, rest) : [];
}

function byPattern({ patternProperties = {} }: Schema, key: string): Schema | undefined {
  return Object.entries(patternProperties).find(([one]) => new RegExp(one, 'u').test(key))?.[1];
}

function keysOf(shape: Schema, cursor: Cursor, example: unknown): readonly Suggestion[] {
  return Object.entries(shape.properties ?? {})
    .filter(([, { deprecated }]) => !deprecated)
    .filter(([key]) => !cursor.keys.includes(key))
    .map(([key, inner]) => {
      const shown = (Object(example) as Record<string, unknown>)[key];
      const comma = cursor.more ? ',' : '';
      return {
        label: key,
        insert: `${JSON.stringify(key)}: ${stubOf(inner, shown)}${comma}`,
        detail: describeSchema(inner),
        about: inner.description ?? '',
        required: shape.required?.includes(key) ?? false,
      };
    });
}

/** A value to start from: that of the example, or the least that fits the type. */
function stubOf(schema: Schema, example: unknown): string {
  if (example !== undefined) return JSON.stringify(example);
  const [first] = [schema.const ?? schema.enum?.[0]];
  if (first !== undefined) return JSON.stringify(first);
  const stubs: Readonly<Record<string, string>> = {
    string: '""',
    integer: '0',
    number: '0',
    boolean: 'false',
    array: '[]',
    object: '{}',
  };
  return stubs[schema.anyOf?.[0]?.type ?? schema.type ?? ''] ?? 'null';
}

interface ValuePlace {
  readonly path: readonly string[];
  readonly example: unknown;
  readonly tids: readonly string[];
}

function valuesOf(shapes: readonly Schema[], place: ValuePlace): readonly Suggestion[] {
  const key = place.path.at(-1) ?? '';
  const values = shapes.flatMap((shape) =>
    fixedValues(shape).map((value) => ({ value, about: shape.description ?? '' })),
  );
  const shown = valueAt(place.example, place.path);
  const machines = key === 'tid' || key === 'tpi' ? place.tids : [];
  const others = [
    ...machines.map((value) => ({ value, about: 'A card machine that this page knows.' })),
    ...(isScalar(shown) ? [{ value: shown, about: 'As in the example.' }] : []),
  ];
  return [...values, ...others]
    .filter(({ value }, index, all) => all.findIndex((one) => one.value === value) === index)
    .map(({ value, about }) => {
      const text = JSON.stringify(value);
      return { label: text, insert: text, detail: '', about, required: false };
    });
}

function fixedValues({ type, enum: values, ...schema }: Schema): readonly unknown[] {
  if (values) return values;
  if (Object.hasOwn(schema, 'const')) return [schema.const];
  return type === 'boolean' ? [true, false] : [];
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, key) => (Object(inner) as Record<string, unknown>)[key], value);
}
