// The one table of errors [C-3.22]: code, message, sentence for staff, and whether to try again.
// Codes are stable, sentences may change; programs compare names or codes, never texts.

import { escapeControls } from './characters.ts';
import { maskedExcerpt } from './mask.ts';

/** One place where a message does not match its schema [C-3.18]. */
export interface SchemaViolation {
  /** JSON Pointer (RFC 6901) from the top of the message. */
  readonly path: string;
  /** What the schema asks for, such as `integer 1..99999999 pence or cents`. */
  readonly expected: string;
  /** What was received, masked; at most 80 characters. */
  readonly got: string;
}

/** Whether a value is what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A received value in a few words, such as `number 3` or `array of 2 items`; masked, at most 80 characters. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `array of ${value.length} items`;
  if (typeof value === 'object') return 'object';
  if (typeof value !== 'string') return maskedExcerpt(`${typeof value} ${String(value)}`);
  return maskedExcerpt(value, (start) => `string ${escapeControls(JSON.stringify(start))}`);
}

/** The `data` of an error message [C-3.18]. */
export interface ErrorData {
  /** A sentence to show to staff as it is. */
  readonly userMessage: string;
  readonly errors?: readonly SchemaViolation[];
  /** URL of the raw schema of the message [C-3.8]. */
  readonly schema?: string;
  /** Id of the gateway's request that was answered, in an error without id [C-4.37]. */
  readonly request?: number;
}

/** The `error` member of an error message [C-3.18]. */
export interface ErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: ErrorData;
}

interface Row {
  readonly code: number;
  readonly message: string;
  readonly userMessage: string;
  readonly retry: string;
}

const TELL_SUPPLIER = 'Please tell your till supplier.';
const LOOK_AT_IT =
  'Try again in 10 seconds. If that does not help, check that it is not in standalone mode, ' +
  'look at its screen and cables or restart it, then call support.';

/**
 * Every error a gateway may send, by name. `{name}` in a text is replaced by the value given to `refuse`.
 * Compare codes with this table: `error.code === errorTable.terminalBusy.code`.
 */
export const errorTable = {
  notJson: {
    code: -32700,
    message: 'The message is not valid JSON.',
    userMessage: `The till sent something that cannot be read. ${TELL_SUPPLIER}`,
    retry: 'no',
  },
  invalidRequest: {
    code: -32600,
    message: 'The message is not a valid request.',
    userMessage: `The till sent something that cannot be used. ${TELL_SUPPLIER}`,
    retry: 'no',
  },
  unknownMethod: {
    code: -32601,
    message: 'Unknown method: {method}.',
    userMessage: `The till asked for something this gateway does not know. ${TELL_SUPPLIER}`,
    retry: 'no',
  },
  invalidParams: {
    code: -32602,
    message: 'Invalid params for {method}.',
    userMessage: `The till sent a wrong value. ${TELL_SUPPLIER}`,
    retry: 'no, correct it first',
  },
  internal: {
    code: -32603,
    message: 'Internal error.',
    userMessage:
      'Something went wrong in the payment gateway. Try again; if it happens again, call support.',
    retry: 'yes, after 10 s',
  },
  terminalUnavailable: {
    code: -32070,
    message: 'Terminal {tid} is unavailable.',
    userMessage: `Card machine {tid} cannot be reached. ${LOOK_AT_IT}`,
    retry: 'yes, after 10 s',
  },
  terminalSilent: {
    code: -32070,
    message: 'Terminal {tid} is unavailable.',
    userMessage: `Card machine {tid} cannot be reached; it was last heard at {heard}. ${LOOK_AT_IT}`,
    retry: 'yes, after 10 s',
  },
  terminalBusy: {
    code: -32071,
    message: 'Terminal {tid} is busy.',
    userMessage: 'Card machine {tid} is busy. Wait until it has finished, or use another one.',
    retry: 'yes, when AVAILABLE',
  },
  nothingToCancel: {
    code: -32072,
    message: 'There is no transaction to cancel on terminal {tid}.',
    userMessage: 'There is nothing to cancel on card machine {tid}.',
    retry: 'no',
  },
  tooLateToCancel: {
    code: -32072,
    message: 'The transaction on terminal {tid} cannot be cancelled now.',
    userMessage: 'It is too late to cancel on card machine {tid}.',
    retry: 'no',
  },
  otherCurrency: {
    code: -32073,
    message: 'Terminal {tid} works in {currency}.',
    userMessage: 'Card machine {tid} takes {currency} only.',
    retry: 'no',
  },
  noCashback: {
    code: -32073,
    message: 'Terminal {tid} does not offer cashback.',
    userMessage: 'Card machine {tid} gives no cashback.',
    retry: 'no',
  },
  methodNotOffered: {
    code: -32073,
    message: 'Terminal {tid} does not offer {method}.',
    userMessage: 'Card machine {tid} cannot do this.',
    retry: 'no',
  },
  noPreviousTransaction: {
    code: -32074,
    message: 'Terminal {tid} has no previous transaction.',
    userMessage:
      'Card machine {tid} has not made a transaction yet, so there is nothing to repeat.',
    retry: 'no',
  },
  discontinued: {
    code: -32075,
    message: 'Connection Discontinued',
    userMessage: 'Another till has taken over pay at table for this site.',
    retry: 'no, not by itself',
  },
  noAnswer: {
    code: -32076,
    message: 'No answer to {method} within {n} s.',
    userMessage: 'The till did not give the card machine a usable answer.',
    retry: 'not needed',
  },
  invalidAnswer: {
    code: -32076,
    message: 'Invalid answer to {method}.',
    userMessage: 'The till did not give the card machine a usable answer.',
    retry: 'not needed',
  },
} as const satisfies Record<string, Row>;

/** The name of an error in the table. */
export type ErrorName = keyof typeof errorTable;

/**
 * Codes of errors about a message that could not be read or used at all; such an error names no request
 * unless its id could be read [C-3.19].
 */
export const unusableMessageCodes: ReadonlySet<unknown> = new Set([
  errorTable.notJson.code,
  errorTable.invalidRequest.code,
]);

type Values = Readonly<Record<string, string | number>>;

/** Thrown by a request handler to refuse the request; the peer sends `error` as the response. */
export class Refusal extends Error {
  readonly errorName: ErrorName;
  readonly error: ErrorObject;

  constructor(name: ErrorName, error: ErrorObject) {
    super(error.message);
    this.name = 'Refusal';
    this.errorName = name;
    this.error = error;
  }
}

/** Creates a `Refusal`. `values` fill the holes of the texts; `extra` adds `errors` and `schema` to its data. */
export function refuse(
  name: ErrorName,
  values: Values = {},
  extra: Omit<ErrorData, 'userMessage'> = {},
): Refusal {
  return new Refusal(name, errorObject(name, values, extra));
}

/** The `error` member of a message; `values` fill the holes of the texts. */
export function errorObject(
  name: ErrorName,
  values: Values = {},
  extra: Omit<ErrorData, 'userMessage'> = {},
): ErrorObject {
  const row = errorTable[name];
  const data = { userMessage: fill(row.userMessage, values), ...extra };
  return { code: row.code, message: fill(row.message, values), data };
}

/** Who sent the message that an error is about. */
export type Sender = 'till' | 'card machine' | 'waiter';

/** The same error with a sentence for the sender's staff: the table speaks of the till. */
export function addressedTo(error: ErrorObject, sender: Sender): ErrorObject {
  if (sender === 'till' || !error.data) return error;
  const name = sender === 'waiter' ? "waiter's program" : sender;
  const userMessage = error.data.userMessage
    .replace(/^The till /, `The ${name} `)
    .replace('your till supplier', `the supplier of the ${name}`);
  return { ...error, data: { ...error.data, userMessage } };
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, key: string) =>
    maskedExcerpt(String(values[key] ?? placeholder)),
  );
}

/** Whether a received `error` has an integer `code` and a text `message`; `data` is not checked. */
export function isErrorObject(value: unknown): value is ErrorObject {
  const { code, message } = Object(value) as Readonly<Record<string, unknown>>;
  return Number.isInteger(code) && typeof message === 'string';
}
