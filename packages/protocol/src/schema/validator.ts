// Validators for TypeBox schemas. Each is compiled at its first use, to keep start-up short.

import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import Value from 'typebox/value';
import type { SchemaViolation } from '../rpc/error.ts';
import { findViolations } from './violations.ts';

export interface Validator {
  readonly schema: TSchema;
  readonly isValid: (value: unknown) => boolean;
  /** As `findViolations`: empty if the value is valid. */
  readonly violations: (value: unknown) => SchemaViolation[];
  /** A copy of `value` without the keys that the schema does not have. */
  readonly withoutUnknownKeys: (value: unknown) => unknown;
}

export function createValidator(schema: TSchema): Validator {
  let compiled: { Check(value: unknown): boolean } | undefined;
  return {
    schema,
    isValid: (value) => {
      compiled ??= Compile(schema);
      return compiled.Check(value);
    },
    violations: (value) => findViolations(schema, value),
    withoutUnknownKeys: (value) => Value.Clean(schema, Value.Clone(value)),
  };
}

/** A received value as it is used. */
export interface Accepted<T> {
  /** Without the keys that are null, which count as absent [C-3.6]. */
  readonly value: T;
  readonly keysDropped: boolean;
}

/** The value if it is valid, or, where unknown keys may be dropped, valid without them [C-3.5]; else undefined. */
export function accept<T>(
  validator: Validator,
  value: T,
  strict: boolean,
): Accepted<T> | undefined {
  if (validator.isValid(value)) return { value: withoutNulls(value), keysDropped: false };
  if (strict) return undefined;
  const cleaned = validator.withoutUnknownKeys(value) as T;
  return validator.isValid(cleaned)
    ? { value: withoutNulls(cleaned), keysDropped: true }
    : undefined;
}

/** The value itself where nothing in it is null, as in most messages. */
function withoutNulls<T>(value: T): T {
  if (typeof value !== 'object' || value === null || !containsNull(value)) return value;
  if (Array.isArray(value)) return value.map(withoutNulls) as T;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNulls(inner)])) as T;
}

function containsNull(value: object): boolean {
  return Object.values(value).some(
    (inner) => inner === null || (typeof inner === 'object' && containsNull(inner)),
  );
}
