// Reports of a card machine without card numbers: every report passes here before it is decided
// upon, so that none is journalled [C-12.21]. Pure.

import type { ReceiptLine } from '@tillgate/protocol';
import {
  MAX_AMOUNT,
  MAX_CASHBACK,
  maskPans,
  paymentMethods,
  verificationMethods,
} from '@tillgate/protocol';
import type { CardData, MachineOutcome, MachineReport, SignatureWanted } from './machine.ts';

export function sanitizeOutcome(outcome: MachineOutcome): MachineOutcome {
  const { card, receiptLines, amountCashback, amountGratuity } = outcome;
  const { transactionId, transactionNumber, transactionTime } = outcome;
  const { MERCHANT, CUSTOMER } = receiptLines;
  return {
    transactionResult: outcome.transactionResult,
    ...sanitizeTexts({ transactionId, transactionNumber, transactionTime }),
    amountCashback: sanitizeAmount(amountCashback, MAX_CASHBACK),
    amountGratuity: sanitizeAmount(amountGratuity, MAX_AMOUNT),
    card: sanitizeCard(card),
    receiptLines: {
      ...(MERCHANT && { MERCHANT: sanitizeLines(MERCHANT) }),
      ...(CUSTOMER && { CUSTOMER: sanitizeLines(CUSTOMER) }),
    },
  };
}

export function sanitizeSignature({ card, merchantReceipt }: SignatureWanted): SignatureWanted {
  return { card: sanitizeCard(card), merchantReceipt: sanitizeLines(merchantReceipt) };
}

export function sanitizeReport(result: MachineReport): MachineReport {
  return { ...result, reportLines: sanitizeLines(result.reportLines) };
}

/** An invalid amount becomes 0; one beyond the maximum becomes the maximum. */
function sanitizeAmount(amount: number, most: number): number {
  return Number.isInteger(amount) && amount > 0 ? Math.min(amount, most) : 0;
}

function sanitizeCard(card: CardData): CardData {
  const { primaryAccountNumber, paymentMethod, cardholderVerificationMethod, ...texts } = card;
  return {
    ...sanitizeTexts(texts),
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

function sanitizeTexts<T extends Readonly<Record<string, string>>>(texts: T): T {
  const safe = Object.entries(texts).map(([key, text]) => [key, sanitizeText(text)]);
  return Object.fromEntries(safe) as T;
}

function sanitizeText(text: string): string {
  return typeof text === 'string' ? maskPans(text) : '';
}

function sanitizeLines(lines: readonly ReceiptLine[]): ReceiptLine[] {
  return lines.map((line) => {
    const value = maskPans(line.value);
    return value === line.value ? line : { ...line, value };
  });
}
