// How operators are shown: never the key.

import type { UsedOperator } from '../../application/admin/operators.ts';

/** As `--json` prints it. */
export function operatorJson({ name, sites, createdAt, lastUsedAt }: UsedOperator) {
  return {
    name,
    sites,
    createdAt: new Date(createdAt).toISOString(),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: new Date(lastUsedAt).toISOString() }),
  };
}
