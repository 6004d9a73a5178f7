// The overview of a gateway: what runs, the payments of the last day, what somebody should look at, and how each
// site is. It is read again whenever something happens, so that each part reads a limited number of records.

import type { api } from '@tillgate/protocol';
import { isOperatedByHand } from '@tillgate/protocol';
import type { Site } from '../../domain/site.ts';
import type { Store } from '../../ports/store.ts';
import { readSite, SITES } from '../handshake/access.ts';
import type { OnDamaged } from '../journal/entries.ts';
import { INCOMPLETE } from '../journal/journal.ts';
import type { TransactionSummary } from '../journal/transactions.ts';
import { readSummary, searchTransactions } from '../journal/transactions.ts';
import type { Actor } from './actor.ts';
import { moment } from './moment.ts';
import type { PaymentCounts } from './payment-counts.ts';
import type { AdminSite, SiteAccessDeps } from './site-access.ts';
import { openActivities } from './site-access.ts';
import { shownSummary } from './story.ts';
import { terminalsOf } from './terminals.ts';
import { findUnknown } from './unknown.ts';

const DAY_MS = 86_400_000;
/** Unknown payments in one overview. */
const MAX_UNKNOWN = 50;
/** Names of incomplete activities that are read to find those that are not delivered, and activities of these. */
const MAX_INCOMPLETE = 1_000;
const MAX_READ = 50;
/** Sites of an operator of some sites that are searched. */
const MAX_SEARCHED_SITES = 100;
/** A result that was sent a moment ago is on its way. */
const UNDELIVERED_AFTER_MS = 10_000;

/** What a gateway says about itself and its node. */
export interface GatewayState {
  readonly version: string;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly journal: api.Overview['journal'];
  readonly readiness: () => api.Overview['ready'];
  /** Absent where no other node shares the database. */
  readonly cluster?: {
    readonly node: string;
    /** Names of the living nodes. */
    readonly nodes: () => Promise<readonly string[]>;
  };
}

export interface OverviewDeps extends SiteAccessDeps {
  readonly store: Store;
  readonly onDamaged: OnDamaged;
  readonly counts: PaymentCounts;
  readonly state: GatewayState;
  /** The site if it is open on this node; opens none. */
  readonly openedSite: (name: string) => AdminSite | undefined;
}

/** `limit` is the number of sites, from 1. */
export async function readOverview(
  deps: OverviewDeps,
  actor: Actor,
  limit: number,
): Promise<api.Overview> {
  const { clock, counts, state } = deps;
  const { cluster, version, startedAt, journal, readiness } = state;
  const stored = await readStored(deps, actor, limit).catch((cause) => {
    if (readiness().ok) throw cause;
    return unreadable;
  });
  return {
    at: moment(clock.now()),
    ...{ version, startedAt: moment(startedAt), ready: { ...readiness() }, journal },
    ...(cluster && { node: cluster.node }),
    ...counts.read(actor.sites),
    ...stored,
  };
}

type Stored = Pick<api.Overview, 'nodes' | 'attention' | 'moreAttention' | 'sites' | 'moreSites'>;

/** While the store cannot be read, the overview says so by its readiness. */
const unreadable: Stored = { attention: [], moreAttention: true, sites: [], moreSites: true };

async function readStored(deps: OverviewDeps, actor: Actor, limit: number): Promise<Stored> {
  const [nodes, { items, isPart }] = await Promise.all([
    deps.state.cluster?.nodes(),
    findAttention(deps, actor),
  ]);
  const found = await findSites(deps, actor, { limit, items });
  const sites = await Promise.all(found.sites.map((site) => siteOverview(deps, site, items)));
  return {
    ...(nodes && { nodes: [...nodes] }),
    attention: [...items],
    moreAttention: isPart,
    sites: sites.toSorted((a, b) => Number(isCalm(a)) - Number(isCalm(b)) || byName(a, b)),
    moreSites: found.more,
  };
}

function isCalm({ unknown, undelivered }: api.SiteOverview): boolean {
  return unknown + undelivered === 0;
}

function byName({ name: a }: api.SiteOverview, { name: b }: api.SiteOverview): number {
  return a < b ? -1 : 1;
}

interface Attention {
  readonly items: readonly api.AttentionItem[];
  /** Whether not everything was read. */
  readonly isPart: boolean;
}

async function findAttention(deps: OverviewDeps, actor: Actor): Promise<Attention> {
  const [unknown, undelivered] = await Promise.all([
    findUnknownItems(deps, actor),
    findUndelivered(deps, actor),
  ]);
  const ids = new Set(unknown.items.map(({ transaction }) => transaction.id));
  const others = undelivered.items.filter(({ transaction }) => !ids.has(transaction.id));
  return {
    items: [...unknown.items, ...others],
    isPart: unknown.isPart || undelivered.isPart || isTooMany(actor),
  };
}

function searchedSites({ sites }: Actor): readonly string[] | null {
  return sites?.slice(0, MAX_SEARCHED_SITES) ?? null;
}

function isTooMany({ sites }: Actor): boolean {
  return sites !== null && sites.length > MAX_SEARCHED_SITES;
}

async function findUnknownItems(deps: OverviewDeps, actor: Actor): Promise<Attention> {
  const { transactions, next } = await findUnknown(deps, searchedSites(actor), MAX_UNKNOWN);
  return {
    items: transactions.map((one) => itemOf('unknown', one)),
    isPart: next !== undefined,
  };
}

async function findUndelivered(deps: OverviewDeps, actor: Actor): Promise<Attention> {
  const ids = await incompleteIds(deps.store, searchedSites(actor));
  const open = openIds(deps, ids);
  const ended = ids.filter((id) => !open.has(id));
  const read = await Promise.all(ended.slice(0, MAX_READ).map((id) => readSummary(deps, id)));
  const undelivered = read
    .filter((one) => one !== undefined)
    .filter((one) => isUndelivered(one, deps.clock.now()));
  return {
    items: undelivered.map((one) => itemOf('undelivered', one)),
    isPart: ids.length === MAX_INCOMPLETE || ended.length > MAX_READ,
  };
}

/** Of payments and tables; nobody waits for a report, or for a payment of days ago. */
function isUndelivered({ currency, endedAt, delivered }: TransactionSummary, now: number): boolean {
  if (currency === undefined || endedAt === undefined || delivered) return false;
  return endedAt <= now - UNDELIVERED_AFTER_MS && endedAt > now - DAY_MS;
}

function itemOf(why: api.AttentionItem['why'], transaction: TransactionSummary): api.AttentionItem {
  return { why, transaction: shownSummary(transaction) };
}

/** As `SITE/TID/NUMBER`, of these sites or of all; at most `MAX_INCOMPLETE`. */
async function incompleteIds(
  store: Pick<Store, 'list'>,
  sites: readonly string[] | null,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const prefix of sites?.map((site) => `${site}/`) ?? ['']) {
    const limit = MAX_INCOMPLETE - ids.length;
    if (limit === 0) break;
    ids.push(...(await store.list(INCOMPLETE, prefix, { limit })).map(({ key }) => key));
  }
  return ids;
}

/** Those of them that are in progress on this node. */
function openIds(
  { openedSite }: Pick<OverviewDeps, 'openedSite'>,
  ids: readonly string[],
): ReadonlySet<string> {
  const names = new Set(ids.map((id) => id.slice(0, id.indexOf('/'))));
  return new Set([...names].flatMap((name) => openActivities(openedSite(name))));
}

interface SiteSearch {
  readonly limit: number;
  readonly items: readonly api.AttentionItem[];
}

/** First those with something to look at, then those with payments lately, then by name. */
async function findSites(
  { store, counts }: OverviewDeps,
  { sites: seen }: Actor,
  { limit, items }: SiteSearch,
): Promise<{ readonly sites: readonly Site[]; readonly more: boolean }> {
  const all = async () => (await store.list(SITES, '', { limit: limit + 1 })).map(({ key }) => key);
  const lately = counts.lately.filter((site) => seen?.includes(site) ?? true);
  const names = new Set([
    ...items.map(({ transaction }) => transaction.site),
    ...lately,
    ...(seen ?? (await all())),
  ]);
  const sites: Site[] = [];
  for (const name of names) {
    // A site that was removed still has payments.
    const site = await readSite(store, name);
    if (!site) continue;
    if (sites.length === limit) return { sites, more: true };
    sites.push(site);
  }
  return { sites, more: false };
}

async function siteOverview(
  deps: OverviewDeps,
  { name, title }: Site,
  items: readonly api.AttentionItem[],
): Promise<api.SiteOverview> {
  // Where a site cannot be opened, the readiness and the log say why.
  const here = await deps
    .useSite(name, async (site) => site && stateOf(deps, site, name))
    .catch(() => undefined);
  const { transactions } = await searchTransactions(deps, { site: name }, { limit: 1 });
  const [last] = transactions;
  const own = items.filter(({ transaction }) => transaction.site === name);
  const count = (wanted: api.AttentionItem['why']) =>
    own.filter(({ why }) => why === wanted).length;
  return {
    ...{ name, title, here: here !== undefined },
    ...here,
    ...(last && { lastPayment: shownSummary(last) }),
    ...{ unknown: count('unknown'), undelivered: count('undelivered') },
  };
}

type SiteState = Pick<api.SiteOverview, 'terminals' | 'tills' | 'oldestOpen'>;

async function stateOf(deps: OverviewDeps, site: AdminSite, name: string): Promise<SiteState> {
  const terminals = { available: 0, busy: 0, notConnected: 0, notPaired: 0, byHand: 0 };
  for (const terminal of await terminalsOf(deps, site, name)) {
    const { connected, status, paired } = terminal;
    if (isOperatedByHand(terminal)) terminals.byHand += 1;
    if (connected) terminals[status === 'BUSY' ? 'busy' : 'available'] += 1;
    else terminals[paired === false ? 'notPaired' : 'notConnected'] += 1;
  }
  const tills = site.connections.all.filter(({ handshake: { integration } }) =>
    ['pac', 'pat'].includes(integration),
  ).length;
  const oldest = await oldestOpen(deps, site, name);
  return { terminals, tills, ...(oldest && { oldestOpen: shownSummary(oldest) }) };
}

async function oldestOpen(
  deps: OverviewDeps,
  { terminals }: AdminSite,
  name: string,
): Promise<TransactionSummary | undefined> {
  const open = terminals.allOpened.flatMap(({ tid, openActivity }) =>
    openActivity ? { tid, ...openActivity } : [],
  );
  const [oldest] = open.toSorted((a, b) => a.startedAt - b.startedAt);
  return oldest && readSummary(deps, `${name}/${oldest.tid}/${oldest.activityId}`);
}
