// Describes where a value violates a schema: path, what was expected, what was received [C-3.18]. It supports
// the parts of JSON TSchema that the declarations use.

import { hasCharacters } from '../rpc/characters.ts';
import type { SchemaViolation } from '../rpc/error.ts';
import { describeValue, isObject } from '../rpc/error.ts';
import { maskedExcerpt } from '../rpc/mask.ts';
import { unitOf } from './money.ts';
import { patternWords } from './text.ts';
import type { TSchema } from './type.ts';

/** Most violations reported for one message. */
const MAX_VIOLATIONS = 20;
/** Most characters of a key that are put into a path; the path itself is cut at 80. */
const MAX_KEY = 1024;

/** The current position, and what was found so far. */
interface Position {
  readonly path: string;
  readonly found: Found;
}

/** The first violations, and how many there are in all. */
interface Found {
  readonly violations: SchemaViolation[];
  count: number;
}

/**
 * All places, at most 20, where `value` violates `schema`, outermost first and in the order of the declaration;
 * empty if it matches. `path` is the JSON Pointer of `value` within its message. Card numbers are masked.
 */
export function findViolations(schema: object, value: unknown, path = ''): SchemaViolation[] {
  const { violations } = collect(schema, value, path);
  return violations.map((one) => ({ ...one, path: maskedExcerpt(one.path) }));
}

function collect(schema: TSchema, value: unknown, path: string): Found {
  const found: Found = { violations: [], count: 0 };
  check(schema, value, { path, found });
  return found;
}

function report({ found }: Position, make: () => SchemaViolation): void {
  if (!isFull(found)) found.violations.push(make());
  found.count += 1;
}

function isFull({ count }: Found): boolean {
  return count >= MAX_VIOLATIONS;
}

function check(schema: TSchema, value: unknown, at: Position): void {
  if (isFull(at.found)) return;
  if (schema.anyOf) checkAny(schema, value, at);
  else if (!matchesType(schema, value)) report(at, () => violation(schema, value, at.path));
  else if (Array.isArray(value)) checkItems(schema, value, at);
  else if (isObject(value) && schema.type === 'object') checkKeys(schema, value, at);
}

/** Of several alternatives, reports against the one that the value resembles most. */
function checkAny(schema: TSchema, value: unknown, at: Position): void {
  const { path } = at;
  const shapes = schema.anyOf ?? [];
  const named = shapes.filter((shape) => matchesConstants(shape, value));
  const tries = (named.length > 0 ? named : shapes).map((shape) => collect(shape, value, path));
  if (tries.some(({ count }) => count === 0)) return;
  const alike = tries.filter(({ violations }) => violations.every((one) => one.path !== path));
  if (alike.length === 0) report(at, () => violation(schema, value, path));
  else for (const one of nearest(alike).violations) report(at, () => joined(one, alike));
}

/** Whether the keys that tell the shapes apart, such as `confirmed: true`, are those of this one. */
function matchesConstants({ properties = {} }: TSchema, value: unknown): boolean {
  const telling = Object.entries(properties).filter(([, shape]) => Object.hasOwn(shape, 'const'));
  return telling.length > 0 && telling.every(([key, shape]) => Object(value)[key] === shape.const);
}

/** A violation of every alternative says what each of them expects. */
function joined(one: SchemaViolation, tries: readonly Found[]): SchemaViolation {
  const here = tries.flatMap(
    ({ violations }) => violations.find(({ path }) => path === one.path) ?? [],
  );
  if (here.length < tries.length) return one;
  return { ...one, expected: [...new Set(here.map(({ expected }) => expected))].join(' or ') };
}

function nearest(tries: readonly Found[]): Found {
  return tries.reduce((best, one) => (one.count < best.count ? one : best));
}

function checkItems(schema: TSchema, value: readonly unknown[], { path, found }: Position): void {
  if (!schema.items) return;
  for (const [index, item] of value.entries()) {
    if (isFull(found)) return;
    check(schema.items, item, { path: `${path}/${index}`, found });
  }
}

function checkKeys(schema: TSchema, value: Record<string, unknown>, at: Position): void {
  const { path, found } = at;
  const known = schema.properties ?? {};
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(value, key)) report(at, () => missing(known[key] ?? {}, join(path, key)));
  }
  const patterns = patternsOf(schema);
  for (const key of Object.keys(value)) {
    const shape = Object.hasOwn(known, key)
      ? known[key]
      : patterns.find(([pattern]) => pattern.test(key))?.[1];
    if (shape) {
      if (!isFull(found)) check(shape, value[key], { path: join(path, key), found });
    } else if (schema.additionalProperties === false) {
      report(at, () => unknown(value[key], join(path, key)));
    }
  }
}

function missing(schema: TSchema, path: string): SchemaViolation {
  return { path, expected: describeSchema(schema), got: 'nothing' };
}

function unknown(value: unknown, path: string): SchemaViolation {
  return { path, expected: 'no such key', got: describeValue(value) };
}

function patternsOf({ patternProperties = {} }: TSchema): readonly (readonly [RegExp, TSchema])[] {
  return Object.entries(patternProperties).map(([pattern, shape]) => {
    return [new RegExp(pattern, 'u'), shape];
  });
}

/** RFC 6901 escapes. Of a long key the start is enough: no more of a path is repeated. */
function join(path: string, key: string): string {
  return `${path}/${key.slice(0, MAX_KEY).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function matchesType(schema: TSchema, value: unknown): boolean {
  if (schema.enum) return schema.enum.includes(value);
  if (Object.hasOwn(schema, 'const')) return schema.const === value;
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' && matchesString(schema, value);
    case 'integer':
      return Number.isInteger(value) && matchesRange(schema, value as number);
    case 'number':
      return Number.isFinite(value) && matchesRange(schema, value as number);
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value) && within(value.length, schema.minItems, schema.maxItems);
    case 'object':
      return isObject(value);
    default:
      return true;
  }
}

function matchesString(schema: TSchema, value: string): boolean {
  const { minLength = 0, maxLength = Infinity } = schema;
  if (!hasCharacters(value, minLength, maxLength)) return false;
  return schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value);
}

function matchesRange(schema: TSchema, value: number): boolean {
  return within(value, schema.minimum, schema.maximum);
}

function within(value: number, least = -Infinity, most = Infinity): boolean {
  return value >= least && value <= most;
}

/** A violation that no schema says, at the place to which the keys lead. */
export function violationAt(
  keys: readonly string[],
  expected: string,
  value: unknown,
): SchemaViolation {
  return { path: maskedExcerpt(keys.reduce(join, '')), expected, got: describeValue(value) };
}

function violation(schema: TSchema, value: unknown, path: string): SchemaViolation {
  return { path, expected: describeSchema(schema), got: describeValue(value) };
}

/** What a schema asks for, in a few words, such as `integer 1..99999999 pence or cents` or `GBP or EUR`. */
export function describeSchema(schema: TSchema): string {
  // Null only stands for an absent key.
  const shapes = schema.anyOf?.filter(({ type }) => type !== 'null');
  if (shapes) return [...new Set(shapes.map(describeSchema))].join(' or ');
  if (schema.enum) return orList(schema.enum.map(String));
  if (Object.hasOwn(schema, 'const')) return String(schema.const);
  const range = rangeText(schema);
  switch (schema.type) {
    case 'string':
      return `string${range && `, ${range} characters`}${patternText(schema)}`;
    case 'array':
      return `array${range && ` of ${range} items`}`;
    case 'integer':
    case 'number':
      return [schema.type, range, unitOf(schema)].filter(Boolean).join(' ');
    default:
      return schema.type ?? 'anything';
  }
}

function patternText({ pattern }: TSchema): string {
  return pattern === undefined ? '' : `, ${patternWords.get(pattern) ?? pattern}`;
}

function rangeText(schema: TSchema): string {
  const least = schema.minimum ?? schema.minLength ?? schema.minItems;
  const most = schema.maximum ?? schema.maxLength ?? schema.maxItems;
  if (least === undefined && most === undefined) return '';
  if (most === undefined) return `${least} or more`;
  return `${least ?? 0}..${most}`;
}

function orList(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
