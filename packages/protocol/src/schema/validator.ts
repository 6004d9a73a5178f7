// Compiled checks, each made when first needed: start-up pays for none.

import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import Value from 'typebox/value';
import type { SchemaViolation } from '../rpc/error.ts';
import { findViolations } from './violations.ts';

export interface Validator {
  readonly schema: TSchema;
  readonly isValid: (value: unknown) => boolean;
  /** Where `value` departs from the schema; empty when it fits. */
  readonly violations: (value: unknown) => SchemaViolation[];
  /** A copy without the keys that the schema does not know. */
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
