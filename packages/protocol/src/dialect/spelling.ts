// The key under which a version names the card machine [C-8.1]: `tid` in the core and in every
// declaration, perhaps another on the wire. Nothing here knows a message.

import type { TSchema } from 'typebox';
import Type from 'typebox';

/** The key as the core and the declarations have it. */
const OURS = 'tid';

type Keyed = Readonly<Record<string, unknown>>;

export interface Spelling {
  readonly key: string;
  /** A declaration as it is published: an object, or an array of objects. */
  readonly schema: (schema: TSchema) => TSchema;
  /** What the core says, as it travels. */
  readonly out: (value: unknown) => unknown;
  /** Params as they came, as the core knows them. */
  readonly in: (params: Keyed) => Keyed;
}

export function spelling(key: string): Spelling {
  // A result that stays the same object is made into text only once, for journal and till.
  if (key === OURS) return { key, schema: same, out: same, in: same };
  return {
    key,
    schema: (schema) => respelt(schema, key),
    out: (value) => outward(value, key),
    in: (params) => renamed(params, key, OURS),
  };
}

function same<T>(value: T): T {
  return value;
}

function respelt(schema: TSchema, key: string): TSchema {
  if (Type.IsArray(schema)) {
    const { type: _, items, ...options } = schema;
    return Type.Array(respelt(items, key), options);
  }
  if (!Type.IsObject(schema)) return schema;
  const { type: _, required: __, properties, ...options } = schema;
  return Type.Object(renamed(properties, OURS, key), options);
}

function outward(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => outward(item, key));
  return typeof value === 'object' && value !== null ? renamed(value as Keyed, OURS, key) : value;
}

/** A copy in which one key has another name, in the same place. */
function renamed<T>(object: Readonly<Record<string, T>>, from: string, to: string) {
  const entries = Object.entries(object).map(([key, value]) => [key === from ? to : key, value]);
  return Object.fromEntries(entries) as Record<string, T>;
}
