import type { Static } from './type.ts';
import { Type } from './type.ts';
// Money: on the wire integers in pence or cents [C-3.7], and as people write it.

export const Currency = Type.Enum(['GBP', 'EUR'], {
  title: 'Currency',
  description: 'Currency of all amounts of the same object (ISO 4217).',
});
export type Currency = Static<typeof Currency>;

/** Greatest amount of one transaction, in minor units [C-4.5]. */
export const MAX_AMOUNT = 99_999_999;
/** Greatest cashback of one sale, in minor units [C-4.5]. */
export const MAX_CASHBACK = 10_000;

/** Ends the description of every amount: docs and hints show it. */
const UNIT = 'pence or cents';

const inUnit = (description: string) => `${description} In ${UNIT}.`;

/** The unit of a number, for error messages: what its description ends with; undefined of any other. */
export function unitOf({
  description = '',
}: {
  readonly description?: string;
}): string | undefined {
  return description.endsWith(`In ${UNIT}.`) ? UNIT : undefined;
}

/** An amount in minor units: integer 0..99999999 (or from `minimum`). */
export function Amount(description: string, minimum = 0) {
  return Type.Integer({ minimum, maximum: MAX_AMOUNT, description: inUnit(description) });
}

export function Cashback(description: string) {
  return Type.Integer({ minimum: 0, maximum: MAX_CASHBACK, description: inUnit(description) });
}

/** A sum over many payments or amounts: an integer in minor units without an upper bound. */
export function Sum(description: string, bounds: { readonly minimum?: number } = {}) {
  return Type.Integer({ ...bounds, description: inUnit(description) });
}

export function Count(description: string) {
  return Type.Integer({ minimum: 0, description });
}

/** How to write an amount: for the message that refuses another text. */
export const AMOUNT_FORM =
  'Write it like 12.34: digits, a point, at most two decimals; no comma, sign or currency.';

/**
 * An amount as a person writes it, in minor units: `12.34`, `12` and `0.5` are 1234, 1200 and 50. Blanks
 * around it do not count. Undefined of any other text, such as `12.345`, `1,234.50`, `.5` and `5.`;
 * nothing is rounded or guessed. At most 8 digits before the point.
 */
export function parseAmount(text: string): number | undefined {
  const [, whole, part = ''] = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? [];
  return whole === undefined ? undefined : Number(whole + part.padEnd(2, '0'));
}

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
