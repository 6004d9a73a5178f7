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
