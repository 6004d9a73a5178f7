// Amounts as people read and type them: whole minor units [C-3.7] on one side, text on the other.
// Pure; never by way of a fraction.

import type { Currency } from '@tillgate/protocol';

const signs: Readonly<Record<Currency, string>> = { GBP: '£', EUR: '€' };

/** The sign that stands before an amount. */
export function currencySign(currency: Currency): string {
  return signs[currency];
}

/** `123456` as `1,234.56`. */
export function amountText(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${minor < 0 ? '−' : ''}${whole}.${digits.slice(-2)}`;
}

/** `123456` as `£1,234.56`. */
export function moneyText(minor: number, currency: Currency): string {
  const text = amountText(Math.abs(minor));
  return `${minor < 0 ? '−' : ''}${signs[currency]}${text}`;
}

/** What a key of a till's keypad adds, or takes away. */
export type MoneyKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '00' | 'back';

/** The amount after a key: digits come in from the right, as on a till; above `most` it stays. */
export function amountAfterKey(amount: number, key: MoneyKey, most: number): number {
  if (key === 'back') return Math.floor(amount / 10);
  const next = Number(`${amount}${key}`);
  return next > most ? amount : next;
}

/** The amount in a field after typing: its digits alone count. Undefined if it is above `most`. */
export function typedAmount(text: string, most: number): number | undefined {
  const digits = text.replace(/\D/g, '');
  const amount = digits.length > 15 ? Number.POSITIVE_INFINITY : Number(digits);
  return amount > most ? undefined : amount;
}

/** A whole amount, such as one from the clipboard: `12`, `12.5` or `£1,234.56`. */
export function pastedAmount(text: string, most: number): number | undefined {
  const [, whole = '', part = ''] =
    /^[£€]?\s*(\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? [];
  if (whole === '') return undefined;
  return typedAmount(whole + part.padEnd(2, '0'), most);
}

/** For a field in which a currency is chosen. */
export const currencyOptions = [
  { value: 'GBP', label: 'GBP' },
  { value: 'EUR', label: 'EUR' },
] as const;
