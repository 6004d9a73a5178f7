// What a till at the table is told, as it travels: sums and keys are filled in here, so that a message
// that is sent again is the same message [C-9.23].

import type { TablePayment } from '../schema/table.ts';
import type { TableNotification } from './dialect.ts';

/** Params of a notice; `terminal` is the key of the card machine. */
export function writeNotice(notice: TableNotification, terminal: string): unknown {
  if (notice.kind === 'report') return writeReport(notice, terminal);
  const { kind, tid, waiterId, tableId } = notice;
  const waiter = waiterId === undefined ? {} : { waiterId };
  const where = { [terminal]: tid, ...waiter, tableId };
  if (kind === 'unlock') return where;
  const { payments, currency } = notice;
  return {
    ...where,
    amountPaid: sum(payments, 'amountPaid'),
    amountCashback: sum(payments, 'amountCashback'),
    amountGratuity: sum(payments, 'amountGratuity'),
    currency,
    payments,
  };
}

type Amounts = 'amountPaid' | 'amountCashback' | 'amountGratuity';

function sum(payments: readonly TablePayment[], key: Amounts): number {
  return payments.reduce((total, payment) => total + payment[key], 0);
}

function writeReport(
  { reportId, report }: TableNotification & { readonly kind: 'report' },
  terminal: string,
): unknown {
  const { tid, ...rest } = report;
  return { reportId, [terminal]: tid, ...rest };
}
