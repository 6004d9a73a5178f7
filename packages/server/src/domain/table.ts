// One card machine at one table, from the lock to the unlock: what may happen there (events) and
// what they make of it (evolve). A card payment in it is a job like any other. Pure.

import type { Currency, Payment, PaymentMethod } from '@tillgate/protocol';
import type { EndedJob, Job, JobEvent, JobRules } from './job.ts';
import { evolveEnded, evolveJob, paymentIn, startJob } from './job.ts';
import type { TransactionOrder } from './machine.ts';

/** The rules in force when the table was chosen. */
export interface TableRules {
  /** Of each card payment. */
  readonly payment: JobRules;
  /** Milliseconds without a request or report of the card machine after which the table is left. */
  readonly idleMs: number;
}

export type TableEvent = { readonly at: number } & (
  | {
      readonly kind: 'lockAsked';
      readonly tid: string;
      readonly tableId: string;
      readonly waiterId?: string;
      readonly currency: Currency;
      readonly rules: TableRules;
      /** Activity with the last transaction that ended at this card machine before. */
      readonly lastTransaction?: number;
    }
  | { readonly kind: 'lockConfirmed'; readonly amount: number }
  /** There is nothing to unlock. By the gateway: no till was connected that could be asked. */
  | { readonly kind: 'lockRefused'; readonly by?: 'till' | 'gateway' }
  /** It is unknown whether the till holds the lock, so an unlock is sent [C-9.13]. */
  | { readonly kind: 'lockFailed' }
  | { readonly kind: 'billAsked' }
  /** The waiter sent a request that was refused: the idle limit starts again. */
  | ({ readonly kind: 'waiterHeard' } & Partial<RefusedRequest>)
  | {
      readonly kind: 'paymentStarted';
      readonly paymentId: string;
      readonly order: TransactionOrder;
    }
  /** Taken by other means, such as cash. */
  | { readonly kind: 'paymentNoted'; readonly paymentId: string; readonly amount: number }
  /** To be left as soon as no request is in progress. */
  | { readonly kind: 'leaveAsked'; readonly by?: LeftBy }
  | { readonly kind: 'tableLeft'; readonly cause?: LeaveCause }
  | { readonly kind: 'tableUnlocked' }
  | {
      readonly kind: 'noticeDelivered';
      readonly number: number;
      readonly notice?: Notice['kind'];
    }
);

// Fields of events that may be absent are absent in journals that were written before they existed.

/** What the waiter asked for and why it was refused. */
export interface RefusedRequest {
  /** Absent of a request that is not valid: it may hold anything. `amount` in minor units. */
  readonly request?:
    | { readonly kind: 'tables' | 'bill' }
    | { readonly kind: 'lock'; readonly tableId: string }
    | { readonly kind: 'pay'; readonly by: 'card' | 'other'; readonly amount: number };
  /** The sentence that the waiter read. */
  readonly refusal: string;
}

/** Who asks to leave the table; the gateway does when it restarts or shuts down. */
export type LeftBy = 'waiter' | 'gateway';

/**
 * Why the table is left: as `LeftBy`, `idle` after the idle limit, `paid` when nothing is left to
 * pay, `ended` when what was in progress has ended and the table was to be left then.
 */
export type LeaveCause = LeftBy | 'idle' | 'paid' | 'ended';

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

/** A message for the till; its content never changes [C-9.23]. */
export type Notice = { readonly at: number; readonly delivered: boolean } & (
  | { readonly kind: 'paid'; readonly payments: readonly Paid[] }
  | { readonly kind: 'unlock' }
);

/** The card payment in progress. */
interface CardPayment {
  readonly paymentId: string;
  readonly job: Job;
}
/** A card payment whose outcome is unknown: the card may have been charged. */
interface UnresolvedPayment {
  readonly paymentId: string;
  readonly job: EndedJob;
}

interface TableBase {
  readonly kind: 'table';
  readonly tid: string;
  readonly tableId: string;
  readonly waiterId: string | undefined;
  readonly currency: Currency;
  readonly rules: TableRules;
  readonly startedAt: number;
  readonly lastTransaction: number | undefined;
  readonly lastActivityAt: number;
  /** To be left as soon as no request is in progress. */
  readonly leaveRequested: boolean;
  /** What was to pay when it was locked; 0 before. */
  readonly amount: number;
  /** Card payments begun so far: each has its own order at the machine. */
  readonly attempts: number;
  readonly payments: readonly Paid[];
  /** Numbers of the cards that were paid with, masked but for the last four digits. */
  readonly cards: readonly string[];
  readonly notices: readonly Notice[];
  /** The card payment that ended last, whatever its result [C-4.18]. */
  readonly lastPayment: Payment | undefined;
}

export type TableSession = TableBase &
  (
    | { readonly phase: 'locking' }
    | { readonly phase: 'open' }
    | { readonly phase: 'paying'; readonly cardPayment: CardPayment }
    /** The payments are queued for the till; the final receipt may be requested. */
    | { readonly phase: 'closing'; readonly unresolvedPayment: UnresolvedPayment | undefined }
    | { readonly phase: 'closed'; readonly unresolvedPayment: UnresolvedPayment | undefined }
  );

type InPhase<P extends TableSession['phase']> = Extract<TableSession, { readonly phase: P }>;

/** The state after the event that begins a session. */
export function startTable(event: TableEvent & { kind: 'lockAsked' }): TableSession {
  const { tid, tableId, waiterId, currency, rules, lastTransaction, at } = event;
  return {
    kind: 'table',
    tid,
    tableId,
    waiterId,
    currency,
    rules,
    lastTransaction,
    startedAt: at,
    lastActivityAt: at,
    leaveRequested: false,
    amount: 0,
    attempts: 0,
    payments: [],
    cards: [],
    notices: [],
    lastPayment: undefined,
    phase: 'locking',
  };
}

/** The state after an event that a command led to. */
export function evolveTable(before: TableSession, event: TableEvent | JobEvent): TableSession {
  if (event.kind === 'noticeDelivered') return deliver(before, event.number);
  const session = { ...before, lastActivityAt: event.at };
  switch (event.kind) {
    case 'lockConfirmed':
      return { ...session, phase: 'open', amount: event.amount };
    case 'lockRefused':
      return { ...session, phase: 'closed', unresolvedPayment: undefined };
    case 'lockFailed':
      return addNotice(
        { ...session, phase: 'closed', unresolvedPayment: undefined },
        { kind: 'unlock' },
        event.at,
      );
    case 'paymentStarted':
      return {
        ...session,
        attempts: session.attempts + 1,
        phase: 'paying',
        cardPayment: startCardPayment(session, event),
      };
    case 'paymentNoted':
      return { ...session, payments: [...session.payments, notedOf(event)] };
    case 'leaveAsked':
      return { ...session, leaveRequested: true };
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
export function amountDue({ amount, payments }: TableSession): number {
  const paid = payments.reduce((sum, one) => sum + one.amountPaid - one.amountCashback, 0);
  return amount - paid;
}

/** The card payment in progress, or one whose outcome is unknown. */
export function currentPayment(session: TableSession): CardPayment | undefined {
  if (session.phase === 'paying') return session.cardPayment;
  return session.phase === 'closing' || session.phase === 'closed'
    ? session.unresolvedPayment
    : undefined;
}

/** Whether anything still has to happen: an end, a word of the machine, a delivery. */
export function isTableComplete(session: TableSession): boolean {
  if (session.phase !== 'closed' || session.unresolvedPayment) return false;
  return session.notices.every((notice) => notice.delivered);
}

function deliver(session: TableSession, number: number): TableSession {
  const notices = session.notices.map((notice, index) =>
    index === number ? { ...notice, delivered: true } : notice,
  );
  return { ...session, notices };
}

type Content = { kind: 'unlock' } | { kind: 'paid'; payments: readonly Paid[] };

function addNotice<S extends TableSession>(session: S, content: Content, at: number): S {
  return { ...session, notices: [...session.notices, { ...content, at, delivered: false }] };
}

function startCardPayment(
  { tid, rules }: TableSession,
  { paymentId, order, at }: TableEvent & { kind: 'paymentStarted' },
): CardPayment {
  const job = startJob({ at, tid, rules: rules.payment, order: { kind: 'transaction', order } });
  return { paymentId, job };
}

function notedOf({ paymentId, amount, at }: TableEvent & { kind: 'paymentNoted' }): Paid {
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

/** The payments are sent once, and before the unlock [C-9.17]. */
function leave(session: TableSession, at: number): TableSession {
  const unresolvedPayment =
    session.phase === 'paying' ? unresolvedOf(session.cardPayment) : undefined;
  const left = { ...session, phase: 'closing', unresolvedPayment } as const;
  const { payments } = session;
  return payments.length > 0 ? addNotice(left, { kind: 'paid', payments }, at) : left;
}

function unresolvedOf({ paymentId, job }: CardPayment): UnresolvedPayment | undefined {
  return job.phase === 'ended' && job.terminal === 'unknown' ? { paymentId, job } : undefined;
}

function unlock(session: TableSession, at: number): TableSession {
  const unresolvedPayment = session.phase === 'closing' ? session.unresolvedPayment : undefined;
  return addNotice({ ...session, phase: 'closed', unresolvedPayment }, { kind: 'unlock' }, at);
}

/** Applies an event of the card payment in progress, or of one whose outcome is unknown. */
function evolvePayment(session: TableSession, event: JobEvent): TableSession {
  if (session.phase === 'paying') return evolvePaying(session, event);
  if (session.phase !== 'closing' && session.phase !== 'closed') return session;
  return session.unresolvedPayment
    ? evolveUnresolved(session, session.unresolvedPayment, event)
    : session;
}

function evolvePaying(session: InPhase<'paying'>, event: JobEvent): TableSession {
  const { cardPayment, ...table } = session;
  const { paymentId } = cardPayment;
  const job = evolveJob(cardPayment.job, event);
  if (job.phase === 'open') return { ...session, cardPayment: { paymentId, job } };
  const lastPayment = paymentIn(job);
  if (job.terminal === 'unknown') {
    // Nothing else is paid here while this one may have been.
    return { ...session, lastPayment, leaveRequested: true, cardPayment: { paymentId, job } };
  }
  const payments = [...table.payments, ...paidOf(paymentId, job)];
  const cards = cardsAfter(session, lastPayment);
  return { ...table, phase: 'open', lastPayment, payments, cards };
}

function cardsAfter({ cards }: TableSession, payment: Payment | undefined): readonly string[] {
  if (payment?.transactionResult !== 'SUCCESSFUL') return cards;
  return [...cards, payment.primaryAccountNumber];
}

/** An outcome that comes after the table was left is still sent to the till [C-9.38]. */
function evolveUnresolved(
  session: InPhase<'closing' | 'closed'>,
  { paymentId, job: before }: UnresolvedPayment,
  event: JobEvent,
): TableSession {
  const job = evolveEnded(before, event);
  const lastPayment = paymentIn(job);
  const known = { ...session, lastPayment, cards: cardsAfter(session, lastPayment) };
  if (job.terminal === 'unknown') return { ...known, unresolvedPayment: { paymentId, job } };
  const settled = { ...known, unresolvedPayment: undefined };
  const paid = paidOf(paymentId, job);
  return paid.length === 0 ? settled : addLateNotice(settled, paid, event.at);
}

/** A notice of its own, since the content of earlier ones never changes. */
function addLateNotice(session: TableSession, paid: readonly Paid[], at: number): TableSession {
  const payments = [...session.payments, ...paid];
  const notified = addNotice({ ...session, payments }, { kind: 'paid', payments: paid }, at);
  return session.phase === 'closed' ? addNotice(notified, { kind: 'unlock' }, at) : notified;
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
      amountCashback,
      amountGratuity,
      authCode,
      cardSchemeName,
      paymentMethod,
      at: job.endedAt,
    },
  ];
}
