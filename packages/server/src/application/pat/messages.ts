// Texts and messages at the table: sentences for the waiter, notices for the till, and the check of
// a request.

import type { Report, TableContext, TableNotification, TableReply } from '@tillgate/protocol';
import { MAX_IDENTIFIER, MAX_WAITER_ID, maskPans } from '@tillgate/protocol';
import type { EndedJob } from '../../domain/job.ts';
import type { Notice, Paid, RefusedRequest, TableSession } from '../../domain/table.ts';
import type { TableRefusal } from '../../domain/table-decide.ts';
import type { TableRequest } from '../../ports/terminal-driver.ts';

/** Sentences that the card machine shows to the waiter when a request is refused. */
export const sentences = {
  notLocked: 'No table is locked.',
  underWay: 'One thing at a time: something is still under way.',
  alreadyPaid: 'The bill is printed before the first payment only.',
  noAmount: 'An amount is needed.',
  tooMuch: 'That is more than is left to pay.',
  noCashback: 'This card machine gives no cashback.',
  tooMuchCashback: 'That is more cashback than can be given.',
  cardOnly: 'Cashback and gratuity go with a card only.',
  busy: 'The card machine is busy.',
  noTill: 'The till is not connected.',
  noAnswer: 'The till did not answer. The table was unlocked again.',
  refused: 'The till does not give this table.',
  nothingToPay: 'There is nothing to pay at this table.',
  badRequest: 'The card machine asked for something that there is not.',
  noBill: 'The till gave no bill.',
  notKnown: 'It is not known whether the card was charged. Do not take another payment here.',
  goingDown: 'The gateway is shutting down. Try again in a minute.',
  fault: 'Something went wrong. Nothing was done. Try again.',
} as const satisfies Record<TableRefusal, string> & Record<string, string>;

/** Which machine, waiter and table a session is about. */
export function whereOf({ tid, waiterId, tableId }: TableSession): TableContext {
  return { tid, ...(waiterId === undefined ? {} : { waiterId }), tableId };
}

/** What the till says to a no, for the machine to show [C-9.6]. */
export function sentenceOf(reply: TableReply | undefined): string | undefined {
  return reply?.kind === 'refused' ? reply.userMessage : undefined;
}

/** The notice as it is sent to the till. */
export function noticeOf(session: TableSession, notice: Notice): TableNotification {
  const { currency } = session;
  const at = whereOf(session);
  if (notice.kind === 'unlock') return { kind: 'unlock', ...at };
  const payments = notice.payments.map((paid) => paymentOf(paid, currency));
  return { kind: 'paid', ...at, currency, payments };
}

function paymentOf({ at, ...paid }: Paid, currency: TableSession['currency']) {
  const { paymentId, amountPaid, amountCashback, amountGratuity } = paid;
  const { authCode, cardSchemeName, paymentMethod } = paid;
  return {
    paymentId,
    amountPaid,
    amountCashback,
    amountGratuity,
    authCode,
    cardSchemeName,
    currency,
    paymentMethod,
    time: utcTime(at),
  };
}

/** A finished report, for the till at the table [C-9.21]. */
export function reportNoticeOf(job: EndedJob, reportId: string): TableNotification {
  const report = { ...(job.result as Report), reportTime: utcTime(job.endedAt) };
  return { kind: 'report', reportId, report };
}

/** RFC 3339 in UTC, whole seconds. */
function utcTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/**
 * Whether a request of the waiter is one, with names that can be journalled and sent [C-9.3,
 * C-12.21].
 */
export function isValidTableRequest(request: TableRequest): boolean {
  if (request.kind === 'pay' && request.by !== 'card' && request.by !== 'other') return false;
  return requestKinds.has(request.kind) && hasValidNames(request);
}

/** A refused request as the journal has it; undefined of one that is not valid. */
export function journalledRequest(
  request: Exclude<TableRequest, { readonly kind: 'leave' }>,
): RefusedRequest['request'] {
  if (!isValidTableRequest(request)) return undefined;
  if (request.kind === 'lock') return { kind: 'lock', tableId: request.tableId };
  if (request.kind !== 'pay') return { kind: request.kind };
  const { by, amount } = request;
  return Number.isSafeInteger(amount) ? { kind: 'pay', by, amount } : undefined;
}

const requestKinds: ReadonlySet<TableRequest['kind']> = new Set([
  'tables',
  'lock',
  'bill',
  'pay',
  'leave',
]);

function hasValidNames(request: TableRequest): boolean {
  const { waiterId = '0' } = request as { readonly waiterId?: string };
  const tableId = request.kind === 'lock' ? request.tableId : '0';
  return isName(waiterId, MAX_WAITER_ID) && isName(tableId, MAX_IDENTIFIER);
}

function isName(text: unknown, most: number): boolean {
  if (typeof text !== 'string' || text.length === 0 || text.length > most) return false;
  return maskPans(text) === text;
}
