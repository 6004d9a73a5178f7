// Maps reports of a card machine to commands of the core, and effects of the core to calls of its
// handle.

import type { JobCommand } from '../../domain/decide.ts';
import type { TerminalEffect } from '../../domain/effects.ts';
import type { Order } from '../../domain/job.ts';
import { sanitizeOutcome, sanitizeReport, sanitizeSignature } from '../../domain/sanitize.ts';
import type { LastOrder, TerminalHandle, TerminalReport } from '../../ports/terminal-driver.ts';

/** A report on an order; the others are the session's own business. */
export type OrderReport = Exclude<
  TerminalReport,
  { kind: 'connected' | 'disconnected' | 'tableRequest' | 'unreadable' }
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

/** An effect that has no answer: all but the query for the last order. */
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
