// The journal as people ask about it: a list of transactions, and the story of one. Only reads.

import type { JobEvent, JobResult, Order, Starter } from '../domain/job.ts';
import type { TableEvent, TableSession } from '../domain/table.ts';
import { beginTable, evolveTable, isTableSettled, leftToPay } from '../domain/table.ts';
import type { WorkEvent } from '../domain/work.ts';
import type { Entry, Store } from '../ports/store.ts';
import { eventsOf } from './journal.ts';

/** One transaction, report or table in a line. */
export interface TransactionSummary {
  /** `site/tid/chapter`, as `readTransaction` takes it. */
  readonly id: string;
  readonly site: string;
  readonly tid: string;
  /** Such as `SALE`, `END_OF_DAY` or `TABLE`. */
  readonly type: string;
  /** Milliseconds since 1970, as all times here. */
  readonly startedAt: number;
  readonly endedAt?: number;
  /** `OPEN`, or how it truly ended as far as is known; of a table `PAID`, `PART_PAID`, `NOT_PAID`. */
  readonly result: string;
  /** What the till was told, where the truth was learnt later [C-4.19]. */
  readonly told?: string;
  readonly currency?: string;
  /** Minor units: what was taken, or what was asked for while it is open. */
  readonly amountTotal?: number;
  /** Whether the till's socket is known to hold the result [C-3.49]. */
  readonly delivered: boolean;
  readonly eposId?: string;
  /** Absent for a table: the card machine began it. */
  readonly softwareHouseId?: string;
  readonly tableId?: string;
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
  const found = new Map<string, Line>();
  for await (const entry of allEntries(store)) {
    if (concerns(filter, siteAndTid(entry.stream))) take(found, entry, filter);
  }
  const { result } = filter;
  const all = [...found.values()].map(({ summary }) => summary);
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

/** A line while it is read. */
interface Line {
  readonly summary: TransactionSummary;
  readonly table?: TableSession;
}

function take(
  found: Map<string, Line>,
  entry: Entry,
  { since = 0, reports = false }: TransactionFilter,
): void {
  const id = `${entry.stream}/${entry.chapter}`;
  let line = found.get(id);
  // Of a chapter that is left out only its first entry is read.
  if (!line && entry.version !== entry.chapter) return;
  for (const event of eventsOf([entry])) line = readOn(line, event, id);
  if (!line || line.summary.startedAt < since) return;
  const isReport = line.summary.currency === undefined;
  if (!isReport || reports) found.set(id, line);
}

/** The line after one more event. Keeps no receipt: there may be many lines. */
function readOn(line: Line | undefined, event: WorkEvent, id: string): Line | undefined {
  if (event.event === 'lockAsked') return tableLine(beginTable(event), id);
  if (line?.table) return tableLine(evolveTable(line.table, event), id);
  const summary = summarise(line?.summary, event as JobEvent, id);
  return summary && { summary };
}

function tableLine(session: TableSession, id: string): Line {
  const { startedAt, lastWordAt, tableId, currency, payments } = session;
  const amountTotal = payments.reduce((sum, one) => sum + one.amountPaid + one.amountGratuity, 0);
  const over = session.phase === 'over';
  const summary = {
    id,
    ...siteAndTid(id.slice(0, id.lastIndexOf('/'))),
    ...{ type: 'TABLE', tableId, currency, startedAt },
    ...(over ? { endedAt: lastWordAt } : {}),
    result: over ? tableResult(session) : 'OPEN',
    amountTotal: over ? amountTotal : session.amount,
    delivered: isTableSettled(session),
  };
  return { summary, table: { ...session, lastPayment: undefined } };
}

function tableResult(session: TableSession): string {
  if (session.payments.length === 0) return 'NOT_PAID';
  return leftToPay(session) === 0 ? 'PAID' : 'PART_PAID';
}

/** The summary of a transaction or report after one more event. */
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

/** One transaction, report or table with all that happened to it. */
export interface TransactionStory {
  readonly summary: TransactionSummary;
  /** In the order in which they happened. */
  readonly events: readonly TransactionEvent[];
  /** The payments and reports in it, as they truly ended; none while it is open. */
  readonly results: readonly JobResult[];
}

export type TransactionEvent = WorkEvent;
export type { TableEvent };

/** `id` as in a summary; undefined if the journal has no such transaction (any more). */
export async function readTransaction(
  store: Pick<Store, 'chapter'>,
  id: string,
): Promise<TransactionStory | undefined> {
  const slash = id.lastIndexOf('/');
  const chapter = Number(id.slice(slash + 1));
  if (slash < 0 || !Number.isSafeInteger(chapter) || chapter < 1) return undefined;
  const events = eventsOf(await store.chapter(id.slice(0, slash), chapter));
  let line: Line | undefined;
  const results: JobResult[] = [];
  for (const event of events) {
    line = readOn(line, event, id);
    if (event.event === 'outcomeLearnt') results.pop();
    if (event.event === 'ended' || event.event === 'outcomeLearnt') results.push(event.result);
  }
  return line && { summary: line.summary, events, results };
}
