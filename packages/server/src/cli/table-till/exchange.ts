// One exchange between a card machine and `tillgate till`: as text, or as JSON for a program.

import type { FromMachine, LockAnswer, PaidTable, TableReport } from '@tillgate/client';
import type { Currency, TableContext, TablePayment, TillReceiptLine } from '@tillgate/protocol';
import { moneyText } from '../../application/journal/money-text.ts';
import { clean, print, printJson } from '../output.ts';
import { printPaper } from '../payment-text.ts';

export type Exchange =
  | ({ readonly event: 'tables'; readonly tables: readonly string[] } & FromMachine)
  | ({ readonly event: 'lock' } & LockAnswer & TableContext)
  | ({
      readonly event: 'bill' | 'finalReceipt';
      readonly receiptLines: readonly TillReceiptLine[];
    } & TableContext)
  | ({ readonly event: 'paid'; readonly left: number } & PaidTable)
  /** `held`: whether the machine had the table. */
  | ({ readonly event: 'unlock'; readonly held: boolean } & TableContext)
  | { readonly event: 'report'; readonly report: TableReport };

export function showExchange(json: boolean, currency: Currency): (exchange: Exchange) => void {
  return json ? printJson : (exchange) => printText(exchange, currency);
}

function printText(exchange: Exchange, currency: Currency): void {
  switch (exchange.event) {
    case 'tables':
      print(
        `${who(exchange)} asks for the tables: ${exchange.tables.map(clean).join(', ') || '-'}`,
      );
      break;
    case 'lock':
      print(`${who(exchange)} locks ${table(exchange)}: ${lockText(exchange, currency)}`);
      break;
    case 'bill':
    case 'finalReceipt':
      print(`${who(exchange)} prints ${papers[exchange.event]} of ${table(exchange)}`);
      printPaper(exchange.receiptLines);
      print();
      break;
    case 'paid':
      print(`${who(exchange)} has taken a payment at ${table(exchange)}:`);
      for (const payment of exchange.payments) print(`  ${paymentText(payment)}`);
      print(`  ${moneyText(exchange.currency, exchange.left)} left to pay`);
      break;
    case 'unlock':
      print(
        `${who(exchange)} unlocks ${table(exchange)}${exchange.held ? '' : ', which it did not hold'}`,
      );
      break;
    case 'report':
      print(`${clean(exchange.report.tid)} has run a report: ${exchange.report.reportType}`);
      printPaper(exchange.report.reportLines);
      print();
      break;
  }
}

const papers = { bill: 'the bill', finalReceipt: 'the receipt' } as const;

function who({ tid, waiterId }: FromMachine): string {
  return `${clean(tid)}${waiterId === undefined ? '' : ` (waiter ${clean(waiterId)})`}`;
}

function table({ tableId }: TableContext): string {
  return `table ${clean(tableId)}`;
}

function lockText(answer: LockAnswer, currency: Currency): string {
  if ('refused' in answer) return `no. ${clean(answer.refused)}`;
  return `${moneyText(answer.currency ?? currency, answer.amount)} to pay`;
}

/** One payment, in one line. */
function paymentText(payment: TablePayment): string {
  const { currency, amountPaid, amountCashback, amountGratuity } = payment;
  const parts = [
    moneyText(currency, amountPaid),
    amountCashback > 0 ? `of it cashback ${moneyText(currency, amountCashback)}` : '',
    amountGratuity > 0 ? `gratuity ${moneyText(currency, amountGratuity)}` : '',
    payment.paymentMethod === 'UNKNOWN' ? 'by other means' : payment.paymentMethod,
    payment.cardSchemeName,
    payment.authCode === '' ? '' : `auth code ${payment.authCode}`,
  ];
  return parts.filter(Boolean).map(clean).join(', ');
}
