// Version v1, the mother tongue: every message of the counter [C-4.1] as one table.

import type { TSchema } from 'typebox';
import Type from 'typebox';
import { checker } from '../schema/checker.ts';
import type { About } from '../schema/envelope.ts';
import { notificationMessage, requestMessage, responseMessage } from '../schema/envelope.ts';
import { Currency } from '../schema/money.ts';
import type { ReportType } from '../schema/report.ts';
import { Report, ReportParams } from '../schema/report.ts';
import type { NotificationValue } from '../schema/terminal.ts';
import { Terminal, TerminalNotification, TerminalStatus, Tid } from '../schema/terminal.ts';
import type { StartedType } from '../schema/transaction.ts';
import {
  AccountVerificationParams,
  CancelResult,
  CompletionParams,
  DuplicateParams,
  Payment,
  PreAuthParams,
  RefundParams,
  SaleParams,
  SignatureAnswer,
  SignatureQuestion,
} from '../schema/transaction.ts';
import type { Dialect, Message, PacWish, RequestRow, TransactionWish } from './dialect.ts';
import { errorDeclaration } from './error-message.ts';
import * as example from './examples.ts';
import { patTable, patWords } from './pat.ts';

const closed = { additionalProperties: false } as const;

interface Declared {
  readonly title: string;
  readonly purpose: string;
  readonly answer: string;
  readonly params: TSchema;
  readonly optional?: boolean;
  readonly result: TSchema;
  readonly asks: readonly unknown[];
  readonly results: readonly unknown[];
  readonly rules: readonly string[];
  readonly read: (params: never) => PacWish;
}

const tidOnly = Type.Object({ tid: Tid }, { ...closed, description: 'Which card machine.' });

const declared: Readonly<Record<string, Declared>> = {
  connectedTerminals: {
    title: 'List connected card machines',
    purpose: 'Asks for the card machines now connected to the site, by filters if wished.',
    answer: 'The card machines that pass every filter, ordered by tid; [] if there are none.',
    params: Type.Object(
      { status: Type.Optional(TerminalStatus), currency: Type.Optional(Currency) },
      { ...closed, description: 'Filters; without any all card machines are listed.' },
    ),
    optional: true,
    result: Type.Array(Terminal, { description: 'The card machines, ordered by tid.' }),
    asks: [undefined, { status: 'AVAILABLE', currency: 'EUR' }],
    results: [[example.terminal, { ...example.terminal, tid: 'VCMINVLSIP0', status: 'BUSY' }], []],
    rules: ['C-4.2', 'C-4.3'],
    read: (params: object) => ({ wish: 'terminals', ...params }),
  },
  terminalDetails: {
    title: 'Look at one card machine',
    purpose: 'Asks for one card machine of the site.',
    answer: 'The card machine; if it is unknown or not connected the answer is error -32070.',
    params: tidOnly,
    result: Terminal,
    asks: [{ tid: example.tid }],
    results: [example.terminal],
    rules: ['C-4.2', 'C-4.4'],
    read: ({ tid }: { tid: string }) => ({ wish: 'terminal', tid }),
  },
  sale: transaction('SALE', {
    title: 'Take a payment',
    params: SaleParams,
    asks: [{ ...example.asked, amountCashback: 1000 }],
    results: [example.sale, example.timedOut],
  }),
  refund: transaction('REFUND', {
    title: 'Give money back',
    params: RefundParams,
    asks: [{ ...example.asked, amount: 499 }],
    results: [example.refund],
  }),
  preAuth: transaction('PRE_AUTH', {
    title: 'Reserve an amount',
    params: PreAuthParams,
    asks: [{ ...example.asked, amount: 20000 }],
    results: [example.preAuth],
  }),
  completion: transaction('COMPLETION', {
    title: 'Take a reserved amount',
    params: CompletionParams,
    asks: [
      {
        ...example.asked,
        amount: 17350,
        authCode: 'P3X9D5',
        amountPreAuthorisedTotal: 20000,
      },
    ],
    results: [example.completion],
  }),
  accountVerification: transaction('ACCOUNT_VERIFICATION', {
    title: 'Check a card',
    params: AccountVerificationParams,
    asks: [{ ...example.asked, amount: 0 }],
    results: [example.accountVerification],
  }),
  duplicate: {
    title: 'Repeat the last result',
    purpose: 'Asks for the result of the last transaction that ended on the card machine.',
    answer: 'That payment with only the CUSTOMER receipt. Compare type, amount and time.',
    params: DuplicateParams,
    result: Payment,
    asks: [{ tid: example.tid }],
    results: [example.duplicate],
    rules: ['C-4.17', 'C-4.18', 'C-4.19', 'C-4.20', 'C-4.21'],
    read: (params: { tid: string }) => ({ wish: 'duplicate', ...params }),
  },
  cancelTransaction: {
    title: 'Try to cancel',
    purpose: 'Asks the card machine to give up the transaction it is working on.',
    answer: 'The wish was passed on. The result of the transaction itself tells what happened.',
    params: tidOnly,
    result: CancelResult,
    asks: [{ tid: example.tid }],
    results: [{ cancelling: true }],
    rules: ['C-4.22', 'C-4.23', 'C-4.24', 'C-4.25', 'C-4.26'],
    read: ({ tid }: { tid: string }) => ({ wish: 'cancel', tid, answered: 'passedOn' }),
  },
  reportEndOfDay: report('END_OF_DAY', 'End of day', example.endOfDay),
  reportBanking: report('BANKING', 'Banking', example.bankingReport),
  reportXBalance: report('X_BALANCE', 'X balance', example.xBalance, example.reportTimedOut),
  reportZBalance: report('Z_BALANCE', 'Z balance', example.zBalance),
};

function transaction(
  transactionType: StartedType,
  own: Pick<Declared, 'title' | 'params' | 'asks' | 'results'>,
): Declared {
  return {
    purpose:
      'Starts a transaction on a card machine. The request stays open until it has ended; ' +
      'progress comes as terminalNotification.',
    answer: 'How it ended. Declined, void, cancelled and timed out are results, not errors.',
    result: Payment,
    ...own,
    rules: ['C-4.5', 'C-4.6', 'C-4.7', 'C-4.8', 'C-4.16', 'C-5.2', 'C-5.3'],
    read: (asked: Omit<TransactionWish, 'transactionType'>) => ({
      wish: 'transaction',
      transaction: { ...WITHOUT_EXTRAS, ...asked, transactionType },
    }),
  };
}

const WITHOUT_EXTRAS = { amountCashback: 0, cardholderNotPresent: false };

function report(reportType: ReportType, title: string, ...results: readonly Report[]): Declared {
  return {
    title: `${title} report`,
    purpose: 'Runs a report on a card machine. It takes a while and cannot be cancelled.',
    answer: 'The finished report, or reportResult TIMED_OUT.',
    params: ReportParams,
    result: Report,
    asks: [{ tid: example.tid }],
    results,
    rules: ['C-4.27', 'C-4.28', 'C-4.29', 'C-4.30'],
    read: ({ tid }: { tid: string }) => ({ wish: 'report', tid, reportType }),
  };
}

const NOTIFICATION = 'terminalNotification';
const SIGNATURE = 'signatureVerificationRequest';

const notification = notificationMessage(NOTIFICATION, TerminalNotification, {
  title: 'What the card machine shows',
  description: 'Progress of a transaction, sent to the till that started it. No answer.',
  examples: [
    {
      jsonrpc: '2.0',
      method: NOTIFICATION,
      params: { tid: example.tid, notificationValue: 'PRESENT_CARD' },
    },
  ],
});

const signatureRequest = requestMessage('gateway', SIGNATURE, {
  params: SignatureQuestion,
  title: 'Check a signature',
  description: 'Asks the till whether staff accept the signature on the merchant copy.',
  examples: [{ jsonrpc: '2.0', id: 1, method: SIGNATURE, params: example.signatureQuestion }],
});

const signatureResponse = responseMessage('gateway', SignatureAnswer, {
  title: 'Signature checked',
  description: "The till's answer to the signature question.",
  examples: [{ jsonrpc: '2.0', id: 1, result: { accepted: true } }],
});

const FIRST_EXAMPLE_ID = 7;

function aboutRequest(method: string, row: Declared): About {
  const examples = row.asks.map((params, index) => ({
    jsonrpc: '2.0',
    id: FIRST_EXAMPLE_ID + index,
    method,
    ...(params === undefined ? {} : { params }),
  }));
  return { title: row.title, description: row.purpose, examples };
}

function aboutResponse(row: Declared): About {
  const examples = row.results.map((result, index) => ({
    jsonrpc: '2.0',
    id: FIRST_EXAMPLE_ID + index,
    result,
  }));
  return { title: `${row.title}: answer`, description: row.answer, examples };
}

const requests: Record<string, RequestRow> = {};
const messages: Message[] = [];
for (const [method, row] of Object.entries(declared)) {
  const request = requestMessage('till', method, {
    ...aboutRequest(method, row),
    params: row.params,
    optional: row.optional ?? false,
  });
  const response = responseMessage('till', row.result, aboutResponse(row));
  const shared = { integration: 'pac', rules: row.rules } as const;
  messages.push(
    { ...shared, name: `${method}.request`, sender: 'till', schema: request },
    { ...shared, name: `${method}.response`, sender: 'gateway', schema: response },
  );
  requests[method] = {
    method,
    request: checker(request),
    response: checker(response),
    read: row.read,
    write: (result) => result,
  };
}
messages.push(
  {
    name: NOTIFICATION,
    integration: 'pac',
    sender: 'gateway',
    rules: ['C-4.31', 'C-6.1', 'C-6.3', 'C-6.5'],
    schema: notification,
  },
  {
    name: `${SIGNATURE}.request`,
    integration: 'pac',
    sender: 'gateway',
    rules: ['C-4.32', 'C-4.33', 'C-4.36', 'C-4.38'],
    schema: signatureRequest,
  },
  {
    name: `${SIGNATURE}.response`,
    integration: 'pac',
    sender: 'till',
    rules: ['C-4.34', 'C-4.35', 'C-4.37'],
    schema: signatureResponse,
  },
  errorDeclaration('pac'),
);

/** Text around the two values of a notification; nothing else in it ever changes. */
const BEFORE_TID = `{"jsonrpc":"2.0","method":"${NOTIFICATION}","params":{"tid":`;

const pat = patTable(patWords);

export const v1: Dialect = {
  version: 'v1',
  messages: [...messages, ...pat.messages],
  pat: pat.table,
  pac: {
    requests,
    late: (result) => result,
    notification: (tid: string, value: NotificationValue) =>
      `${BEFORE_TID}${JSON.stringify(tid)},"notificationValue":"${value}"}}`,
    signature: {
      method: SIGNATURE,
      write: (question) => question,
      read: (result) => {
        const accepted = (result as { accepted?: unknown } | null | undefined)?.accepted;
        return typeof accepted === 'boolean' ? accepted : undefined;
      },
    },
  },
};
