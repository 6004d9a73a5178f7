// Schemas of reports: totals of a card machine and what was banked [C-5.7 - C-5.10].

import { Count, Currency, Sum } from './money.ts';
import { ReceiptLines } from './receipt.ts';
import { Tid } from './terminal.ts';
import { LocalTime } from './transaction.ts';
import type { Static } from './type.ts';
import { Type } from './type.ts';

const closed = { additionalProperties: false } as const;
const nothing = Type.Object(
  {},
  { ...closed, title: 'NoBalances', description: 'Not part of this report.' },
);

/** The kinds of report. */
export const reportTypes = ['END_OF_DAY', 'BANKING', 'X_BALANCE', 'Z_BALANCE'] as const;
/** One of the kinds of report. */
export type ReportType = (typeof reportTypes)[number];

export const Totals = Type.Object(
  {
    currency: Currency,
    totalAmount: Sum('Sales less refunds; may be negative.'),
    totalSalesAmount: Sum('Sum of amountTotal of sales and completions.'),
    totalSalesCount: Count('Their number.'),
    totalRefundsAmount: Sum('Sum of refunds, as a positive number.'),
    totalRefundsCount: Count('Their number.'),
  },
  { ...closed, title: 'Totals', description: 'Totals of one issuer, waiter or session.' },
);
export type Totals = Static<typeof Totals>;

function totalsBy(name: string) {
  return Type.Record(Type.String(), Totals, { description: `Totals by ${name}.` });
}

export const Balances = Type.Object(
  {
    currency: Currency,
    totalsSince: Type.String({ description: 'Time of the last reset, or INSTALLATION.' }),
    totalAmount: Sum('Sales less refunds plus cashback plus gratuity; may be negative.'),
    totalSalesAmount: Sum('Sum of amountBase of sales and completions.'),
    totalSalesCount: Count('Their number.'),
    totalRefundsAmount: Sum('Sum of refunds, as a positive number.'),
    totalRefundsCount: Count('Their number.'),
    totalCashbackAmount: Sum('Cashback given.'),
    totalCashbackCount: Count('Transactions with cashback.'),
    totalGratuityAmount: Sum('Gratuity taken.'),
    totalGratuityCount: Count('Transactions with gratuity.'),
    issuerTotals: totalsBy('card issuer'),
    waiterTotals: totalsBy('waiter id; {} if there are no waiters'),
  },
  {
    ...closed,
    title: 'Balances',
    description: "The machine's totals since they were last reset.",
  },
);
export type Balances = Static<typeof Balances>;

const NumberRange = Type.Array(Type.String(), {
  minItems: 2,
  maxItems: 2,
  description: 'First and last transaction number; 0000 twice if there were none.',
});

export const Banking = Type.Object(
  {
    currency: Currency,
    currentSessionTransactionNumbers: NumberRange,
    previousSessionTransactionNumbers: NumberRange,
    currentSessionTotals: Totals,
    previousSessionTotals: Totals,
    currentSessionIssuerTotals: totalsBy('card issuer'),
    previousSessionIssuerTotals: totalsBy('card issuer'),
  },
  {
    ...closed,
    title: 'Banking',
    description: 'The totals of one acquirer in this banking session and the previous one.',
  },
);
export type Banking = Static<typeof Banking>;

export const ReportParams = Type.Object(
  { tid: Tid },
  {
    ...closed,
    title: 'ReportParams',
    description: 'Which card machine; the kind of report is in the method name.',
  },
);

export const Report = Type.Object(
  {
    tid: Tid,
    reportType: Type.Enum(reportTypes, { description: 'Kind of report.' }),
    reportTime: LocalTime,
    reportResult: Type.Enum(['COMPLETE', 'TIMED_OUT'], {
      description: 'Whether it was completed.',
    }),
    balances: Type.Union([Balances, nothing], {
      title: 'ReportBalances',
      description: 'Totals since the last reset; {} for BANKING.',
    }),
    banking: Type.Record(Type.String(), Banking, {
      description: 'By acquirer; {} for X_BALANCE and Z_BALANCE.',
    }),
    reportLines: ReceiptLines,
  },
  { ...closed, title: 'Report', description: 'A finished report.' },
);
export type Report = Static<typeof Report>;
