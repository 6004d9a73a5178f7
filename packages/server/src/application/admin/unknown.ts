// Which payments of the last day ended without anybody knowing whether money was taken.

import type { Found, SearchDeps } from '../journal/transactions.ts';
import { searchTransactions } from '../journal/transactions.ts';

const DAY_MS = 86_400_000;

/** `sites`: at one of these; null for all. `next` is there if more than `limit` ended so. */
export async function findUnknown(
  deps: SearchDeps & { readonly clock: { now(): number } },
  sites: readonly string[] | null,
  limit: number,
): Promise<Found> {
  const since = deps.clock.now() - DAY_MS;
  const found = await searchTransactions(deps, { result: 'TIMED_OUT', since, sites }, { limit });
  // A verification takes no money: when its time is over nobody has to act.
  const transactions = found.transactions.filter(({ type }) => type !== 'ACCOUNT_VERIFICATION');
  return { ...found, transactions };
}
