// The totals of a virtual card machine for its reports [C-5.8 - C-5.10], amounts in pence or cents. Pure.

import type { Balances, Banking, Currency, Totals } from '@tillgate/protocol';
import type { CompletedTransaction } from './completed-transaction.ts';
import { cardOf, totalOf } from './completed-transaction.ts';

/** The balances with a successful sale or refund added; sales count amountBase, extras have their own keys [C-5.8]. */
export function withPaidBalances(balances: Balances, transaction: CompletedTransaction): Balances {
  const { amountCashback, amountGratuity } = transaction;
  const paid = withPaid(balances, transaction, transaction.amountBase);
  return {
    ...balances,
    ...paid,
    totalAmount: paid.totalAmount + amountCashback + amountGratuity,
    totalCashbackAmount: balances.totalCashbackAmount + amountCashback,
    totalCashbackCount: balances.totalCashbackCount + (amountCashback > 0 ? 1 : 0),
    totalGratuityAmount: balances.totalGratuityAmount + amountGratuity,
    totalGratuityCount: balances.totalGratuityCount + (amountGratuity > 0 ? 1 : 0),
    issuerTotals: withIssuer(balances.issuerTotals, transaction),
    waiterTotals: withWaiter(balances.waiterTotals, transaction),
  };
}

/** The banking totals with a successful sale or refund added [C-5.9, C-5.10]. */
export function withPaidBanking(banking: Banking, transaction: CompletedTransaction): Banking {
  const { currentSessionTotals: totals, currentSessionTransactionNumbers: numbers } = banking;
  const none = totals.totalSalesCount + totals.totalRefundsCount === 0;
  const first = none
    ? transaction.transactionNumber
    : (numbers[0] ?? transaction.transactionNumber);
  return {
    ...banking,
    currentSessionTransactionNumbers: [first, transaction.transactionNumber],
    currentSessionTotals: withPaid(totals, transaction, totalOf(transaction)),
    currentSessionIssuerTotals: withIssuer(banking.currentSessionIssuerTotals, transaction),
  };
}

type TotalsByName = Record<string, Totals>;

function withIssuer(issuers: TotalsByName, transaction: CompletedTransaction): TotalsByName {
  return withNamed(issuers, cardOf(transaction).cardSchemeName, transaction);
}

/** Only payments at a table with a `waiterId` count. */
function withWaiter(waiters: TotalsByName, transaction: CompletedTransaction): TotalsByName {
  const waiterId = transaction.order.table?.waiterId;
  return waiterId === undefined ? waiters : withNamed(waiters, waiterId, transaction);
}

/** Uses `Object.hasOwn`, because a waiter id may be the name of an inherited property, such as `constructor`. */
function withNamed(
  all: TotalsByName,
  name: string,
  transaction: CompletedTransaction,
): TotalsByName {
  const known = Object.hasOwn(all, name) ? all[name] : undefined;
  const former = known ?? newTotals(transaction.order.currency);
  return { ...all, [name]: withPaid(former, transaction, totalOf(transaction)) };
}

/** `amount` is what the transaction counts in these totals [C-5.9]. */
function withPaid(totals: Totals, transaction: CompletedTransaction, amount: number): Totals {
  const { currency, totalAmount, totalSalesAmount, totalSalesCount } = totals;
  const { totalRefundsAmount, totalRefundsCount } = totals;
  const refund = transaction.order.transactionType === 'REFUND';
  return {
    currency,
    totalAmount: totalAmount + (refund ? -amount : amount),
    totalSalesAmount: totalSalesAmount + (refund ? 0 : amount),
    totalSalesCount: totalSalesCount + (refund ? 0 : 1),
    totalRefundsAmount: totalRefundsAmount + (refund ? amount : 0),
    totalRefundsCount: totalRefundsCount + (refund ? 1 : 0),
  };
}

/** The current session becomes the previous one, and a new one starts. */
export function withSessionClosed(banking: Banking): Banking {
  return {
    ...newBanking(banking.currency),
    previousSessionTransactionNumbers: banking.currentSessionTransactionNumbers,
    previousSessionTotals: banking.currentSessionTotals,
    previousSessionIssuerTotals: banking.currentSessionIssuerTotals,
  };
}

function newTotals(currency: Currency): Totals {
  return {
    currency,
    totalAmount: 0,
    totalSalesAmount: 0,
    totalSalesCount: 0,
    totalRefundsAmount: 0,
    totalRefundsCount: 0,
  };
}

export function newBalances(currency: Currency, totalsSince: string): Balances {
  return {
    ...newTotals(currency),
    totalsSince,
    totalCashbackAmount: 0,
    totalCashbackCount: 0,
    totalGratuityAmount: 0,
    totalGratuityCount: 0,
    issuerTotals: {},
    waiterTotals: {},
  };
}

export function newBanking(currency: Currency): Banking {
  return {
    currency,
    currentSessionTransactionNumbers: ['0000', '0000'],
    previousSessionTransactionNumbers: ['0000', '0000'],
    currentSessionTotals: newTotals(currency),
    previousSessionTotals: newTotals(currency),
    currentSessionIssuerTotals: {},
    previousSessionIssuerTotals: {},
  };
}
