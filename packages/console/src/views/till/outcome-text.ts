// How a payment ended, in plain words with what to do now [C-4.16]. Pure.

import type { Payment, Report } from '@tillgate/client';
import type { OutcomeWords, StartableType } from '@tillgate/protocol';
import { outcomes, outcomeWords } from '@tillgate/protocol';
import { moneyText } from '../../kit/money.ts';
import type { Tone } from '../../kit/tone.ts';
import type { Explanation } from '../../socket/explanation.ts';
import type { Method } from './order.ts';
import { methods } from './order.ts';
import type { PaymentEntry } from './payment-history.ts';

export interface OutcomeText {
  readonly tone: Tone;
  readonly icon: OutcomeWords['icon'];
  /** In few words; of a badge. */
  readonly word: string;
  /** The word with the amount. */
  readonly title: string;
  readonly todo: string;
}

const types: Readonly<Record<Method, StartableType>> = {
  sale: 'SALE',
  refund: 'REFUND',
  preAuth: 'PRE_AUTH',
  completion: 'COMPLETION',
  accountVerification: 'ACCOUNT_VERIFICATION',
};

/** Undefined while it runs. */
export function outcomeText({
  end,
  order,
}: Pick<PaymentEntry, 'end' | 'order'>): OutcomeText | undefined {
  if (!end) return undefined;
  switch (end.kind) {
    case 'unknown': {
      const { word, tone, icon } = outcomes.TIMED_OUT;
      return { tone, icon, word, title: `${word} yet`, todo: end.advice };
    }
    case 'refused': {
      const { happened, todo } = end.why;
      return { tone: 'bad', icon: 'cross', word: 'Refused', title: happened, todo };
    }
    default: {
      const words = outcomeWords(end.payment.transactionResult, types[order.method]);
      return ended(end.payment, words, words.advice);
    }
  }
}

/** Text of the last payment of a card machine, whichever till took it. */
export function lastPaymentText(payment: Payment): OutcomeText {
  const { transactionResult: result, transactionType } = payment;
  const words = outcomeWords(result, transactionType);
  if (result !== 'TIMED_OUT') return ended(payment, words, '');
  const { word, tone, icon, advice } = words;
  return { tone, icon, word, title: word, todo: payment.userMessage ?? advice };
}

function ended(payment: Payment, { word, tone, icon }: OutcomeWords, todo: string): OutcomeText {
  const { transactionResult, userMessage } = payment;
  // A success has a userMessage only if somebody should check it [C-5.3].
  const isToCheck = transactionResult === 'SUCCESSFUL' && userMessage !== undefined;
  const { tone: checkTone, icon: checkIcon } = outcomes.TIMED_OUT;
  return {
    ...(isToCheck ? { tone: checkTone, icon: checkIcon } : { tone, icon }),
    ...withAmount(word, payment),
    todo: said(payment, todo),
  };
}

function said({ userMessage }: Payment, todo: string): string {
  return [userMessage, todo].filter(Boolean).join(' ');
}

function withAmount(word: string, { amountTotal, currency }: Payment) {
  return { word, title: amountTotal === 0 ? word : `${word}: ${moneyText(amountTotal, currency)}` };
}

/** Such as `Sale, £12.34`. */
export function orderText({ method, amount, cashback, currency }: PaymentEntry['order']): string {
  const { label } = methods[method];
  if (method === 'accountVerification') return label;
  const extra = method === 'sale' && cashback > 0;
  const onTop = extra ? ` and ${moneyText(cashback, currency)} cashback` : '';
  return `${label}, ${moneyText(amount, currency)}${onTop}`;
}

const readings: Readonly<Record<Payment['paymentMethod'], string>> = {
  UNKNOWN: '',
  KEYED: 'keyed in',
  SWIPED: 'swiped',
  ICC_CHIP: 'chip',
  CONTACTLESS: 'contactless',
};
const checks: Readonly<Record<Payment['cardholderVerificationMethod'], string>> = {
  UNKNOWN: '',
  NONE: 'no check',
  PIN: 'PIN',
  SIGNATURE: 'signature',
  DEVICE: 'customer’s own device',
};

/** What is worth reading of a payment beside its receipts; what it lacks is left out. */
export function paymentFacts(
  payment: Payment,
): readonly (readonly [name: string, value: string])[] {
  const { currency, amountCashback, amountGratuity, amountBase } = payment;
  const parts = amountCashback > 0 || amountGratuity > 0;
  const money = (minor: number) => moneyText(minor, currency);
  const facts: readonly (readonly [string, string])[] = [
    ['Card', [payment.cardSchemeName, payment.primaryAccountNumber.slice(-8)].join(' ').trim()],
    ['Read by', readings[payment.paymentMethod]],
    ['Checked by', checks[payment.cardholderVerificationMethod]],
    ['Amount', parts ? money(amountBase) : ''],
    ['Cashback', amountCashback > 0 ? money(amountCashback) : ''],
    ['Gratuity', amountGratuity > 0 ? money(amountGratuity) : ''],
    ['Code', payment.authCode],
    ['Number', payment.transactionNumber],
    ['Time', payment.transactionTime.replace('T', ' ')],
  ];
  return facts.filter(([, value]) => value !== '');
}

export type ReportKind = 'xBalance' | 'zBalance' | 'banking' | 'endOfDay';

export const reports: Readonly<
  Record<ReportKind, { readonly label: string; readonly about: string; readonly ends: boolean }>
> = {
  xBalance: { label: 'X balance', about: 'Reads the totals.', ends: false },
  zBalance: { label: 'Z balance', about: 'Reads the totals, then sets them to zero.', ends: true },
  banking: { label: 'Banking', about: 'Sends what is pending to the banks.', ends: true },
  endOfDay: {
    label: 'End of day',
    about: 'Banks what is pending and closes the session.',
    ends: true,
  },
};

/** Sums of a report with how many they are of; none where it has no balances. */
export function reportTotals({ balances }: Report): readonly (readonly [string, string])[] {
  if (!('currency' in balances)) return [];
  const { currency } = balances;
  const row = (name: string, minor: number, count: number): readonly [string, string] => [
    name,
    `${moneyText(minor, currency)} (${count})`,
  ];
  return [
    row('Sales', balances.totalSalesAmount, balances.totalSalesCount),
    row('Refunds', balances.totalRefundsAmount, balances.totalRefundsCount),
    row('Cashback', balances.totalCashbackAmount, balances.totalCashbackCount),
    row('Gratuity', balances.totalGratuityAmount, balances.totalGratuityCount),
    ['Total', moneyText(balances.totalAmount, currency)],
  ];
}

interface Failure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly userMessage?: unknown;
  readonly code?: unknown;
}

/** Why nothing came of something that was asked, by the SDK's errors. */
export function whyFailed(cause: unknown): Explanation {
  const { name, message, userMessage, code } = Object(cause) as Failure;
  const text = typeof message === 'string' ? message : 'It failed.';
  if (name === 'TillError') {
    const todo = typeof userMessage === 'string' && userMessage !== '' ? userMessage : text;
    return { happened: `${text.replace(/\.$/, '')} (${String(code)}).`, todo };
  }
  if (name === 'NotSent') {
    return {
      happened: 'Nothing was sent: there is no connection.',
      todo: 'Wait until the till is connected again, or look at Connect.',
    };
  }
  return { happened: text, todo: 'Look at the card machine, then try again.' };
}
