// The option `--limit` of lists.

import { UsageError } from '../exit-code.ts';

export function readLimit(text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1) throw new UsageError('--limit: expected a whole number from 1.');
  return limit;
}
