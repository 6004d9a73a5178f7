// Pay at table [C-9.2] as one table: method names and the key of the card machine are data, so that
// another spelling is another set of words.

import type { TProperties, TSchema } from 'typebox';
import Type from 'typebox';
import { at, example } from '../examples/pat.ts';
import { notificationMessage, requestMessage, responseMessage } from '../schema/envelope.ts';
import type { Currency } from '../schema/money.ts';
import {
  PrintedReceipt,
  paidKeys,
  TableId,
  TableList,
  TableLock,
  tableReportKeys,
  WaiterId,
} from '../schema/table.ts';
import { Tid } from '../schema/terminal.ts';
import { createValidator } from '../schema/validator.ts';
import type {
  Message,
  PatCodec,
  PatMethodCodec,
  TableNotification,
  TableReply,
  TableRequest,
} from './dialect.ts';
import { errorDeclaration } from './error-message.ts';
import { writeNotice } from './pat-notices.ts';

type Ask = TableRequest['kind'];
type Notice = TableNotification['kind'];

/** How a version, or another vendor, spells pay at table. */
export interface PatMethodNames {
  /** Key of the card machine: `tid` or `tpi`. */
  readonly terminalKey: string;
  /** A question without a method is not asked. */
  readonly requests: Readonly<Partial<Record<Ask, string>>>;
  readonly notifications: Readonly<Record<Notice, string>>;
}

/** The words of the contract [C-9.2]. */
export const patMethodNames: PatMethodNames = {
  terminalKey: 'tid',
  requests: {
    tables: 'tableListRequest',
    lock: 'tableLockRequest',
    bill: 'posReceiptRequest',
    finalReceipt: 'finalPosReceiptRequest',
  },
  notifications: { paid: 'transactionResponse', unlock: 'tableUnlock', report: 'report' },
};

const closed = { additionalProperties: false } as const;

interface Question {
  readonly title: string;
  readonly purpose: string;
  readonly answer: string;
  readonly ofTable: boolean;
  readonly result: TSchema;
  readonly results: readonly unknown[];
  readonly rules: readonly string[];
  readonly tidy?: (result: unknown) => unknown;
  readonly placeIn?: (result: unknown, path: string) => string;
  readonly read: (result: never) => TableReply;
}

const questions: Readonly<Record<Ask, Question>> = {
  tables: {
    title: 'List the open tables',
    purpose: 'A waiter wants to see the open tables on the card machine.',
    answer: 'The tables in the order to show. Those of other waiters may be left out.',
    ofTable: false,
    result: TableList,
    results: [{ tables: ['1', '2', '12A'], currency: 'GBP' }, { tables: [] }],
    rules: ['C-9.2', 'C-9.3', 'C-9.4', 'C-9.5', 'C-9.10', 'C-9.11'],
    tidy: tidyTables,
    placeIn: placeInTables,
    read: (list: { tables: readonly string[] }) => ({ kind: 'tables', ...list }),
  },
  lock: {
    title: 'Lock a table',
    purpose: 'A waiter has chosen a table: lock it and tell what is still to pay.',
    answer: 'The amount still to pay, or why not. After a yes the bill must not change.',
    ofTable: true,
    result: TableLock,
    results: [
      { confirmed: true, amount: 4820, currency: 'GBP' },
      { confirmed: false, userMessage: 'Table 2 is open on the till.' },
    ],
    rules: ['C-9.2', 'C-9.4', 'C-9.5', 'C-9.10', 'C-9.12', 'C-9.13', 'C-9.14'],
    read: readLock,
  },
  bill: {
    title: 'Print the bill',
    purpose: 'The waiter wants the bill on paper before anything is paid.',
    answer: 'The lines of the bill.',
    ofTable: true,
    result: PrintedReceipt,
    results: [{ receiptLines: example.billLines }],
    rules: ['C-9.2', 'C-9.4', 'C-9.5', 'C-9.15', 'C-5.5', 'C-5.6'],
    read: readReceipt,
  },
  finalReceipt: {
    title: 'Print the final receipt',
    purpose: 'The table was paid: what shall the card machine print for the guest?',
    answer: 'The lines of the receipt.',
    ofTable: true,
    result: PrintedReceipt,
    results: [{ receiptLines: example.finalLines }],
    rules: ['C-9.2', 'C-9.4', 'C-9.5', 'C-9.16', 'C-5.5', 'C-5.6'],
    read: readReceipt,
  },
};

interface Lock {
  readonly confirmed: boolean;
  readonly amount: number;
  readonly currency: Currency;
  readonly userMessage?: string;
}

function readLock({ confirmed, amount, currency, userMessage }: Lock): TableReply {
  if (confirmed) return { kind: 'locked', amount, currency };
  return { kind: 'refused', ...(userMessage === undefined ? {} : { userMessage }) };
}

function readReceipt(result: { receiptLines: [] }): TableReply {
  return { kind: 'receipt', ...result };
}

/** A bare array is taken too, and tables that are objects with a name [C-9.11]. */
function tidyTables(result: unknown): unknown {
  const list = Array.isArray(result) ? { tables: result } : result;
  const { tables } = Object(list) as { readonly tables?: unknown };
  if (!Array.isArray(tables)) return list;
  return { ...Object(list), tables: tables.map(tableName) };
}

function placeInTables(result: unknown, path: string): string {
  return Array.isArray(result) ? path.replace('/result/tables', '/result') : path;
}

function tableName(item: unknown): unknown {
  const { tableId, tableName: name } = Object(item) as Readonly<Record<string, unknown>>;
  return typeof item === 'object' && item !== null ? (tableId ?? name ?? item) : item;
}

interface Told {
  readonly title: string;
  readonly purpose: string;
  readonly keys: TProperties;
  readonly ofTable: boolean;
  readonly examples: readonly object[];
  readonly rules: readonly string[];
}

const notices: Readonly<Record<Notice, Told>> = {
  paid: {
    title: 'What was paid',
    purpose: 'All payments of one session at a table, told once. Book each paymentId once.',
    keys: paidKeys,
    ofTable: true,
    examples: [example.paid],
    rules: ['C-9.17', 'C-9.18', 'C-9.19', 'C-9.22', 'C-9.23'],
  },
  unlock: {
    title: 'Unlock the table',
    purpose: 'The card machine is done with the table. The last message of every session.',
    keys: {},
    ofTable: true,
    examples: [{}],
    rules: ['C-9.13', 'C-9.20', 'C-9.22', 'C-9.23'],
  },
  report: {
    title: 'A report was run',
    purpose: 'Totals of a card machine that is used at the table, if the site asks for them.',
    keys: tableReportKeys,
    ofTable: false,
    examples: [example.report],
    rules: ['C-9.21', 'C-9.22', 'C-9.23'],
  },
};

const FIRST_EXAMPLE_ID = 1;

/** Pay at table in these words: its rows, and its messages as they are published. */
export function createPatCodec(words: PatMethodNames): {
  readonly table: PatCodec;
  readonly messages: readonly Message[];
} {
  const rows: Partial<Record<Ask, PatMethodCodec>> = {};
  const messages: Message[] = [];
  for (const [ask, question] of Object.entries(questions) as [Ask, Question][]) {
    const method = words.requests[ask];
    if (method === undefined) continue;
    const [request, response] = questionMessages(question, method, words.terminalKey);
    const shared = { integration: 'pat', rules: question.rules } as const;
    messages.push(
      { ...shared, name: `${method}.request`, sender: 'gateway', schema: request },
      { ...shared, name: `${method}.response`, sender: 'till', schema: response },
    );
    rows[ask] = {
      method,
      response: createValidator(response),
      encode: ({ kind: _, tid, ...rest }) => ({ [words.terminalKey]: tid, ...rest }),
      normalize: question.tidy ?? ((result) => result),
      mapErrorPath: question.placeIn ?? ((_, path) => path),
      decode: question.read,
    };
  }
  for (const [notice, told] of Object.entries(notices) as [Notice, Told][]) {
    messages.push(noticeMessage(told, words.notifications[notice], words.terminalKey));
  }
  const table: PatCodec = {
    requests: rows,
    encodeNotification: (notice) => ({
      method: words.notifications[notice.kind],
      params: writeNotice(notice, words.terminalKey),
    }),
  };
  return { table, messages: [...messages, errorDeclaration('pat')] };
}

function questionMessages(question: Question, method: string, terminal: string) {
  const { title, purpose, answer, ofTable, result, results } = question;
  const params = Type.Object(keysOf(terminal, ofTable), {
    ...closed,
    description: 'Who is asking, and for which table.',
  });
  const asked = { [terminal]: at.tid, waiterId: at.waiterId };
  const request = requestMessage('gateway', method, {
    title,
    description: purpose,
    params,
    examples: [
      {
        jsonrpc: '2.0',
        id: FIRST_EXAMPLE_ID,
        method,
        params: ofTable ? { ...asked, tableId: at.tableId } : asked,
      },
    ],
  });
  const response = responseMessage('gateway', result, {
    title: `${title}: answer`,
    description: answer,
    examples: results.map((one, index) => ({
      jsonrpc: '2.0',
      id: FIRST_EXAMPLE_ID + index,
      result: one,
    })),
  });
  return [request, response] as const;
}

function keysOf(terminal: string, ofTable: boolean): TProperties {
  const keys = { [terminal]: Tid, waiterId: Type.Optional(WaiterId) };
  return ofTable ? { ...keys, tableId: TableId } : keys;
}

function noticeMessage(told: Told, method: string, terminal: string): Message {
  const { title, purpose, keys, ofTable, examples, rules } = told;
  const where = ofTable ? keysOf(terminal, true) : { [terminal]: Tid };
  const params = Type.Object({ ...where, ...keys }, { ...closed, description: purpose });
  const { tid, ...rest } = at;
  const around = ofTable ? { [terminal]: tid, ...rest } : { [terminal]: tid };
  const schema = notificationMessage(method, params, {
    title,
    description: purpose,
    examples: examples.map((one) => ({
      jsonrpc: '2.0',
      method,
      params: { ...around, ...one },
    })),
  });
  return { name: method, integration: 'pat', sender: 'gateway', rules, schema };
}
