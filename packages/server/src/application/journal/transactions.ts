// Queries on the journal: a search for transactions, newest first, and the events of one. Reads no
// more than an answer needs, since payments are made in the same process.

import type { ActivityEvent } from '../../domain/activity.ts';
import type { JobResult } from '../../domain/job.ts';
import { backgroundTurn } from '../../ports/background-turn.ts';
import type { ActivityQuery, Entry, Place, Store } from '../../ports/store.ts';
import { newestFirst } from '../../ports/store.ts';
import type { OnDamaged } from './entries.ts';
import { foldEntries } from './entries.ts';
import { keyOf } from './search-keys.ts';
import type { SummaryState, TransactionSummary } from './transaction-summary.ts';
import { nextSummary } from './transaction-summary.ts';

export type { TransactionSummary } from './transaction-summary.ts';

export interface TransactionFilter {
  readonly site?: string;
  readonly tid?: string;
  /** At any of these card machines. */
  readonly tids?: readonly string[];
  /** Begun then or later; milliseconds since 1970. */
  readonly since?: number;
  /** Begun before then. */
  readonly until?: number;
  readonly result?: string;
  readonly reports?: boolean;
  /** Asked for or taken, with cashback and gratuity, or one payment at a table; pence or cents. */
  readonly amount?: number;
  /** The last four digits of the card number. */
  readonly card?: string;
  readonly authCode?: string;
  /** Only what is at one of these; null for all. */
  readonly sites?: readonly string[] | null;
}

export interface SearchPage {
  /** At most this many, from 1. */
  readonly limit: number;
  /** Where the page before ended. */
  readonly before?: Place;
}

export interface Found {
  /** Newest first. */
  readonly transactions: readonly TransactionSummary[];
  /** Where to go on; absent at the end of the journal. The page may be short all the same. */
  readonly next?: Place;
}

export interface SearchDeps {
  readonly store: Pick<Store, 'findActivities'>;
  /** Called for each entry that cannot be read; the rest is shown without it. */
  readonly onDamaged: OnDamaged;
}

/** Steps of a search for one page: it ends short rather than late. */
const MOST_STEPS = 200;

export async function searchTransactions(
  deps: SearchDeps,
  { tids, ...filter }: TransactionFilter,
  page: SearchPage,
): Promise<Found> {
  if (!tids) return pageOf(await searchSites(deps, filter, page));
  const found: Searched[] = [];
  for (const tid of tids) {
    if (filter.tid !== undefined && filter.tid !== tid) continue;
    found.push(await searchSites(deps, { ...filter, tid }, page));
    await backgroundTurn();
  }
  return pageOf(merged(found, page.limit));
}

/** The TIDs in the journal that begin so, in order; at most `limit`. */
export async function tidsWith(
  { store }: { readonly store: Pick<Store, 'findKeys'> },
  prefix: string,
  limit: number,
): Promise<readonly string[]> {
  const keys = await store.findKeys(keyOf.tid(prefix), limit);
  return keys.map((key) => key.slice(keyOf.tid('').length));
}

async function searchSites(
  deps: SearchDeps,
  { sites, ...filter }: Omit<TransactionFilter, 'tids'>,
  page: SearchPage,
): Promise<Searched> {
  if (!sites) return search(deps, filter, page);
  const seen = filter.site === undefined ? sites : sites.filter((site) => site === filter.site);
  const found: Searched[] = [];
  for (const site of seen) found.push(await search(deps, { ...filter, site }, page));
  return merged(found, page.limit);
}

/** Newest first, each with its place. */
interface Searched {
  readonly found: readonly { readonly place: Place; readonly summary: TransactionSummary }[];
  readonly next?: Place;
}

function pageOf({ found, next }: Searched): Found {
  return { transactions: found.map(({ summary }) => summary), ...(next && { next }) };
}

async function search(
  deps: SearchDeps,
  filter: Omit<TransactionFilter, 'sites' | 'tids'>,
  { limit, before }: SearchPage,
): Promise<Searched> {
  const found: { place: Place; summary: TransactionSummary }[] = [];
  const query = queryOf(filter);
  let next = before;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const from = next ? { before: next } : {};
    const portion = await deps.store.findActivities({
      ...query,
      ...from,
      limit: limit - found.length,
    });
    for (const entries of portion.activities) {
      const summary = summaryOf(deps, entries);
      if (summary && (filter.reports || summary.currency !== undefined))
        found.push({ place: placeOf(entries), summary });
    }
    next = portion.next;
    if (!next) return { found };
    if (found.length === limit) break;
    await backgroundTurn();
  }
  return { found, ...(next && { next }) };
}

/** Of several searches, as far as all of them have come. */
function merged(searches: readonly Searched[], limit: number): Searched {
  const [bound] = searches.flatMap(({ next }) => next ?? []).toSorted(newestFirst);
  const found = searches
    .flatMap((one) => one.found)
    .filter(({ place }) => !bound || newestFirst(place, bound) <= 0)
    .toSorted((a, b) => newestFirst(a.place, b.place));
  const next = found.length > limit ? found[limit - 1]?.place : bound;
  return { found: found.slice(0, limit), ...(next && { next }) };
}

function placeOf([first]: readonly Entry[]): Place {
  return { at: first?.at ?? 0, position: first?.position ?? 0 };
}

/** The keys that the filter names, first those that find fewest. */
function queryOf({
  site,
  tid,
  since,
  until,
  ...rest
}: TransactionFilter): Omit<ActivityQuery, 'limit'> {
  const { authCode, card, amount, result } = rest;
  const keys = [
    authCode !== undefined && keyOf.authCode(authCode),
    card !== undefined && keyOf.card(card),
    tid !== undefined && keyOf.tid(tid),
    amount !== undefined && keyOf.amount(amount),
    site !== undefined && result !== undefined && keyOf.resultAt(site, result),
    site !== undefined && keyOf.site(site),
    result !== undefined && keyOf.result(result),
  ].filter((key) => key !== false);
  return {
    keys,
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

function summaryOf(
  { onDamaged }: Pick<SearchDeps, 'onDamaged'>,
  entries: readonly Entry[],
): TransactionSummary | undefined {
  const [first] = entries;
  const id = `${first?.stream}/${first?.activityId}`;
  return foldEntries<SummaryState>(
    entries,
    (line, event) => nextSummary(line, event, id),
    onDamaged,
  )?.summary;
}

/** One transaction, report or table with all that happened to it. */
export interface TransactionStory {
  readonly summary: TransactionSummary;
  /** In the order in which they happened. */
  readonly events: readonly TransactionEvent[];
  /** The entries that hold them. */
  readonly entries: readonly StoryEntry[];
  /** The payments and reports in it, as they truly ended; none while it is open. */
  readonly results: readonly JobResult[];
}

/** One write to the journal. */
export interface StoryEntry {
  readonly version: number;
  readonly at: number;
  readonly events: readonly TransactionEvent[];
}

export type TransactionEvent = ActivityEvent;

export interface StoryDeps extends Omit<SearchDeps, 'store'> {
  readonly store: Pick<Store, 'readActivity'>;
}

/** The summary alone; undefined if the journal has no such transaction (any more). */
export async function readSummary(
  { store, onDamaged }: StoryDeps,
  id: string,
): Promise<TransactionSummary | undefined> {
  return summaryOf({ onDamaged }, await entriesOf(store, id));
}

/** `id` as in a summary; undefined if the journal has no such transaction (any more). */
export async function readTransaction(
  { store, onDamaged }: StoryDeps,
  id: string,
): Promise<TransactionStory | undefined> {
  const rows = await entriesOf(store, id);
  const story = foldEntries<StoryState>(
    rows,
    (before, event, row) => nextStory(before, event, { row, id }),
    onDamaged,
  );
  if (!story) return undefined;
  const { line, entries, results } = story;
  return {
    ...{ summary: line.summary, entries, results },
    events: entries.flatMap(({ events }) => events),
  };
}

async function entriesOf(store: StoryDeps['store'], id: string): Promise<readonly Entry[]> {
  const slash = id.lastIndexOf('/');
  const activityId = Number(id.slice(slash + 1));
  if (slash < 0 || !Number.isSafeInteger(activityId) || activityId < 1) return [];
  return store.readActivity(id.slice(0, slash), activityId);
}

/** A story while it is read. */
interface StoryState extends Pick<TransactionStory, 'entries' | 'results'> {
  readonly line: SummaryState;
}

function nextStory(
  before: StoryState | undefined,
  event: ActivityEvent,
  { row: { version, at }, id }: { readonly row: Entry; readonly id: string },
): StoryState | undefined {
  const line = nextSummary(before?.line, event, id);
  if (!line) return undefined;
  const { entries = [], results = [] } = before ?? {};
  const last = entries.at(-1);
  const isFirst = last?.version !== version;
  const events = isFirst ? [event] : [...last.events, event];
  const told = event.kind === 'outcomeLearnt' ? results.slice(0, -1) : results;
  const ends = event.kind === 'ended' || event.kind === 'outcomeLearnt';
  return {
    line,
    entries: [...(isFirst ? entries : entries.slice(0, -1)), { version, at, events }],
    results: ends ? [...told, event.result] : results,
  };
}
