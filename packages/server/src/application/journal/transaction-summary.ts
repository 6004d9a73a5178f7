// One transaction, report or table in a line, built event by event. Pure; the search and
// the story of a transaction use it.

import type { ActivityEvent } from '../../domain/activity.ts';
import type { JobEvent, JobResult, Order, RequestedBy } from '../../domain/job.ts';
import type { TableSession } from '../../domain/table.ts';
import { amountDue, evolveTable, isTableComplete, startTable } from '../../domain/table.ts';

/** One transaction, report or table in a line. */
export interface TransactionSummary {
  /** `site/tid/activityId`, as `readTransaction` takes it. */
  readonly id: string;
  readonly site: string;
  readonly tid: string;
  /** Such as `SALE`, `END_OF_DAY` or `TABLE`. */
  readonly type: string;
  /** Milliseconds since 1970, as all times here. */
  readonly startedAt: number;
  readonly endedAt?: number;
  /**
   * `OPEN`, or how it truly ended as far as is known; of a table `PAID`, `PART_PAID`, `NOT_PAID`.
   */
  readonly result: string;
  /** The result that the till got, if another was learnt later [C-4.19]. */
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

/** A line while it is read. */
export interface SummaryState {
  readonly summary: TransactionSummary;
  readonly table?: TableSession;
}

/** The line after one more event; nothing before the first. Keeps no receipt: there may be many. */
export function nextSummary(
  line: SummaryState | undefined,
  event: ActivityEvent,
  id: string,
): SummaryState | undefined {
  if (event.kind === 'lockAsked') return tableLine(startTable(event), id);
  if (line?.table) return tableLine(evolveTable(line.table, event), id);
  const summary = summarise(line?.summary, event as JobEvent, id);
  return summary && { summary };
}

function tableLine(session: TableSession, id: string): SummaryState {
  const { startedAt, lastActivityAt, tableId, currency, payments } = session;
  const amountTotal = payments.reduce((sum, one) => sum + one.amountPaid + one.amountGratuity, 0);
  const closed = session.phase === 'closed';
  const summary = {
    id,
    ...siteAndTid(id.slice(0, id.lastIndexOf('/'))),
    type: 'TABLE',
    tableId,
    currency,
    startedAt,
    ...(closed ? { endedAt: lastActivityAt } : {}),
    result: closed ? tableResult(session) : 'OPEN',
    amountTotal: closed ? amountTotal : session.amount,
    delivered: isTableComplete(session),
  };
  return { summary, table: { ...session, lastPayment: undefined } };
}

/** How a closed table was left. */
export function tableResult(session: TableSession): string {
  if (session.payments.length === 0) return 'NOT_PAID';
  return amountDue(session) === 0 ? 'PAID' : 'PART_PAID';
}

/** The summary of a transaction or report after one more event. */
function summarise(
  summary: TransactionSummary | undefined,
  event: JobEvent,
  id: string,
): TransactionSummary | undefined {
  if (event.kind === 'started') return begun(event, id);
  if (!summary) return undefined;
  switch (event.kind) {
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

function begun(event: JobEvent & { kind: 'started' }, id: string): TransactionSummary {
  const { order, requestedBy, at } = event;
  return {
    id,
    ...siteAndTid(id.slice(0, id.lastIndexOf('/'))),
    ...orderOf(order),
    startedAt: at,
    result: 'OPEN',
    delivered: false,
    ...partOf(requestedBy),
  };
}

function orderOf(order: Order) {
  if (order.kind === 'report') return { type: order.order.reportType };
  const { transactionType: type, currency, amount, amountCashback } = order.order;
  return { type, currency, amountTotal: amount + amountCashback };
}

function partOf({ eposId, softwareHouseId }: RequestedBy) {
  return { ...(eposId === undefined ? {} : { eposId }), softwareHouseId };
}

function resultOf(result: JobResult) {
  if ('reportResult' in result) return { result: result.reportResult };
  return { result: result.transactionResult, amountTotal: result.amountTotal };
}

/** `site/tid`, of which the tid may itself hold slashes. */
export function siteAndTid(stream: string): { readonly site: string; readonly tid: string } {
  const slash = stream.indexOf('/');
  return { site: stream.slice(0, slash), tid: stream.slice(slash + 1) };
}
