// What a virtual card machine remembers: its totals, its numbers, its last order. Pure functions
// over readonly data that is kept as JSON.

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
  /** How many transactions reached the bank so far; every number comes from it. */
  readonly count: number;
  readonly balances: Balances;
  readonly banking: Banking;
  /** Oldest first. */
  readonly preAuths: readonly PreAuth[];
  readonly last: LastTransaction | LastReport | null;
}

export interface PreAuth {
  readonly authCode: string;
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

/** A report as it was made; printing it is the business of another room. */
export interface CompletedReport {
  readonly order: string;
  readonly reportType: ReportType;
  readonly reportTime: string;
  readonly balances: Balances | Record<string, never>;
  readonly banking: Readonly<Record<string, Banking>>;
}

export const ACQUIRER = 'VIRTUAL ACQUIRER';

/** The bank lets older ones lapse. */
const MAX_PRE_AUTHS = 50;

export function newMemory(currency: Currency): Memory {
  return {
    count: 0,
    balances: newBalances(currency, 'INSTALLATION'),
    banking: newBanking(currency),
    preAuths: [],
    last: null,
  };
}

/** A machine that is set to another currency begins its totals anew. */
export function inCurrency(memory: Memory, currency: Currency): Memory {
  if (memory.balances.currency === currency) return memory;
  return { ...newMemory(currency), count: memory.count, last: memory.last };
}

/** An ended transaction. */
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
        preAuths: coveredBy(memory, transaction.order)?.left ?? [],
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
 * many later ones on the same card as the total takes. `left` are those not used up by it.
 */
export function coveredBy(
  memory: Memory,
  completion: CompletionOrder,
): { readonly left: readonly PreAuth[] } | undefined {
  const first = memory.preAuths.findIndex((open) => open.authCode === completion.authCode);
  const card = memory.preAuths[first]?.primaryAccountNumber;
  const total = completion.amountPreAuthorisedTotal ?? completion.amount;
  if (card === undefined || completion.amount > total) return undefined;
  let covered = 0;
  const left = memory.preAuths.filter((open, index) => {
    const used = index >= first && open.primaryAccountNumber === card && covered < total;
    if (used) covered += open.amount;
    return !used;
  });
  return covered >= total ? { left } : undefined;
}

/** A finished report, and what it resets [C-4.27]; the report tells what was before. */
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
