// Between the words of a card machine and those of the core, both ways.

import type { JobCommand } from '../domain/decide.ts';
import type { Order } from '../domain/job.ts';
import { safeOutcome, safeReport, safeSignature } from '../domain/safe-words.ts';
import type { Instruction } from '../domain/tell.ts';
import type { LastOrder, TerminalLine, TerminalReport } from '../ports/terminal-driver.ts';

/** A report on an order; being connected or not is the session's own business. */
export type OrderReport = Exclude<TerminalReport, { report: 'connected' | 'disconnected' }>;

export function commandOf(report: OrderReport): JobCommand {
  switch (report.report) {
    case 'showing':
      return { command: 'show', value: report.value };
    case 'signatureWanted':
      return { command: 'askSignature', wanted: safeSignature(report.wanted) };
    case 'cancelDecided':
      return { command: 'decideCancel', cancelled: report.cancelled };
    case 'finished':
      return { command: 'finish', outcome: safeOutcome(report.outcome) };
    case 'reported':
      return { command: 'finishReport', result: safeReport(report.result) };
  }
}

export function safeLast(last: LastOrder): LastOrder {
  if (last.knows === 'outcome') return { ...last, outcome: safeOutcome(last.outcome) };
  return last.knows === 'report' ? { ...last, result: safeReport(last.result) } : last;
}

/** Everything a machine can be told, save the question for its last order, which has an answer. */
export type Telling = Exclude<Instruction, { tell: 'askLastOrder' }>;

export function tellMachine(line: TerminalLine, order: Order, telling: Telling): void {
  switch (telling.tell) {
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
