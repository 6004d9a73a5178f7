// Schemas of the link between a card machine and the gateway [C-13.4]: orders, events and outcomes. Parts that
// a till sees too are shared with its schemas.

import { Amount, Cashback, Currency } from './money.ts';
import { ReceiptLines, Receipts } from './receipt.ts';
import { Report, reportTypes } from './report.ts';
import { TableId, WaiterId } from './table.ts';
import { linkNotificationValues } from './terminal.ts';
import { NO_CARD_NUMBER, printable } from './text.ts';
import { LocalTime, Payment, startableTypes } from './transaction.ts';
import type { Static } from './type.ts';
import { Type } from './type.ts';

const closed = { additionalProperties: false } as const;

const words = (maxLength: number, description: string) =>
  Type.String({ maxLength, pattern: NO_CARD_NUMBER, description });

const TransactionType = Type.Enum([...startableTypes], {
  title: 'TransactionType',
  description: 'Kind of transaction.',
});
const ReportType = Type.Enum(reportTypes, { title: 'ReportType', description: 'Kind of report.' });
/** Longest id of an order; the ids of the gateway consist of site, tid and number. */
const MAX_ORDER_ID = 160;
const OrderId = Type.String({
  minLength: 1,
  maxLength: MAX_ORDER_ID,
  description: 'Id of the order.',
});
const NewOrderId = Type.String({
  minLength: 1,
  maxLength: MAX_ORDER_ID,
  description: 'Assigned by the gateway, never reused. Store it with the order.',
});

/** What one card machine can do [C-13.6]. */
export const LinkProfile = Type.Object(
  {
    currency: Type.Enum(Currency.enum, { title: 'Currency', description: 'Its only currency.' }),
    cashback: Type.Boolean({ description: 'Whether it offers cashback.' }),
    transactions: Type.Array(TransactionType, {
      maxItems: startableTypes.length,
      description: 'The kinds of transaction that it supports.',
    }),
    reports: Type.Array(ReportType, {
      maxItems: reportTypes.length,
      description: 'The kinds of report that it supports.',
    }),
  },
  { ...closed, description: 'What the card machine can do.' },
);
export type LinkProfile = Static<typeof LinkProfile>;

const LinkTablePart = Type.Object(
  {
    tableId: TableId,
    waiterId: Type.Optional(WaiterId),
    amountGratuity: Amount('Gratuity in addition to amount, already decided.'),
  },
  {
    ...closed,
    title: 'OrderedTable',
    description: 'Only at a table: the waiter at the machine checks a signature.',
  },
);

/** A transaction that is handed over to the card machine, once. */
export const LinkOrder = Type.Object(
  {
    id: NewOrderId,
    transactionType: TransactionType,
    currency: Currency,
    amount: Amount('Without cashback and gratuity; without meaning for a verification.'),
    amountCashback: Cashback('Cash to hand out, in addition to amount.'),
    cardholderNotPresent: Type.Boolean({
      description: 'The card number is keyed at the machine.',
    }),
    authCode: Type.Optional(Type.String({ description: 'Of the pre-authorisation to complete.' })),
    amountPreAuthorisedTotal: Type.Optional(
      Amount('Sum of the pre-authorisations on that card.', 1),
    ),
    table: Type.Optional(LinkTablePart),
  },
  { ...closed, title: 'TransactionOrder', description: 'The transaction to carry out.' },
);
export type LinkOrder = Static<typeof LinkOrder>;

export const LinkReportOrder = Type.Object(
  { id: NewOrderId, reportType: ReportType },
  { ...closed, title: 'ReportOrder', description: 'The report to run.' },
);
export type LinkReportOrder = Static<typeof LinkReportOrder>;

const {
  transactionResult,
  paymentMethod,
  cardholderVerificationMethod,
  primaryAccountNumberSequence,
  dateOfStart,
  dateOfExpiry,
} = Payment.properties;

const ends = transactionResult.enum.filter((one) => one !== 'TIMED_OUT');

/** Details of the card; `""` where the card machine does not know one. */
export const LinkCard = printable(
  Type.Object(
    {
      paymentMethod,
      cardholderVerificationMethod,
      authCode: words(16, 'Code from the bank.'),
      cardSchemeName: words(32, 'Free text, such as VISA.'),
      applicationId: Type.String({ maxLength: 32, description: 'EMV AID; "" if no chip.' }),
      applicationLabel: words(32, 'Name of that application.'),
      primaryAccountNumber: Type.String({
        pattern: '^([*0-9]{0,15}[0-9]{4})?$',
        description: 'All digits but the last four masked by *, or "". The gateway masks others.',
      }),
      primaryAccountNumberSequence,
      dateOfStart,
      dateOfExpiry,
    },
    { ...closed, title: 'CardData', description: 'The card; "" for unknown values.' },
  ),
);
export type LinkCard = Static<typeof LinkCard>;

/** The details where no card was presented [C-5.3]. */
export const noCard: LinkCard = {
  paymentMethod: 'UNKNOWN',
  cardholderVerificationMethod: 'UNKNOWN',
  authCode: '',
  cardSchemeName: '',
  applicationId: '',
  applicationLabel: '',
  primaryAccountNumber: '',
  primaryAccountNumberSequence: '',
  dateOfStart: '',
  dateOfExpiry: '',
};

/** How a transaction ended, as the card machine reports it. */
export const LinkOutcome = printable(
  Type.Object(
    {
      transactionResult: Type.Enum(ends, {
        description: 'Only SUCCESSFUL took the money; with the others none was taken.',
      }),
      transactionId: Type.String({
        maxLength: 64,
        description: 'The machine\'s own id; "" if it has none.',
      }),
      transactionNumber: Type.String({
        maxLength: 16,
        description: 'Number within its session, four digits; "" if none.',
      }),
      transactionTime: LocalTime,
      amountCashback: Cashback('Cash that was actually given.'),
      amountGratuity: Amount('Gratuity that was actually added.'),
      card: LinkCard,
      receiptLines: Receipts,
    },
    { ...closed, title: 'Outcome', description: 'How the transaction ended.' },
  ),
);
export type LinkOutcome = Static<typeof LinkOutcome>;

const { balances, banking, reportLines } = Report.properties;

export const LinkReportResult = printable(
  Type.Object(
    { reportTime: LocalTime, balances, banking, reportLines },
    { ...closed, title: 'ReportResult', description: 'The finished report.' },
  ),
);
export type LinkReportResult = Static<typeof LinkReportResult>;

const knows = <const W extends string>(word: W) =>
  Type.Literal(word, { description: `Always "${word}".` });

/** The answer of a card machine to `lastOrder`: what became of an order [C-13.11]. */
export const LinkLastOrder = Type.Union(
  [
    Type.Object(
      { knows: knows('nothing') },
      { ...closed, description: 'It never had the order, or has lost it.' },
    ),
    Type.Object(
      { knows: knows('running') },
      { ...closed, description: 'The order is in progress.' },
    ),
    Type.Object(
      { knows: knows('outcome'), outcome: LinkOutcome },
      { ...closed, description: 'The transaction has ended.' },
    ),
    Type.Object(
      { knows: knows('report'), result: LinkReportResult },
      { ...closed, description: 'The report is finished.' },
    ),
  ],
  { description: 'The state of the order.' },
);
export type LinkLastOrder = Static<typeof LinkLastOrder>;

export const LinkAccepted = Type.Object(
  {},
  { ...closed, description: 'The order is accepted and stored.' },
);

export const OrderParams = Type.Object(
  { order: LinkOrder },
  { ...closed, description: 'The transaction.' },
);
export const ReportOrderParams = Type.Object(
  { order: LinkReportOrder },
  { ...closed, description: 'The report.' },
);
export const OrderIdParams = Type.Object(
  { order: OrderId },
  { ...closed, description: 'Which order.' },
);
export const SignatureVerdictParams = Type.Object(
  {
    order: OrderId,
    accepted: Type.Boolean({ description: 'Whether the signature counts.' }),
    unanswered: Type.Boolean({
      description: "There was no answer in time, so the site's setting decided.",
    }),
  },
  { ...closed, description: 'Whether a signature is accepted.' },
);

export const ShowingParams = Type.Object(
  {
    order: OrderId,
    notificationValue: Type.Enum([...linkNotificationValues], {
      description: 'What the screen is showing; for the screen of the till only.',
    }),
  },
  { ...closed, description: 'What the card machine is showing.' },
);
export const SignatureWantedParams = Type.Object(
  { order: OrderId, merchantReceipt: printable(ReceiptLines), card: LinkCard },
  { ...closed, description: 'The copy that is signed, and whose card it is.' },
);
export const CancelDecidedParams = Type.Object(
  {
    order: OrderId,
    cancelled: Type.Boolean({ description: 'It cancels; false: it is too late.' }),
  },
  { ...closed, description: 'The outcome of the request to cancel.' },
);
export const FinishedParams = Type.Object(
  { order: OrderId, outcome: LinkOutcome },
  { ...closed, description: 'Which order, and how it ended.' },
);
export const ReportedParams = Type.Object(
  { order: OrderId, result: LinkReportResult },
  { ...closed, description: 'Which order, and the report.' },
);
