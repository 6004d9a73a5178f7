// The record of one ended transaction, from which its outcome and its receipts are made. Pure.

import type { LinkCard, LinkOrder, LinkOutcome } from '@tillgate/protocol';
import type { EntryMethod, TestCardName } from './test-cards.ts';
import { testCards } from './test-cards.ts';

export type Result = LinkOutcome['transactionResult'];

/** What was paid, and how the card was read. */
export interface CardPayment {
  readonly order: LinkOrder;
  /** In minor units. */
  readonly gratuity: number;
  readonly cashback: number;
  readonly card: TestCardName;
  readonly entryMethod: EntryMethod | undefined;
  readonly verification: 'PIN' | 'SIGNATURE' | 'DEVICE' | 'NONE';
  /** Last four digits of a card whose number is keyed. */
  readonly lastFour: string;
}

export interface TransactionRecord {
  readonly order: LinkOrder;
  readonly result: Result;
  readonly transactionId: string;
  readonly transactionNumber: string;
  /** YYYY-MM-DDThh:mm:ss, local time. */
  readonly transactionTime: string;
  /** In minor units; 0 if no money was taken. */
  readonly cashback: number;
  readonly gratuity: number;
  readonly card: LinkCard;
}

/** What the bank assigns to a transaction. */
export interface BankResponse {
  readonly number: number;
  readonly authCode: string;
  readonly time: string;
}

const FIRST_ID = 7_100_000;
const MAX_TRANSACTION_NUMBER = 9_999;

export function recordOf(
  payment: CardPayment,
  result: Result,
  { number, authCode, time }: BankResponse,
): TransactionRecord {
  const taken = result === 'SUCCESSFUL';
  const authorised = taken || result === 'VOID';
  return {
    order: payment.order,
    result,
    transactionId: String(FIRST_ID + number),
    transactionNumber: String(((number - 1) % MAX_TRANSACTION_NUMBER) + 1).padStart(4, '0'),
    transactionTime: time,
    cashback: taken ? payment.cashback : 0,
    gratuity: taken ? payment.gratuity : 0,
    card: cardOf(payment, authorised ? (preAuthCode(payment.order) ?? authCode) : undefined),
  };
}

/** The amount without cashback and gratuity, in minor units. */
export function baseOf({ order }: TransactionRecord): number {
  return order.transactionType === 'ACCOUNT_VERIFICATION' ? 0 : order.amount;
}

export function totalOf(record: TransactionRecord): number {
  return baseOf(record) + record.cashback + record.gratuity;
}

const paymentMethods = {
  tapCard: 'CONTACTLESS',
  tapPhone: 'CONTACTLESS',
  insert: 'ICC_CHIP',
  swipe: 'SWIPED',
  key: 'KEYED',
} as const satisfies Record<EntryMethod, LinkCard['paymentMethod']>;

/** A completion keeps the authCode of its pre-authorisation. */
function preAuthCode({ transactionType, authCode }: LinkOrder): string | undefined {
  return transactionType === 'COMPLETION' ? authCode : undefined;
}

/** Without an authCode if the bank did not authorise; then no signature was asked for either [C-5.3]. */
function cardOf(
  { card, entryMethod = 'key', verification, lastFour }: CardPayment,
  authCode = '',
): LinkCard {
  const signs = verification === 'SIGNATURE';
  const lastDigits = { key: lastFour, tapPhone: PHONE_LAST_FOUR }[entryMethod as string];
  return {
    ...printedData(card, entryMethod),
    primaryAccountNumber: `************${lastDigits || testCards[card].lastFour}`,
    authCode,
    paymentMethod: paymentMethods[entryMethod],
    cardholderVerificationMethod: signs && authCode === '' ? 'NONE' : verification,
  };
}

/** A phone or watch pays with a number of its own. */
const PHONE_LAST_FOUR = '9016';

/** Only a chip, also one that is tapped, gives the data of its application. */
function printedData(card: TestCardName, entryMethod: EntryMethod) {
  const { printed } = testCards[card];
  if (entryMethod !== 'swipe' && entryMethod !== 'key') return printed;
  const none = { applicationId: '', applicationLabel: '', primaryAccountNumberSequence: '' };
  return { ...printed, ...none, dateOfStart: '' };
}

/** The time of this computer as YYYY-MM-DDThh:mm:ss. */
export function localTime(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
