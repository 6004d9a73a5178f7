// The journal as people ask about it: a list of transactions, and the story of one. Only reads.

import type { JobEvent, JobResult, Order, Starter } from '../domain/job.ts';
import type { Entry, Store } from '../ports/store.ts';
import { eventsOf } from './journal.ts';

/** One transaction or report in a line. */
export interface TransactionSummary {
  /** `site/tid/chapter`, as `readTransaction` takes it. */
  readonly id: string;
  readonly site: string;
  readonly tid: string;
  /** Such as `SALE` or `END_OF_DAY`. */
  readonly type: string;
  /** Milliseconds since 1970, as all times here. */
  readonly startedAt: number;
  readonly endedAt?: number;
  /** `OPEN`, or how it truly ended as far as is known. */
  readonly result: string;
  /** What the till was told, where the truth was learnt later [C-4.19]. */
  readonly told?: string;
  readonly currency?: string;
  /** Minor units: what was taken, or what was asked for while it is open. */
  readonly amountTotal?: number;
  /** Whether the till's socket is known to hold the result [C-3.49]. */
  readonly delivered: boolean;
  readonly eposId?: string;
  readonly softwareHouseId: string;
}

export interface TransactionFilter {
  readonly site?: string;
  readonly tid?: string;
  /** Begun then or later. */
  readonly since?: number;
  readonly result?: string;
  readonly reports?: boolean;
}

const PAGE = 1000;

/** All that pass the filter, in the order in which they began. */
export async function listTransactions(
  store: Pick<Store, 'entries'>,
  filter: TransactionFilter = {},
): Promise<readonly TransactionSummary[]> {
  const found = new Map<string, TransactionSummary>();
  for await (const entry of allEntries(store)) {
    if (concerns(filter, siteAndTid(entry.stream))) take(found, entry, filter);
  }
  const { result } = filter;
  const all = [...found.values()];
  return result === undefined ? all : all.filter((summary) => summary.result === result);
}

async function* allEntries(store: Pick<Store, 'entries'>): AsyncGenerator<Entry> {
  let after = 0;
  for (;;) {
    const page = await store.entries(after, PAGE);
    yield* page;
    after = page.at(-1)?.position ?? after;
    if (page.length < PAGE) return;
  }
}

function siteAndTid(stream: string): { readonly site: string; readonly tid: string } {
  const slash = stream.indexOf('/');
  return { site: stream.slice(0, slash), tid: stream.slice(slash + 1) };
}

function concerns(filter: TransactionFilter, of: { site: string; tid: string }): boolean {
  const { site = of.site, tid = of.tid } = filter;
  return site === of.site && tid === of.tid;
}

function take(
  found: Map<string, TransactionSummary>,
  entry: Entry,
  { since = 0, reports = false }: TransactionFilter,
): void {
  const id = `${entry.stream}/${entry.chapter}`;
  let summary = found.get(id);
  // Of a chapter that is left out only its first entry is read.
  if (!summary && entry.version !== entry.chapter) return;
  for (const event of eventsOf([entry])) summary = summarise(summary, event, id);
  if (!summary || summary.startedAt < since) return;
  const isReport = summary.currency === undefined;
  if (!isReport || reports) found.set(id, summary);
}

/** The line after one more event. Keeps no receipt: there may be many lines. */
function summarise(
  summary: TransactionSummary | undefined,
  event: JobEvent,
  id: string,
): TransactionSummary | undefined {
  if (event.event === 'started') return begun(event, id);
  if (!summary) return undefined;
  switch (event.event) {
    case 'ended':
      return { ...summary, ...resultOf(event.result), endedAt: event.at };
    case 'outcomeLearnt': {
      const learnt = resultOf(event.result);
      const told = summary.told ?? summary.result;
      return { ...summary, ...learnt, ...(told === learnt.result ? {} : { told }) };
    }
    case 'delivered':
      return { ...summary, delivered: true };
    default:
      return summary;
  }
}

function begun(event: JobEvent & { event: 'started' }, id: string): TransactionSummary {
  const { order, starter, at } = event;
  return {
    id,
    ...siteAndTid(id.slice(0, id.lastIndexOf('/'))),
    ...orderOf(order),
    startedAt: at,
    result: 'OPEN',
    delivered: false,
    ...partOf(starter),
  };
}

function orderOf(order: Order) {
  if (order.kind === 'report') return { type: order.order.reportType };
  const { transactionType: type, currency, amount, amountCashback } = order.order;
  return { type, currency, amountTotal: amount + amountCashback };
}

function partOf({ eposId, softwareHouseId }: Starter) {
  return { ...(eposId === undefined ? {} : { eposId }), softwareHouseId };
}

function resultOf(result: JobResult) {
  if ('reportResult' in result) return { result: result.reportResult };
  return { result: result.transactionResult, amountTotal: result.amountTotal };
}

/** One transaction or report with all that happened to it. */
export interface TransactionStory {
  readonly summary: TransactionSummary;
  /** In the order in which they happened. */
  readonly events: readonly TransactionEvent[];
  /** The payment or report, as it truly ended; none while it is open. */
  readonly result?: JobResult;
}

export type TransactionEvent = JobEvent;

/** `id` as in a summary; undefined if the journal has no such transaction (any more). */
export async function readTransaction(
  store: Pick<Store, 'chapter'>,
  id: string,
): Promise<TransactionStory | undefined> {
  const slash = id.lastIndexOf('/');
  const chapter = Number(id.slice(slash + 1));
  if (slash < 0 || !Number.isSafeInteger(chapter) || chapter < 1) return undefined;
  const events = eventsOf(await store.chapter(id.slice(0, slash), chapter));
  let summary: TransactionSummary | undefined;
  let result: JobResult | undefined;
  for (const event of events) {
    summary = summarise(summary, event, id);
    if (event.event === 'ended' || event.event === 'outcomeLearnt') result = event.result;
  }
  return summary && { summary, events, ...(result ? { result } : {}) };
}
