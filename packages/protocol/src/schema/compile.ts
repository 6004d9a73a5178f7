// Compiles a schema to functions that check a value and drop its unknown keys. They are closures: no code is made at
// run time, which pages with a Content-Security-Policy forbid. Why a value is invalid says `violations.ts`.

import { hasCharacters } from '../rpc/characters.ts';
import { isObject } from '../rpc/error.ts';
import type { TSchema } from './type.ts';

export interface Compiled {
  readonly isValid: (value: unknown) => boolean;
  /** A copy of `value` without the keys that the schema does not have; of a union, those of the first schema that then matches. */
  readonly withoutUnknownKeys: (value: unknown) => unknown;
}

type Check = Compiled['isValid'];

export function compile(schema: TSchema): Compiled {
  if (schema.anyOf) return unionOf(schema.anyOf.map(compile));
  if (schema.enum) return unchanged(isOneOf(schema.enum));
  if (Object.hasOwn(schema, 'const')) return unchanged((value) => value === schema.const);
  switch (schema.type) {
    case 'string':
      return unchanged(stringCheck(schema));
    case 'integer':
      return unchanged(rangeCheck(schema, Number.isInteger));
    case 'number':
      return unchanged(rangeCheck(schema, Number.isFinite));
    case 'boolean':
      return unchanged((value) => typeof value === 'boolean');
    case 'null':
      return unchanged((value) => value === null);
    case 'array':
      return arrayOf(schema);
    case 'object':
      return objectOf(schema);
    default:
      return unchanged(() => true);
  }
}

function unchanged(isValid: Check): Compiled {
  return { isValid, withoutUnknownKeys: (value) => value };
}

function isOneOf(values: readonly unknown[]): Check {
  const allowed = new Set(values);
  return (value) => allowed.has(value);
}

function stringCheck({ minLength = 0, maxLength = Infinity, pattern }: TSchema): Check {
  const form = pattern === undefined ? undefined : new RegExp(pattern, 'u');
  return (value) =>
    typeof value === 'string' &&
    hasCharacters(value, minLength, maxLength) &&
    (form === undefined || form.test(value));
}

function rangeCheck(schema: TSchema, isNumber: Check): Check {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  return (value) => isNumber(value) && (value as number) >= minimum && (value as number) <= maximum;
}

function unionOf(shapes: readonly Compiled[]): Compiled {
  return {
    isValid: (value) => shapes.some((shape) => shape.isValid(value)),
    withoutUnknownKeys(value) {
      for (const shape of shapes) {
        const cleaned = shape.withoutUnknownKeys(value);
        if (shape.isValid(cleaned)) return cleaned;
      }
      return value;
    },
  };
}

function arrayOf({ items = {}, minItems = 0, maxItems = Infinity }: TSchema): Compiled {
  const item = compile(items);
  return {
    isValid: (value) =>
      Array.isArray(value) &&
      value.length >= minItems &&
      value.length <= maxItems &&
      value.every(item.isValid),
    withoutUnknownKeys: (value) =>
      Array.isArray(value) ? value.map(item.withoutUnknownKeys) : value,
  };
}

function objectOf(schema: TSchema): Compiled {
  const { required = [], additionalProperties } = schema;
  const shapeOf = shapesByKey(schema);
  const unknownKey = unchanged(() => additionalProperties !== false);
  return {
    isValid(value) {
      if (!isObject(value)) return false;
      for (const key of required) if (!Object.hasOwn(value, key)) return false;
      for (const key of Object.keys(value)) {
        const shape = shapeOf(key) ?? unknownKey;
        if (!shape.isValid(value[key])) return false;
      }
      return true;
    },
    withoutUnknownKeys(value) {
      if (!isObject(value)) return value;
      const known = Object.entries(value).flatMap(([key, inner]) => {
        const shape = shapeOf(key);
        return shape ? [[key, shape.withoutUnknownKeys(inner)] as const] : [];
      });
      return Object.fromEntries(known);
    },
  };
}

/** The schema of each key; undefined of an unknown one. */
function shapesByKey({ properties = {}, patternProperties }: TSchema) {
  const named = new Map(Object.entries(properties).map(([key, shape]) => [key, compile(shape)]));
  if (!patternProperties) return (key: string) => named.get(key);
  const patterns = Object.entries(patternProperties).map(
    ([pattern, shape]) => [new RegExp(pattern, 'u'), compile(shape)] as const,
  );
  return (key: string) => named.get(key) ?? patterns.find(([pattern]) => pattern.test(key))?.[1];
}
