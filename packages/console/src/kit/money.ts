// Amounts as people read and type them: whole minor units [C-3.7] on one side, text on the other.
// Pure; never by way of a fraction.

import type { api } from '@tillgate/protocol';
import { AMOUNT_FORM, amountText, moneyText, parseAmount } from '@tillgate/protocol';

export { amountText, currencySign, moneyText } from '@tillgate/protocol';

/** Of a transaction, such as `£12.50`; a dash where there is no amount, as of a report. */
export function totalText({
  amountTotal,
  currency,
}: Pick<api.TransactionSummary, 'amountTotal' | 'currency'>): string {
  return amountTotal === undefined || !currency ? '–' : moneyText(amountTotal, currency);
}

/** `123456` as `1234.56`: as `parseAmount` reads it, in ASCII. */
export function plainAmount(minor: number): string {
  return amountText(minor).replaceAll(',', '').replace('−', '-');
}

/** A key of the keypad of a card machine: digits come in from the right. */
export type MoneyKey = Digit | 'back';
type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

/** The amount after a key of a card machine; above `most` it stays. */
export function amountAfterKey(amount: number, key: MoneyKey, most: number): number {
  if (key === 'back') return Math.floor(amount / 10);
  const next = Number(`${amount}${key}`);
  return next > most ? amount : next;
}

/** A key of a keypad that writes into an amount field. */
export type AmountKey = Digit | '.' | 'back';

/** The text of an amount field after a key; a key that leads to no amount changes nothing. */
export function textAfterKey(text: string, key: AmountKey): string {
  if (key === 'back') return text.slice(0, -1);
  const next = text === '' && key === '.' ? '0.' : `${text}${key}`;
  return isBeginning(next) ? next : text;
}

/** Minor units of the text in an amount field: 0 while it is empty, undefined if it is no amount. */
export function amountIn(text: string): number | undefined {
  return text.trim() === '' ? 0 : parseAmount(text);
}

/**
 * What is wrong with the text in an amount field. `isEditing`: more may be typed, so the beginning of
 * an amount, such as `12.`, is not wrong yet.
 */
export function amountFault(text: string, most: number, isEditing = false): string | undefined {
  const amount = amountIn(text);
  if (amount === undefined) {
    return isEditing && isBeginning(text.trim()) ? undefined : `Not an amount. ${AMOUNT_FORM}`;
  }
  return amount > most ? `At most ${plainAmount(most)}.` : undefined;
}

function isBeginning(text: string): boolean {
  return /^\d{1,8}(?:\.\d{0,2})?$/.test(text);
}

/** For a field in which a currency is chosen. */
export const currencyOptions = [
  { value: 'GBP', label: 'GBP' },
  { value: 'EUR', label: 'EUR' },
] as const;
