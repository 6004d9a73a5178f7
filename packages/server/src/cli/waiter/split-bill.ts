// Splits a bill: what is noted as cash, what each card pays, cashback and gratuity.

import { MAX_AMOUNT } from '@tillgate/client';
import { amountText } from '../../application/journal/money-text.ts';
import { readAmount } from '../amount.ts';
import { CommandError, exitCode, UsageError } from '../exit-code.ts';

/** One payment of a bill, as a waiter asks for it; minor units. */
export interface BillPart {
  readonly by: 'card' | 'other';
  readonly amount: number;
  readonly amountCashback: number;
  readonly amountGratuity: number;
}

export interface BillSplit {
  /** Amount to pay, in pence or cents; all of it if absent. */
  readonly amount?: number;
  /** How many cards share what is not cash. */
  readonly cards: number;
  /** Amount noted as paid by other means, in pence or cents. */
  readonly cash: number;
  /** Cashback with the first card, in pence or cents. */
  readonly cashback: number;
  /** The gratuity on one card's share. */
  readonly gratuityOf: (share: number) => number;
}

const MAX_CARDS = 50;
const PERCENT = /^(\d{1,3})(?:\.(\d{1,2}))?\s*%$/;
/** Hundredths of a percent in the whole. */
const WHOLE = 10_000;

/** The payments to make, in order; `toPay` is what the till says. Throws `CommandError`. */
export function billParts(toPay: number, sharing: BillSplit): readonly BillPart[] {
  const { amount = toPay, cash, cards, cashback, gratuityOf } = sharing;
  if (amount > toPay) throw tooMuch('--amount', amount, toPay);
  if (cash > amount) throw tooMuch('--cash', cash, amount);
  const shares = sharesOf(amount - cash, cards);
  if (cashback > 0 && shares.length === 0) {
    const message = '--cashback goes with a card, and nothing is left to pay by card.';
    throw new CommandError(exitCode.refused, message);
  }
  const noted = { by: 'other', amount: cash, amountCashback: 0, amountGratuity: 0 } as const;
  const byCard = shares.map((share, index) => ({
    by: 'card' as const,
    amount: share,
    amountCashback: index === 0 ? cashback : 0,
    amountGratuity: gratuityOf(share),
  }));
  return cash > 0 ? [noted, ...byCard] : byCard;
}

/** Equal shares, with the odd pennies on the first ones; no shares of 0. */
function sharesOf(amount: number, count: number): readonly number[] {
  const odd = amount % count;
  const each = (amount - odd) / count;
  const shares = Array.from({ length: count }, (_, index) => each + (index < odd ? 1 : 0));
  return shares.filter((share) => share > 0);
}

function tooMuch(option: string, asked: number, toPay: number): CommandError {
  const message = `${option}: ${amountText(asked)} is more than the ${amountText(toPay)} to pay.`;
  return new CommandError(exitCode.refused, message);
}

/** `10%` of each card's share, rounded to the nearest penny, or `2.50` on each card. */
export function readGratuity(text: string): BillSplit['gratuityOf'] {
  const [, whole, part = ''] = PERCENT.exec(text.trim()) ?? [];
  if (whole === undefined) {
    if (text.includes('%')) throw new UsageError(notPercent(text));
    const fixed = readAmount('--gratuity', text, { least: 0, most: MAX_AMOUNT });
    return () => fixed;
  }
  const rate = Number(whole + part.padEnd(2, '0'));
  if (rate > WHOLE) throw new UsageError(notPercent(text));
  return (share) => Math.floor((share * rate + WHOLE / 2) / WHOLE);
}

function notPercent(text: string): string {
  return `--gratuity: "${text}" is no part of a bill. Write 10%, 12.5% or an amount such as 2.50.`;
}

/** How many cards share a bill. */
export function readSplit(text: string): number {
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (count >= 2 && count <= MAX_CARDS) return count;
  throw new UsageError(`--split: expected a whole number of cards, 2 to ${MAX_CARDS}.`);
}
