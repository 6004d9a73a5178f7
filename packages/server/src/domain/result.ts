// The result of an ended job: payments filled by [C-5.3], and reports that timed out. Pure.

import type { Payment, Report } from '@tillgate/protocol';
import { noCard } from '@tillgate/protocol';
import type { JudgedBy } from './job.ts';
import type { CardData, MachineOutcome, ReportOrder, TransactionOrder } from './machine.ts';

interface Judgement {
  readonly accepted: boolean;
  readonly by: JudgedBy;
  /** Length of the signature window. */
  readonly seconds: number;
}

interface Finished {
  readonly tid: string;
  readonly order: TransactionOrder;
  /** By the till or the waiter, minor units. */
  readonly requestedCashback: number;
  readonly outcome: MachineOutcome;
  readonly judgement: Judgement | undefined;
}

/** The payment a machine's outcome makes. */
export function paymentOf(finished: Finished): Payment {
  const { tid, order, outcome } = finished;
  const { transactionResult, transactionId, transactionNumber, transactionTime } = outcome;
  return {
    tid,
    transactionType: order.transactionType,
    transactionResult,
    transactionId,
    transactionNumber,
    transactionTime,
    currency: order.currency,
    ...amounts(order, outcome),
    ...cardKeys(outcome),
    receiptLines: printed.has(transactionResult) ? outcome.receiptLines : {},
    ...userMessageOf(finished),
  };
}

/** Only what was really taken counts [C-4.10]; a check of an account takes nothing [C-4.12]. */
function amounts(order: TransactionOrder, outcome: MachineOutcome) {
  const taken = outcome.transactionResult === 'SUCCESSFUL';
  const amountBase = baseOf(order);
  const nothing = order.transactionType === 'ACCOUNT_VERIFICATION' || !taken;
  const amountCashback = nothing ? 0 : outcome.amountCashback;
  const amountGratuity = nothing ? 0 : outcome.amountGratuity;
  const amountTotal = amountBase + amountCashback + amountGratuity;
  return { amountBase, amountCashback, amountGratuity, amountTotal };
}

function baseOf(order: TransactionOrder): number {
  return order.transactionType === 'ACCOUNT_VERIFICATION' ? 0 : order.amount;
}

/** Results that have receipts. */
const printed: ReadonlySet<string> = new Set(['SUCCESSFUL', 'DECLINED', 'VOID']);

function cardKeys({ card, transactionResult }: MachineOutcome): CardData {
  if (transactionResult === 'CANCELLED') return noCard;
  const noCode = transactionResult === 'DECLINED' || transactionResult === 'UNSUCCESSFUL';
  return noCode ? { ...card, authCode: '' } : card;
}

/** The sentences M1 to M4 and M6 to M8 of [C-5.4]. */
function userMessageOf({ outcome, judgement, requestedCashback }: Finished) {
  const ofSignature = signatureSentence(outcome, judgement);
  const ofCashback = cashbackSentence(outcome, requestedCashback);
  const sentences = [ofSignature, ofCashback].filter((one) => one !== undefined);
  return sentences.length === 0 ? {} : { userMessage: sentences.join(' ') };
}

/** [C-4.10] */
function cashbackSentence(outcome: MachineOutcome, requested: number): string | undefined {
  const { transactionResult, amountCashback } = outcome;
  if (transactionResult !== 'SUCCESSFUL' || amountCashback >= requested) return undefined;
  return amountCashback === 0
    ? 'No cashback was given: the card machine or the card does not allow it. The payment was taken without it.'
    : 'Less cashback was given than requested. Hand out only the cashback of this payment.';
}

function signatureSentence(
  { transactionResult }: MachineOutcome,
  judgement: Judgement | undefined,
): string | undefined {
  if (transactionResult === 'UNSUCCESSFUL') {
    return 'The card machine could not finish. No payment was taken.';
  }
  if (!judgement) return undefined;
  const { accepted, by, seconds } = judgement;
  if (transactionResult === 'SUCCESSFUL' && !accepted) {
    return 'The signature was rejected, but the card machine could not reverse the payment. It was taken.';
  }
  if (by === 'till') return undefined;
  if (by === 'invalidAnswer') {
    return transactionResult === 'VOID'
      ? 'The answer of the till about the signature could not be read, so the payment was reversed.'
      : undefined;
  }
  const unchecked = `The signature was not checked within ${seconds} seconds`;
  if (transactionResult === 'SUCCESSFUL') return `${unchecked} and counts as accepted.`;
  if (transactionResult === 'VOID' && !accepted)
    return `${unchecked}, so the payment was reversed.`;
  return undefined;
}

/** The end of a payment that no card machine reported: its result, and the sentence M5 or M9 of [C-5.4]. */
const ends = {
  /** Nothing is known of it [C-4.13]. */
  timedOut: {
    transactionResult: 'TIMED_OUT',
    userMessage:
      'It is not known whether the payment was taken. Look at the card machine before you try again.',
  },
  /** No card machine has heard of it, since its start was journalled too late [C-4.46]. */
  notStarted: {
    transactionResult: 'UNSUCCESSFUL',
    userMessage:
      'The payment could not be recorded in time, so it was not started. No payment was taken.',
  },
} as const;

/** A payment that ended without the card machine; `transactionTime` is when it was given up. */
export function paymentWithoutOutcome(
  end: keyof typeof ends,
  { tid, order }: { readonly tid: string; readonly order: TransactionOrder },
  transactionTime: string,
): Payment {
  const amountBase = baseOf(order);
  const { transactionResult, userMessage } = ends[end];
  return {
    tid,
    transactionType: order.transactionType,
    transactionResult,
    transactionId: '',
    transactionNumber: '',
    transactionTime,
    currency: order.currency,
    amountBase,
    amountCashback: 0,
    amountGratuity: 0,
    amountTotal: amountBase,
    ...noCard,
    receiptLines: {},
    userMessage,
  };
}

/** A report without an outcome [C-4.29]. */
export function timedOutReport(tid: string, order: ReportOrder, reportTime: string): Report {
  return {
    tid,
    reportType: order.reportType,
    reportTime,
    reportResult: 'TIMED_OUT',
    balances: {},
    banking: {},
    reportLines: [],
  };
}

/** What `duplicate` gives: the payment with its customer copy alone [C-4.17]. */
export function duplicateOf(payment: Payment): Payment {
  const { CUSTOMER } = payment.receiptLines;
  return { ...payment, receiptLines: CUSTOMER ? { CUSTOMER } : {} };
}
