// The state of a virtual card machine that outlives transactions: totals, number counter, last order. Pure
// functions over readonly data that is stored as JSON.

import type { Balances, Banking, Currency, ReportType } from '@tillgate/protocol';
import type { ReportOrder, TransactionOrder } from '../../../../ports/terminal-driver.ts';
import type { CompletedTransaction } from './completed-transaction.ts';
import { cardOf } from './completed-transaction.ts';
import {
  newBalances,
  newBanking,
  withPaidBalances,
  withPaidBanking,
  withSessionClosed,
} from './totals.ts';

export interface Memory {
  /** How many transactions reached the bank so far; transaction numbers and ids are derived from it. */
  readonly count: number;
  /** Number of the current banking session, from 1. */
  readonly session: number;
  readonly balances: Balances;
  readonly banking: Banking;
  /** Pre-authorisations that no completion has used, oldest first. */
  readonly preAuths: readonly PreAuth[];
  readonly last: LastTransaction | LastReport | null;
}

export interface PreAuth {
  readonly authCode: string;
  /** Pence or cents. */
  readonly amount: number;
  readonly primaryAccountNumber: string;
}

export interface LastTransaction {
  readonly kind: 'transaction';
  readonly transaction: CompletedTransaction;
}

export interface LastReport {
  readonly kind: 'report';
  readonly report: CompletedReport;
}

/** The figures of a report, before they are laid out as lines. */
export interface CompletedReport {
  /** The id of the order. */
  readonly order: string;
  readonly reportType: ReportType;
  readonly reportTime: string;
  readonly balances: Balances | Record<string, never>;
  readonly banking: Readonly<Record<string, Banking>>;
}

export const ACQUIRER = 'VIRTUAL ACQUIRER';

/** Limit of open pre-authorisations; older ones lapse. */
const MAX_PRE_AUTHS = 50;

export function newMemory(currency: Currency): Memory {
  return {
    count: 0,
    session: 1,
    balances: newBalances(currency, 'INSTALLATION'),
    banking: newBanking(currency),
    preAuths: [],
    last: null,
  };
}

/** The memory for a machine in `currency`: with another currency than before, all totals start at 0. */
export function inCurrency(memory: Memory, currency: Currency): Memory {
  if (memory.balances.currency === currency) return memory;
  const { count, session, last } = memory;
  return { ...newMemory(currency), count, session, last };
}

/** The memory after a transaction has ended. */
export function withTransaction(memory: Memory, transaction: CompletedTransaction): Memory {
  const count = transaction.transactionNumber === '' ? memory.count : memory.count + 1;
  const next = { ...memory, count, last: { kind: 'transaction', transaction } } as const;
  if (transaction.transactionResult !== 'SUCCESSFUL') return next;
  switch (transaction.order.transactionType) {
    case 'SALE':
    case 'REFUND':
      return withTotals(next, transaction);
    case 'COMPLETION':
      return {
        ...withTotals(next, transaction),
        preAuths: coveredBy(memory, transaction.order)?.unused ?? [],
      };
    case 'PRE_AUTH':
      return {
        ...next,
        preAuths: [...memory.preAuths, preAuthOf(transaction)].slice(-MAX_PRE_AUTHS),
      };
    case 'ACCOUNT_VERIFICATION':
      return next;
  }
}

type CompletionOrder = Pick<TransactionOrder, 'authCode' | 'amount' | 'amountPreAuthorisedTotal'>;

/**
 * Whether pre-authorisations of this machine cover a completion: the one with its authCode, and as
 * many later ones on the same card as the total takes. `unused` are those that it does not use.
 */
export function coveredBy(
  memory: Memory,
  completion: CompletionOrder,
): { readonly unused: readonly PreAuth[] } | undefined {
  const first = memory.preAuths.findIndex((open) => open.authCode === completion.authCode);
  const card = memory.preAuths[first]?.primaryAccountNumber;
  const total = completion.amountPreAuthorisedTotal ?? completion.amount;
  if (card === undefined || completion.amount > total) return undefined;
  let covered = 0;
  const unused = memory.preAuths.filter((open, index) => {
    const used = index >= first && open.primaryAccountNumber === card && covered < total;
    if (used) covered += open.amount;
    return !used;
  });
  return covered >= total ? { unused } : undefined;
}

/** The memory after a report: the report has the totals before the reset [C-4.27]. */
export function withReport(memory: Memory, order: ReportOrder, reportTime: string): Memory {
  const { currency } = memory.balances;
  const { balances, banking } = memory;
  const reads = reportReads[order.reportType];
  const report: CompletedReport = {
    order: order.id,
    reportType: order.reportType,
    reportTime,
    balances: reads.balances ? balances : {},
    banking: reads.banking ? { [ACQUIRER]: banking } : {},
  };
  return {
    ...memory,
    balances: reads.resets ? newBalances(currency, reportTime) : balances,
    session: memory.session + (reads.banking ? 1 : 0),
    banking: reads.banking ? withSessionClosed(banking) : banking,
    last: { kind: 'report', report },
  };
}

const reportReads = {
  END_OF_DAY: { balances: true, banking: true, resets: true },
  BANKING: { balances: false, banking: true, resets: false },
  X_BALANCE: { balances: true, banking: false, resets: false },
  Z_BALANCE: { balances: true, banking: false, resets: true },
} as const satisfies Record<ReportType, unknown>;

/** The id of the last order that ended; undefined if none has. */
export function lastOrderId(memory: Memory): string | undefined {
  if (memory.last === null) return undefined;
  return memory.last.kind === 'report'
    ? memory.last.report.order
    : memory.last.transaction.order.id;
}

function withTotals(memory: Memory, transaction: CompletedTransaction): Memory {
  return {
    ...memory,
    balances: withPaidBalances(memory.balances, transaction),
    banking: withPaidBanking(memory.banking, transaction),
  };
}

function preAuthOf(transaction: CompletedTransaction): PreAuth {
  const { primaryAccountNumber } = cardOf(transaction);
  return { authCode: transaction.authCode, amount: transaction.amountBase, primaryAccountNumber };
}
