// Says in words where a value departs from a schema: path, what was expected, what came [C-3.18].
// Understands just the parts of JSON Schema that our declarations use.

import { hasCharacters } from '../rpc/characters.ts';
import type { SchemaViolation } from '../rpc/error.ts';
import { maskedExcerpt } from '../rpc/mask.ts';

/** Most faults told of one message; a flood of them helps nobody. */
const MAX_FAULTS = 20;
/** Most of a key that is looked at to name it; far more than a path has room for. */
const MAX_KEY = 1024;

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

/** Where the walk is, and what it found so far. */
interface Place {
  readonly path: string;
  readonly found: Found;
}

/** The first faults in words, and how many there are: words of a flood would be made for nobody. */
interface Found {
  readonly faults: SchemaViolation[];
  count: number;
}

/** The faults of `value` against `schema`, outermost first, in the order of the declaration. */
export function findViolations(schema: object, value: unknown, path = ''): SchemaViolation[] {
  const { faults } = walked(schema, value, path);
  return faults.map((one) => ({ ...one, path: maskedExcerpt(one.path) }));
}

function walked(schema: Schema, value: unknown, path: string): Found {
  const found: Found = { faults: [], count: 0 };
  walk(schema, value, { path, found });
  return found;
}

function note({ found }: Place, make: () => SchemaViolation): void {
  if (!isFull(found)) found.faults.push(make());
  found.count += 1;
}

function isFull({ count }: Found): boolean {
  return count >= MAX_FAULTS;
}

function walk(schema: Schema, value: unknown, place: Place): void {
  if (isFull(place.found)) return;
  if (schema.anyOf) walkAny(schema, value, place);
  else if (!fitsHere(schema, value)) note(place, () => fault(schema, value, place.path));
  else if (Array.isArray(value)) walkItems(schema, value, place);
  else if (isObject(value) && schema.type === 'object') walkKeys(schema, value, place);
}

/** Of several shapes the one of the value's own kind explains best. */
function walkAny(schema: Schema, value: unknown, place: Place): void {
  const { path } = place;
  const shapes = schema.anyOf ?? [];
  const named = shapes.filter((shape) => hasItsConstants(shape, value));
  const tries = (named.length > 0 ? named : shapes).map((shape) => walked(shape, value, path));
  if (tries.some(({ count }) => count === 0)) return;
  const alike = tries.filter(({ faults }) => faults.every((one) => one.path !== path));
  if (alike.length === 0) note(place, () => fault(schema, value, path));
  else for (const one of nearest(alike).faults) note(place, () => joined(one, alike));
}

/** Whether the keys that tell the shapes apart, such as `confirmed: true`, are those of this one. */
function hasItsConstants({ properties = {} }: Schema, value: unknown): boolean {
  const telling = Object.entries(properties).filter(([, shape]) => Object.hasOwn(shape, 'const'));
  return telling.length > 0 && telling.every(([key, shape]) => Object(value)[key] === shape.const);
}

/** A fault that the shapes share says what each of them would have taken. */
function joined(one: SchemaViolation, tries: readonly Found[]): SchemaViolation {
  const here = tries.flatMap(({ faults }) => faults.find(({ path }) => path === one.path) ?? []);
  if (here.length < tries.length) return one;
  return { ...one, expected: [...new Set(here.map(({ expected }) => expected))].join(' or ') };
}

function nearest(tries: readonly Found[]): Found {
  return tries.reduce((best, one) => (one.count < best.count ? one : best));
}

function walkItems(schema: Schema, value: readonly unknown[], { path, found }: Place): void {
  if (!schema.items) return;
  for (const [index, item] of value.entries()) {
    if (isFull(found)) return;
    walk(schema.items, item, { path: `${path}/${index}`, found });
  }
}

function walkKeys(schema: Schema, value: Record<string, unknown>, place: Place): void {
  const { path, found } = place;
  const known = schema.properties ?? {};
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(value, key)) note(place, () => missing(known[key] ?? {}, join(path, key)));
  }
  const patterns = patternsOf(schema);
  for (const key of Object.keys(value)) {
    const shape = Object.hasOwn(known, key)
      ? known[key]
      : patterns.find(([pattern]) => pattern.test(key))?.[1];
    if (shape) {
      if (!isFull(found)) walk(shape, value[key], { path: join(path, key), found });
    } else if (schema.additionalProperties === false) {
      note(place, () => unknown(value[key], join(path, key)));
    }
  }
}

function missing(schema: Schema, path: string): SchemaViolation {
  return { path, expected: describeSchema(schema), got: 'nothing' };
}

function unknown(value: unknown, path: string): SchemaViolation {
  return { path, expected: 'no such key', got: describeValue(value) };
}

function patternsOf({ patternProperties = {} }: Schema): readonly (readonly [RegExp, Schema])[] {
  return Object.entries(patternProperties).map(([pattern, shape]) => {
    return [new RegExp(pattern, 'u'), shape];
  });
}

/** RFC 6901 escapes. Of a long key the start is enough: no more of a path is repeated. */
function join(path: string, key: string): string {
  return `${path}/${key.slice(0, MAX_KEY).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function fitsHere(schema: Schema, value: unknown): boolean {
  if (schema.enum) return schema.enum.includes(value);
  if (Object.hasOwn(schema, 'const')) return schema.const === value;
  switch (schema.type) {
    case 'string':
      return typeof value === 'string' && fitsString(schema, value);
    case 'integer':
      return Number.isInteger(value) && fitsRange(schema, value as number);
    case 'number':
      return Number.isFinite(value) && fitsRange(schema, value as number);
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

function fitsString(schema: Schema, value: string): boolean {
  const { minLength = 0, maxLength = Infinity } = schema;
  if (!hasCharacters(value, minLength, maxLength)) return false;
  return schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value);
}

function fitsRange(schema: Schema, value: number): boolean {
  return within(value, schema.minimum, schema.maximum);
}

function within(value: number, least = -Infinity, most = Infinity): boolean {
  return value >= least && value <= most;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault(schema: Schema, value: unknown, path: string): SchemaViolation {
  return { path, expected: describeSchema(schema), got: describeValue(value) };
}

/** What a schema asks for, in few words: `integer 1..99999999`, `GBP or EUR`. */
export function describeSchema(schema: Schema): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map(describeSchema))].join(' or ');
  if (schema.enum) return orList(schema.enum.map(String));
  if (Object.hasOwn(schema, 'const')) return String(schema.const);
  const range = rangeText(schema);
  switch (schema.type) {
    case 'string':
      return `string${range && `, ${range} characters`}${schema.pattern ? `, ${schema.pattern}` : ''}`;
    case 'array':
      return `array${range && ` of ${range} items`}`;
    case 'integer':
    case 'number':
      return `${schema.type}${range && ` ${range}`}`;
    default:
      return schema.type ?? 'anything';
  }
}

function rangeText(schema: Schema): string {
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

/** What came, in few words: `number 3`, `array of 2 items`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `array of ${value.length} items`;
  if (typeof value === 'object') return 'object';
  if (typeof value !== 'string') return maskedExcerpt(`${typeof value} ${String(value)}`);
  return maskedExcerpt(value, (start) => `string ${JSON.stringify(start)}`);
}
