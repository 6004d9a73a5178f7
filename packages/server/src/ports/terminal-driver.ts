// Card machines, as a seam: what the gateway tells them and what they report. A driver never knows
// tills or the journal; the gateway never knows how a machine is reached.

import type { Currency, NotificationValue, ReportType, StartedType } from '@tillgate/protocol';
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
  readonly transactions: readonly StartedType[];
  readonly reports: readonly ReportType[];
}

/** Whatever comes from a machine. `order` is the id of the transaction or report it speaks of. */
export type TerminalReport =
  /** It is reachable, now or again. */
  | { readonly kind: 'connected'; readonly profile: TerminalProfile }
  | { readonly kind: 'disconnected' }
  /** What its screen shows; for the till's screen only. */
  | { readonly kind: 'showing'; readonly order: string; readonly value: NotificationValue }
  | { readonly kind: 'signatureWanted'; readonly order: string; readonly wanted: SignatureWanted }
  /** Its word on a cancel: it gives up (a finished report follows) or it is too late. */
  | { readonly kind: 'cancelDecided'; readonly order: string; readonly cancelled: boolean }
  /** Exactly one for each order it was given, unless it lost its memory of it. */
  | { readonly kind: 'finished'; readonly order: string; readonly outcome: MachineOutcome }
  | { readonly kind: 'reported'; readonly order: string; readonly result: MachineReport }
  /**
   * A request of the waiter at the machine. `answer` is called once; a call after the machine was
   * disconnected changes nothing. A card payment was started and has ended before its answer.
   */
  | {
      readonly kind: 'tableRequest';
      readonly request: TableRequest;
      readonly answer: (answer: TableAnswer) => void;
    };

/** One card machine in reach of the gateway. */
export interface TerminalHandle {
  /** Hands an order over. Reports follow; none comes before `start` has returned. */
  start(order: TransactionOrder): void;
  startReport(order: ReportOrder): void;
  /** Asks it to give up; answered by `cancelDecided`. */
  cancel(order: string): void;
  /** `unanswered`: nobody judged it within the window, so the gateway did. */
  answerSignature(order: string, accepted: boolean, unanswered: boolean): void;
  /** Asks what became of an order; rejects if the machine cannot be reached. */
  lastOrder(order: string): Promise<LastOrder>;
  close(): void;
}

export interface TerminalDriver {
  /** The machines of a site that this driver has or expects, by tid. */
  known(site: string): readonly string[];
  /** Whether `tid` could be one of its machines at `site`. */
  serves(site: string, tid: string): boolean;
  /**
   * Opens the line to one machine; one line a machine. `take` gets every report in order, the
   * first `connected` perhaps before `open` returns.
   */
  open(site: string, tid: string, take: (report: TerminalReport) => void): TerminalHandle;
}
