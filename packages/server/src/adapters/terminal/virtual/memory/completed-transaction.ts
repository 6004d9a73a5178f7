// One ended transaction as a virtual card machine stores it: the data from which its outcome and receipts can be
// printed again, byte for byte. Amounts are in pence or cents.

import type { PaymentMethod, VerificationMethod } from '@tillgate/protocol';
import { noCard } from '@tillgate/protocol';
import type {
  CardData,
  MachineOutcome,
  TransactionOrder,
} from '../../../../ports/terminal-driver.ts';
import type { Card } from '../scenario/cards.ts';
import { cards } from '../scenario/cards.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface CompletedTransaction {
  readonly order: TransactionOrder;
  readonly transactionResult: MachineOutcome['transactionResult'];
  readonly transactionId: string;
  /** Four digits; `""` if the transaction did not reach the bank. */
  readonly transactionNumber: string;
  /** The machine's banking session, from 1; 0 if the transaction did not reach the bank. */
  readonly session: number;
  /** Local time at the site, YYYY-MM-DDThh:mm:ss. */
  readonly transactionTime: string;
  readonly amountBase: number;
  readonly amountCashback: number;
  readonly amountGratuity: number;
  readonly paymentMethod: PaymentMethod;
  readonly cardholderVerificationMethod: VerificationMethod;
  readonly authCode: string;
  /** Only the copy for the merchant is printed [C-10.24]. */
  readonly merchantCopyOnly?: true;
}

/** The bank's answer. */
export interface Authorisation {
  readonly transactionId: string;
  readonly transactionNumber: string;
  readonly session: number;
  readonly transactionTime: string;
  readonly authCode: string;
}

/** A transaction that reached the bank. */
export function authorisedTransaction(
  order: TransactionOrder,
  scenario: Scenario,
  answer: Authorisation,
): CompletedTransaction {
  const result = scenario.result as CompletedTransaction['transactionResult'];
  const isPaid = result === 'SUCCESSFUL';
  const isPaidSale = isPaid && order.transactionType === 'SALE';
  const authorised = isPaid || result === 'VOID';
  return {
    ...answer,
    order,
    transactionResult: result,
    amountBase: order.transactionType === 'ACCOUNT_VERIFICATION' ? 0 : order.amount,
    amountCashback: isPaidSale ? cashbackOf(order, scenario) : 0,
    amountGratuity: isPaidSale ? scenario.gratuity : 0,
    paymentMethod: scenario.entryMethod,
    cardholderVerificationMethod: verificationOf(scenario),
    authCode: authorised ? answer.authCode : '',
    ...(scenario.special === 'merchant-copy-only' && { merchantCopyOnly: true }),
  };
}

function cashbackOf(order: TransactionOrder, scenario: Scenario): number {
  if (scenario.special === 'no-cashback') return 0;
  return order.amountCashback + scenario.enteredCashback;
}

/** A transaction that was cancelled before authorisation. */
export function cancelledTransaction(
  order: TransactionOrder,
  transactionTime: string,
): CompletedTransaction {
  return {
    order,
    transactionResult: 'CANCELLED',
    transactionId: '',
    transactionNumber: '',
    session: 0,
    transactionTime,
    amountBase: order.transactionType === 'ACCOUNT_VERIFICATION' ? 0 : order.amount,
    amountCashback: 0,
    amountGratuity: 0,
    paymentMethod: 'UNKNOWN',
    cardholderVerificationMethod: 'UNKNOWN',
    authCode: '',
  };
}

/** Base, cashback and gratuity together. */
export function totalOf(transaction: CompletedTransaction): number {
  return transaction.amountBase + transaction.amountCashback + transaction.amountGratuity;
}

export function cardOf(transaction: CompletedTransaction): Card {
  return transaction.paymentMethod === 'UNKNOWN' ? noCard : cards[transaction.paymentMethod];
}

export function cardDataOf(transaction: CompletedTransaction): CardData {
  const { paymentMethod, cardholderVerificationMethod, authCode } = transaction;
  return { ...cardOf(transaction), paymentMethod, cardholderVerificationMethod, authCode };
}

/** A signature is requested only after the bank's answer [C-10.9]. */
function verificationOf({ result, verification }: Scenario): VerificationMethod {
  return result === 'UNSUCCESSFUL' && verification === 'SIGNATURE' ? 'NONE' : verification;
}
