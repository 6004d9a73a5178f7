// Validators for declared schemas. Each is compiled at its first use, to keep start-up short.

import type { SchemaViolation } from '../rpc/error.ts';
import type { Compiled } from './compile.ts';
import { compile } from './compile.ts';
import type { TSchema } from './type.ts';
import { findViolations } from './violations.ts';

/** Checks values by a schema. */
export interface Validator {
  readonly schema: TSchema;
  /** Whether the value is valid. */
  readonly isValid: (value: unknown) => boolean;
  /** As `findViolations`: empty if the value is valid. */
  readonly violations: (value: unknown) => SchemaViolation[];
  /** A copy of `value` without the keys that the schema does not have. */
  readonly withoutUnknownKeys: (value: unknown) => unknown;
}

/** A validator; the schema is compiled at its first use. */
export function createValidator(schema: TSchema): Validator {
  let compiled: Compiled | undefined;
  const whenUsed = () => (compiled ??= compile(schema));
  return {
    schema,
    isValid: (value) => whenUsed().isValid(value),
    violations: (value) => findViolations(schema, value),
    withoutUnknownKeys: (value) => whenUsed().withoutUnknownKeys(value),
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
