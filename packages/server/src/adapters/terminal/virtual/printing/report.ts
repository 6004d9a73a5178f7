// The reports of a virtual card machine, laid out from its totals [C-4.30, C-5.7].

import type { Balances, Banking, ReceiptLine, ReportType, Totals } from '@tillgate/protocol';
import type { MachineReport } from '../../../../ports/terminal-driver.ts';
import type { CompletedReport } from '../memory/memory.ts';
import { bold, centred, doubleSeparator, money, row, separator, text } from './paper.ts';
import type { Letterhead } from './receipt.ts';
import { dateAndTime } from './receipt.ts';

/** A completed report as the machine reports it, printed lines included. */
export function machineReport(report: CompletedReport, head: Letterhead): MachineReport {
  const { reportTime, balances, banking } = report;
  return { reportTime, balances, banking, reportLines: linesOf(report, head) };
}

const titles: Readonly<Record<ReportType, string>> = {
  END_OF_DAY: 'END OF DAY',
  BANKING: 'BANKING',
  X_BALANCE: 'X BALANCE',
  Z_BALANCE: 'Z BALANCE',
};

function linesOf(report: CompletedReport, head: Letterhead): ReceiptLine[] {
  return [
    ...centred(titles[report.reportType], ['BOLD', 'DOUBLE_HEIGHT']),
    ...head.shop,
    separator,
    ...dateAndTime(report.reportTime),
    ...head.machine,
    ...('totalsSince' in report.balances ? balanceLines(report.balances as Balances) : []),
    ...Object.entries(report.banking).flatMap(([name, banking]) => bankingLines(name, banking)),
    doubleSeparator,
    ...centred('REPORT COMPLETE', bold),
  ];
}

function balanceLines(balances: Balances): readonly ReceiptLine[] {
  const counted = (label: string, count: number, amount: number) =>
    row(`${label} ${count}`, money(balances.currency, amount));
  return [
    doubleSeparator,
    ...row('SINCE', balances.totalsSince),
    ...counted('SALES', balances.totalSalesCount, balances.totalSalesAmount),
    ...counted('REFUNDS', balances.totalRefundsCount, balances.totalRefundsAmount),
    ...counted('CASHBACK', balances.totalCashbackCount, balances.totalCashbackAmount),
    ...counted('GRATUITY', balances.totalGratuityCount, balances.totalGratuityAmount),
    ...row('TOTAL', money(balances.currency, balances.totalAmount), bold),
    ...issuerLines(balances.issuerTotals),
    ...waiterLines(balances.waiterTotals),
  ];
}

function bankingLines(acquirer: string, banking: Banking): readonly ReceiptLine[] {
  return [
    doubleSeparator,
    ...centred(acquirer, bold),
    ...sessionLines('CURRENT SESSION', banking.currentSessionTransactionNumbers, {
      totals: banking.currentSessionTotals,
      issuers: banking.currentSessionIssuerTotals,
    }),
    separator,
    ...sessionLines('PREVIOUS SESSION', banking.previousSessionTransactionNumbers, {
      totals: banking.previousSessionTotals,
      issuers: banking.previousSessionIssuerTotals,
    }),
  ];
}

interface SessionSums {
  readonly totals: Totals;
  readonly issuers: Readonly<Record<string, Totals>>;
}

function sessionLines(
  title: string,
  numbers: readonly string[],
  sums: SessionSums,
): readonly ReceiptLine[] {
  return [
    text(title),
    ...row('NUMBERS', numbers.join('-')),
    ...totalsLines(sums.totals),
    ...issuerLines(sums.issuers),
  ];
}

function issuerLines(issuers: Readonly<Record<string, Totals>>): readonly ReceiptLine[] {
  return Object.entries(issuers).flatMap(([issuer, totals]) => [
    text(issuer, bold),
    ...totalsLines(totals),
  ]);
}

function waiterLines(waiters: Readonly<Record<string, Totals>>): readonly ReceiptLine[] {
  return Object.entries(waiters).flatMap(([waiterId, totals]) => [
    ...row('WAITER', waiterId, bold),
    ...totalsLines(totals),
  ]);
}

function totalsLines(totals: Totals): readonly ReceiptLine[] {
  const { currency } = totals;
  return [
    ...row(`SALES ${totals.totalSalesCount}`, money(currency, totals.totalSalesAmount)),
    ...row(`REFUNDS ${totals.totalRefundsCount}`, money(currency, totals.totalRefundsAmount)),
    ...row('TOTAL', money(currency, totals.totalAmount)),
  ];
}
