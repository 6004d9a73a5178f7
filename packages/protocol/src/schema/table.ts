// Schemas of pay at table: the gateway's requests about tables, the till's answers, and notifications [C-9.2].

import { Amount, Cashback, Currency } from './money.ts';
import { TillReceiptLine } from './receipt.ts';
import { Report } from './report.ts';
import { MAX_IDENTIFIER } from './terminal.ts';
import { paymentMethods } from './transaction.ts';
import type { Static } from './type.ts';
import { Type } from './type.ts';

const closed = { additionalProperties: false } as const;

/** Most tables of one list [C-9.10]. */
export const MAX_TABLES = 500;
/** Longest identifier of a waiter [C-9.3]. */
export const MAX_WAITER_ID = 16;

export const TableId = Type.String({
  minLength: 1,
  maxLength: MAX_IDENTIFIER,
  description: 'A table, as the till listed it; compared exactly, case counts.',
});
export const WaiterId = Type.String({
  minLength: 1,
  maxLength: MAX_WAITER_ID,
  description: 'Id of the waiter; absent if the card machine does not ask waiters for an id.',
});

export const TableList = Type.Object(
  {
    tables: Type.Array(TableId, {
      maxItems: MAX_TABLES,
      description: 'The open tables, in the order to show; [] if there are none.',
    }),
    currency: Type.Optional(Currency),
  },
  { ...closed, description: 'The open tables of the till.' },
);

const LockGiven = Type.Object(
  {
    confirmed: Type.Literal(true, { description: 'The table is locked for this card machine.' }),
    amount: Amount('What is still to pay, not the whole bill.'),
    currency: Currency,
    userMessage: Type.Optional(Type.String({ description: 'Not shown.' })),
  },
  {
    ...closed,
    title: 'TableLockGiven',
    description: 'The table is locked; the bill does not change until tableUnlock.',
  },
);
const LockRefused = Type.Object(
  {
    confirmed: Type.Literal(false, {
      description: 'Unknown, locked already, being edited, or of another waiter.',
    }),
    userMessage: Type.Optional(Type.String({ description: 'Shown on the card machine.' })),
    amount: Type.Optional(Amount('Has no meaning here.')),
    currency: Type.Optional(Currency),
  },
  { ...closed, title: 'TableLockRefused', description: 'The table is not locked.' },
);
export const TableLock = Type.Union([LockGiven, LockRefused], {
  description: 'Whether the table is locked and, if so, what is to pay.',
});

export const PrintedReceipt = Type.Object(
  {
    receiptLines: Type.Array(TillReceiptLine, {
      description: 'Lines in printing order; [] prints nothing.',
    }),
  },
  { ...closed, description: 'What to print.' },
);

/** A time with its zone (RFC 3339); the gateway writes UTC. */
const ZonedTime = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$',
  description: 'YYYY-MM-DDThh:mm:ssZ, in UTC.',
});

export const TablePayment = Type.Object(
  {
    paymentId: Type.String({
      pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
      description: 'UUID of this payment; book each only once.',
    }),
    amountPaid: Amount('Taken for the bill, with cashback, without gratuity.'),
    amountCashback: Cashback('Cash given, part of amountPaid.'),
    amountGratuity: Amount('Gratuity, in addition to amountPaid.'),
    authCode: Type.String({ description: 'Code from the bank; "" if not a card.' }),
    cardSchemeName: Type.String({ description: 'Free text, such as VISA; "" if not a card.' }),
    currency: Currency,
    paymentMethod: Type.Enum([...paymentMethods], {
      description: 'How the card was read; UNKNOWN for other means, such as cash.',
    }),
    time: ZonedTime,
  },
  { ...closed, title: 'TablePayment', description: 'One payment that happened.' },
);
export type TablePayment = Static<typeof TablePayment>;

const total = (description: string) =>
  Type.Integer({ minimum: 0, description: `Sum of ${description} over payments.` });

/** Keys of a transactionResponse beside those of the table [C-9.17]. */
export const paidKeys = {
  amountPaid: total('amountPaid'),
  amountCashback: total('amountCashback'),
  amountGratuity: total('amountGratuity'),
  currency: Currency,
  payments: Type.Array(TablePayment, { minItems: 1, description: 'In order of time.' }),
};

/** Keys of a report that is sent to the till at the table [C-9.21]. */
export const tableReportKeys = {
  reportId: Type.String({
    minLength: 1,
    description: 'Unique; a repeated id is the same report.',
  }),
  reportType: Report.properties.reportType,
  reportTime: ZonedTime,
  reportResult: Type.Literal('COMPLETE', { description: 'Always "COMPLETE".' }),
  balances: Report.properties.balances,
  banking: Report.properties.banking,
  reportLines: Report.properties.reportLines,
};
