// How a payment ended, in plain words with what to do now [C-4.16]. Pure.

import type { Payment, Report } from '@tillgate/client';
import { moneyText } from '../../kit/money.ts';
import type { Tone } from '../../kit/tone.ts';
import type { Explanation } from '../../socket/explanation.ts';
import type { Method } from './order.ts';
import { methods } from './order.ts';
import type { PaymentEnd, PaymentEntry } from './payment-history.ts';

export interface OutcomeText {
  readonly tone: Exclude<Tone, 'plain' | 'accent'>;
  /** In few words; of a badge. */
  readonly word: string;
  /** The word with the amount. */
  readonly title: string;
  readonly todo: string;
}

type Known = Exclude<PaymentEnd['kind'], 'approved' | 'unknown' | 'refused'>;

const done: Readonly<Record<Method, readonly [word: string, todo: string]>> = {
  sale: ['Approved', 'It is paid. Hand over the goods and the customer copy.'],
  refund: ['Refunded', 'The money goes back to the card. Hand over the customer copy.'],
  preAuth: ['Reserved', 'Nothing is taken yet. A completion with this code takes it.'],
  completion: ['Completed', 'What was reserved is paid. Hand over the customer copy.'],
  accountVerification: ['Card is good', 'The card was checked. No money was taken.'],
};

const notDone: Readonly<Record<Known, readonly [word: string, todo: string]>> = {
  declined: ['Declined', 'No money was taken. Ask for another card or another way to pay.'],
  cancelled: ['Cancelled', 'No money was taken. Start again when the customer is ready.'],
  void: ['Reversed', 'The payment was taken back at once. No money was taken.'],
  unsuccessful: ['Not done', 'No money was taken. Try again, or use another card machine.'],
};

/** Undefined while it runs. */
export function outcomeText({
  end,
  order,
}: Pick<PaymentEntry, 'end' | 'order'>): OutcomeText | undefined {
  if (!end) return undefined;
  switch (end.kind) {
    case 'approved':
      return approved(order.method, end.payment);
    case 'unknown':
      return { tone: 'wait', word: 'Not known', title: 'Not known yet', todo: end.advice };
    case 'refused':
      return { tone: 'bad', word: 'Refused', title: end.why.happened, todo: end.why.todo };
    default: {
      const [word, todo] = notDone[end.kind];
      return { tone: 'bad', ...withAmount(word, end.payment), todo: said(end.payment, todo) };
    }
  }
}

/** Text of the last payment of a card machine, whichever till took it. */
export function lastPaymentText(payment: Payment): OutcomeText {
  const result = payment.transactionResult;
  const known = {
    DECLINED: 'declined',
    VOID: 'void',
    CANCELLED: 'cancelled',
    UNSUCCESSFUL: 'unsuccessful',
  } as const;
  if (result === 'TIMED_OUT') {
    const todo = payment.userMessage ?? 'Look at the card machine.';
    return { tone: 'wait', word: 'Not known', title: 'Not known', todo };
  }
  if (result === 'SUCCESSFUL') {
    const word = approvedByType[payment.transactionType] ?? 'Approved';
    return { tone: 'good', ...withAmount(word, payment), todo: said(payment, '') };
  }
  const [word] = notDone[known[result]];
  return { tone: 'bad', ...withAmount(word, payment), todo: said(payment, '') };
}

const approvedByType: Readonly<Partial<Record<Payment['transactionType'], string>>> = {
  REFUND: 'Refunded',
  PRE_AUTH: 'Reserved',
  COMPLETION: 'Completed',
  ACCOUNT_VERIFICATION: 'Card is good',
};

function approved(method: Method, payment: Payment): OutcomeText {
  const [word, todo] = done[method];
  const hasMessage = payment.userMessage !== undefined;
  return {
    // A success has a userMessage only if somebody should check it [C-5.3].
    tone: hasMessage ? 'wait' : 'good',
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
