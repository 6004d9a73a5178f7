// What the machine has taken, and its reports: true to every payment that it played [C-5.7 - C-5.10]. Pure;
// readonly data that is kept as JSON.

import type {
  Balances,
  Banking,
  Currency,
  LinkOrder,
  LinkReportResult,
  ReportType,
  Totals,
} from '@tillgate/protocol';
import type { Slip } from './transaction-record.ts';
import { baseOf } from './transaction-record.ts';

/** One payment as it counts. */
export interface Taken {
  readonly number: string;
  readonly refund: boolean;
  readonly base: number;
  readonly cashback: number;
  readonly gratuity: number;
  readonly issuer: string;
  /** `""` if no waiter. */
  readonly waiter: string;
}

interface PreAuth {
  readonly authCode: string;
  readonly amount: number;
  readonly primaryAccountNumber: string;
}

export interface Books {
  readonly currency: Currency;
  /** How many transactions reached the bank. */
  readonly count: number;
  /** Time of the last reset, or INSTALLATION. */
  readonly since: string;
  /** Since the last reset; in this banking session; in the one before. */
  readonly taken: readonly Taken[];
  readonly session: readonly Taken[];
  readonly before: readonly Taken[];
  /** Reserved and not completed yet; oldest first. */
  readonly preAuths: readonly PreAuth[];
  readonly last: Slip | undefined;
}

export const ACQUIRER = 'HAND-HELD ACQUIRER';
/** The bank lets older ones lapse. */
const MOST_PRE_AUTHS = 50;

export function newBooks(currency: Currency): Books {
  const none = { taken: [], session: [], before: [], preAuths: [] } as const;
  return { currency, count: 0, since: 'INSTALLATION', ...none, last: undefined };
}

export function withSlip(books: Books, slip: Slip): Books {
  const next = { ...books, count: books.count + 1, last: slip };
  if (slip.result !== 'SUCCESSFUL') return next;
  switch (slip.order.transactionType) {
    case 'SALE':
    case 'REFUND':
      return withMoney(next, slip);
    case 'COMPLETION':
      return { ...withMoney(next, slip), preAuths: leftAfter(books, slip.order) ?? [] };
    case 'PRE_AUTH':
      return { ...next, preAuths: [...books.preAuths, preAuthOf(slip)].slice(-MOST_PRE_AUTHS) };
    case 'ACCOUNT_VERIFICATION':
      return next;
  }
}

/** False for a completion of what was never reserved here, or not that much [C-4.5]. */
export function covers(books: Books, order: LinkOrder): boolean {
  return order.transactionType !== 'COMPLETION' || leftAfter(books, order) !== undefined;
}

/**
 * What a completion leaves reserved. It uses up the pre-authorisation with its authCode, and as many later
 * ones on the same card as its total takes; undefined if they do not cover it.
 */
function leftAfter({ preAuths }: Books, order: LinkOrder): readonly PreAuth[] | undefined {
  const first = preAuths.findIndex(({ authCode }) => authCode === order.authCode);
  const card = preAuths[first]?.primaryAccountNumber;
  const total = order.amountPreAuthorisedTotal ?? order.amount;
  if (card === undefined || order.amount > total) return undefined;
  let covered = 0;
  const left = preAuths.filter((open, index) => {
    const used = index >= first && open.primaryAccountNumber === card && covered < total;
    if (used) covered += open.amount;
    return !used;
  });
  return covered >= total ? left : undefined;
}

function withMoney(books: Books, slip: Slip): Books {
  const one = takenOf(slip);
  return { ...books, taken: [...books.taken, one], session: [...books.session, one] };
}

function preAuthOf({ order, card }: Slip): PreAuth {
  const { authCode, primaryAccountNumber } = card;
  return { authCode, amount: order.amount, primaryAccountNumber };
}

function takenOf(slip: Slip): Taken {
  return {
    number: slip.transactionNumber,
    refund: slip.order.transactionType === 'REFUND',
    base: baseOf(slip),
    cashback: slip.cashback,
    gratuity: slip.gratuity,
    issuer: slip.card.cardSchemeName,
    waiter: slip.order.table?.waiterId ?? '',
  };
}

export type Sums = Pick<LinkReportResult, 'balances' | 'banking'>;

/** What a report tells, and the books after it [C-4.27]. */
export function reported(
  books: Books,
  type: ReportType,
  now: string,
): { readonly books: Books; readonly sums: Sums } {
  const { balances, banking, resets } = reads[type];
  const sums = {
    balances: balances ? balancesOf(books) : {},
    banking: banking ? { [ACQUIRER]: bankingOf(books) } : {},
  };
  const reset = resets ? { since: now, taken: [] } : {};
  const closed = banking ? { session: [], before: books.session } : {};
  return { books: { ...books, ...reset, ...closed }, sums };
}

const reads = {
  END_OF_DAY: { balances: true, banking: true, resets: true },
  BANKING: { balances: false, banking: true, resets: false },
  X_BALANCE: { balances: true, banking: false, resets: false },
  Z_BALANCE: { balances: true, banking: false, resets: true },
} as const satisfies Record<ReportType, unknown>;

function balancesOf({ currency, since, taken }: Books): Balances {
  const sums = totals(currency, taken, ({ base }) => base);
  const totalCashbackAmount = sum(taken, ({ cashback }) => cashback);
  const totalGratuityAmount = sum(taken, ({ gratuity }) => gratuity);
  const served = taken.filter(({ waiter }) => waiter !== '');
  return {
    ...sums,
    totalsSince: since,
    totalAmount: sums.totalAmount + totalCashbackAmount + totalGratuityAmount,
    totalCashbackAmount,
    totalCashbackCount: taken.filter(({ cashback }) => cashback > 0).length,
    totalGratuityAmount,
    totalGratuityCount: taken.filter(({ gratuity }) => gratuity > 0).length,
    issuerTotals: totalsBy(currency, taken, ({ issuer }) => issuer),
    waiterTotals: totalsBy(currency, served, ({ waiter }) => waiter),
  };
}

function bankingOf({ currency, session, before }: Books): Banking {
  const byIssuer = ({ issuer }: Taken) => issuer;
  return {
    currency,
    currentSessionTransactionNumbers: numbersOf(session),
    previousSessionTransactionNumbers: numbersOf(before),
    currentSessionTotals: totals(currency, session, whole),
    previousSessionTotals: totals(currency, before, whole),
    currentSessionIssuerTotals: totalsBy(currency, session, byIssuer),
    previousSessionIssuerTotals: totalsBy(currency, before, byIssuer),
  };
}

function numbersOf(taken: readonly Taken[]): [string, string] {
  return [taken[0]?.number ?? '0000', taken.at(-1)?.number ?? '0000'];
}

function whole({ base, cashback, gratuity }: Taken): number {
  return base + cashback + gratuity;
}

/** `of`: what a sale counts [C-5.9]. */
function totals(currency: Currency, taken: readonly Taken[], of: (one: Taken) => number): Totals {
  const refunds = taken.filter(({ refund }) => refund);
  const sales = taken.filter(({ refund }) => !refund);
  const totalSalesAmount = sum(sales, of);
  const totalRefundsAmount = sum(refunds, of);
  return {
    currency,
    totalAmount: totalSalesAmount - totalRefundsAmount,
    totalSalesAmount,
    totalSalesCount: sales.length,
    totalRefundsAmount,
    totalRefundsCount: refunds.length,
  };
}

function totalsBy(
  currency: Currency,
  taken: readonly Taken[],
  nameOf: (one: Taken) => string,
): Record<string, Totals> {
  const groups = Map.groupBy(taken, nameOf);
  return Object.fromEntries(
    [...groups].map(([name, ones]) => [name, totals(currency, ones, whole)]),
  );
}

function sum(taken: readonly Taken[], of: (one: Taken) => number): number {
  return taken.reduce((before, one) => before + of(one), 0);
}
