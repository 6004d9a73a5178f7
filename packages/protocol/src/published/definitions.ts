// Schemas with names as one table in which each stands once and refers to the others.

import type { Schema } from './names.ts';

/** By name, in alphabetical order. */
export type Definitions = Readonly<Record<string, Schema>>;

/** Every named part of `schemas` once, with references that begin with `prefix`, such as `#/$defs/`. */
export function definitionsOf(schemas: readonly Schema[], prefix: string): Definitions {
  const found = new Map<string, Schema>();
  for (const schema of schemas) reference(schema, prefix, found);
  const names = [...found.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, found.get(name) ?? {}]));
}

/** The schema with references in place of its named parts. */
export function withReferences(schema: Schema, prefix: string): unknown {
  return reference(schema, prefix, new Map());
}

/** The schema with a reference in place of each named part, which is added to `found`. */
function reference(value: unknown, prefix: string, found: Map<string, Schema>): unknown {
  if (Array.isArray(value)) return value.map((item) => reference(item, prefix, found));
  if (typeof value !== 'object' || value === null) return value;
  const { examples, ...schema } = value as Schema;
  const entries = Object.entries(schema).map(([key, one]) => [key, reference(one, prefix, found)]);
  const shape = { ...Object.fromEntries(entries), ...(examples ? { examples } : {}) } as Schema;
  if (typeof shape.title !== 'string') return shape;
  if (!found.has(shape.title)) found.set(shape.title, shape);
  return { $ref: prefix + shape.title };
}
