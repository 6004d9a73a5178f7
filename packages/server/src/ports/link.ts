// A card machine that comes to the gateway by itself, as a seam: what it is told while it is on the
// line, and who hears what it says. Knows no wire.

import type {
  LastOrder,
  ReportOrder,
  TableAnswer,
  TableRequest,
  TerminalReport,
  TransactionOrder,
} from './terminal-driver.ts';

/** What became of handing an order over; `unanswered`: the line is gone, or soon will be. */
export type HandOver = 'taken' | 'refused' | 'unanswered';

/** The card machine, on one connection. */
export interface LinkedMachine {
  start(order: TransactionOrder): Promise<HandOver>;
  startReport(order: ReportOrder): Promise<HandOver>;
  cancel(order: string): void;
  answerSignature(order: string, accepted: boolean, unanswered: boolean): void;
  /** Rejects if it gives no usable answer. */
  lastOrder(order: string): Promise<LastOrder>;
  /** A newer connection of the same machine has taken over: this one ends. */
  superseded(): void;
}

/** What a machine tells by itself; `connected` is its greeting. */
export type LinkReport = Exclude<TerminalReport, { kind: 'disconnected' | 'tableRequest' }>;

/** Who hears one connection of a machine. */
export interface LinkListener {
  /** Nothing counts before the greeting, nor after another connection has greeted. */
  onReport(report: LinkReport): void;
  onRequest(wish: TableRequest): Promise<TableAnswer>;
  /** The connection is over, or of no more use. */
  onClosed(): void;
}

export interface LinkRegistry {
  /** Takes in a connection of an enrolled machine. */
  link(site: string, tid: string, machine: LinkedMachine): LinkListener;
}
