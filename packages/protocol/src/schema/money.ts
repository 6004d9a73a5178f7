// Money on the wire: integers in pence or cents [C-3.7].

import type { Static } from 'typebox';
import Type from 'typebox';

export const Currency = Type.Enum(['GBP', 'EUR'], {
  description: 'Currency of all amounts of the same object (ISO 4217).',
});
export type Currency = Static<typeof Currency>;

/** Greatest amount of one transaction, in minor units [C-4.5]. */
export const MAX_AMOUNT = 99_999_999;
/** Greatest cashback of one sale, in minor units [C-4.5]. */
export const MAX_CASHBACK = 10_000;

/** An amount in minor units: integer 0..99999999 (or from `minimum`). */
export function Amount(description: string, minimum = 0) {
  return Type.Integer({ minimum, maximum: MAX_AMOUNT, description });
}

export function Cashback(description: string) {
  return Type.Integer({ minimum: 0, maximum: MAX_CASHBACK, description });
}

/** A sum over many payments: an integer in minor units without an upper bound. */
export function Sum(description: string) {
  return Type.Integer({ description });
}

export function Count(description: string) {
  return Type.Integer({ minimum: 0, description });
}
