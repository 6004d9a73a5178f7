// How a transaction, report or table ended, in words for people: one row for each value of the wire. The
// console, the card machine page, the command line, the SDK and docs/outcomes.md read it.

import type { TransactionSummary } from '../api/transactions.ts';
import type { StartableType } from '../schema/transaction.ts';

/** An outcome in words, with its colour and icon. */
export interface OutcomeWords {
  readonly word: string;
  /** The name of a colour that a dark and a light theme have; the word always says the same. */
  readonly tone: 'plain' | 'good' | 'bad' | 'wait' | 'accent';
  readonly icon: 'check' | 'cross' | 'warn' | 'clock' | 'minus' | 'reply';
  /** What it means for staff, and what to do now. */
  readonly advice: string;
}

/** The words for each outcome. */
export const outcomes = {
  OPEN: {
    ...{ word: 'Under way', tone: 'accent', icon: 'clock' },
    advice: 'It has not ended yet.',
  },
  SUCCESSFUL: {
    ...{ word: 'Approved', tone: 'good', icon: 'check' },
    advice: 'It is paid. Hand over the goods and the customer copy.',
  },
  DECLINED: {
    ...{ word: 'Declined', tone: 'bad', icon: 'cross' },
    advice: 'No money was taken. Ask for another card or another way to pay.',
  },
  VOID: {
    ...{ word: 'Reversed', tone: 'bad', icon: 'reply' },
    advice: 'The payment was taken back at once. No money was taken.',
  },
  UNSUCCESSFUL: {
    ...{ word: 'Not done', tone: 'bad', icon: 'cross' },
    advice: 'No money was taken. Try again, or use another card machine.',
  },
  CANCELLED: {
    ...{ word: 'Cancelled', tone: 'bad', icon: 'cross' },
    advice: 'No money was taken. Start again when the customer is ready.',
  },
  TIMED_OUT: {
    ...{ word: 'Not known', tone: 'wait', icon: 'warn' },
    advice: 'Look at the card machine before you try again.',
  },
  COMPLETE: {
    ...{ word: 'Complete', tone: 'good', icon: 'check' },
    advice: 'The report is finished.',
  },
  PAID: {
    ...{ word: 'Paid', tone: 'good', icon: 'check' },
    advice: 'The whole bill of the table is paid.',
  },
  PART_PAID: {
    ...{ word: 'Part paid', tone: 'wait', icon: 'warn' },
    advice: 'A part of the bill of the table is still to be paid.',
  },
  NOT_PAID: {
    ...{ word: 'Not paid', tone: 'plain', icon: 'minus' },
    advice: 'Nothing of the bill of the table was paid.',
  },
} as const satisfies Readonly<Record<TransactionSummary['result'], OutcomeWords>>;

/** What SUCCESSFUL is called for a type of transaction. */
export const approvals: Readonly<Record<StartableType, Pick<OutcomeWords, 'word' | 'advice'>>> = {
  SALE: outcomes.SUCCESSFUL,
  REFUND: {
    word: 'Refunded',
    advice: 'The money goes back to the card. Hand over the customer copy.',
  },
  PRE_AUTH: {
    word: 'Reserved',
    advice: 'Nothing is taken yet. A completion with this code takes it.',
  },
  COMPLETION: {
    word: 'Completed',
    advice: 'What was reserved is paid. Hand over the customer copy.',
  },
  ACCOUNT_VERIFICATION: {
    word: 'Card is good',
    advice: 'The card was checked. No money was taken.',
  },
};

/** The words for a result of a transaction of a type; of another type, such as a report, those of the result. */
export function outcomeWords(result: TransactionSummary['result'], type: string): OutcomeWords {
  const words = outcomes[result];
  if (result !== 'SUCCESSFUL' || !Object.hasOwn(approvals, type)) return words;
  return { ...words, ...approvals[type as StartableType] };
}
