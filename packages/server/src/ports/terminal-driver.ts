// Card machines, as a seam: what the gateway tells them and what they report. A driver never knows
// tills or the journal; the gateway never knows how a machine is reached.

import type {
  Balances,
  Banking,
  Currency,
  NotificationValue,
  PaymentMethod,
  ReceiptLine,
  Receipts,
  ReportType,
  StartedType,
  TransactionResult,
  VerificationMethod,
} from '@tillgate/protocol';

/** What one card machine can do. */
export interface TerminalProfile {
  readonly currency: Currency;
  readonly cashback: boolean;
  readonly transactions: readonly StartedType[];
  readonly reports: readonly ReportType[];
}

/** A transaction handed over to the machine, once; `id` is never used again. */
export interface TransactionOrder {
  readonly id: string;
  readonly transactionType: StartedType;
  readonly currency: Currency;
  /** Minor units. */
  readonly amount: number;
  readonly amountCashback: number;
  readonly cardholderNotPresent: boolean;
  readonly authCode?: string;
  readonly amountPreAuthorisedTotal?: number;
}

export interface ReportOrder {
  readonly id: string;
  readonly reportType: ReportType;
}

/** What the machine knows of the card, as in the payment [C-5.2]; `""` for what it does not know. */
export interface CardData {
  readonly paymentMethod: PaymentMethod;
  readonly cardholderVerificationMethod: VerificationMethod;
  readonly authCode: string;
  readonly cardSchemeName: string;
  readonly applicationId: string;
  readonly applicationLabel: string;
  readonly primaryAccountNumber: string;
  readonly primaryAccountNumberSequence: string;
  readonly dateOfStart: string;
  readonly dateOfExpiry: string;
}

/** How the machine says a transaction ended; never TIMED_OUT, which only a gateway can say. */
export interface MachineOutcome {
  readonly transactionResult: Exclude<TransactionResult, 'TIMED_OUT'>;
  readonly transactionId: string;
  readonly transactionNumber: string;
  /** YYYY-MM-DDThh:mm:ss, local time of the site. */
  readonly transactionTime: string;
  readonly amountCashback: number;
  readonly amountGratuity: number;
  readonly card: CardData;
  readonly receiptLines: Receipts;
}

export interface MachineReport {
  readonly reportTime: string;
  readonly balances: Balances | Record<string, never>;
  readonly banking: Readonly<Record<string, Banking>>;
  readonly reportLines: readonly ReceiptLine[];
}

/** The signature to judge: what the till is shown. */
export interface SignatureWanted {
  readonly merchantReceipt: readonly ReceiptLine[];
  readonly card: CardData;
}

/** Whatever comes from a machine. `order` is the id of the transaction or report it speaks of. */
export type TerminalReport =
  /** It is reachable, now or again. */
  | { readonly report: 'connected'; readonly profile: TerminalProfile }
  | { readonly report: 'disconnected' }
  /** What its screen shows; for the till's screen only. */
  | { readonly report: 'showing'; readonly order: string; readonly value: NotificationValue }
  | { readonly report: 'signatureWanted'; readonly order: string; readonly wanted: SignatureWanted }
  /** Its word on a cancel: it gives up (a finished report follows) or it is too late. */
  | { readonly report: 'cancelDecided'; readonly order: string; readonly cancelled: boolean }
  /** Exactly one for each order it was given, unless it lost its memory of it. */
  | { readonly report: 'finished'; readonly order: string; readonly outcome: MachineOutcome }
  | { readonly report: 'reported'; readonly order: string; readonly result: MachineReport };

/** What a machine says when asked what became of an order. */
export type LastOrder =
  | { readonly knows: 'nothing' }
  | { readonly knows: 'running' }
  | { readonly knows: 'outcome'; readonly outcome: MachineOutcome }
  | { readonly knows: 'report'; readonly result: MachineReport };

/** One card machine in reach of the gateway. */
export interface TerminalLine {
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
  open(site: string, tid: string, take: (report: TerminalReport) => void): TerminalLine;
}
