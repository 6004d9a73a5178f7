// A payment or report as text for a person: the result, then its receipts.

import type { Payment, Report, TillReceiptLine } from '@tillgate/protocol';
import { moneyText } from '../application/journal/money-text.ts';
import { clean, print, printStyled } from './output.ts';
import { receiptText } from './receipt-text.ts';

const INDENT = '    ';

/** The facts of a payment, without its receipts. */
export function printPayment(payment: Payment): void {
  const { currency, amountBase, amountCashback, amountGratuity, amountTotal } = payment;
  const rows: readonly (readonly [string, string])[] = [
    ['Result', `${payment.transactionType} ${payment.transactionResult}`],
    ['Amount', moneyText(currency, amountBase)],
    ['Cashback', amountCashback === 0 ? '' : moneyText(currency, amountCashback)],
    ['Gratuity', amountGratuity === 0 ? '' : moneyText(currency, amountGratuity)],
    ['Total', moneyText(currency, amountTotal)],
    ['Card', [payment.cardSchemeName, payment.primaryAccountNumber].filter(Boolean).join(' ')],
    ['Read by', cardReading(payment)],
    ['Auth code', payment.authCode],
    ['Number', payment.transactionNumber],
    ['Time', payment.transactionTime.replace('T', ' ')],
    ['Card machine', payment.tid],
  ];
  for (const [label, value] of rows) if (value) print(`${label.padEnd(14)}${clean(value)}`);
  if (payment.userMessage) print(clean(payment.userMessage));
}

function cardReading({ paymentMethod, cardholderVerificationMethod }: Payment): string {
  if (paymentMethod === 'UNKNOWN') return '';
  return `${paymentMethod}, verified: ${cardholderVerificationMethod}`;
}

/** Both copies, as far as there are any. */
export function printReceipts({ receiptLines }: Pick<Payment, 'receiptLines'>): void {
  for (const lines of [receiptLines.MERCHANT, receiptLines.CUSTOMER]) {
    if (lines) printPaper(lines);
  }
}

export function printReport({ reportType, reportResult, reportLines, tid }: Report): void {
  print(`${reportType} of ${clean(tid)}: ${reportResult}`);
  printPaper(reportLines);
}

export function printPaper(lines: readonly TillReceiptLine[]): void {
  if (lines.length === 0) return;
  const bold = process.stdout.isTTY === true && !process.env.NO_COLOR;
  print();
  for (const line of receiptText(lines, { bold })) printStyled(`${INDENT}${line}`.trimEnd());
}
