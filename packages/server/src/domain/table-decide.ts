// What a command means for a session at a table: the events it leads to, and why a waiter's request
// is refused. Pure.

import { MAX_AMOUNT, MAX_CASHBACK } from '@tillgate/protocol';
import type { JobCommand } from './decide.ts';
import { decideJob } from './decide.ts';
import type { JobEvent } from './job.ts';
import type { TableRequest, TransactionOrder } from './machine.ts';
import type { LeftBy, RefusedRequest, TableEvent, TableSession } from './table.ts';
import { amountDue, currentPayment, evolveTable } from './table.ts';

export type TableCommand =
  | { readonly kind: 'confirmLock'; readonly amount: number }
  /** The till refused, or the gateway for it: then the request was never sent. */
  | { readonly kind: 'refuseLock'; readonly by: 'till' | 'gateway' }
  | { readonly kind: 'failLock' }
  | { readonly kind: 'askBill' }
  | ({ readonly kind: 'noteRefusedRequest' } & RefusedRequest)
  | {
      readonly kind: 'startPayment';
      readonly paymentId: string;
      readonly order: TransactionOrder;
    }
  | { readonly kind: 'notePayment'; readonly paymentId: string; readonly amount: number }
  | { readonly kind: 'leave'; readonly by: LeftBy }
  | { readonly kind: 'reachIdleLimit' }
  | { readonly kind: 'unlock' }
  | { readonly kind: 'markNotice'; readonly number: number };

type Events = readonly (TableEvent | JobEvent)[];

/** The events a command leads to; none when it changes nothing, such as a late or repeated one. */
export function decideTable(
  session: TableSession,
  command: TableCommand | JobCommand,
  at: number,
): Events {
  switch (command.kind) {
    case 'confirmLock':
    case 'refuseLock':
    case 'failLock':
      return session.phase === 'locking' ? judgeLock(session, command, at) : [];
    case 'askBill':
      return tableRefusal(session, { kind: 'bill' }) ? [] : [{ kind: 'billAsked', at }];
    case 'noteRefusedRequest':
      return noteRefusedRequest(session, command, at);
    case 'startPayment':
    case 'notePayment':
      return takePayment(session, command, at);
    case 'leave':
      return leave(session, command.by, at);
    case 'reachIdleLimit':
      return isIdle(session) ? [{ kind: 'tableLeft', cause: 'idle', at }] : [];
    case 'unlock':
      return session.phase === 'closing' ? [{ kind: 'tableUnlocked', at }] : [];
    case 'markNotice':
      return mark(session, command.number, at);
    case 'restart':
      return restart(session, at);
    default:
      return pay(session, command, at);
  }
}

/** Refused requests are journalled once a second at most. */
const REFUSAL_INTERVAL_MS = 1000;

function noteRefusedRequest(
  session: TableSession,
  { kind: _, ...refused }: { readonly kind: string } & RefusedRequest,
  at: number,
): Events {
  const counts = session.phase === 'open' && at - session.lastActivityAt >= REFUSAL_INTERVAL_MS;
  return counts ? [{ kind: 'waiterHeard', ...refused, at }] : [];
}

type Lock = Extract<TableCommand, { kind: 'confirmLock' | 'refuseLock' | 'failLock' }>;

/** With nothing to pay, or nobody there any more, it is left at once [C-9.14]. */
function judgeLock(session: TableSession, command: Lock, at: number): Events {
  if (command.kind === 'refuseLock') return [{ kind: 'lockRefused', by: command.by, at }];
  if (command.kind === 'failLock') return [{ kind: 'lockFailed', at }];
  return leaveIfDone(session, [{ kind: 'lockConfirmed', amount: command.amount, at }], at);
}

type Payment = Extract<TableCommand, { kind: 'startPayment' | 'notePayment' }>;

function takePayment(session: TableSession, command: Payment, at: number): Events {
  const { paymentId } = command;
  if (command.kind === 'startPayment') {
    const { order } = command;
    const { amount, amountCashback, table } = order;
    const amountGratuity = table?.amountGratuity ?? 0;
    const request = { kind: 'pay', by: 'card', amount, amountCashback, amountGratuity } as const;
    return tableRefusal(session, request) ? [] : [{ kind: 'paymentStarted', paymentId, order, at }];
  }
  const { amount } = command;
  const extras = { amountCashback: 0, amountGratuity: 0 };
  if (tableRefusal(session, { kind: 'pay', by: 'other', amount, ...extras })) return [];
  return leaveIfDone(session, [{ kind: 'paymentNoted', paymentId, amount, at }], at);
}

/** What is in progress ends first. */
function leave(session: TableSession, by: LeftBy, at: number): Events {
  if (session.phase === 'open') return [{ kind: 'tableLeft', cause: by, at }];
  const waits = session.phase === 'locking' || session.phase === 'paying';
  return waits && !session.leaveRequested ? [{ kind: 'leaveAsked', by, at }] : [];
}

/** Whether the idle limit applies: nothing is in progress, or a payment's outcome is unknown. */
function isIdle(session: TableSession): boolean {
  if (session.phase === 'paying') return session.cardPayment.job.phase === 'ended';
  return session.phase === 'open';
}

/** The waiter may have gone: the payments are sent to the till, and the table is unlocked. */
function restart(session: TableSession, at: number): Events {
  const restarted = { kind: 'gatewayRestarted', at } as const;
  switch (session.phase) {
    case 'locking':
      return [restarted, { kind: 'lockFailed', at }];
    case 'open':
      return [restarted, { kind: 'tableLeft', cause: 'gateway', at }];
    case 'closing':
      return [restarted, { kind: 'tableUnlocked', at }];
    case 'paying':
      // Asked again if it was asked before: the idle limit counts from here.
      return [restarted, { kind: 'leaveAsked', by: 'gateway', at }];
    case 'closed':
      return [];
  }
}

/** A command to the card payment in progress. */
function pay(session: TableSession, command: JobCommand, at: number): Events {
  const paying = currentPayment(session);
  // Between machine and waiter: no till judges it [C-9.9].
  if (!paying || command.kind === 'askSignature') return [];
  return leaveIfDone(session, decideJob(paying.job, command, at), at);
}

function leaveIfDone(session: TableSession, events: Events, at: number): Events {
  const after = events.reduce<TableSession>(evolveTable, session);
  const done = after.phase === 'open' && (after.leaveRequested || amountDue(after) === 0);
  const cause = amountDue(after) === 0 ? 'paid' : 'ended';
  return done && events.length > 0 ? [...events, { kind: 'tableLeft', cause, at }] : events;
}

function mark(session: TableSession, number: number, at: number): Events {
  const notice = session.notices[number];
  if (!notice || notice.delivered) return [];
  return [{ kind: 'noticeDelivered', number, notice: notice.kind, at }];
}

/** Why a waiter's request is refused now; undefined if it is not. */
export type TableRefusal =
  | 'notLocked'
  | 'underWay'
  | 'alreadyPaid'
  | 'noAmount'
  | 'tooMuch'
  | 'tooMuchCashback'
  | 'cardOnly';

export function tableRefusal(
  session: TableSession,
  request: TableRequest,
): TableRefusal | undefined {
  if (request.kind === 'leave') return undefined;
  if (session.phase === 'locking' || session.phase === 'paying') return 'underWay';
  if (session.phase !== 'open') return 'notLocked';
  if (request.kind === 'bill') return session.payments.length > 0 ? 'alreadyPaid' : undefined;
  return request.kind === 'pay' ? wrongAmount(session, request) : 'underWay';
}

function wrongAmount(
  session: TableSession,
  { by, amount, amountCashback, amountGratuity }: TableRequest & { kind: 'pay' },
): TableRefusal | undefined {
  const whole = [amount, amountCashback, amountGratuity].every(
    (one) => Number.isInteger(one) && one >= 0,
  );
  if (!whole || amount === 0) return 'noAmount';
  if (amount > amountDue(session) || amountGratuity > MAX_AMOUNT) return 'tooMuch';
  if (amountCashback > MAX_CASHBACK || amount + amountCashback > MAX_AMOUNT) {
    return 'tooMuchCashback';
  }
  return by === 'other' && amountCashback + amountGratuity > 0 ? 'cardOnly' : undefined;
}
