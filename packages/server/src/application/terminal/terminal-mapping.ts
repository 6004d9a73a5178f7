// Between the words of a card machine and those of the core, both ways.

import { MAX_IDENTIFIER, MAX_WAITER_ID, maskPans } from '@tillgate/protocol';
import type { JobCommand } from '../../domain/decide.ts';
import type { Instruction } from '../../domain/effects.ts';
import type { Order } from '../../domain/job.ts';
import { safeOutcome, safeReport, safeSignature } from '../../domain/sanitize.ts';
import type {
  LastOrder,
  TableWish,
  TerminalLine,
  TerminalReport,
} from '../../ports/terminal-driver.ts';

/** A report on an order; being connected or not is the session's own business. */
export type OrderReport = Exclude<
  TerminalReport,
  { report: 'connected' | 'disconnected' | 'tableWish' }
>;

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

/** Whether a wish is one, with names that can be journalled and sent [C-9.3, C-12.21]. */
export function isSafeWish(wish: TableWish): boolean {
  if (wish.kind === 'pay' && wish.by !== 'card' && wish.by !== 'other') return false;
  return wishes.has(wish.kind) && hasSafeNames(wish);
}

const wishes: ReadonlySet<TableWish['kind']> = new Set(['tables', 'lock', 'bill', 'pay', 'leave']);

function hasSafeNames(wish: TableWish): boolean {
  const { waiterId = '0' } = wish as { readonly waiterId?: string };
  const tableId = wish.kind === 'lock' ? wish.tableId : '0';
  return isName(waiterId, MAX_WAITER_ID) && isName(tableId, MAX_IDENTIFIER);
}

function isName(text: unknown, most: number): boolean {
  if (typeof text !== 'string' || text.length === 0 || text.length > most) return false;
  return maskPans(text) === text;
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
