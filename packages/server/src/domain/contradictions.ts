// What a card machine reports as the end of an order although the order, its kind or what the machine offers
// excludes it [C-13.21, C-13.22]. Pure; for what is refused before it is decided upon.

import type { Balances, Currency, SchemaViolation, Totals } from '@tillgate/protocol';
import { MAX_AMOUNT, MAX_CASHBACK, violationAt } from '@tillgate/protocol';
import type { Order } from './job.ts';
import type { LastOrder, MachineReport, ReportOrder, TransactionOrder } from './machine.ts';

/** What the machine offers. */
interface Offer {
  readonly currency: Currency;
  readonly cashback: boolean;
}

/** Paths begin with `/outcome` or `/result`. None for the end of an order of another kind, which ends nothing. */
export function contradictions(
  order: Order,
  end: LastOrder,
  offer: Offer,
): readonly SchemaViolation[] {
  if (order.kind === 'transaction' && end.status === 'outcome') {
    const { amountCashback, amountGratuity } = end.outcome;
    return [
      ...tooMuch('amountCashback', amountCashback, cashbackLimit(order.order, offer)),
      ...tooMuch('amountGratuity', amountGratuity, gratuityLimit(order.order)),
    ];
  }
  if (order.kind === 'report' && end.status === 'report') {
    return [...wrongTotals(order.order, end.result, offer)];
  }
  return [];
}

interface Limit {
  readonly most: number;
  readonly reason: string;
}

function tooMuch(name: string, amount: number, { most, reason }: Limit): SchemaViolation[] {
  if (amount <= most) return [];
  const range = most === 0 ? '0' : `integer 0..${most} pence or cents`;
  return [violationAt(['outcome', name], `${range}: ${reason}`, amount)];
}

/** What a till or waiter asked for; without that, what a customer may enter at the machine [C-4.10, C-7.15]. */
function cashbackLimit(order: TransactionOrder, { cashback }: Offer): Limit {
  const { transactionType, amountCashback, table, cardholderNotPresent } = order;
  if (transactionType !== 'SALE') return noneOn(transactionType, 'cashback');
  if (amountCashback > 0) return { most: amountCashback, reason: 'the order asks for no more' };
  if (!cashback) return { most: 0, reason: 'the card machine offers no cashback' };
  if (table) return { most: 0, reason: 'the waiter asked for none' };
  if (cardholderNotPresent) return { most: 0, reason: 'the cardholder is not present' };
  return { most: MAX_CASHBACK, reason: 'the maximum' };
}

/** At a table the guest has decided before the order; at the counter the customer decides at the machine. */
function gratuityLimit({ transactionType, table }: TransactionOrder): Limit {
  if (transactionType !== 'SALE') return noneOn(transactionType, 'gratuity');
  if (table) return { most: table.amountGratuity, reason: 'the order has no more' };
  return { most: MAX_AMOUNT, reason: 'the maximum' };
}

function noneOn(transactionType: string, what: string): Limit {
  return { most: 0, reason: `no ${what} on ${transactionType}` };
}

/** Which totals are filled [C-4.27], in which currency, and their sums [C-5.8, C-5.9]. */
function* wrongTotals(
  { reportType }: ReportOrder,
  { balances, banking }: MachineReport,
  { currency }: Offer,
): Generator<SchemaViolation> {
  const withoutBanking = reportType === 'X_BALANCE' || reportType === 'Z_BALANCE';
  if (reportType === 'BANKING' && Object.keys(balances).length > 0) {
    yield violationAt(['result', 'balances'], `{}: no balances in ${reportType}`, balances);
  }
  if (withoutBanking && Object.keys(banking).length > 0) {
    yield violationAt(['result', 'banking'], `{}: no banking in ${reportType}`, banking);
  }
  for (const [keys, totals] of objectsIn({ balances, banking }, ['result'])) {
    if ('currency' in totals && totals.currency !== currency) {
      yield violationAt([...keys, 'currency'], currency, totals.currency);
    }
    if ('totalAmount' in totals) yield* wrongSums(keys, totals as unknown as Sums);
  }
}

function* objectsIn(
  value: object,
  keys: readonly string[],
): Generator<readonly [keys: readonly string[], value: Readonly<Record<string, unknown>>]> {
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue;
    yield [[...keys, key], inner];
    yield* objectsIn(inner, [...keys, key]);
  }
}

type Sums = Totals & Partial<Balances>;

const partsOfTotal = [
  'totalSalesAmount',
  'totalRefundsAmount',
  'totalCashbackAmount',
  'totalGratuityAmount',
] as const;

function* wrongSums(keys: readonly string[], sums: Sums): Generator<SchemaViolation> {
  for (const key of partsOfTotal) {
    const part = sums[key] ?? 0;
    if (part < 0) yield violationAt([...keys, key], 'integer 0 or more pence or cents', part);
  }
  const { totalSalesAmount, totalRefundsAmount, totalCashbackAmount, totalGratuityAmount } = sums;
  const extras = (totalCashbackAmount ?? 0) + (totalGratuityAmount ?? 0);
  const sum = totalSalesAmount - totalRefundsAmount + extras;
  if (sums.totalAmount !== sum) {
    const terms = totalCashbackAmount === undefined ? '' : ' + cashback + gratuity';
    const expected = `${sum}: sales - refunds${terms}`;
    yield violationAt([...keys, 'totalAmount'], expected, sums.totalAmount);
  }
  const issuers = Object.values(sums.issuerTotals ?? {});
  const ofIssuers = issuers.reduce((total, { totalAmount }) => total + totalAmount, 0);
  if (issuers.length > 0 && ofIssuers !== sums.totalAmount) {
    const expected = `totalAmounts that add up to ${sums.totalAmount}`;
    yield violationAt([...keys, 'issuerTotals'], expected, ofIssuers);
  }
}
