// Queries on the journal: a search for transactions, newest first, and the events of one. Reads no
// more than an answer needs, since payments are made in the same process.

import type { ActivityEvent } from '../../domain/activity.ts';
import type { JobResult } from '../../domain/job.ts';
import type { Entry, Store } from '../../ports/store.ts';
import type { OnDamaged } from './entries.ts';
import { foldEntries } from './entries.ts';
import type { SummaryState, TransactionSummary } from './transaction-summary.ts';
import { nextSummary, siteAndTid } from './transaction-summary.ts';

export type { TransactionSummary } from './transaction-summary.ts';

export interface TransactionFilter {
  readonly site?: string;
  readonly tid?: string;
  /** Begun then or later. */
  readonly since?: number;
  /** Begun before then. */
  readonly until?: number;
  readonly result?: string;
  readonly reports?: boolean;
  /** Only what is at one of these; null for all. */
  readonly sites?: readonly string[] | null;
}

export interface SearchPage {
  /** At most this many, from 1. */
  readonly limit: number;
  /** Where the page before ended. */
  readonly before?: number;
  /** How many activities of the journal may be looked at. */
  readonly most: number;
}

export interface Found {
  /** Newest first. */
  readonly transactions: readonly TransactionSummary[];
  /** Where to go on; absent at the end of the journal. The page may be short all the same. */
  readonly next?: number;
}

export interface SearchDeps {
  readonly store: Pick<Store, 'readStarts' | 'readActivity'>;
  /** Called for each entry that cannot be read; the rest is shown without it. */
  readonly onDamaged: OnDamaged;
}

export async function searchTransactions(
  deps: SearchDeps,
  filter: TransactionFilter,
  { limit, before, most }: SearchPage,
): Promise<Found> {
  const transactions: TransactionSummary[] = [];
  let next = before;
  let looked = 0;
  for await (const entry of startsBackwards(deps.store, before)) {
    if (entry.at < (filter.since ?? 0)) return { transactions };
    if (looked === most || transactions.length === limit) {
      return { transactions, ...(next === undefined ? {} : { next }) };
    }
    looked += 1;
    next = entry.position;
    const summary = concerns(filter, entry.stream) && (await summaryOf(deps, entry));
    if (summary && fits(filter, summary)) transactions.push(summary);
  }
  return { transactions };
}

/** Read without letting anything else happen in between. */
const PAGE_SIZE = 50;

/** The entries that started an activity, newest first: all, or those before a position. */
export async function* startsBackwards(
  store: Pick<Store, 'readStarts'>,
  before?: number,
): AsyncGenerator<Entry> {
  let portion: readonly Entry[];
  let position = before;
  do {
    portion = await store.readStarts(PAGE_SIZE, position);
    yield* portion;
    position = portion.at(-1)?.position;
    // A store may answer at once: payments get their turn all the same.
    await new Promise((resolve) => setImmediate(resolve));
  } while (portion.length === PAGE_SIZE);
}

async function summaryOf(
  { store, onDamaged }: SearchDeps,
  { stream, activityId }: Entry,
): Promise<TransactionSummary | undefined> {
  const id = `${stream}/${activityId}`;
  const entries = await store.readActivity(stream, activityId);
  return foldEntries<SummaryState>(
    entries,
    (line, event) => nextSummary(line, event, id),
    onDamaged,
  )?.summary;
}

function concerns(filter: TransactionFilter, stream: string): boolean {
  const of = siteAndTid(stream);
  const { site = of.site, tid = of.tid, sites = null } = filter;
  return site === of.site && tid === of.tid && (sites?.includes(of.site) ?? true);
}

function fits(
  { since = 0, until = Number.POSITIVE_INFINITY, result, reports = false }: TransactionFilter,
  summary: TransactionSummary,
): boolean {
  const { startedAt, currency } = summary;
  if (startedAt < since || startedAt >= until) return false;
  return (reports || currency !== undefined) && (result ?? summary.result) === summary.result;
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

/** `id` as in a summary; undefined if the journal has no such transaction (any more). */
export async function readTransaction(
  { store, onDamaged }: SearchDeps,
  id: string,
): Promise<TransactionStory | undefined> {
  const slash = id.lastIndexOf('/');
  const activityId = Number(id.slice(slash + 1));
  if (slash < 0 || !Number.isSafeInteger(activityId) || activityId < 1) return undefined;
  const rows = await store.readActivity(id.slice(0, slash), activityId);
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
