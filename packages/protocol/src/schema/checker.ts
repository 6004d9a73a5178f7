// Compiled checks, each made when first needed: start-up pays for none.

import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import Value from 'typebox/value';
import type { Fault } from '../rpc/error.ts';
import { explain } from './explain.ts';

export interface Checker {
  readonly schema: TSchema;
  readonly fits: (value: unknown) => boolean;
  /** Where `value` departs from the schema; empty when it fits. */
  readonly faults: (value: unknown) => Fault[];
  /** A copy without the keys that the schema does not know. */
  readonly withoutUnknownKeys: (value: unknown) => unknown;
}

export function checker(schema: TSchema): Checker {
  let compiled: { Check(value: unknown): boolean } | undefined;
  return {
    schema,
    fits: (value) => {
      compiled ??= Compile(schema);
      return compiled.Check(value);
    },
    faults: (value) => explain(schema, value),
    withoutUnknownKeys: (value) => Value.Clean(schema, Value.Clone(value)),
  };
}
