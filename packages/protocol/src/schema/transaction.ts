// Schemas of card payments: the requests of a till [C-4.5], the outcome [C-5.2], and the signature question.

import { Amount, Cashback, Currency, MAX_AMOUNT, Sum } from './money.ts';
import { ReceiptLines, Receipts } from './receipt.ts';
import { Tid } from './terminal.ts';
import { NO_CARD_NUMBER } from './text.ts';
import type { Static } from './type.ts';
import { Type } from './type.ts';

const closed = { additionalProperties: false } as const;
const asking = { ...closed, description: 'What is requested.' } as const;

const cardholderNotPresent = Type.Optional(
  Type.Boolean({
    default: false,
    description: 'The card number is keyed at the machine; the time limit is 400 s.',
  }),
);
const asked = { tid: Tid, currency: Currency, amount: Amount('Amount requested.', 1) };

/** The parameters of a sale or a refund in every version. */
export const PlainParams = Type.Object(asked, asking);

export const SaleParams = Type.Object(
  {
    ...asked,
    amountCashback: Type.Optional(Cashback('Cash to hand out, in addition to the amount.')),
    cardholderNotPresent,
  },
  asking,
);
export type SaleParams = Static<typeof SaleParams>;

export const RefundParams = Type.Object({ ...asked, cardholderNotPresent }, asking);
export type RefundParams = Static<typeof RefundParams>;

export const PreAuthParams = Type.Object({ ...asked, cardholderNotPresent }, asking);
export type PreAuthParams = Static<typeof PreAuthParams>;

export const CompletionParams = Type.Object(
  {
    ...asked,
    authCode: Type.String({
      minLength: 1,
      maxLength: 16,
      // A card number typed in its place must not be written to a journal [C-12.21].
      pattern: NO_CARD_NUMBER,
      description: 'authCode of the first pre-authorisation on the same card; no card number.',
    }),
    amountPreAuthorisedTotal: Type.Optional(
      Amount('Sum of the pre-authorisations on that card.', 1),
    ),
    cardholderNotPresent,
  },
  asking,
);
export type CompletionParams = Static<typeof CompletionParams>;

export const AccountVerificationParams = Type.Object(
  {
    tid: Tid,
    currency: Currency,
    amount: Amount('Ignored: all amounts of the result are 0.'),
    cardholderNotPresent,
  },
  asking,
);
export type AccountVerificationParams = Static<typeof AccountVerificationParams>;

export const DuplicateParams = Type.Object({ tid: Tid, currency: Type.Optional(Currency) }, asking);
export type DuplicateParams = Static<typeof DuplicateParams>;

const noMeaning = {
  description: 'Has no meaning here; this value is accepted and ignored.',
  deprecated: true,
};

/** The optional params of transactions, with the values by which they say nothing. */
export const neutralParams = {
  amountCashback: Type.Optional(Type.Literal(0, noMeaning)),
  authCode: Type.Optional(Type.Literal('', noMeaning)),
  amountPreAuthorisedTotal: Type.Optional(Type.Literal(0, noMeaning)),
  cardholderNotPresent: Type.Optional(Type.Literal(false, noMeaning)),
};

export const ignoredAmount = Type.Optional(
  Type.Integer({ minimum: 0, maximum: MAX_AMOUNT, description: 'Ignored.', deprecated: true }),
);

export const CancelResult = Type.Object(
  {
    cancelling: Type.Literal(true, {
      description:
        'The request was passed on; the result of the transaction says whether it succeeded.',
    }),
  },
  { ...closed, description: 'The request was passed on; success is not guaranteed.' },
);

/** The five a till can start on v1 [C-4.9]. */
export const startableTypes = [
  'SALE',
  'REFUND',
  'PRE_AUTH',
  'COMPLETION',
  'ACCOUNT_VERIFICATION',
] as const;
/** One of the five kinds of transaction that a till can start [C-4.9]. */
export type StartableType = (typeof startableTypes)[number];

const TransactionType = Type.Enum(
  [...startableTypes, 'LOGON', 'SALE_REVERSAL', 'REFUND_REVERSAL'],
  {
    description: 'Kind of transaction; the last three come from duplicate only.',
  },
);

/** The results of a transaction. */
export const paymentResults = [
  'SUCCESSFUL',
  'DECLINED',
  'VOID',
  'UNSUCCESSFUL',
  'CANCELLED',
  'TIMED_OUT',
] as const;
export const TransactionResult = Type.Enum([...paymentResults], {
  description:
    'Only SUCCESSFUL pays the bill. TIMED_OUT: not known, look at the card machine. ' +
    'The others: no money taken.',
});
export type TransactionResult = Static<typeof TransactionResult>;

/** How a card can be read. */
export const paymentMethods = ['UNKNOWN', 'KEYED', 'SWIPED', 'ICC_CHIP', 'CONTACTLESS'] as const;
export const PaymentMethod = Type.Enum([...paymentMethods], {
  description: 'How the card was read.',
});
export type PaymentMethod = Static<typeof PaymentMethod>;

/** How a cardholder can be verified. */
export const verificationMethods = ['UNKNOWN', 'NONE', 'PIN', 'SIGNATURE', 'DEVICE'] as const;
export const VerificationMethod = Type.Enum([...verificationMethods], {
  description: 'How the cardholder was verified.',
});
export type VerificationMethod = Static<typeof VerificationMethod>;

const monthOfCard = { pattern: '^((0[1-9]|1[0-2])/[0-9]{2})?$' };

/** No type holds a whole card number: stars, then the last four digits [C-5.2]. */
const MaskedCardNumber = Type.String({
  pattern: '^(\\*+[0-9]{4})?$',
  description: 'All digits but the last four masked by *, or "".',
});

/** No zone: local time of the site. */
export const LocalTime = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$',
  description: 'YYYY-MM-DDThh:mm:ss, local time of the site.',
});

export const Payment = Type.Object(
  {
    tid: Tid,
    transactionType: TransactionType,
    transactionResult: TransactionResult,
    transactionId: Type.String({ description: 'The machine\'s own id; "" if it has none.' }),
    transactionNumber: Type.String({
      description: 'Number within the machine\'s session, four digits; "" if none.',
    }),
    transactionTime: LocalTime,
    currency: Currency,
    amountBase: Amount('The amount requested.'),
    amountCashback: Cashback('Cash that was actually given.'),
    amountGratuity: Amount('Gratuity that was actually added.'),
    amountTotal: Sum('amountBase + amountCashback + amountGratuity.', { minimum: 0 }),
    paymentMethod: PaymentMethod,
    cardholderVerificationMethod: VerificationMethod,
    authCode: Type.String({ description: 'Code from the bank.' }),
    cardSchemeName: Type.String({ description: 'Free text, such as VISA.' }),
    applicationId: Type.String({ description: 'EMV AID; "" if no chip application.' }),
    applicationLabel: Type.String({ description: 'Name of that application.' }),
    primaryAccountNumber: MaskedCardNumber,
    primaryAccountNumberSequence: Type.String({
      pattern: '^([0-9]{2})?$',
      description: 'Two digits or "".',
    }),
    dateOfStart: Type.String({ ...monthOfCard, description: 'MM/YY or "".' }),
    dateOfExpiry: Type.String({ ...monthOfCard, description: 'MM/YY or "".' }),
    receiptLines: Receipts,
    userMessage: Type.Optional(Type.String({ minLength: 1, description: 'A sentence for staff.' })),
  },
  { ...closed, title: 'Payment', description: 'How a transaction ended.' },
);
export type Payment = Static<typeof Payment>;

export const SignatureQuestion = Type.Object(
  {
    timeout: Type.Integer({ minimum: 1, description: 'Whole seconds left to answer.' }),
    tid: Tid,
    receiptLines: Type.Object(
      { MERCHANT: ReceiptLines },
      { ...closed, title: 'MerchantReceipt', description: 'The copy with the signature line.' },
    ),
    authCode: Type.String({ description: 'As in the payment.' }),
    applicationId: Type.String({ description: 'EMV AID; "" if none.' }),
    applicationLabel: Type.String({ description: '"" if none.' }),
    cardholderVerificationMethod: Type.Literal('SIGNATURE', {
      description: 'Always "SIGNATURE".',
    }),
    paymentMethod: PaymentMethod,
    primaryAccountNumber: MaskedCardNumber,
    transactionType: TransactionType,
  },
  { ...closed, description: 'The payment that waits for the signature.' },
);
export type SignatureQuestion = Static<typeof SignatureQuestion>;

export const SignatureAnswer = Type.Object(
  { accepted: Type.Boolean({ description: 'Whether staff accept the signature.' }) },
  { ...closed, description: 'The answer of staff.' },
);
export type SignatureAnswer = Static<typeof SignatureAnswer>;
