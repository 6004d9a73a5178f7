// Requests and notifications of the gateway at the table, parsed from the wire: by the one declaration of each
// message, and leniently, since a payment must be booked even if something else about it is odd.

import type {
  Currency,
  Request,
  TableContext,
  TablePayment,
  TableRequest,
  Validator,
} from '@tillgate/protocol';
import { createValidator, patMethodNames, refuse, v1Pat } from '@tillgate/protocol';
import { faultsText } from '../connection/errors.ts';
import { parseTolerant } from '../connection/read.ts';
import type { Warn } from '../connection/warning.ts';
import type { FromMachine, TableReport } from './handlers.ts';

/** The params of a transactionResponse [C-9.17]; its sums are left to its payments. */
export interface PaidMessage extends TableContext {
  readonly currency: Currency;
  readonly payments: readonly TablePayment[];
}

/** What a waiter asks, and where. */
export type Question =
  | { readonly ask: 'tables'; readonly at: FromMachine }
  | { readonly ask: Exclude<TableRequest['kind'], 'tables'>; readonly at: TableContext };

export type TableMessage =
  | { readonly notice: 'paid'; readonly paid: PaidMessage }
  | { readonly notice: 'unlock'; readonly at: TableContext }
  | { readonly notice: 'report'; readonly report: TableReport };

/** By method, in each spelling of it. */
const asks = new Map(
  [patMethodNames.requests, patMethodNames.otherSpellings ?? {}]
    .flatMap((names) => Object.entries(names))
    .map(([ask, method]) => [method, ask as TableRequest['kind']]),
);
const notices = new Map(
  Object.entries(patMethodNames.notifications).map(([notice, method]) => [
    method,
    notice as TableMessage['notice'],
  ]),
);
const checkers = new Map([...notices.keys()].map((method) => [method, checkerOf(method)] as const));

function checkerOf(method: string): Validator {
  const message = v1Pat.messages.find(({ name }) => name === method);
  if (!message) throw new Error(`There is no message ${method}.`);
  return createValidator(message.schema);
}

/** A question of the gateway; throws `Refusal` if it cannot be read. */
export function parseQuestion({ method, params }: Request): Question {
  const ask = asks.get(method);
  if (ask === undefined) throw refuse('unknownMethod', { method });
  const at = readAt(params);
  if (ask !== 'tables' && isAtTable(at)) return { ask, at };
  if (ask === 'tables' && at) {
    const { tableId: _, ...machine } = at;
    return { ask, at: machine };
  }
  throw refuse('invalidParams', { method });
}

/** Whether a message is about payments, even if it cannot be parsed. */
export function isPaid({ method }: Request): boolean {
  return method === patMethodNames.notifications.paid;
}

/** A notification of the gateway; undefined, with a warning, if it cannot be used. */
export function parseNotification(message: Request, warn: Warn): TableMessage | undefined {
  const { method } = message;
  const notice = notices.get(method);
  const check = checkers.get(method);
  if (!notice || !check) {
    warn({ warning: 'badMessage', message: `A notification ${method} is not known.` });
    return undefined;
  }
  const fitting = parseTolerant(check, message, (faults) => {
    const text = `${method} has unknown keys: ${faultsText(faults)}.`;
    warn({ warning: 'unknownKeys', message: text });
  });
  if (!fitting) {
    const text = `${method} does not fit its schema: ${faultsText(check.violations(message))}.`;
    warn({ warning: 'badMessage', message: text });
  }
  return messageOf(notice, (fitting ?? message).params, fitting !== undefined);
}

function messageOf(
  notice: TableMessage['notice'],
  params: unknown,
  fits: boolean,
): TableMessage | undefined {
  if (notice === 'report') return fits ? { notice, report: params as TableReport } : undefined;
  const at = readAt(params);
  if (!isAtTable(at)) return undefined;
  if (notice === 'unlock') return { notice, at };
  const { currency, payments } = params as PaidMessage;
  return fits || canBeBooked(payments)
    ? { notice, paid: { ...at, currency, payments } }
    : undefined;
}

/** As much as a booking cannot do without. */
function canBeBooked(payments: unknown): boolean {
  const amounts = ['amountPaid', 'amountCashback', 'amountGratuity'] as const;
  return (
    Array.isArray(payments) &&
    payments.length > 0 &&
    payments.every(
      (payment: Partial<TablePayment> | null) =>
        typeof payment?.paymentId === 'string' &&
        amounts.every((key) => Number.isInteger(payment[key])),
    )
  );
}

type Place = Omit<TableContext, 'tableId'> & Partial<TableContext>;

function readAt(params: unknown): Place | undefined {
  const { tid, waiterId, tableId } = Object(params) as Readonly<Record<string, unknown>>;
  if (typeof tid !== 'string') return undefined;
  return {
    tid,
    ...(typeof waiterId === 'string' && { waiterId }),
    ...(typeof tableId === 'string' && { tableId }),
  };
}

function isAtTable(at: Place | undefined): at is TableContext {
  return at?.tableId !== undefined;
}
