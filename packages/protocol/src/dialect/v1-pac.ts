// Version v1 of pay at counter: its methods [C-4.1] as one table, and their codec. What is published about them is in
// `v1-about.ts`.

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
import { Type } from '../schema/type.ts';
import type { ListedTerminal, PacCodec, TransactionRequest } from './dialect.ts';
import type { PacDefinition, PacMethod } from './pac.ts';
import { createPacCodec } from './pac.ts';

const closed = { additionalProperties: false } as const;

const tidOnly = Type.Object({ tid: Tid }, { ...closed, description: 'Which card machine.' });

const { amountCashback, authCode, amountPreAuthorisedTotal } = neutralParams;

/** The methods of v1; v0 is declared as differences from them. */
export const v1Methods = {
  connectedTerminals: {
    params: Type.Object(
      { status: Type.Optional(TerminalStatus), currency: Type.Optional(Currency) },
      { ...closed, description: 'Filters; without any all card machines are listed.' },
    ),
    optional: true,
    result: Type.Array(Terminal, { description: 'The card machines, ordered by tid.' }),
    decode: (params: object) => ({ kind: 'terminals', ...params }),
    encode: (listed: readonly ListedTerminal[]) => listed.map(withoutOffers),
  },
  terminalDetails: {
    params: tidOnly,
    result: Terminal,
    decode: ({ tid }: { tid: string }) => ({ kind: 'terminal', tid }),
    encode: withoutOffers,
  },
  sale: transaction('SALE', {
    params: SaleParams,
    ignored: { authCode, amountPreAuthorisedTotal },
  }),
  refund: transaction('REFUND', {
    params: RefundParams,
    ignored: { amountCashback, authCode, amountPreAuthorisedTotal },
  }),
  preAuth: transaction('PRE_AUTH', {
    params: PreAuthParams,
    ignored: { amountCashback, authCode, amountPreAuthorisedTotal },
  }),
  completion: transaction('COMPLETION', { params: CompletionParams, ignored: { amountCashback } }),
  accountVerification: transaction('ACCOUNT_VERIFICATION', {
    params: AccountVerificationParams,
    ignored: { amountCashback, authCode, amountPreAuthorisedTotal },
  }),
  duplicate: {
    params: DuplicateParams,
    ignored: { amount: ignoredAmount, ...neutralParams },
    result: Payment,
    decode: (params: { tid: string }) => ({ kind: 'duplicate', ...params }),
  },
  cancelTransaction: {
    params: tidOnly,
    result: CancelResult,
    decode: ({ tid }: { tid: string }) => ({ kind: 'cancel', tid, respondWhen: 'forwarded' }),
  },
  reportEndOfDay: report('END_OF_DAY'),
  reportBanking: report('BANKING'),
  reportXBalance: report('X_BALANCE'),
  reportZBalance: report('Z_BALANCE'),
} satisfies Readonly<Record<string, PacMethod>>;

function withoutOffers({ offers: _, ...terminal }: ListedTerminal): Terminal {
  return terminal;
}

function transaction(
  transactionType: StartableType,
  own: Pick<PacMethod, 'params' | 'ignored'>,
): PacMethod {
  return {
    result: Payment,
    ...own,
    decode: (params: Omit<TransactionRequest, 'transactionType'>) => ({
      kind: 'transaction',
      transaction: { ...TRANSACTION_DEFAULTS, ...params, transactionType },
    }),
  };
}

const TRANSACTION_DEFAULTS = { amountCashback: 0, cardholderNotPresent: false };

function report(reportType: ReportType): PacMethod {
  return {
    params: ReportParams,
    result: Report,
    decode: ({ tid }: { tid: string }) => ({ kind: 'report', tid, reportType }),
  };
}

export const v1PacDefinition = {
  terminalKey: 'tid',
  methods: v1Methods,
  notificationValues,
  signatureQuestion: SignatureQuestion,
  encodeResult: (result) => result,
} satisfies PacDefinition;

/** The codec of pay at counter in v1, without what is published about it: all that a till at the counter needs. */
export const v1Pac: PacCodec = createPacCodec(v1PacDefinition);
