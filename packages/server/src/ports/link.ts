// The port for card machines that connect to the gateway themselves: the commands to one connection
// of a machine, and the listener for its reports. application/connection implements the machine,
// adapters/terminal/link the registry.

import type {
  LastOrder,
  ReportOrder,
  TableAnswer,
  TableRequest,
  TerminalReport,
  TransactionOrder,
} from './terminal-driver.ts';

/**
 * The result of handing an order over; `unanswered`: the connection has closed, or will close soon.
 */
export type HandOver = 'taken' | 'refused' | 'unanswered';

/** The card machine, on one connection. */
export interface LinkedMachine {
  start(order: TransactionOrder): Promise<HandOver>;
  startReport(order: ReportOrder): Promise<HandOver>;
  cancel(order: string): void;
  answerSignature(order: string, accepted: boolean, unanswered: boolean): void;
  /** Rejects if it gives no usable answer. */
  lastOrder(order: string): Promise<LastOrder>;
  /** A newer connection of the same machine took over: this one ends. */
  superseded(): void;
}

/** A report of a machine; `connected` is its greeting. */
export type LinkReport = Exclude<TerminalReport, { kind: 'disconnected' | 'tableRequest' }>;

/** Listens to one connection of a machine. */
export interface LinkListener {
  /** Reports before the greeting, and after another connection has greeted, are ignored. */
  onReport(report: LinkReport): void;
  onRequest(request: TableRequest): Promise<TableAnswer>;
  /** The connection has closed, or counts as closed. */
  onClosed(): void;
}

export interface LinkRegistry {
  /** Registers a connection of an enrolled machine. */
  link(site: string, tid: string, machine: LinkedMachine): LinkListener;
}
