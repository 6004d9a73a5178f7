// Reports of a card machine without card numbers and control characters: every report passes here before it is
// decided upon, so that none is journalled [C-12.21, C-13.20]. Pure.

import {
  MAX_AMOUNT,
  MAX_CASHBACK,
  paymentMethods,
  sanitizeTexts,
  verificationMethods,
} from '@tillgate/protocol';
import type { CardData, MachineOutcome, MachineReport, SignatureWanted } from './machine.ts';

export function sanitizeOutcome(outcome: MachineOutcome): MachineOutcome {
  const { card, receiptLines, amountCashback, amountGratuity } = outcome;
  const { transactionId, transactionNumber, transactionTime } = outcome;
  const { MERCHANT, CUSTOMER } = receiptLines;
  return {
    transactionResult: outcome.transactionResult,
    ...sanitizeFields({ transactionId, transactionNumber, transactionTime }),
    amountCashback: sanitizeAmount(amountCashback, MAX_CASHBACK),
    amountGratuity: sanitizeAmount(amountGratuity, MAX_AMOUNT),
    card: sanitizeCard(card),
    receiptLines: sanitizeTexts({
      ...(MERCHANT && { MERCHANT }),
      ...(CUSTOMER && { CUSTOMER }),
    }),
  };
}

export function sanitizeSignature({ card, merchantReceipt }: SignatureWanted): SignatureWanted {
  return { card: sanitizeCard(card), merchantReceipt: sanitizeTexts(merchantReceipt) };
}

/** Names of issuers, waiters and acquirers too. */
export function sanitizeReport(result: MachineReport): MachineReport {
  return sanitizeTexts(result);
}

/** An invalid amount becomes 0; one beyond the maximum becomes the maximum. */
function sanitizeAmount(amount: number, most: number): number {
  return Number.isInteger(amount) && amount > 0 ? Math.min(amount, most) : 0;
}

function sanitizeCard(card: CardData): CardData {
  const { primaryAccountNumber, paymentMethod, cardholderVerificationMethod, ...texts } = card;
  return {
    ...sanitizeFields(texts),
    primaryAccountNumber: sanitizeCardNumber(primaryAccountNumber),
    paymentMethod: oneOf(paymentMethods, paymentMethod),
    cardholderVerificationMethod: oneOf(verificationMethods, cardholderVerificationMethod),
  };
}

/** A star for every digit but the last four, whatever the machine sent. */
function sanitizeCardNumber(number: string): string {
  if (/^(\*+\d{4})?$/.test(number)) return number;
  return number.length < 5 ? '' : `${'*'.repeat(number.length - 4)}${number.slice(-4)}`;
}

/** A value that is not in the list becomes UNKNOWN. */
function oneOf<W extends string>(words: readonly W[], word: W): W | 'UNKNOWN' {
  return words.includes(word) ? word : 'UNKNOWN';
}

/** A value that is no text becomes "". */
function sanitizeFields<T extends Readonly<Record<string, string>>>(fields: T): T {
  if (Object.values(fields).every(isText)) return sanitizeTexts(fields);
  const texts = Object.entries(fields).map(([key, text]) => [key, isText(text) ? text : '']);
  return sanitizeTexts(Object.fromEntries(texts) as T);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
