// One ended transaction as the machine remembers it: the facts from which its outcome and its receipts are
// made, as often as they are wanted. Pure.

import type { LinkCard, LinkOrder } from '@tillgate/protocol';
import type { Play, Result, Way } from '../payment/card-flow.ts';

export interface Slip {
  readonly order: LinkOrder;
  readonly result: Result;
  readonly transactionId: string;
  readonly transactionNumber: string;
  /** YYYY-MM-DDThh:mm:ss, local. */
  readonly transactionTime: string;
  /** Minor units; 0 where no money was taken. */
  readonly cashback: number;
  readonly gratuity: number;
  readonly card: LinkCard;
}

/** What the bank's answer brings. */
export interface BankAnswer {
  readonly number: number;
  readonly authCode: string;
  readonly time: string;
}

const FIRST_ID = 7_100_000;
const NUMBERS = 9_999;

export function slipOf(play: Play, result: Result, { number, authCode, time }: BankAnswer): Slip {
  const taken = result === 'SUCCESSFUL';
  const authorised = taken || result === 'VOID';
  return {
    order: play.order,
    result,
    transactionId: String(FIRST_ID + number),
    transactionNumber: String(((number - 1) % NUMBERS) + 1).padStart(4, '0'),
    transactionTime: time,
    cashback: taken ? play.cashback : 0,
    gratuity: taken ? play.gratuity : 0,
    card: cardOf(play, authorised ? (reservedBy(play.order) ?? authCode) : undefined),
  };
}

/** Without cashback and gratuity. */
export function baseOf({ order }: Slip): number {
  return order.transactionType === 'ACCOUNT_VERIFICATION' ? 0 : order.amount;
}

export function totalOf(slip: Slip): number {
  return baseOf(slip) + slip.cashback + slip.gratuity;
}

const methods = {
  tapCard: 'CONTACTLESS',
  tapPhone: 'CONTACTLESS',
  insert: 'ICC_CHIP',
  swipe: 'SWIPED',
  key: 'KEYED',
} as const satisfies Record<Way, LinkCard['paymentMethod']>;

/** A completion keeps the code under which the bank has reserved the money. */
function reservedBy({ transactionType, authCode }: LinkOrder): string | undefined {
  return transactionType === 'COMPLETION' ? authCode : undefined;
}

/** Without an authCode where the bank has not said yes; before that no signature is asked for. */
function cardOf({ way = 'key', verification, lastFour }: Play, authCode = ''): LinkCard {
  const signs = verification === 'SIGNATURE';
  const cardholderVerificationMethod = signs && authCode === '' ? 'NONE' : verification;
  const known = { authCode, paymentMethod: methods[way], cardholderVerificationMethod };
  const number = { primaryAccountNumber: `************${lastFour || numbers[way]}` };
  return { ...schemes[way], ...number, ...known };
}

/** The ends of the numbers of the cards in the customer's pocket. */
const numbers: Readonly<Record<Way, string>> = {
  tapCard: '3307',
  tapPhone: '9016',
  insert: '4821',
  swipe: '1742',
  key: '0000',
};

type Scheme = Omit<
  LinkCard,
  'authCode' | 'paymentMethod' | 'cardholderVerificationMethod' | 'primaryAccountNumber'
>;

const noChip: Scheme = {
  cardSchemeName: 'VISA',
  applicationId: '',
  applicationLabel: '',
  primaryAccountNumberSequence: '',
  dateOfStart: '',
  dateOfExpiry: '02/29',
};

const contactless: Scheme = {
  cardSchemeName: 'MASTERCARD',
  applicationId: 'A0000000041010',
  applicationLabel: 'MASTERCARD',
  primaryAccountNumberSequence: '00',
  dateOfStart: '',
  dateOfExpiry: '11/28',
};

const chip: Scheme = {
  cardSchemeName: 'VISA',
  applicationId: 'A0000000031010',
  applicationLabel: 'VISA DEBIT',
  primaryAccountNumberSequence: '01',
  dateOfStart: '03/24',
  dateOfExpiry: '02/29',
};

const schemes: Readonly<Record<Way, Scheme>> = {
  tapCard: contactless,
  tapPhone: contactless,
  insert: chip,
  swipe: noChip,
  key: noChip,
};
