// A payment or report as text for a person: the result, then its receipts.

import type { Payment, Report, TillReceiptLine } from '@tillgate/protocol';
import { moneyText } from '../application/journal/money-text.ts';
import type { Span } from './layout.ts';
import { outcomeSpan } from './outcome-text.ts';
import { print, printFacts } from './output.ts';
import { receiptText } from './receipt-text.ts';

const INDENT = '    ';

/** The facts of a payment, without its receipts. */
export function printPayment(payment: Payment): void {
  const { currency, amountBase, amountCashback, amountGratuity, amountTotal } = payment;
  const { text, tone = 'plain' } = outcomeSpan(payment.transactionResult, payment.transactionType);
  const wire = `${payment.transactionType} ${payment.transactionResult}`;
  const rows: readonly (readonly [string, string | Span])[] = [
    ['Result', { text: `${text} (${wire})`, tone }],
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
  printFacts(rows.filter(([, value]) => value));
  if (payment.userMessage) print(payment.userMessage);
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
  print([`${reportType} of ${tid}: `, outcomeSpan(reportResult, reportType)]);
  printPaper(reportLines);
}

export function printPaper(lines: readonly TillReceiptLine[]): void {
  if (lines.length === 0) return;
  print();
  for (const { text, bold = false } of receiptText(lines)) {
    print({ text: `${INDENT}${text}`.trimEnd(), bold });
  }
}
