// Orders to a card machine and its reports on them: the types that the core and the drivers share.

import type {
  Balances,
  Banking,
  Currency,
  PaymentMethod,
  ReceiptLine,
  Receipts,
  ReportType,
  StartableType,
  TillReceiptLine,
  TransactionResult,
  VerificationMethod,
  WaiterRequest,
} from '@tillgate/protocol';

/** A transaction handed over to the machine, once; `id` is never used again. */
export interface TransactionOrder {
  readonly id: string;
  readonly transactionType: StartableType;
  readonly currency: Currency;
  /** Minor units. */
  readonly amount: number;
  readonly amountCashback: number;
  readonly cardholderNotPresent: boolean;
  /** The till cannot request cashback (v0): the customer may enter it at the machine. */
  readonly mayEnterCashback?: true;
  readonly authCode?: string;
  readonly amountPreAuthorisedTotal?: number;
  /** Absent at the counter. */
  readonly table?: TablePart;
}

/** A card payment at a table: the waiter stands at the machine, so no till judges a signature. */
export interface TablePart {
  readonly tableId: string;
  readonly waiterId?: string;
  /** Added by the guest before the card is read, minor units, on top of `amount`. */
  readonly amountGratuity: number;
}

/** A request of the waiter at the machine. */
export type TableRequest = WaiterRequest;

/** The answer to a waiter's request. */
export type TableAnswer =
  | { readonly answer: 'tables'; readonly tables: readonly string[] }
  | { readonly answer: 'locked'; readonly amount: number; readonly currency: Currency }
  | { readonly answer: 'bill'; readonly receiptLines: readonly TillReceiptLine[] }
  /** The payment has ended; `left` is still to pay. At 0 the table is left by itself. */
  | { readonly answer: 'payment'; readonly paid: boolean; readonly left: number }
  /** The outcome of the card payment is unknown; a sentence to show to the waiter. */
  | { readonly answer: 'unknown'; readonly message: string }
  /** The table is unlocked; `receiptLines` is the final receipt, if there is one to print. */
  | { readonly answer: 'left'; readonly receiptLines?: readonly TillReceiptLine[] }
  /** Nothing was done; a sentence to show to the waiter. */
  | { readonly answer: 'no'; readonly message: string };

export interface ReportOrder {
  readonly id: string;
  readonly reportType: ReportType;
}

/** The card's data, as in the payment [C-5.2]; `""` for what is unknown. */
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

/** The outcome that the machine reports; never TIMED_OUT, which only the gateway concludes. */
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

/** The machine's answer to the query for its last order. */
export type LastOrder =
  | { readonly status: 'nothing' }
  | { readonly status: 'running' }
  | { readonly status: 'outcome'; readonly outcome: MachineOutcome }
  | { readonly status: 'report'; readonly result: MachineReport };
