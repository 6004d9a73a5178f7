// What a command means for a session at a table: the events it leads to, and why a waiter's wish leads
// to none. Pure.

import { MAX_AMOUNT, MAX_CASHBACK } from '@tillgate/protocol';
import type { JobCommand } from './decide.ts';
import { decide } from './decide.ts';
import type { JobEvent } from './job.ts';
import type { TableWish, TransactionOrder } from './machine.ts';
import type { TableEvent, TableSession } from './table.ts';
import { evolveTable, leftToPay, paymentInHand } from './table.ts';

export type TableCommand =
  | { readonly command: 'confirmLock'; readonly amount: number }
  /** A clean no, or the question was never sent. */
  | { readonly command: 'refuseLock' }
  | { readonly command: 'failLock' }
  | { readonly command: 'askBill' }
  | { readonly command: 'hearWaiter' }
  | {
      readonly command: 'startPayment';
      readonly paymentId: string;
      readonly order: TransactionOrder;
    }
  | { readonly command: 'notePayment'; readonly paymentId: string; readonly amount: number }
  | { readonly command: 'leave' }
  | { readonly command: 'reachIdleLimit' }
  | { readonly command: 'unlock' }
  | { readonly command: 'markNotice'; readonly number: number };

type Events = readonly (TableEvent | JobEvent)[];

/** The events a command leads to; none when it changes nothing, as a late or repeated word. */
export function decideTable(
  session: TableSession,
  command: TableCommand | JobCommand,
  at: number,
): Events {
  switch (command.command) {
    case 'confirmLock':
    case 'refuseLock':
    case 'failLock':
      return session.phase === 'locking' ? judgeLock(session, command, at) : [];
    case 'askBill':
      return whyNot(session, { kind: 'bill' }) ? [] : [{ event: 'billAsked', at }];
    case 'hearWaiter':
      return hearWaiter(session, at);
    case 'startPayment':
    case 'notePayment':
      return takePayment(session, command, at);
    case 'leave':
      return leave(session, at);
    case 'reachIdleLimit':
      return isIdle(session) ? [{ event: 'tableLeft', at }] : [];
    case 'unlock':
      return session.phase === 'left' ? [{ event: 'tableUnlocked', at }] : [];
    case 'markNotice':
      return mark(session, command.number, at);
    case 'restart':
      return restart(session, command, at);
    default:
      return pay(session, command, at);
  }
}

/** A waiter who shouts is written down once a second at most. */
const HEARD_MS = 1000;

function hearWaiter(session: TableSession, at: number): Events {
  const counts = session.phase === 'open' && at - session.lastWordAt >= HEARD_MS;
  return counts ? [{ event: 'waiterHeard', at }] : [];
}

type Lock = Extract<TableCommand, { command: 'confirmLock' | 'refuseLock' | 'failLock' }>;

/** With nothing to pay, or nobody there any more, it is left at once [C-9.14]. */
function judgeLock(session: TableSession, command: Lock, at: number): Events {
  if (command.command === 'refuseLock') return [{ event: 'lockRefused', at }];
  if (command.command === 'failLock') return [{ event: 'lockFailed', at }];
  return leaveIfDone(session, [{ event: 'lockConfirmed', amount: command.amount, at }], at);
}

type Payment = Extract<TableCommand, { command: 'startPayment' | 'notePayment' }>;

function takePayment(session: TableSession, command: Payment, at: number): Events {
  const { paymentId } = command;
  if (command.command === 'startPayment') {
    const { order } = command;
    const { amount, amountCashback, table } = order;
    const amountGratuity = table?.amountGratuity ?? 0;
    const wish = { kind: 'pay', by: 'card', amount, amountCashback, amountGratuity } as const;
    return whyNot(session, wish) ? [] : [{ event: 'paymentStarted', paymentId, order, at }];
  }
  const { amount } = command;
  const extras = { amountCashback: 0, amountGratuity: 0 };
  if (whyNot(session, { kind: 'pay', by: 'other', amount, ...extras })) return [];
  return leaveIfDone(session, [{ event: 'paymentNoted', paymentId, amount, at }], at);
}

/** What is under way ends first. */
function leave(session: TableSession, at: number): Events {
  if (session.phase === 'open') return [{ event: 'tableLeft', at }];
  const waits = session.phase === 'locking' || session.phase === 'paying';
  return waits && !session.leaving ? [{ event: 'leaveAsked', at }] : [];
}

/** Nobody does anything, or the machine will not say how a payment ended. */
function isIdle(session: TableSession): boolean {
  if (session.phase === 'paying') return session.paying.job.phase === 'ended';
  return session.phase === 'open';
}

/** The waiter's screen may be gone: what is paid is told, and the table is free again. */
function restart(session: TableSession, command: JobCommand, at: number): Events {
  switch (session.phase) {
    case 'locking':
      return [{ event: 'lockFailed', at }];
    case 'open':
      return [{ event: 'tableLeft', at }];
    case 'left':
      return [{ event: 'tableUnlocked', at }];
    case 'paying':
      // Said again if it was said before: the idle limit counts from here.
      return [{ event: 'leaveAsked', at }, ...decide(session.paying.job, command, at)];
    case 'over':
      return [];
  }
}

/** A word about the card payment in hand. */
function pay(session: TableSession, command: JobCommand, at: number): Events {
  const paying = paymentInHand(session);
  // Between machine and waiter: no till judges it [C-9.9].
  if (!paying || command.command === 'askSignature') return [];
  return leaveIfDone(session, decide(paying.job, command, at), at);
}

function leaveIfDone(session: TableSession, events: Events, at: number): Events {
  const after = events.reduce<TableSession>(evolveTable, session);
  const done = after.phase === 'open' && (after.leaving || leftToPay(after) === 0);
  return done && events.length > 0 ? [...events, { event: 'tableLeft', at }] : events;
}

function mark(session: TableSession, number: number, at: number): Events {
  const notice = session.notices[number];
  return notice && !notice.delivered ? [{ event: 'noticeDelivered', number, at }] : [];
}

/** Why a wish cannot be fulfilled now; undefined if it can. */
export type WhyNot =
  | 'notLocked'
  | 'underWay'
  | 'alreadyPaid'
  | 'noAmount'
  | 'tooMuch'
  | 'tooMuchCashback'
  | 'cardOnly';

export function whyNot(session: TableSession, wish: TableWish): WhyNot | undefined {
  if (wish.kind === 'leave') return undefined;
  if (session.phase === 'locking' || session.phase === 'paying') return 'underWay';
  if (session.phase !== 'open') return 'notLocked';
  if (wish.kind === 'bill') return session.payments.length > 0 ? 'alreadyPaid' : undefined;
  return wish.kind === 'pay' ? wrongAmount(session, wish) : 'underWay';
}

function wrongAmount(
  session: TableSession,
  { by, amount, amountCashback, amountGratuity }: TableWish & { kind: 'pay' },
): WhyNot | undefined {
  const whole = [amount, amountCashback, amountGratuity].every(
    (one) => Number.isInteger(one) && one >= 0,
  );
  if (!whole || amount === 0) return 'noAmount';
  if (amount > leftToPay(session) || amountGratuity > MAX_AMOUNT) return 'tooMuch';
  if (amountCashback > MAX_CASHBACK || amount + amountCashback > MAX_AMOUNT) {
    return 'tooMuchCashback';
  }
  return by === 'other' && amountCashback + amountGratuity > 0 ? 'cardOnly' : undefined;
}
