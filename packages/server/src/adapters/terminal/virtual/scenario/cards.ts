// The cards of virtual customers, by entry method [C-10.11].

import type { CardData } from '../../../../ports/terminal-driver.ts';
import type { EntryMethod } from './tid.ts';

export type Card = Omit<CardData, 'paymentMethod' | 'cardholderVerificationMethod' | 'authCode'>;

const chip: Card = {
  cardSchemeName: 'VISA',
  applicationId: 'A0000000031010',
  applicationLabel: 'VISA DEBIT',
  primaryAccountNumber: '************4821',
  primaryAccountNumberSequence: '01',
  dateOfStart: '03/24',
  dateOfExpiry: '02/29',
};

const contactless: Card = {
  cardSchemeName: 'MASTERCARD',
  applicationId: 'A0000000041010',
  applicationLabel: 'MASTERCARD',
  primaryAccountNumber: '************3307',
  primaryAccountNumberSequence: '00',
  dateOfStart: '',
  dateOfExpiry: '11/28',
};

const withoutChip: Card = {
  cardSchemeName: 'VISA',
  applicationId: '',
  applicationLabel: '',
  primaryAccountNumber: '************4821',
  primaryAccountNumberSequence: '',
  dateOfStart: '',
  dateOfExpiry: '02/29',
};

export const cards: Readonly<Record<EntryMethod, Card>> = {
  ICC_CHIP: chip,
  CONTACTLESS: contactless,
  SWIPED: withoutChip,
  KEYED: withoutChip,
};
