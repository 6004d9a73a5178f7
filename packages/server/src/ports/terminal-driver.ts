// The port for card machines: the commands to one and its reports. Adapters: the virtual card
// machine and the link; the contract suite in testing/ checks both.

import type { Currency, NotificationValue, ReportType, StartableType } from '@tillgate/protocol';
import type {
  LastOrder,
  MachineOutcome,
  MachineReport,
  ReportOrder,
  SignatureWanted,
  TableAnswer,
  TableRequest,
  TransactionOrder,
} from '../domain/machine.ts';

export type {
  CardData,
  LastOrder,
  MachineOutcome,
  MachineReport,
  ReportOrder,
  SignatureWanted,
  TableAnswer,
  TablePart,
  TableRequest,
  TransactionOrder,
} from '../domain/machine.ts';

/** What one card machine can do. */
export interface TerminalProfile {
  readonly currency: Currency;
  readonly cashback: boolean;
  readonly transactions: readonly StartableType[];
  readonly reports: readonly ReportType[];
}

/** A report of a machine. `order` is the id of the transaction or report that it is about. */
export type TerminalReport =
  /** The machine is reachable, for the first time or again. */
  | { readonly kind: 'connected'; readonly profile: TerminalProfile }
  | { readonly kind: 'disconnected' }
  /** The value on its screen; for the till's screen only. */
  | { readonly kind: 'showing'; readonly order: string; readonly value: NotificationValue }
  | { readonly kind: 'signatureWanted'; readonly order: string; readonly wanted: SignatureWanted }
  /**
   * The machine's decision on a cancel: it cancels (a finished report follows) or it is too late.
   */
  | { readonly kind: 'cancelDecided'; readonly order: string; readonly cancelled: boolean }
  /** Exactly one for each order it was given, unless it lost its memory of it. */
  | { readonly kind: 'finished'; readonly order: string; readonly outcome: MachineOutcome }
  | { readonly kind: 'reported'; readonly order: string; readonly result: MachineReport }
  /** The machine sent something that cannot be used; it may have been the end of its order. */
  | { readonly kind: 'unreadable' }
  /**
   * A request of the waiter at the machine. `answer` is called once; a call after the machine was
   * disconnected changes nothing. A card payment was started and has ended before its answer.
   */
  | {
      readonly kind: 'tableRequest';
      readonly request: TableRequest;
      readonly answer: (answer: TableAnswer) => void;
    };

/** The handle of one card machine, from `open` to `close`. */
export interface TerminalHandle {
  /** Hands an order over. Reports follow; none comes before `start` has returned. */
  start(order: TransactionOrder): void;
  startReport(order: ReportOrder): void;
  /** Requests a cancel; the machine reports `cancelDecided`. */
  cancel(order: string): void;
  /** `unanswered`: nobody judged it within the window, so the gateway did. */
  answerSignature(order: string, accepted: boolean, unanswered: boolean): void;
  /** Queries an order; rejects if the machine cannot be reached. */
  lastOrder(order: string): Promise<LastOrder>;
  close(): void;
}

export interface TerminalDriver {
  /** The machines of a site that this driver has or expects, by tid. */
  known(site: string): readonly string[];
  /** Whether `tid` could be one of its machines at `site`. */
  serves(site: string, tid: string): boolean;
  /**
   * Opens one machine; a machine has one open handle at most. `take` gets every report in order, the
   * first `connected` perhaps before `open` returns.
   */
  open(site: string, tid: string, take: (report: TerminalReport) => void): TerminalHandle;
}
