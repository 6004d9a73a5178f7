// Version v1: the methods of pay at counter [C-4.1] as one table, and the messages of all integrations.

import Type from 'typebox';
import * as example from '../examples/pac.ts';
import { Currency } from '../schema/money.ts';
import type { ReportType } from '../schema/report.ts';
import { Report, ReportParams } from '../schema/report.ts';
import { notificationValues, Terminal, TerminalStatus, Tid } from '../schema/terminal.ts';
import type { StartableType } from '../schema/transaction.ts';
import {
  AccountVerificationParams,
  CancelResult,
  CompletionParams,
  DuplicateParams,
  ignoredAmount,
  neutralParams,
  Payment,
  PreAuthParams,
  RefundParams,
  SaleParams,
  SignatureQuestion,
} from '../schema/transaction.ts';
import type { Dialect, ListedTerminal, TransactionRequest } from './dialect.ts';
import { linkMessages } from './link.ts';
import type { PacMethod } from './pac.ts';
import { createPacCodec } from './pac.ts';
import { createPatCodec, patMethodNames } from './pat.ts';
import { waiterMessages } from './waiter.ts';

const closed = { additionalProperties: false } as const;

const tidOnly = Type.Object({ tid: Tid }, { ...closed, description: 'Which card machine.' });

const { amountCashback, authCode, amountPreAuthorisedTotal } = neutralParams;

/** The methods of v1; v0 is declared as differences from them. */
export const v1Methods = {
  connectedTerminals: {
    title: 'List connected card machines',
    purpose: 'Lists the card machines that are connected to the site, optionally filtered.',
    answer: 'The card machines that pass every filter, ordered by tid; [] if there are none.',
    params: Type.Object(
      { status: Type.Optional(TerminalStatus), currency: Type.Optional(Currency) },
      { ...closed, description: 'Filters; without any all card machines are listed.' },
    ),
    optional: true,
    result: Type.Array(Terminal, { description: 'The card machines, ordered by tid.' }),
    exampleParams: [undefined, { status: 'AVAILABLE', currency: 'EUR' }],
    exampleResults: [
      [example.terminal, { ...example.terminal, tid: 'VCMINVLSIP0', status: 'BUSY' }],
      [],
    ],
    rules: ['C-4.2', 'C-4.3'],
    decode: (params: object) => ({ kind: 'terminals', ...params }),
    encode: (listed: readonly ListedTerminal[]) => listed.map(withoutOffers),
  },
  terminalDetails: {
    title: 'Look at one card machine',
    purpose: 'Asks for one card machine of the site.',
    answer: 'The card machine; if it is unknown or not connected the answer is error -32070.',
    params: tidOnly,
    result: Terminal,
    exampleParams: [{ tid: example.tid }],
    exampleResults: [example.terminal],
    rules: ['C-4.2', 'C-4.4'],
    decode: ({ tid }: { tid: string }) => ({ kind: 'terminal', tid }),
    encode: withoutOffers,
  },
  sale: transaction('SALE', {
    title: 'Take a payment',
    params: SaleParams,
    ignored: { authCode, amountPreAuthorisedTotal },
    exampleParams: [{ ...example.asked, amountCashback: 1000 }],
    exampleResults: [example.sale, example.timedOut],
  }),
  refund: transaction('REFUND', {
    title: 'Give money back',
    params: RefundParams,
    ignored: { amountCashback, authCode, amountPreAuthorisedTotal },
    exampleParams: [{ ...example.asked, amount: 499 }],
    exampleResults: [example.refund],
  }),
  preAuth: transaction('PRE_AUTH', {
    title: 'Reserve an amount',
    params: PreAuthParams,
    ignored: { amountCashback, authCode, amountPreAuthorisedTotal },
    exampleParams: [{ ...example.asked, amount: 20000 }],
    exampleResults: [example.preAuth],
  }),
  completion: transaction('COMPLETION', {
    title: 'Take a reserved amount',
    params: CompletionParams,
    ignored: { amountCashback },
    exampleParams: [
      {
        ...example.asked,
        amount: 17350,
        authCode: 'P3X9D5',
        amountPreAuthorisedTotal: 20000,
      },
    ],
    exampleResults: [example.completion],
  }),
  accountVerification: transaction('ACCOUNT_VERIFICATION', {
    title: 'Check a card',
    params: AccountVerificationParams,
    ignored: { amountCashback, authCode, amountPreAuthorisedTotal },
    exampleParams: [{ ...example.asked, amount: 0 }],
    exampleResults: [example.accountVerification],
  }),
  duplicate: {
    title: 'Repeat the last result',
    purpose: 'Asks for the result of the last transaction that ended on the card machine.',
    answer: 'That payment with only the CUSTOMER receipt. Compare type, amount and time.',
    params: DuplicateParams,
    ignored: { amount: ignoredAmount, ...neutralParams },
    result: Payment,
    exampleParams: [{ tid: example.tid }],
    exampleResults: [example.duplicate],
    rules: ['C-4.17', 'C-4.18', 'C-4.19', 'C-4.20', 'C-4.21'],
    decode: (params: { tid: string }) => ({ kind: 'duplicate', ...params }),
  },
  cancelTransaction: {
    title: 'Try to cancel',
    purpose: 'Requests that the card machine cancels its current transaction.',
    answer: 'The request was passed on. The result of the transaction itself says what happened.',
    params: tidOnly,
    result: CancelResult,
    exampleParams: [{ tid: example.tid }],
    exampleResults: [{ cancelling: true }],
    rules: ['C-4.22', 'C-4.23', 'C-4.24', 'C-4.25', 'C-4.26'],
    decode: ({ tid }: { tid: string }) => ({ kind: 'cancel', tid, respondWhen: 'forwarded' }),
  },
  reportEndOfDay: report('END_OF_DAY', 'End of day', example.endOfDay),
  reportBanking: report('BANKING', 'Banking', example.bankingReport),
  reportXBalance: report('X_BALANCE', 'X balance', example.xBalance, example.reportTimedOut),
  reportZBalance: report('Z_BALANCE', 'Z balance', example.zBalance),
} satisfies Readonly<Record<string, PacMethod>>;

function withoutOffers({ offers: _, ...terminal }: ListedTerminal): Terminal {
  return terminal;
}

function transaction(
  transactionType: StartableType,
  own: Pick<PacMethod, 'title' | 'params' | 'ignored' | 'exampleParams' | 'exampleResults'>,
): PacMethod {
  return {
    purpose:
      'Starts a transaction on a card machine. The request stays open until it has ended; ' +
      'progress comes as terminalNotification.',
    answer: 'How it ended. Declined, void, cancelled and timed out are results, not errors.',
    result: Payment,
    ...own,
    rules: ['C-4.5', 'C-4.6', 'C-4.7', 'C-4.8', 'C-4.16', 'C-5.2', 'C-5.3'],
    decode: (params: Omit<TransactionRequest, 'transactionType'>) => ({
      kind: 'transaction',
      transaction: { ...TRANSACTION_DEFAULTS, ...params, transactionType },
    }),
  };
}

const TRANSACTION_DEFAULTS = { amountCashback: 0, cardholderNotPresent: false };

function report(
  reportType: ReportType,
  title: string,
  ...exampleResults: readonly Report[]
): PacMethod {
  return {
    title: `${title} report`,
    purpose: 'Runs a report on a card machine. It takes a while and cannot be cancelled.',
    answer: 'The finished report, or reportResult TIMED_OUT.',
    params: ReportParams,
    result: Report,
    exampleParams: [{ tid: example.tid }],
    exampleResults,
    rules: ['C-4.27', 'C-4.28', 'C-4.29', 'C-4.30'],
    decode: ({ tid }: { tid: string }) => ({ kind: 'report', tid, reportType }),
  };
}

const pac = createPacCodec({
  terminalKey: 'tid',
  rules: [],
  methods: v1Methods,
  notificationValues: notificationValues,
  signatureQuestion: SignatureQuestion,
  encodeResult: (result) => result,
});
const pat = createPatCodec(patMethodNames);

export const v1: Dialect = {
  version: 'v1',
  messages: [...pac.messages, ...pat.messages, ...waiterMessages, ...linkMessages],
  pac: pac.codec,
  pat: pat.codec,
};
