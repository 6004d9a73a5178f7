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
const AMOUNTS = 5_000;
/** Last four digits of card numbers; a multiple of the machines and the amounts. */
const CARDS = 10_000;
export const AUTH_CODES = 1_000_000;
/** From the authorisation code of one sale to that of the next. */
export const AUTH_CODE_STEP = 7_919;
const BATCH = 500;
const HOUR_MS = 3_600_000;
/** When the first sale began; each begins a millisecond after the one before. */
export const FIRST_SALE_AGE_MS = 12 * HOUR_MS;
const RECEIPT = Array.from({ length: 24 }, (_, n) => ({
  value: `LINE ${n} OF A RECEIPT    12.34`,
}));

export async function fill(store: Store, contents: Contents): Promise<void> {
  const { sites, sales } = contents;
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
  for (let first = 0; first < sales; first += BATCH) {
    const writes = Array.from({ length: Math.min(BATCH, sales - first) }, (_, n) =>
      writesOf(first + n, contents, began),
    );
    // The first entries of all sales, then the second: writes of one stream after the other share no commit.
    const inOrder = [0, 1, 2].flatMap((n) => writes.flatMap((entries) => entries[n] ?? []));
    await Promise.all(inOrder.map((write) => store.write(write)));
  }
}

export function siteOf(number: number): string {
  return `shop${number}`;
}

export function tokenOf(site: string): string {
  return `token of ${site}`;
}

/** Sales after which the site, the card machine, the amount, the card and the result are the same again. */
export function salesPerRound(sites: number): number {
  return leastCommonMultiple(sites, CARDS);
}

/** The entries of one sale, one for each event; the first sale of all began at `began`. */
export function writesOf(
  sale: number,
  { sites, delivered }: Contents,
  began: number,
): readonly Write[] {
  const tid = `VCM${String(sale % MACHINES).padStart(4, '0')}SIP0`;
  const stream = `${siteOf(sale % sites)}/${tid}`;
  const earlier = Math.floor(sale / leastCommonMultiple(sites, MACHINES));
  const version = earlier * (delivered ? 3 : 2) + 1;
  const at = began + sale;
  const events = eventsOf(sale, { tid, at, id: `${stream}/${version}` });
  const written = delivered ? events : events.slice(0, 2);
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

function leastCommonMultiple(a: number, b: number): number {
  return (a / greatestCommonDivisor(a, b)) * b;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function eventsOf(
  sale: number,
  { tid, at, id }: { readonly tid: string; readonly at: number; readonly id: string },
): readonly ActivityEvent[] {
  const amount = 100 + (sale % AMOUNTS);
  const transactionResult = sale % AMOUNTS === 0 ? 'DECLINED' : 'SUCCESSFUL';
  const order = { id, transactionType: 'SALE', currency: 'GBP', amount, amountCashback: 0 };
  const requestedBy = {
    ...{ requestId: sale, version: 'v1', softwareHouseId: 'A', installerId: 'B' },
    eposId: 'till',
  };
  const result = {
    ...{ transactionResult, transactionType: 'SALE', currency: 'GBP', tid },
    ...{ amountBase: amount, amountTotal: amount, amountCashback: 0, amountGratuity: 0 },
    primaryAccountNumber: `************${String(sale % CARDS).padStart(4, '0')}`,
    authCode: String((sale * AUTH_CODE_STEP) % AUTH_CODES).padStart(6, '0'),
    receiptLines: { CUSTOMER: RECEIPT, MERCHANT: RECEIPT },
  };
  // What stands in a journal; the types know more fields than a search reads.
  return [
    { kind: 'started', at, tid, order: { kind: 'transaction', order }, requestedBy, rules: {} },
    { kind: 'ended', at: at + 1, result, cause: 'machine' },
    { kind: 'delivered', at: at + 2 },
  ] as never;
}
