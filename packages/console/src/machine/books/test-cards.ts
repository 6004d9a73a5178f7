// The test cards that a customer presents at the card machine page, and what each of them does. Pure.

import type { Currency, LinkCard } from '@tillgate/protocol';
import { moneyText } from '../../kit/money.ts';

export type EntryMethod = 'tapCard' | 'tapPhone' | 'insert' | 'swipe' | 'key';

/** Above this total, in minor units, a tapped card must be inserted; a phone or watch has no limit. */
export const CONTACTLESS_LIMIT = 10_000;
/** The PIN of all test cards. */
export const TEST_PIN = '1234';
/** The last of so many wrong PINs ends the payment; the next payment starts anew. */
export const MAX_PIN_TRIES = 3;

type PrintedData = Omit<
  LinkCard,
  'authCode' | 'paymentMethod' | 'cardholderVerificationMethod' | 'primaryAccountNumber'
>;

export interface TestCard {
  readonly label: string;
  /** How its holder presents it. */
  readonly usualMethod: EntryMethod;
  readonly contactless: boolean;
  /** How the holder of an inserted card is verified. */
  readonly chipVerification: 'PIN' | 'SIGNATURE';
  /** `bank`: the bank declines it, `expired`: the machine does. */
  readonly declinedBy?: 'bank' | 'expired';
  readonly lastFour: string;
  /** As read from its chip. */
  readonly printed: PrintedData;
}

const mastercard: PrintedData = {
  cardSchemeName: 'MASTERCARD',
  applicationId: 'A0000000041010',
  applicationLabel: 'MASTERCARD',
  primaryAccountNumberSequence: '00',
  dateOfStart: '',
  dateOfExpiry: '11/28',
};

const visa: PrintedData = {
  cardSchemeName: 'VISA',
  applicationId: 'A0000000031010',
  applicationLabel: 'VISA CREDIT',
  primaryAccountNumberSequence: '01',
  dateOfStart: '03/24',
  dateOfExpiry: '02/29',
};

/** In the order in which they are offered. */
export const testCards = {
  debit: {
    ...{ label: 'Contactless debit', usualMethod: 'tapCard', contactless: true },
    ...{ chipVerification: 'PIN', lastFour: '3307', printed: mastercard },
  },
  credit: {
    ...{ label: 'Chip and PIN credit', usualMethod: 'insert', contactless: false },
    ...{ chipVerification: 'PIN', lastFour: '4821', printed: visa },
  },
  signature: {
    ...{ label: 'Signature card', usualMethod: 'insert', contactless: false },
    ...{ chipVerification: 'SIGNATURE', lastFour: '1742', printed: visa },
  },
  declined: {
    ...{ label: 'Declined card', usualMethod: 'tapCard', contactless: true, declinedBy: 'bank' },
    ...{ chipVerification: 'PIN', lastFour: '0002', printed: mastercard },
  },
  expired: {
    ...{ label: 'Expired card', usualMethod: 'tapCard', contactless: true, declinedBy: 'expired' },
    ...{ chipVerification: 'PIN', lastFour: '0069' },
    printed: { ...visa, dateOfStart: '02/21', dateOfExpiry: '01/24' },
  },
} as const satisfies Record<string, TestCard>;

export type TestCardName = keyof typeof testCards;

/** What a card does, in few words. */
export function aboutTestCard(name: TestCardName, currency: Currency): string {
  const { contactless, chipVerification, declinedBy }: TestCard = testCards[name];
  if (declinedBy === 'bank') return 'The bank declines it';
  if (declinedBy === 'expired') return 'Refused as out of date';
  const chip = chipVerification === 'PIN' ? `PIN ${TEST_PIN}` : 'the customer signs';
  if (!contactless) return `Not contactless; ${chip}`;
  return `Contactless up to ${moneyText(CONTACTLESS_LIMIT, currency)}, above it ${chip}`;
}
