// What stands in a journal after long operation: sites with a token each, finished sales, and results that no till has
// fetched, as real ones leave them.

import {
  newSite,
  newToken,
  tokenRecord,
} from '../../packages/server/src/application/admin/test-site.ts';
import { SITES } from '../../packages/server/src/application/handshake/access.ts';
import { INCOMPLETE } from '../../packages/server/src/application/journal/journal.ts';
import { searchKeys } from '../../packages/server/src/application/journal/search-keys.ts';
import type { Activity, ActivityEvent } from '../../packages/server/src/domain/activity.ts';
import { evolveActivity } from '../../packages/server/src/domain/activity.ts';
import type { Store, Write } from '../../packages/server/src/ports/store.ts';

export interface Contents {
  readonly sites: number;
  readonly sales: number;
  /** Whether the tills have got the results. */
  readonly delivered: boolean;
}

const MACHINES = 1_000;
const BATCH = 500;
const HOUR_MS = 3_600_000;
/** When the first sale began; each begins a millisecond after the one before. */
export const FIRST_SALE_AGE_MS = 12 * HOUR_MS;
const RECEIPT = Array.from({ length: 24 }, (_, n) => ({
  value: `LINE ${n} OF A RECEIPT    12.34`,
}));

export async function fill(store: Store, { sites, sales, delivered }: Contents): Promise<void> {
  for (let first = 0; first < sites; first += BATCH) {
    const put = Array.from({ length: Math.min(BATCH, sites - first) }, (_, n) => {
      const name = siteOf(first + n);
      const token = newToken(tokenOf(name), { site: name, label: '', clock: Date });
      const site = newSite(name, { test: true });
      return [{ collection: SITES, key: name, value: JSON.stringify(site) }, tokenRecord(token)];
    }).flat();
    await store.write({ put });
  }
  const began = Date.now() - FIRST_SALE_AGE_MS;
  const versions = new Map<string, number>();
  for (let first = 0; first < sales; first += BATCH) {
    const writes = Array.from({ length: Math.min(BATCH, sales - first) }, (_, n) =>
      writesOf(first + n, { site: siteOf((first + n) % sites), began, versions, delivered }),
    );
    await Promise.all(writes.flat().map((write) => store.write(write)));
  }
}

export function siteOf(number: number): string {
  return `shop${number}`;
}

export function tokenOf(site: string): string {
  return `token of ${site}`;
}

interface SaleOf {
  readonly site: string;
  readonly began: number;
  /** The last version of each stream. */
  readonly versions: Map<string, number>;
  readonly delivered: boolean;
}

/** The entries of one sale, one for each event. */
function writesOf(sale: number, { site, began, versions, delivered }: SaleOf): readonly Write[] {
  const tid = `VCM${String(sale % MACHINES).padStart(4, '0')}SIP0`;
  const stream = `${site}/${tid}`;
  const version = (versions.get(stream) ?? 0) + 1;
  const events = eventsOf(sale, { tid, at: began + sale, id: `${stream}/${version}` });
  const written = delivered ? events : events.slice(0, 2);
  versions.set(stream, version + written.length - 1);
  const at = began + sale;
  let activity: Activity | undefined;
  const incomplete = { collection: INCOMPLETE, key: `${stream}/${version}` };
  return written.map((event, n) => {
    activity = evolveActivity(activity, event);
    const append = { stream, version: version + n, activityId: version, at: at + n };
    return {
      append: { ...append, body: JSON.stringify([event]) },
      ...(n === 0 && { put: [{ ...incomplete, value: '{}' }] }),
      ...(n < 2 && { keys: searchKeys(stream, activity) }),
      ...(n === 2 && { remove: [incomplete] }),
    };
  });
}

function eventsOf(
  sale: number,
  { tid, at, id }: { readonly tid: string; readonly at: number; readonly id: string },
): readonly ActivityEvent[] {
  const amount = 100 + (sale % 5_000);
  const transactionResult = sale % 5_000 === 0 ? 'DECLINED' : 'SUCCESSFUL';
  const order = { id, transactionType: 'SALE', currency: 'GBP', amount, amountCashback: 0 };
  const requestedBy = {
    ...{ requestId: sale, version: 'v1', softwareHouseId: 'A', installerId: 'B' },
    eposId: 'till',
  };
  const result = {
    ...{ transactionResult, transactionType: 'SALE', currency: 'GBP', tid },
    ...{ amountBase: amount, amountTotal: amount, amountCashback: 0, amountGratuity: 0 },
    primaryAccountNumber: `************${String(sale % 10_000).padStart(4, '0')}`,
    authCode: String((sale * 7_919) % 1_000_000).padStart(6, '0'),
    receiptLines: { CUSTOMER: RECEIPT, MERCHANT: RECEIPT },
  };
  // What stands in a journal; the types know more fields than a search reads.
  return [
    { kind: 'started', at, tid, order: { kind: 'transaction', order }, requestedBy, rules: {} },
    { kind: 'ended', at, result, cause: 'machine' },
    { kind: 'delivered', at },
  ] as never;
}
