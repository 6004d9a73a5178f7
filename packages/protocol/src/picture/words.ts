// The words of a step, and those that messages and journal events have in common: amounts and outcomes.

import type { TransactionSummary } from '../api/transactions.ts';
import { transactionResults } from '../api/transactions.ts';
import type { Currency } from '../schema/money.ts';
import { amountText, moneyText } from '../schema/money.ts';
import type { OutcomeWords } from '../vocabulary/outcomes.ts';
import { outcomeWords } from '../vocabulary/outcomes.ts';
import type { Members } from './source.ts';
import { textIn } from './source.ts';

export interface StepWords {
  /** Such as `sale`, `Result` or `Journal`. */
  readonly name: string;
  /** What it says, such as `SUCCESSFUL £7.77` or `PRESENT_CARD`. */
  readonly meaning?: string | undefined;
  readonly tone: OutcomeWords['tone'];
  readonly icon?: OutcomeWords['icon'];
  /** The word for the outcome, such as `Approved`. */
  readonly outcome?: string;
}

/** `Result: SUCCESSFUL £7.77`. */
export function labelOf({ name, meaning }: StepWords): string {
  return meaning === undefined ? name : `${name}: ${meaning}`;
}

/** `£7.77`, or `7.77` where the currency is not known; undefined if it is no amount. */
export function amountIn(value: unknown, currency: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return undefined;
  return isCurrency(currency) ? moneyText(value, currency) : amountText(value);
}

export function isCurrency(value: unknown): value is Currency {
  return value === 'GBP' || value === 'EUR';
}

/** The sum of what was asked for. */
export function askedIn(order: Members, currency: unknown = order.currency): string | undefined {
  const { amount, amountCashback, amountGratuity } = order;
  const more = [amountCashback, amountGratuity].filter((one) => typeof one === 'number');
  const sum = typeof amount === 'number' && more.reduce((total, one) => total + one, amount);
  return amountIn(sum, currency);
}

/** The words of a result in `members`; undefined if there is none. */
export function resultWords(members: Members): StepWords | undefined {
  const { transactionResult, reportResult, transactionType, currency, amountTotal } = members;
  const result = textIn(transactionResult) ?? textIn(reportResult);
  if (result === undefined) return undefined;
  const money = amountIn(amountTotal, currency);
  const meaning = money === undefined ? result : `${result} ${money}`;
  if (!isResult(result)) return { name: 'Result', meaning, tone: 'plain' };
  const { tone, icon, word } = outcomeWords(result, String(transactionType));
  return { name: 'Result', meaning, tone, icon, outcome: word };
}

type Result = TransactionSummary['result'];

function isResult(text: string): text is Result {
  return (transactionResults as readonly string[]).includes(text);
}
