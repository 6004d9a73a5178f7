// What grows with sites and with finished sales: start, memory, adding a token, each search and the purge. The
// journal is filled beforehand with the entries that real sales leave, and a gateway is started on it.

import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../packages/server/src/adapters/clock/system-clock.ts';
import { openSqliteStore } from '../packages/server/src/adapters/store/sqlite/sqlite-store.ts';
import {
  newSite,
  newToken,
  tokenRecord,
} from '../packages/server/src/application/admin/test-site.ts';
import { SITES } from '../packages/server/src/application/handshake/access.ts';
import { searchKeys } from '../packages/server/src/application/journal/search-keys.ts';
import type { Activity, ActivityEvent } from '../packages/server/src/domain/activity.ts';
import { evolveActivity } from '../packages/server/src/domain/activity.ts';
import type { Store, Write } from '../packages/server/src/ports/store.ts';
import { post } from './admin.ts';
import { median, table } from './numbers.ts';
import { here, serve } from './processes.ts';

export interface GrowthOptions {
  readonly folder: string;
  /** Sites, each with a token, and finished sales, of each journal. */
  readonly sizes: readonly (readonly [sites: number, sales: number])[];
  readonly repeats: number;
  say(line: string): void;
}

interface Row {
  readonly sites: number;
  readonly sales: number;
  /** Name of the figure and its value in milliseconds, MiB or entries a second. */
  readonly figures: Readonly<Record<string, number>>;
}

const MACHINES = 1_000;
const BATCH = 500;
const DAY_MS = 86_400_000;
const RECEIPT = Array.from({ length: 24 }, (_, n) => ({
  value: `LINE ${n} OF A RECEIPT    12.34`,
}));
const PAGES = 10;

export async function benchGrowth(options: GrowthOptions): Promise<string> {
  const rows: Row[] = [];
  for (const [sites, sales] of options.sizes) {
    const data = mkdtempSync(join(options.folder, 'growth-'));
    await fill(data, sites, sales);
    const figures = { ...(await measure(options, data, sites)), ...(await purge(data)) };
    rows.push({ sites, sales, figures });
    const told = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(1)}`);
    options.say(`growth | ${sites} sites, ${sales} sales | ${told.join(', ')}`);
  }
  const names = Object.keys(rows[0]?.figures ?? {});
  const heads = ['', ...rows.map(({ sites, sales }) => `${sites} sites, ${sales} sales`)];
  return table(
    heads,
    names.map((name) => [name, ...rows.map(({ figures }) => (figures[name] ?? 0).toFixed(1))]),
  );
}

async function fill(data: string, sites: number, sales: number): Promise<void> {
  const store = await openJournal(data);
  const began = Date.now() - DAY_MS;
  const versions = new Map<string, number>();
  for (let first = 0; first < sites; first += BATCH) {
    const put = Array.from({ length: Math.min(BATCH, sites - first) }, (_, n) => {
      const name = siteOf(first + n);
      const token = newToken(`token of ${name}`, { site: name, label: '', clock: Date });
      const site = newSite(name, { test: true });
      return [{ collection: SITES, key: name, value: JSON.stringify(site) }, tokenRecord(token)];
    }).flat();
    await store.write({ put });
  }
  for (let first = 0; first < sales; first += BATCH) {
    const writes = Array.from({ length: Math.min(BATCH, sales - first) }, (_, n) =>
      writesOf(first + n, { site: siteOf((first + n) % sites), began, versions }),
    );
    await Promise.all(writes.flat().map((write) => store.write(write)));
  }
  await store.close();
}

function siteOf(number: number): string {
  return `shop${number}`;
}

interface SaleOf {
  readonly site: string;
  /** When the first sale began; each begins a millisecond after the one before. */
  readonly began: number;
  /** The last version of each stream. */
  readonly versions: Map<string, number>;
}

/** The three entries of one sale. */
function writesOf(sale: number, { site, began, versions }: SaleOf): readonly Write[] {
  const tid = `VCM${String(sale % MACHINES).padStart(4, '0')}SIP0`;
  const stream = `${site}/${tid}`;
  const version = (versions.get(stream) ?? 0) + 1;
  versions.set(stream, version + 2);
  const at = began + sale;
  let activity: Activity | undefined;
  return eventsOf(sale, { tid, at, id: `${stream}/${version}` }).map((event, n) => {
    activity = evolveActivity(activity, event);
    const append = { stream, version: version + n, activityId: version, at: at + n };
    return {
      append: { ...append, body: JSON.stringify([event]) },
      ...(n < 2 && { keys: searchKeys(stream, activity) }),
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
  const requestedBy = { requestId: sale, version: 'v1', softwareHouseId: 'A', installerId: 'B' };
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

async function measure(
  { folder, repeats }: GrowthOptions,
  data: string,
  sites: number,
): Promise<Record<string, number>> {
  const starts: number[] = [];
  const memory: number[] = [];
  let figures: Record<string, number> = {};
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const began = performance.now();
    const gateway = here('../packages/server/src/cli/tillgate.ts');
    const run = [gateway, 'serve', '--port', '0', '--data', data, '--json'];
    const { server, pac } = await serve({ run, folder, label: 'growth' });
    starts.push(performance.now() - began);
    try {
      memory.push((await server.used('rss')).rss / 2 ** 20);
      const { origin } = new URL(pac.replace('ws', 'http'));
      if (repeat === repeats - 1) figures = await requests(origin, sites);
    } finally {
      await server.stop();
    }
  }
  return { 'start, ms': median(starts), 'RSS, MiB': median(memory), ...figures };
}

/** Milliseconds of single requests: the slowest of ten, as a page must be quick each time. */
async function requests(origin: string, sites: number): Promise<Record<string, number>> {
  const api = `${origin}/api/v1`;
  const site = siteOf(Math.floor(sites / 2));
  const searches = {
    'a page of all': '',
    'of a site': `site=${site}`,
    'of a card machine': 'tid=VCM0042SIP0',
    'by result, rare': 'result=DECLINED',
    'by result, none': 'result=VOID',
    'by result at a site': `site=${site}&result=DECLINED`,
    'by amount': 'amount=777',
    'by amount at a site': `site=${site}&amount=777`,
    'by card': 'card=0042',
    'by authorisation code': 'authCode=007919',
    'until an early moment': `until=${new Date(Date.now() - DAY_MS + 5_000).toISOString()}`,
  };
  const figures: Record<string, number> = {};
  for (const [name, query] of Object.entries(searches)) {
    figures[`search ${name}, ms`] = await slowest(`${api}/transactions?${query}`);
  }
  const waits = waitsOf(`${origin}/livez`);
  const began = performance.now();
  await post(`${api}/sites/${site}/tokens`, {});
  figures['a token added, ms'] = performance.now() - began;
  figures['longest wait beside it, ms'] = await waits();
  return figures;
}

async function slowest(url: string): Promise<number> {
  let most = 0;
  await answered(fetch(url));
  for (let page = 0; page < PAGES; page += 1) {
    const began = performance.now();
    await answered(fetch(url));
    most = Math.max(most, performance.now() - began);
  }
  return most;
}

/** Asks again and again until the returned function is called, which gives the longest wait. */
function waitsOf(url: string): () => Promise<number> {
  let isOver = false;
  const asking = (async () => {
    let most = 0;
    while (!isOver) {
      const began = performance.now();
      await answered(fetch(url));
      most = Math.max(most, performance.now() - began);
    }
    return most;
  })();
  return async () => {
    // Records are read again within half a second.
    await new Promise((resolve) => setTimeout(resolve, 600));
    isOver = true;
    return asking;
  };
}

async function answered(response: Promise<Response>): Promise<void> {
  const { ok, status, url } = await response.then(async (one) => {
    await one.arrayBuffer();
    return one;
  });
  if (!ok) throw new Error(`${new URL(url).pathname} answered ${status}.`);
}

/** Removes all but the last activities of the card machines. */
async function purge(data: string): Promise<Record<string, number>> {
  const store = await openJournal(data);
  const began = performance.now();
  const removed = await store.purge(Date.now(), 'none');
  const seconds = (performance.now() - began) / 1_000;
  await store.close();
  return { 'purged entries/s': removed / seconds };
}

function openJournal(data: string): Promise<Store> {
  return openSqliteStore({ file: join(data, 'tillgate.db'), clock: systemClock, lock: true });
}
