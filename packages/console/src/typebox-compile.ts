// Stands in for typebox/compile in the browser: the same answers without making code at run time,
// which the pages' Content-Security-Policy forbids.

import type { TSchema } from 'typebox';
import Value from 'typebox/value';

export function Compile(schema: TSchema): { Check(value: unknown): boolean } {
  return { Check: (value) => Value.Check(schema, value) };
}
