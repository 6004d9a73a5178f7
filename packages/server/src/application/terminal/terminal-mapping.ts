// Between the words of a card machine and those of the core, both ways.

import { MAX_IDENTIFIER, MAX_WAITER_ID, maskPans } from '@tillgate/protocol';
import type { JobCommand } from '../../domain/decide.ts';
import type { TerminalEffect } from '../../domain/effects.ts';
import type { Order } from '../../domain/job.ts';
import { sanitizeOutcome, sanitizeReport, sanitizeSignature } from '../../domain/sanitize.ts';
import type {
  LastOrder,
  TableRequest,
  TerminalHandle,
  TerminalReport,
} from '../../ports/terminal-driver.ts';

/** A report on an order; being connected or not is the session's own business. */
export type OrderReport = Exclude<
  TerminalReport,
  { kind: 'connected' | 'disconnected' | 'tableWish' }
>;

export function commandOf(report: OrderReport): JobCommand {
  switch (report.kind) {
    case 'showing':
      return { kind: 'show', value: report.value };
    case 'signatureWanted':
      return { kind: 'askSignature', wanted: sanitizeSignature(report.wanted) };
    case 'cancelDecided':
      return { kind: 'decideCancel', cancelled: report.cancelled };
    case 'finished':
      return { kind: 'finish', outcome: sanitizeOutcome(report.outcome) };
    case 'reported':
      return { kind: 'finishReport', result: sanitizeReport(report.result) };
  }
}

export function sanitizeLastOrder(last: LastOrder): LastOrder {
  if (last.status === 'outcome') return { ...last, outcome: sanitizeOutcome(last.outcome) };
  return last.status === 'report' ? { ...last, result: sanitizeReport(last.result) } : last;
}

/** Whether a wish is one, with names that can be journalled and sent [C-9.3, C-12.21]. */
export function isValidTableRequest(wish: TableRequest): boolean {
  if (wish.kind === 'pay' && wish.by !== 'card' && wish.by !== 'other') return false;
  return requestKinds.has(wish.kind) && hasValidNames(wish);
}

const requestKinds: ReadonlySet<TableRequest['kind']> = new Set([
  'tables',
  'lock',
  'bill',
  'pay',
  'leave',
]);

function hasValidNames(wish: TableRequest): boolean {
  const { waiterId = '0' } = wish as { readonly waiterId?: string };
  const tableId = wish.kind === 'lock' ? wish.tableId : '0';
  return isName(waiterId, MAX_WAITER_ID) && isName(tableId, MAX_IDENTIFIER);
}

function isName(text: unknown, most: number): boolean {
  if (typeof text !== 'string' || text.length === 0 || text.length > most) return false;
  return maskPans(text) === text;
}

/** Everything a machine can be told, save the question for its last order, which has an answer. */
export type SentEffect = Exclude<TerminalEffect, { kind: 'queryLastOrder' }>;

export function sendEffect(line: TerminalHandle, order: Order, telling: SentEffect): void {
  switch (telling.kind) {
    case 'start':
      if (order.kind === 'transaction') line.start(order.order);
      else line.startReport(order.order);
      return;
    case 'cancel':
      line.cancel(order.order.id);
      return;
    case 'signature':
      line.answerSignature(order.order.id, telling.accepted, telling.unanswered);
  }
}
