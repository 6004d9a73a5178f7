// How long the sites of a killed node were without a finished sale, from the journal.

import type { Administrator } from '../postgres/postgres-nodes.ts';

/** A node that was killed. */
export interface Kill {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What it owned at that moment. */
  readonly sites: readonly { readonly site: string; readonly lease: string }[];
}

/** From the kill to the first successful end of a sale under a later lease. */
const FIRST_SALES = `SELECT killed.site, min(entry.at)::float8 - $1 AS ms
  FROM unnest($2::text[], $3::bigint[]) AS killed (site, lease)
  JOIN entry ON split_part(entry.stream, '/', 1) = killed.site AND entry.lease > killed.lease
    AND entry.at >= $1 AND entry.body LIKE '%"kind":"ended"%'
    AND entry.body LIKE '%"transactionResult":"SUCCESSFUL"%'
  GROUP BY killed.site`;

/** Milliseconds, for each site of each killed node. */
export async function recoveriesOf(
  sql: Administrator,
  kills: readonly Kill[],
): Promise<readonly number[]> {
  const found = await Promise.all(
    kills.map(({ at, sites }) =>
      sql(FIRST_SALES, [at, sites.map(({ site }) => site), sites.map(({ lease }) => lease)]),
    ),
  );
  return found.flat().map(({ ms }) => ms as number);
}
