// What the cashier wants: what is asked for by which method, what is still missing, and what goes out
// [C-4.5]. Pure.

import type {
  AccountVerificationParams,
  CompletionParams,
  Currency,
  PacTill,
  PreAuthParams,
  RefundParams,
  SaleParams,
  Transaction,
  TransactionOptions,
} from '@tillgate/client';
import { MAX_AMOUNT, MAX_CASHBACK } from '@tillgate/client';
import { amountFault, amountIn, moneyText, plainAmount } from '../../kit/money.ts';

export type Method = 'sale' | 'refund' | 'preAuth' | 'completion' | 'accountVerification';

export interface Order {
  readonly method: Method;
  /** Empty: none chosen yet. */
  readonly tid: string;
  readonly currency: Currency;
  /** Minor units, as all amounts. */
  readonly amount: number;
  readonly cashback: number;
  /** Authorisation code of the pre-authorisation that is completed. */
  readonly authCode: string;
  readonly notPresent: boolean;
}

/** An order while it is typed: the amounts are texts. */
export interface OrderDraft extends Omit<Order, 'amount' | 'cashback'> {
  readonly amount: string;
  readonly cashback: string;
}

export type OrderFaults = Partial<Record<'tid' | 'amount' | 'cashback' | 'authCode', string>>;

interface MethodText {
  readonly label: string;
  /** What the method does, in one sentence. */
  readonly about: string;
  /** Verb on the button, before the amount. */
  readonly verb: string;
}

export const methods: Readonly<Record<Method, MethodText>> = {
  sale: { label: 'Sale', about: 'Takes a payment.', verb: 'Take' },
  refund: { label: 'Refund', about: 'Gives money back to the card.', verb: 'Give back' },
  preAuth: {
    label: 'Pre-auth',
    about: 'Reserves an amount; a completion takes it later.',
    verb: 'Reserve',
  },
  completion: {
    label: 'Completion',
    about: 'Takes an amount that was reserved on the same card.',
    verb: 'Complete',
  },
  accountVerification: {
    label: 'Verification',
    about: 'Checks a card without taking money.',
    verb: 'Check the card',
  },
};

export const emptyDraft: OrderDraft = {
  method: 'sale',
  tid: '',
  currency: 'GBP',
  amount: '',
  cashback: '',
  authCode: '',
  notPresent: false,
};

/** The order of a draft, in which a text that is no amount counts as 0. */
export function orderOf(draft: OrderDraft): Order {
  const { amount, cashback, ...rest } = draft;
  return { ...rest, amount: amountIn(amount) ?? 0, cashback: amountIn(cashback) ?? 0 };
}

/** The order as it would be typed. */
export function draftOf(order: Order): OrderDraft {
  const text = (minor: number) => (minor === 0 ? '' : plainAmount(minor));
  return { ...order, amount: text(order.amount), cashback: text(order.cashback) };
}

export const maxAmounts = { amount: MAX_AMOUNT, cashback: MAX_CASHBACK } as const;

/** Which fields a method has beside the card machine. */
export function hasField(method: Method, field: 'amount' | 'cashback' | 'authCode' | 'notPresent') {
  if (field === 'cashback') return method === 'sale';
  if (field === 'authCode') return method === 'completion';
  return method !== 'accountVerification';
}

export function faultsOf(draft: OrderDraft): OrderFaults {
  const { method, tid, authCode } = draft;
  const { amount } = orderOf(draft);
  const noAmount = amount === 0 ? 'Type an amount first.' : undefined;
  return {
    ...(tid === '' && { tid: 'Choose a card machine.' }),
    ...faultOfAmount(draft, 'amount', noAmount),
    ...faultOfAmount(draft, 'cashback'),
    ...(hasField(method, 'authCode') && faultOfCode(authCode.trim())),
  };
}

function faultOfAmount(
  draft: OrderDraft,
  field: 'amount' | 'cashback',
  otherFault?: string,
): OrderFaults {
  if (!hasField(draft.method, field)) return {};
  const fault = amountFault(draft[field], maxAmounts[field]) ?? otherFault;
  return fault === undefined ? {} : { [field]: fault };
}

function faultOfCode(code: string): OrderFaults {
  if (code === '') return { authCode: 'The code of the pre-auth; it stands on its receipt.' };
  if (/[0-9]{12}/.test(code)) return { authCode: 'This looks like a card number, not a code.' };
  return code.length > 16 ? { authCode: 'At most 16 characters.' } : {};
}

/** What the card pays: cashback is on top [C-4.5]. */
export function totalOf({ method, amount, cashback }: Order): number {
  if (method === 'accountVerification') return 0;
  return method === 'sale' ? amount + cashback : amount;
}

/** Text of the button: `Take £12.34`. */
export function submitText(order: Order): string {
  const { verb } = methods[order.method];
  return order.method === 'accountVerification'
    ? verb
    : `${verb} ${moneyText(totalOf(order), order.currency)}`;
}

/** One request of a till. */
export type TillRequest =
  | { readonly method: 'sale'; readonly params: SaleParams }
  | { readonly method: 'refund'; readonly params: RefundParams }
  | { readonly method: 'preAuth'; readonly params: PreAuthParams }
  | { readonly method: 'completion'; readonly params: CompletionParams }
  | { readonly method: 'accountVerification'; readonly params: AccountVerificationParams };

export function requestOf(order: Order): TillRequest {
  const { method, tid, currency, amount, cashback, authCode, notPresent } = order;
  const params = { tid, currency, amount, ...(notPresent && { cardholderNotPresent: true }) };
  switch (method) {
    case 'sale':
      return { method, params: { ...params, ...(cashback > 0 && { amountCashback: cashback }) } };
    case 'refund':
    case 'preAuth':
      return { method, params };
    case 'completion':
      return { method, params: { ...params, authCode: authCode.trim() } };
    case 'accountVerification':
      return { method, params: { tid, currency, amount: 0 } };
  }
}

/** Hands the order to a card machine. */
export function startTransaction(
  till: PacTill,
  order: Order,
  options: TransactionOptions,
): Transaction {
  const asked = requestOf(order);
  switch (asked.method) {
    case 'sale':
      return till.sale(asked.params, options);
    case 'refund':
      return till.refund(asked.params, options);
    case 'preAuth':
      return till.preAuth(asked.params, options);
    case 'completion':
      return till.completion(asked.params, options);
    case 'accountVerification':
      return till.accountVerification(asked.params, options);
  }
}
