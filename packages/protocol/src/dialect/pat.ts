// Builds the codec and the messages of pay at table [C-9.2]. The method names and the key of the card machine
// are arguments, so that another version, or another vendor's wire, needs another set of names only.

import { at, example } from '../examples/pat.ts';
import { notificationMessage, requestMessage, responseMessage } from '../schema/envelope.ts';
import type { Currency } from '../schema/money.ts';
import type { TablePayment } from '../schema/table.ts';
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
import type { TProperties, TSchema } from '../schema/type.ts';
import { Type } from '../schema/type.ts';
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

type RequestKind = TableRequest['kind'];
type NotificationKind = TableNotification['kind'];

/** The method names of pay at table in one version. */
export interface PatMethodNames {
  /** Key of the card machine: `tid` or `tpi`. */
  readonly terminalKey: string;
  /** By kind of request; a request without a method name is never sent. */
  readonly requests: Readonly<Partial<Record<RequestKind, string>>>;
  /** Another spelling of a request, for sites that choose it; none by default. */
  readonly otherSpellings?: Readonly<Partial<Record<RequestKind, string>>>;
  readonly notifications: Readonly<Record<NotificationKind, string>>;
}

const closed = { additionalProperties: false } as const;

/** The declaration of one request to the till. */
interface RequestDeclaration {
  readonly title: string;
  readonly purpose: string;
  readonly answer: string;
  /** Whether its params name a table. */
  readonly ofTable: boolean;
  readonly result: TSchema;
  readonly exampleResults: readonly unknown[];
  readonly rules: readonly string[];
  readonly normalize?: (result: unknown) => unknown;
  readonly mapErrorPath?: (result: unknown, path: string) => string;
  readonly decode: (result: never) => TableReply;
}

const requests: Readonly<Record<RequestKind, RequestDeclaration>> = {
  tables: {
    title: 'List the open tables',
    purpose: 'A waiter requests the open tables on the card machine.',
    answer: 'The tables in the order to show. Those of other waiters may be omitted.',
    ofTable: false,
    result: TableList,
    exampleResults: [{ tables: ['1', '2', '12A'], currency: 'GBP' }, { tables: [] }],
    rules: ['C-9.2', 'C-9.3', 'C-9.4', 'C-9.5', 'C-9.10', 'C-9.11'],
    normalize: normalizeTables,
    mapErrorPath: mapTablesPath,
    decode: (list: { tables: readonly string[] }) => ({ kind: 'tables', ...list }),
  },
  lock: {
    title: 'Lock a table',
    purpose: 'A waiter has chosen a table: lock it and return what is still to pay.',
    answer:
      'The amount still to pay, or the reason for refusing. After a confirmed lock the bill must not change.',
    ofTable: true,
    result: TableLock,
    exampleResults: [
      { confirmed: true, amount: 4820, currency: 'GBP' },
      { confirmed: false, userMessage: 'Table 2 is open on the till.' },
    ],
    rules: ['C-9.2', 'C-9.4', 'C-9.5', 'C-9.10', 'C-9.12', 'C-9.13', 'C-9.14'],
    decode: decodeLock,
  },
  bill: {
    title: 'Print the bill',
    purpose: 'The waiter requests the printed bill before anything is paid.',
    answer: 'The lines of the bill.',
    ofTable: true,
    result: PrintedReceipt,
    exampleResults: [{ receiptLines: example.billLines }],
    rules: ['C-9.2', 'C-9.4', 'C-9.5', 'C-9.15', 'C-5.5', 'C-5.6'],
    decode: decodeReceipt,
  },
  finalReceipt: {
    title: 'Print the final receipt',
    purpose: 'The table was paid: the gateway requests the receipt for the guest.',
    answer: 'The lines of the receipt.',
    ofTable: true,
    result: PrintedReceipt,
    exampleResults: [{ receiptLines: example.finalLines }],
    rules: ['C-9.2', 'C-9.4', 'C-9.5', 'C-9.16', 'C-5.5', 'C-5.6'],
    decode: decodeReceipt,
  },
};

interface Lock {
  readonly confirmed: boolean;
  readonly amount: number;
  readonly currency: Currency;
  readonly userMessage?: string;
}

function decodeLock({ confirmed, amount, currency, userMessage }: Lock): TableReply {
  if (confirmed) return { kind: 'locked', amount, currency };
  return { kind: 'refused', ...(userMessage === undefined ? {} : { userMessage }) };
}

function decodeReceipt(result: { receiptLines: [] }): TableReply {
  return { kind: 'receipt', ...result };
}

/** A bare array is accepted, and so are tables that are objects with a name [C-9.11]. */
function normalizeTables(result: unknown): unknown {
  const list = Array.isArray(result) ? { tables: result } : result;
  const { tables } = Object(list) as { readonly tables?: unknown };
  if (!Array.isArray(tables)) return list;
  return { ...Object(list), tables: tables.map(tableName) };
}

function mapTablesPath(result: unknown, path: string): string {
  return Array.isArray(result) ? path.replace('/result/tables', '/result') : path;
}

function tableName(item: unknown): unknown {
  const { tableId, tableName: name } = Object(item) as Readonly<Record<string, unknown>>;
  return typeof item === 'object' && item !== null ? (tableId ?? name ?? item) : item;
}

/** The declaration of one notification to the till. */
interface NotificationDeclaration {
  readonly title: string;
  readonly purpose: string;
  readonly keys: TProperties;
  readonly ofTable: boolean;
  readonly examples: readonly object[];
  readonly rules: readonly string[];
}

const notifications: Readonly<Record<NotificationKind, NotificationDeclaration>> = {
  paid: {
    title: 'What was paid',
    purpose: 'All payments of one table session, in one message. Book each paymentId once.',
    keys: paidKeys,
    ofTable: true,
    examples: [example.paid],
    rules: ['C-9.17', 'C-9.18', 'C-9.19', 'C-9.22', 'C-9.23'],
  },
  unlock: {
    title: 'Unlock the table',
    purpose: 'The card machine has finished with the table. The last message of every session.',
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

/** The codec with these method names, and its messages as they are published. */
export function createPatCodec(names: PatMethodNames): {
  readonly codec: PatCodec;
  readonly messages: readonly Message[];
} {
  const codecs: Partial<Record<RequestKind, PatMethodCodec>> = {};
  const messages: Message[] = [];
  for (const [kind, declared] of Object.entries(requests) as [RequestKind, RequestDeclaration][]) {
    const method = names.requests[kind];
    if (method === undefined) continue;
    const other = names.otherSpellings?.[kind];
    const spellings = [method, ...(other === undefined ? [] : [other])] as const;
    const [request, response] = requestMessages(declared, spellings, names.terminalKey);
    const shared = { integration: 'pat', rules: declared.rules } as const;
    messages.push(
      { ...shared, name: `${method}.request`, sender: 'gateway', schema: request },
      { ...shared, name: `${method}.response`, sender: 'till', schema: response },
    );
    codecs[kind] = {
      method,
      spellings,
      response: createValidator(response),
      encode: ({ kind: _, tid, ...rest }) => ({ [names.terminalKey]: tid, ...rest }),
      normalize: declared.normalize ?? ((result) => result),
      mapErrorPath: declared.mapErrorPath ?? ((_, path) => path),
      decode: declared.decode,
    };
  }
  for (const [kind, method] of Object.entries(names.notifications) as [
    NotificationKind,
    string,
  ][]) {
    messages.push(notificationDeclared(notifications[kind], method, names.terminalKey));
  }
  const codec: PatCodec = {
    requests: codecs,
    encodeNotification: (notification) => ({
      method: names.notifications[notification.kind],
      params: encodeNotification(notification, names.terminalKey),
    }),
  };
  return { codec, messages: [...messages, errorDeclaration('pat')] };
}

function requestMessages(
  declared: RequestDeclaration,
  spellings: readonly [string, ...string[]],
  terminalKey: string,
) {
  const [method, ...others] = spellings;
  const { title, purpose, answer, ofTable, result, exampleResults } = declared;
  const params = Type.Object(keysOf(terminalKey, ofTable), {
    ...closed,
    description: 'The waiter and the table.',
  });
  const asked = { [terminalKey]: at.tid, waiterId: at.waiterId };
  const request = requestMessage('gateway', method, {
    title,
    description: purpose,
    params,
    otherSpellings: others,
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
    examples: exampleResults.map((one, index) => ({
      jsonrpc: '2.0',
      id: FIRST_EXAMPLE_ID + index,
      result: one,
    })),
  });
  return [request, response] as const;
}

function keysOf(terminalKey: string, ofTable: boolean): TProperties {
  const keys = { [terminalKey]: Tid, waiterId: Type.Optional(WaiterId) };
  return ofTable ? { ...keys, tableId: TableId } : keys;
}

function notificationDeclared(
  declared: NotificationDeclaration,
  method: string,
  terminalKey: string,
): Message {
  const { title, purpose, keys, ofTable, examples, rules } = declared;
  const where = ofTable ? keysOf(terminalKey, true) : { [terminalKey]: Tid };
  const params = Type.Object({ ...where, ...keys }, { ...closed, description: purpose });
  const { tid, ...rest } = at;
  const around = ofTable ? { [terminalKey]: tid, ...rest } : { [terminalKey]: tid };
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

/**
 * Params of a notification. Sums and keys are computed from the notification alone, so that one that is sent
 * again is the same message [C-9.23].
 */
function encodeNotification(notification: TableNotification, terminalKey: string): unknown {
  if (notification.kind === 'report') return encodeReport(notification, terminalKey);
  const { kind, tid, waiterId, tableId } = notification;
  const waiter = waiterId === undefined ? {} : { waiterId };
  const common = { [terminalKey]: tid, ...waiter, tableId };
  if (kind === 'unlock') return common;
  const { payments, currency } = notification;
  return {
    ...common,
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

function encodeReport(
  { reportId, report }: TableNotification & { readonly kind: 'report' },
  terminalKey: string,
): unknown {
  const { tid, ...rest } = report;
  return { reportId, [terminalKey]: tid, ...rest };
}
