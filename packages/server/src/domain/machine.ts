// What a card machine is given to do and what it says of it: words the core and the drivers share.

import type {
  Balances,
  Banking,
  Currency,
  PaymentMethod,
  ReceiptLine,
  Receipts,
  ReportType,
  StartedType,
  TransactionResult,
  VerificationMethod,
} from '@tillgate/protocol';

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

/** What is known of a card that nobody presented [C-5.3]. */
export const noCard: CardData = {
  paymentMethod: 'UNKNOWN',
  cardholderVerificationMethod: 'UNKNOWN',
  authCode: '',
  cardSchemeName: '',
  applicationId: '',
  applicationLabel: '',
  primaryAccountNumber: '',
  primaryAccountNumberSequence: '',
  dateOfStart: '',
  dateOfExpiry: '',
};

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

/** What a machine says when asked what became of an order. */
export type LastOrder =
  | { readonly knows: 'nothing' }
  | { readonly knows: 'running' }
  | { readonly knows: 'outcome'; readonly outcome: MachineOutcome }
  | { readonly knows: 'report'; readonly result: MachineReport };
