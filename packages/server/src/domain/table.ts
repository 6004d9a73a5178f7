// One card machine at one table, from the lock to the unlock: what may happen there (events) and what
// they make of it (evolve). A card payment in it is a job like any other. Pure.

import type { Currency, Payment, PaymentMethod } from '@tillgate/protocol';
import type { EndedJob, Job, JobEvent, JobRules } from './job.ts';
import { beginJob, evolveEnded, evolve as evolveJob, paymentIn } from './job.ts';
import type { TransactionOrder } from './machine.ts';

/** The rules in force when the table was chosen. */
export interface TableRules {
  /** Of each card payment. */
  readonly payment: JobRules;
  /** Without a word from the card machine for so long, the table is left. */
  readonly idleMs: number;
}

export type TableEvent = { readonly at: number } & (
  | {
      readonly event: 'lockAsked';
      readonly tid: string;
      readonly tableId: string;
      readonly waiterId?: string;
      readonly currency: Currency;
      readonly rules: TableRules;
      /** Chapter of the last transaction that ended here before. */
      readonly lastTransaction?: number;
    }
  | { readonly event: 'lockConfirmed'; readonly amount: number }
  /** The till said no, or was not asked: there is nothing to unlock. */
  | { readonly event: 'lockRefused' }
  /** Nobody knows whether the till holds the lock: it is unlocked to be safe [C-9.13]. */
  | { readonly event: 'lockFailed' }
  | { readonly event: 'billAsked' }
  /** The waiter is there, though what was wished could not be done. */
  | { readonly event: 'waiterHeard' }
  | {
      readonly event: 'paymentStarted';
      readonly paymentId: string;
      readonly order: TransactionOrder;
    }
  /** Taken by other means, such as cash. */
  | { readonly event: 'paymentNoted'; readonly paymentId: string; readonly amount: number }
  /** To be left as soon as nothing is under way. */
  | { readonly event: 'leaveAsked' }
  | { readonly event: 'tableLeft' }
  | { readonly event: 'tableUnlocked' }
  | { readonly event: 'noticeDelivered'; readonly number: number }
);

/** One payment that happened. */
export interface Paid {
  readonly paymentId: string;
  /** Minor units: off the bill, with cashback, without gratuity [C-9.17]. */
  readonly amountPaid: number;
  readonly amountCashback: number;
  readonly amountGratuity: number;
  readonly authCode: string;
  readonly cardSchemeName: string;
  readonly paymentMethod: PaymentMethod;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What the till must be told; its content never changes [C-9.23]. */
export type Notice = { readonly at: number; readonly delivered: boolean } & (
  | { readonly notice: 'paid'; readonly payments: readonly Paid[] }
  | { readonly notice: 'unlock' }
);

/** A card payment in hand. */
interface Paying {
  readonly paymentId: string;
  readonly job: Job;
}
/** One whose end the machine has not told: it may still have taken the money. */
interface Silent {
  readonly paymentId: string;
  readonly job: EndedJob;
}

interface Begun {
  readonly kind: 'table';
  readonly tid: string;
  readonly tableId: string;
  readonly waiterId: string | undefined;
  readonly currency: Currency;
  readonly rules: TableRules;
  readonly startedAt: number;
  readonly lastTransaction: number | undefined;
  readonly lastWordAt: number;
  /** To be left as soon as nothing is under way. */
  readonly leaving: boolean;
  /** What was to pay when it was locked; 0 before. */
  readonly amount: number;
  /** Card payments begun so far: each has its own order at the machine. */
  readonly attempts: number;
  readonly payments: readonly Paid[];
  readonly notices: readonly Notice[];
  /** The card payment that ended last, whatever its result [C-4.18]. */
  readonly lastPayment: Payment | undefined;
}

export type TableSession = Begun &
  (
    | { readonly phase: 'locking' }
    | { readonly phase: 'open' }
    | { readonly phase: 'paying'; readonly paying: Paying }
    /** The till is told; a final receipt may be on its way. */
    | { readonly phase: 'left'; readonly silent: Silent | undefined }
    | { readonly phase: 'over'; readonly silent: Silent | undefined }
  );

type InPhase<P extends TableSession['phase']> = Extract<TableSession, { readonly phase: P }>;

/** The state after the event that begins a session. */
export function beginTable(event: TableEvent & { event: 'lockAsked' }): TableSession {
  const { tid, tableId, waiterId, currency, rules, lastTransaction, at } = event;
  return {
    kind: 'table',
    ...{ tid, tableId, waiterId, currency, rules, lastTransaction },
    startedAt: at,
    lastWordAt: at,
    leaving: false,
    amount: 0,
    attempts: 0,
    payments: [],
    notices: [],
    lastPayment: undefined,
    phase: 'locking',
  };
}

/** The state after an event that a command led to. */
export function evolveTable(before: TableSession, event: TableEvent | JobEvent): TableSession {
  if (event.event === 'noticeDelivered') return deliver(before, event.number);
  const session = { ...before, lastWordAt: event.at };
  switch (event.event) {
    case 'lockConfirmed':
      return { ...session, phase: 'open', amount: event.amount };
    case 'lockRefused':
      return { ...session, phase: 'over', silent: undefined };
    case 'lockFailed':
      return tell({ ...session, phase: 'over', silent: undefined }, { notice: 'unlock' }, event.at);
    case 'paymentStarted':
      return {
        ...session,
        attempts: session.attempts + 1,
        phase: 'paying',
        paying: startPaying(session, event),
      };
    case 'paymentNoted':
      return { ...session, payments: [...session.payments, notedOf(event)] };
    case 'leaveAsked':
      return { ...session, leaving: true };
    case 'tableLeft':
      return leave(session, event.at);
    case 'tableUnlocked':
      return unlock(session, event.at);
    case 'lockAsked':
    case 'billAsked':
    case 'waiterHeard':
      return session;
    default:
      return evolvePayment(session, event);
  }
}

/** What is still to pay, minor units [C-9.19]. */
export function leftToPay({ amount, payments }: TableSession): number {
  const paid = payments.reduce((sum, one) => sum + one.amountPaid - one.amountCashback, 0);
  return amount - paid;
}

/** The card payment in hand, or one whose end is not known. */
export function paymentInHand(session: TableSession): Paying | undefined {
  if (session.phase === 'paying') return session.paying;
  return session.phase === 'left' || session.phase === 'over' ? session.silent : undefined;
}

/** Whether anything still has to happen: an end, a word of the machine, a delivery. */
export function isTableSettled(session: TableSession): boolean {
  if (session.phase !== 'over' || session.silent) return false;
  return session.notices.every((notice) => notice.delivered);
}

function deliver(session: TableSession, number: number): TableSession {
  const notices = session.notices.map((notice, index) =>
    index === number ? { ...notice, delivered: true } : notice,
  );
  return { ...session, notices };
}

type Content = { notice: 'unlock' } | { notice: 'paid'; payments: readonly Paid[] };

function tell<S extends TableSession>(session: S, content: Content, at: number): S {
  return { ...session, notices: [...session.notices, { ...content, at, delivered: false }] };
}

function startPaying(
  { tid, rules }: TableSession,
  { paymentId, order, at }: TableEvent & { event: 'paymentStarted' },
): Paying {
  const job = beginJob({ at, tid, rules: rules.payment, order: { kind: 'transaction', order } });
  return { paymentId, job };
}

function notedOf({ paymentId, amount, at }: TableEvent & { event: 'paymentNoted' }): Paid {
  return {
    paymentId,
    amountPaid: amount,
    amountCashback: 0,
    amountGratuity: 0,
    authCode: '',
    cardSchemeName: '',
    paymentMethod: 'UNKNOWN',
    at,
  };
}

/** What was paid is told before the unlock, and once [C-9.17]. */
function leave(session: TableSession, at: number): TableSession {
  const silent = session.phase === 'paying' ? silentOf(session.paying) : undefined;
  const left = { ...session, phase: 'left', silent } as const;
  const { payments } = session;
  return payments.length > 0 ? tell(left, { notice: 'paid', payments }, at) : left;
}

function silentOf({ paymentId, job }: Paying): Silent | undefined {
  return job.phase === 'ended' && job.terminal === 'unknown' ? { paymentId, job } : undefined;
}

function unlock(session: TableSession, at: number): TableSession {
  const silent = session.phase === 'left' ? session.silent : undefined;
  return tell({ ...session, phase: 'over', silent }, { notice: 'unlock' }, at);
}

/** What happens to the card payment in hand. */
function evolvePayment(session: TableSession, event: JobEvent): TableSession {
  if (session.phase === 'paying') return evolvePaying(session, event);
  if (session.phase !== 'left' && session.phase !== 'over') return session;
  return session.silent ? evolveSilent(session, session.silent, event) : session;
}

function evolvePaying(session: InPhase<'paying'>, event: JobEvent): TableSession {
  const { paying, ...table } = session;
  const { paymentId } = paying;
  const job = evolveJob(paying.job, event);
  if (job.phase === 'open') return { ...session, paying: { paymentId, job } };
  const lastPayment = paymentIn(job);
  if (job.terminal === 'unknown') {
    // Nothing else is paid here while this one may have been.
    return { ...session, lastPayment, leaving: true, paying: { paymentId, job } };
  }
  const payments = [...table.payments, ...paidOf(paymentId, job)];
  return { ...table, phase: 'open', lastPayment, payments };
}

/** A machine's late word on a payment of a table long left is told all the same [C-9.38]. */
function evolveSilent(
  session: InPhase<'left' | 'over'>,
  { paymentId, job: before }: Silent,
  event: JobEvent,
): TableSession {
  const job = evolveEnded(before, event);
  const known = { ...session, lastPayment: paymentIn(job) };
  if (job.terminal === 'unknown') return { ...known, silent: { paymentId, job } };
  const settled = { ...known, silent: undefined };
  const paid = paidOf(paymentId, job);
  return paid.length === 0 ? settled : tellLate(settled, paid, event.at);
}

/** On its own: what was told before never changes. */
function tellLate(session: TableSession, paid: readonly Paid[], at: number): TableSession {
  const payments = [...session.payments, ...paid];
  const told = tell({ ...session, payments }, { notice: 'paid', payments: paid }, at);
  return session.phase === 'over' ? tell(told, { notice: 'unlock' }, at) : told;
}

/** Only what happened is listed [C-9.18]. */
function paidOf(paymentId: string, job: EndedJob): readonly Paid[] {
  const payment = paymentIn(job);
  if (payment?.transactionResult !== 'SUCCESSFUL') return [];
  const { amountBase, amountCashback, amountGratuity } = payment;
  const { authCode, cardSchemeName, paymentMethod } = payment;
  return [
    {
      paymentId,
      amountPaid: amountBase + amountCashback,
      ...{ amountCashback, amountGratuity, authCode, cardSchemeName, paymentMethod },
      at: job.endedAt,
    },
  ];
}
