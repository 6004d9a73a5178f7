// The lines of receipts and reports, for a roll of 24 columns [C-5.6]: labels are on the left, amounts at the right
// edge. Pure.

import type { Balances, Banking, Currency, ReceiptLine, Totals } from '@tillgate/protocol';
import { alignText, labelledRows, wrapText } from '@tillgate/protocol';
import { plainAmount } from '../../kit/money.ts';
import type { ReportTotals } from '../books/books.ts';
import type { TransactionRecord } from '../books/transaction-record.ts';
import { baseOf, totalOf } from '../books/transaction-record.ts';

export interface ReceiptHeader {
  readonly shop: string;
  readonly tid: string;
}

const WIDTH = 24;
const bold: ReceiptLine['format'] = ['BOLD'];
const rule: ReceiptLine = { value: '', type: 'LINE_SEPARATOR_SINGLE' };
const thickRule: ReceiptLine = { value: '', type: 'LINE_SEPARATOR_DOUBLE' };
const blank: ReceiptLine = { value: '', type: 'CARRIAGE_RETURN' };
const feed: ReceiptLine = { value: '', type: 'TICKET_FEED' };

/** Both copies of a receipt; none if the payment was cancelled or the bank did not answer. */
export function receipts(record: TransactionRecord, head: ReceiptHeader) {
  if (record.result === 'CANCELLED' || record.result === 'UNSUCCESSFUL') return {};
  return { MERCHANT: copy('MERCHANT', record, head), CUSTOMER: copy('CUSTOMER', record, head) };
}

/** The merchant's copy before the verdict on the signature; its last line is where the page draws the signature. */
export function copyForSignature(record: TransactionRecord, head: ReceiptHeader): ReceiptLine[] {
  return copy('MERCHANT', record, head);
}

function copy(
  kind: 'MERCHANT' | 'CUSTOMER',
  record: TransactionRecord,
  head: ReceiptHeader,
): ReceiptLine[] {
  return [
    ...centred(`${kind} COPY`, bold),
    ...centred(head.shop.toUpperCase(), bold),
    rule,
    ...when(record.transactionTime),
    ...row('TID', head.tid),
    ...row('NUMBER', record.transactionNumber),
    ...row('ID', record.transactionId),
    ...atTable(record),
    rule,
    ...card(record),
    rule,
    ...amounts(record),
    rule,
    ...ending(kind, record),
    feed,
  ];
}

function atTable({ order: { table } }: TransactionRecord): readonly ReceiptLine[] {
  if (!table) return [];
  return [...row('TABLE', table.tableId), ...(table.waiterId ? row('WAITER', table.waiterId) : [])];
}

const entries: Readonly<Record<string, string>> = { ICC_CHIP: 'CHIP' };

function card({ card: known }: TransactionRecord): readonly ReceiptLine[] {
  const { applicationLabel, cardSchemeName, applicationId, paymentMethod } = known;
  return [
    ...centred(applicationLabel || cardSchemeName),
    ...row('CARD', known.primaryAccountNumber),
    ...(applicationId ? row('AID', applicationId) : []),
    ...row('EXPIRY', known.dateOfExpiry),
    ...row('ENTRY', entries[paymentMethod] ?? paymentMethod),
  ];
}

function amounts(record: TransactionRecord): readonly ReceiptLine[] {
  const { currency, transactionType } = record.order;
  const label = transactionType.replaceAll('_', ' ');
  if (transactionType === 'ACCOUNT_VERIFICATION') return centred(label, bold);
  const extra = (name: string, amount: number) =>
    amount > 0 ? row(name, money(currency, amount)) : [];
  return [
    ...row(label, money(currency, baseOf(record))),
    ...extra('CASHBACK', record.cashback),
    ...extra('GRATUITY', record.gratuity),
    ...row('TOTAL', money(currency, totalOf(record)), bold),
  ];
}

function ending(kind: 'MERCHANT' | 'CUSTOMER', record: TransactionRecord): readonly ReceiptLine[] {
  if (record.result === 'DECLINED') return [{ value: 'DECLINED', type: 'BOX_DECLINE' }];
  const code = row('AUTH CODE', record.card.authCode);
  if (record.result === 'VOID') return [{ value: 'VOID', type: 'BOX_VOID' }, ...code];
  const method = record.card.cardholderVerificationMethod;
  if (method === 'SIGNATURE' && kind === 'MERCHANT') {
    const line = { value: 'X'.padEnd(WIDTH, '.') };
    return [...code, ...centred('PLEASE SIGN BELOW'), blank, blank, blank, line];
  }
  return [...centred(verified[method] ?? ''), ...code, ...centred('PLEASE KEEP THIS COPY')];
}

const verified: Readonly<Record<string, string>> = {
  PIN: 'PIN VERIFIED',
  DEVICE: 'VERIFIED ON PHONE',
  SIGNATURE: 'SIGNATURE VERIFIED',
  NONE: 'NO VERIFICATION',
};

export interface ReportHeader extends ReceiptHeader {
  readonly title: string;
  readonly time: string;
}

export function reportLines(sums: ReportTotals, report: ReportHeader): ReceiptLine[] {
  return [
    ...centred(report.title, ['BOLD', 'DOUBLE_HEIGHT']),
    ...centred(report.shop.toUpperCase(), bold),
    rule,
    ...when(report.time),
    ...row('TID', report.tid),
    ...('totalsSince' in sums.balances ? balanceLines(sums.balances as Balances) : []),
    ...Object.entries(sums.banking).flatMap(([name, banking]) => bankingLines(name, banking)),
    thickRule,
    { value: 'REPORT COMPLETE', format: ['BOLD'] },
  ];
}

function balanceLines(balances: Balances): readonly ReceiptLine[] {
  const { currency } = balances;
  const counted = (label: string, count: number, amount: number) =>
    row(`${label} ${count}`, money(currency, amount));
  return [
    thickRule,
    ...row('SINCE', balances.totalsSince.replace(/T(?=\d)/, ' ')),
    ...counted('SALES', balances.totalSalesCount, balances.totalSalesAmount),
    ...counted('REFUNDS', balances.totalRefundsCount, balances.totalRefundsAmount),
    ...counted('CASHBACK', balances.totalCashbackCount, balances.totalCashbackAmount),
    ...counted('GRATUITY', balances.totalGratuityCount, balances.totalGratuityAmount),
    ...row('TOTAL', money(currency, balances.totalAmount), bold),
    ...named(balances.issuerTotals, ''),
    ...named(balances.waiterTotals, 'WAITER '),
  ];
}

function bankingLines(acquirer: string, banking: Banking): readonly ReceiptLine[] {
  const session = (title: string, numbers: readonly string[], totals: Totals) => [
    rule,
    ...centred(title),
    ...row('NUMBERS', numbers.join('-')),
    ...totalLines(totals),
  ];
  const { currentSessionTransactionNumbers: now, previousSessionTransactionNumbers: old } = banking;
  return [
    thickRule,
    ...centred(acquirer, bold),
    ...session('THIS SESSION', now, banking.currentSessionTotals),
    ...named(banking.currentSessionIssuerTotals, ''),
    ...session('SESSION BEFORE', old, banking.previousSessionTotals),
  ];
}

function named(all: Readonly<Record<string, Totals>>, before: string): readonly ReceiptLine[] {
  return Object.entries(all).flatMap(([name, totals]) => [
    rule,
    ...wrapText(before + name, WIDTH).map((text) => line(text, bold)),
    ...totalLines(totals),
  ]);
}

function totalLines(totals: Totals): readonly ReceiptLine[] {
  const { currency } = totals;
  return [
    ...row(`SALES ${totals.totalSalesCount}`, money(currency, totals.totalSalesAmount)),
    ...row(`REFUNDS ${totals.totalRefundsCount}`, money(currency, totals.totalRefundsAmount)),
    ...row('TOTAL', money(currency, totals.totalAmount)),
  ];
}

function when(time: string): readonly ReceiptLine[] {
  const [date = '', clock = ''] = time.split('T');
  return row(date.split('-').toReversed().join('/'), clock);
}

function money(currency: Currency, minor: number): string {
  return `${currency}${plainAmount(minor)}`;
}

function row(label: string, value: string, format?: ReceiptLine['format']): ReceiptLine[] {
  return labelledRows(label, value, WIDTH).map((text) => line(text, format));
}

function centred(words: string, format?: ReceiptLine['format']): ReceiptLine[] {
  return wrapText(words, WIDTH).map((text) => line(alignText(text, WIDTH, 'centre'), format));
}

function line(value: string, format?: ReceiptLine['format']): ReceiptLine {
  return format ? { value, format } : { value };
}
