// The output of operators, without the key.

import type { UsedOperator } from '../../application/admin/operators.ts';

/** The object that `--json` prints. */
export function operatorJson({ name, sites, createdAt, lastUsedAt }: UsedOperator) {
  return {
    name,
    sites,
    createdAt: new Date(createdAt).toISOString(),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: new Date(lastUsedAt).toISOString() }),
  };
}
