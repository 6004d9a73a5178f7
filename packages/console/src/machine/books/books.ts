// The books of the machine and the reports made from them [C-5.7 - C-5.10]. Pure; the data is readonly and is stored as
// JSON.

import type {
  Balances,
  Banking,
  Currency,
  LinkOrder,
  LinkReportResult,
  ReportType,
  Totals,
} from '@tillgate/protocol';
import type { TransactionRecord } from './transaction-record.ts';
import { baseOf } from './transaction-record.ts';

/** One payment as the totals count it. */
export interface BookEntry {
  readonly number: string;
  readonly refund: boolean;
  readonly base: number;
  readonly cashback: number;
  readonly gratuity: number;
  readonly issuer: string;
  /** Empty if no waiter took it. */
  readonly waiter: string;
}

interface PreAuth {
  readonly authCode: string;
  readonly amount: number;
  readonly primaryAccountNumber: string;
}

export interface Books {
  readonly currency: Currency;
  /** Number of transactions that reached the bank. */
  readonly count: number;
  /** Time of the last reset, or `INSTALLATION`. */
  readonly since: string;
  /** The entries since the last reset, of this banking session, and of the session before. */
  readonly taken: readonly BookEntry[];
  readonly session: readonly BookEntry[];
  readonly before: readonly BookEntry[];
  /** Pre-authorisations that are not completed yet, oldest first. */
  readonly preAuths: readonly PreAuth[];
  readonly last: TransactionRecord | undefined;
}

export const ACQUIRER = 'HAND-HELD ACQUIRER';
/** Older pre-authorisations expire. */
const MAX_PRE_AUTHS = 50;

export function newBooks(currency: Currency): Books {
  const none = { taken: [], session: [], before: [], preAuths: [] } as const;
  return { currency, count: 0, since: 'INSTALLATION', ...none, last: undefined };
}

export function addRecord(books: Books, record: TransactionRecord): Books {
  const next = { ...books, count: books.count + 1, last: record };
  if (record.result !== 'SUCCESSFUL') return next;
  switch (record.order.transactionType) {
    case 'SALE':
    case 'REFUND':
      return addEntry(next, record);
    case 'COMPLETION':
      return { ...addEntry(next, record), preAuths: remainingPreAuths(books, record.order) ?? [] };
    case 'PRE_AUTH':
      return { ...next, preAuths: [...books.preAuths, preAuthOf(record)].slice(-MAX_PRE_AUTHS) };
    case 'ACCOUNT_VERIFICATION':
      return next;
  }
}

/** False for a completion that no pre-authorisation covers [C-4.5]. */
export function isCovered(books: Books, order: LinkOrder): boolean {
  return order.transactionType !== 'COMPLETION' || remainingPreAuths(books, order) !== undefined;
}

/**
 * The pre-authorisations that remain after a completion. It uses the one with its authCode, and as many later ones of
 * the same card as its total needs; undefined if they do not cover it.
 */
function remainingPreAuths({ preAuths }: Books, order: LinkOrder): readonly PreAuth[] | undefined {
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

function addEntry(books: Books, record: TransactionRecord): Books {
  const one = entryOf(record);
  return { ...books, taken: [...books.taken, one], session: [...books.session, one] };
}

function preAuthOf({ order, card }: TransactionRecord): PreAuth {
  const { authCode, primaryAccountNumber } = card;
  return { authCode, amount: order.amount, primaryAccountNumber };
}

function entryOf(record: TransactionRecord): BookEntry {
  return {
    number: record.transactionNumber,
    refund: record.order.transactionType === 'REFUND',
    base: baseOf(record),
    cashback: record.cashback,
    gratuity: record.gratuity,
    issuer: record.card.cardSchemeName,
    waiter: record.order.table?.waiterId ?? '',
  };
}

export type ReportTotals = Pick<LinkReportResult, 'balances' | 'banking'>;

/** The totals of a report, and the books after it [C-4.27]. */
export function makeReport(
  books: Books,
  type: ReportType,
  now: string,
): { readonly books: Books; readonly sums: ReportTotals } {
  const { balances, banking, resets } = reportContents[type];
  const sums = {
    balances: balances ? balancesOf(books) : {},
    banking: banking ? { [ACQUIRER]: bankingOf(books) } : {},
  };
  const reset = resets ? { since: now, taken: [] } : {};
  const closed = banking ? { session: [], before: books.session } : {};
  return { books: { ...books, ...reset, ...closed }, sums };
}

const reportContents = {
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
  const byIssuer = ({ issuer }: BookEntry) => issuer;
  return {
    currency,
    currentSessionTransactionNumbers: numbersOf(session),
    previousSessionTransactionNumbers: numbersOf(before),
    currentSessionTotals: totals(currency, session, entryTotal),
    previousSessionTotals: totals(currency, before, entryTotal),
    currentSessionIssuerTotals: totalsBy(currency, session, byIssuer),
    previousSessionIssuerTotals: totalsBy(currency, before, byIssuer),
  };
}

function numbersOf(taken: readonly BookEntry[]): [string, string] {
  return [taken[0]?.number ?? '0000', taken.at(-1)?.number ?? '0000'];
}

function entryTotal({ base, cashback, gratuity }: BookEntry): number {
  return base + cashback + gratuity;
}

/** `of` gives the amount that an entry counts with [C-5.9]. */
function totals(
  currency: Currency,
  taken: readonly BookEntry[],
  of: (one: BookEntry) => number,
): Totals {
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
  taken: readonly BookEntry[],
  nameOf: (one: BookEntry) => string,
): Record<string, Totals> {
  const groups = Map.groupBy(taken, nameOf);
  return Object.fromEntries(
    [...groups].map(([name, ones]) => [name, totals(currency, ones, entryTotal)]),
  );
}

function sum(taken: readonly BookEntry[], of: (one: BookEntry) => number): number {
  return taken.reduce((before, one) => before + of(one), 0);
}
