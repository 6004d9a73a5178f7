// Pay at table at one card machine. `TableService` takes the waiter's requests, asks the site's
// till, has the state machine decide, and queues for the till every payment and the unlock.
// TerminalSession owns one.

import type { StartEvent } from '../../domain/activity.ts';
import { isInProgress, isTable } from '../../domain/activity.ts';
import type { JobEvent } from '../../domain/job.ts';
import type { TableRules, TableSession } from '../../domain/table.ts';
import { amountDue } from '../../domain/table.ts';
import { tableRefusal } from '../../domain/table-decide.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Observer } from '../../ports/observer.ts';
import type { TableAnswer, TableRequest, TerminalProfile } from '../../ports/terminal-driver.ts';
import { DeadlineTimer } from '../journal/deadline-timer.ts';
import type {
  CommittedEvent,
  PersistentStateMachine,
} from '../journal/persistent-state-machine.ts';
import {
  isValidTableRequest,
  journalledRequest,
  noticeOf,
  sentenceOf,
  sentences,
  whereOf,
} from './messages.ts';
import type { PatOutbox, TableConnection } from './pat-outbox.ts';
import type { AnswerWaiter, OpenRequest, WaiterEvent, WaiterState } from './waiter-state.ts';
import { isChoosing, lockRefusal, nextWaiterState, openRequest } from './waiter-state.ts';

export interface TableDeps {
  readonly clock: Clock;
  readonly observer: Observer;
  /** Of the site's till at the table. */
  readonly outbox: PatOutbox;
  readonly tableRules: () => TableRules;
  /** Whether no table may be started because the gateway is going down [C-3.46]. */
  readonly isDraining: () => boolean;
}

/** The card machine at which the waiter stands. */
export interface TableTerminal {
  readonly tid: string;
  readonly stateMachine: PersistentStateMachine;
  readonly profile: TerminalProfile | undefined;
  /** Whether neither a job nor a table is in progress. */
  readonly isIdle: boolean;
  /** Starts a table; throws a `Refusal` if the terminal is not idle. */
  begin(make: (id: string, at: number) => StartEvent): { readonly durable: Promise<void> };
}

/** Every request but to leave, which is never refused. */
type RefusableRequest = Exclude<TableRequest, { kind: 'leave' }>;
type RequestOf<K extends TableRequest['kind']> = Extract<TableRequest, { kind: K }>;
type ReceiptLines = Extract<TableAnswer, { answer: 'left' }>['receiptLines'];

export class TableService {
  readonly #deps: TableDeps;
  readonly #terminal: TableTerminal;
  readonly #choiceTimer: DeadlineTimer;
  #waiter: WaiterState = { kind: 'idle' };
  /** The last table as far as it is durable: it may still be open there when `#session` has ended. */
  #durableSession: TableSession | undefined;
  /** Requests to leave: all are answered when the table is durably unlocked. */
  readonly #leaving: AnswerWaiter[] = [];
  /** Goes out with the next answer to a request to leave; none of an earlier table. */
  #finalReceipt: ReceiptLines;

  constructor(deps: TableDeps, terminal: TableTerminal) {
    this.#deps = deps;
    this.#terminal = terminal;
    this.#choiceTimer = new DeadlineTimer(deps.clock);
  }

  /** Whether the terminal is busy with a list of tables, though nothing is locked [C-9.7]. */
  get isChoosing(): boolean {
    return isChoosing(this.#waiter);
  }

  /** Whether the waiter waits for no answer and chooses no table. */
  get isIdle(): boolean {
    return this.#waiter.kind === 'idle' && this.#leaving.length === 0;
  }

  /** `answer` is called once, or never if the terminal is disconnected before. */
  onRequest(request: TableRequest, answer: AnswerWaiter): void {
    if (request.kind === 'leave') this.#leave(answer);
    else if (!isValidTableRequest(request)) this.#refuse(request, sentences.badRequest, answer);
    else if (openRequest(this.#waiter)) this.#refuse(request, sentences.underWay, answer);
    else this.#handle(request, answer);
  }

  /** The terminal waits for no answer any more. */
  onDisconnected(): void {
    this.#leaving.length = 0;
    this.#advance({ kind: 'disconnected' });
  }

  close(): void {
    this.#choiceTimer.cancel();
  }

  /** Leaves the table as soon as what is in progress there has ended. */
  leaveSoon(): void {
    this.#advance({ kind: 'choiceEnded' });
    if (this.#session) this.#terminal.stateMachine.command({ kind: 'leave', by: 'gateway' });
  }

  /** Queues the notices of a journalled session that are not delivered yet. */
  resume(activityId: number, session: TableSession): void {
    this.#enqueueNotices(activityId, session, 0);
  }

  /** Runs the side effects of a durable event of the session. */
  onCommitted(committed: CommittedEvent, session: TableSession): void {
    const { event, before, activityId } = committed;
    this.#durableSession = session;
    const known = before && isTable(before) ? before.notices.length : 0;
    this.#enqueueNotices(activityId, session, known);
    switch (event.kind) {
      case 'lockAsked':
        void this.#askLock(activityId, session);
        return;
      case 'lockConfirmed':
        this.#answer('lock', lockAnswer(session));
        return;
      case 'lockRefused':
        this.#answer('lock', no(lockRefusal(this.#waiter) ?? sentences.refused));
        return;
      case 'lockFailed':
        this.#answer('lock', no(sentences.noAnswer));
        return;
      case 'billAsked':
        void this.#askBill(session);
        return;
      case 'paymentNoted':
        this.#answerPayment(event.paymentId, paidAnswer(session, true));
        return;
      case 'ended':
        this.#onPaymentEnded(event, before, session);
        return;
      case 'tableLeft':
        void this.#finish(session);
        return;
      case 'tableUnlocked':
        this.#answerLeaving();
        return;
      default:
        return;
    }
  }

  #handle(request: RefusableRequest, answer: AnswerWaiter): void {
    const { isIdle, profile } = this.#terminal;
    if (request.kind === 'bill' || request.kind === 'pay') this.#atTable(request, answer);
    else if (!(isIdle || this.isChoosing) || !profile)
      this.#refuse(request, sentences.busy, answer);
    else if (request.kind === 'tables') void this.#listTables(request, profile, answer);
    else this.#lock(request, profile, answer);
  }

  /** No list is the same as an empty one [C-9.11]. */
  async #listTables(
    { waiterId }: RequestOf<'tables'>,
    { currency }: TerminalProfile,
    answer: AnswerWaiter,
  ): Promise<void> {
    const request = this.#open({ kind: 'tables', answer });
    const connection = this.#deps.isDraining() ? undefined : this.#connection;
    const { tid } = this.#terminal;
    const question = {
      kind: 'tables',
      tid,
      ...(waiterId === undefined ? {} : { waiterId }),
    } as const;
    const reply = await connection?.ask(question, currency);
    const tables = reply?.kind === 'tables' ? reply.tables : [];
    this.#respond(request, { answer: 'tables', tables });
  }

  #lock(
    { tableId, waiterId }: RequestOf<'lock'>,
    { currency }: TerminalProfile,
    answer: AnswerWaiter,
  ): void {
    this.#advance({ kind: 'choiceEnded' });
    if (this.#deps.isDraining() || !this.#connection) {
      answer(no(this.#deps.isDraining() ? sentences.goingDown : sentences.noTill));
      return;
    }
    const request = this.#open({ kind: 'lock', answer });
    this.#finalReceipt = undefined;
    const { tid } = this.#terminal;
    const started = this.#terminal.begin((_, at) => ({
      kind: 'lockAsked',
      at,
      tid,
      tableId,
      ...(waiterId === undefined ? {} : { waiterId }),
      currency,
      rules: this.#deps.tableRules(),
    }));
    started.durable.catch(() => this.#respond(request, no(sentences.fault)));
  }

  /** The session may have ended before the till replies: then the reply counts for nothing. */
  async #askLock(activityId: number, session: TableSession): Promise<void> {
    const { stateMachine } = this.#terminal;
    const connection = this.#connection;
    if (!connection) {
      this.#refuseLock('gateway', sentences.noTill);
      return;
    }
    const reply = await connection.ask({ kind: 'lock', ...whereOf(session) }, session.currency);
    if (stateMachine.activityId !== activityId) return;
    if (reply?.kind === 'locked') {
      stateMachine.command({ kind: 'confirmLock', amount: reply.amount });
    } else if (reply?.kind === 'refused') {
      this.#refuseLock('till', sentenceOf(reply) ?? sentences.refused);
    } else {
      stateMachine.command({ kind: 'failLock' });
    }
  }

  #refuseLock(by: 'till' | 'gateway', refusal: string): void {
    this.#advance({ kind: 'lockRefused', refusal });
    this.#terminal.stateMachine.command({ kind: 'refuseLock', by });
  }

  /** Refuses a request at once; at a locked table it counts as activity and is journalled [C-9.37]. */
  #refuse(request: RefusableRequest, refusal: string, answer: AnswerWaiter): void {
    if (this.#session) {
      const journalled = journalledRequest(request);
      this.#terminal.stateMachine.command({
        kind: 'noteRefusedRequest',
        ...(journalled ? { request: journalled } : {}),
        refusal,
      });
    }
    answer(no(refusal));
  }

  #atTable(request: RequestOf<'bill' | 'pay'>, answer: AnswerWaiter): void {
    const session = this.#session;
    const refusal = this.#refusalFor(session, request);
    if (refusal || !session) {
      this.#refuse(request, sentences[refusal ?? 'notLocked'], answer);
    } else if (request.kind === 'bill') {
      this.#open({ kind: 'bill', answer });
      this.#terminal.stateMachine.command({ kind: 'askBill' });
    } else {
      this.#pay(request, session, answer);
    }
  }

  #refusalFor(session: TableSession | undefined, request: RequestOf<'bill' | 'pay'>) {
    const cashback = request.kind === 'pay' && request.amountCashback > 0;
    if (cashback && !this.#terminal.profile?.cashback) return 'noCashback';
    return session ? tableRefusal(session, request) : 'notLocked';
  }

  #pay(request: RequestOf<'pay'>, session: TableSession, answer: AnswerWaiter): void {
    const { stateMachine } = this.#terminal;
    const { amount, amountCashback, amountGratuity } = request;
    const paymentId = this.#deps.clock.id();
    this.#open({ kind: 'pay', paymentId, answer });
    if (request.by === 'other') {
      stateMachine.command({ kind: 'notePayment', paymentId, amount });
      return;
    }
    const { tid: _, ...where } = whereOf(session);
    const order = {
      id: `${stateMachine.stream}/${stateMachine.activityId}/${session.attempts + 1}`,
      transactionType: 'SALE',
      currency: session.currency,
      amount,
      amountCashback,
      cardholderNotPresent: false,
      table: { ...where, amountGratuity },
    } as const;
    stateMachine.command({ kind: 'startPayment', paymentId, order });
  }

  #onPaymentEnded(
    { result }: JobEvent & { kind: 'ended' },
    before: CommittedEvent['before'],
    session: TableSession,
  ): void {
    if (!before || !isTable(before) || before.phase !== 'paying') return;
    if (!('transactionResult' in result)) return;
    const { paymentId } = before.cardPayment;
    const { transactionResult } = result;
    this.#answerPayment(
      paymentId,
      transactionResult === 'TIMED_OUT'
        ? { answer: 'unknown', message: sentences.notKnown }
        : paidAnswer(session, transactionResult === 'SUCCESSFUL'),
    );
  }

  async #askBill(session: TableSession): Promise<void> {
    const request = openRequest(this.#waiter);
    const question = { kind: 'bill', ...whereOf(session) } as const;
    const reply = await this.#connection?.ask(question, session.currency);
    if (request?.kind !== 'bill') return;
    this.#respond(
      request,
      reply?.kind === 'receipt'
        ? { answer: 'bill', receiptLines: reply.receiptLines }
        : no(sentenceOf(reply) ?? sentences.noBill),
    );
  }

  /** The payments are queued already; the final receipt comes before the unlock [C-9.16]. */
  async #finish(session: TableSession): Promise<void> {
    const connection = this.#connection;
    if (session.payments.length > 0 && connection?.wantsFinalReceipt) {
      const question = { kind: 'finalReceipt', ...whereOf(session) } as const;
      const reply = await connection.ask(question, session.currency);
      if (reply?.kind === 'receipt') this.#finalReceipt = reply.receiptLines;
    }
    this.#terminal.stateMachine.command({ kind: 'unlock' });
  }

  #leave(answer: AnswerWaiter): void {
    this.#advance({ kind: 'choiceEnded' });
    this.#leaving.push(answer);
    const open = [this.#session, this.#durableSession].some((one) => one && isInProgress(one));
    if (open) this.#terminal.stateMachine.command({ kind: 'leave', by: 'waiter' });
    else this.#answerLeaving();
  }

  /** The final receipt is printed once. */
  #answerLeaving(): void {
    for (const answer of this.#leaving.splice(0)) {
      const receiptLines = this.#finalReceipt;
      this.#finalReceipt = undefined;
      answer({ answer: 'left', ...(receiptLines ? { receiptLines } : {}) });
    }
  }

  /** Queues the notices from number `from` on; the till gets each until its delivery is known. */
  #enqueueNotices(activityId: number, session: TableSession, from: number): void {
    const { stateMachine } = this.#terminal;
    for (const [number, notice] of session.notices.entries()) {
      if (number < from || notice.delivered) continue;
      this.#deps.outbox.enqueue({
        at: notice.at,
        from: { stream: stateMachine.stream, activityId, number },
        notice: noticeOf(session, notice),
        delivered: () => stateMachine.commandActivity(activityId, { kind: 'markNotice', number }),
      });
    }
  }

  #open(request: OpenRequest): OpenRequest {
    this.#advance({ kind: 'requested', request });
    return request;
  }

  /** Answers the open request, if it is of that kind. */
  #answer(kind: OpenRequest['kind'], answer: TableAnswer): void {
    const request = openRequest(this.#waiter);
    if (request?.kind === kind) this.#respond(request, answer);
  }

  #answerPayment(paymentId: string, answer: TableAnswer): void {
    const request = openRequest(this.#waiter);
    if (request?.kind === 'pay' && request.paymentId === paymentId) this.#respond(request, answer);
  }

  /**
   * An answer to a request that is not open any more reaches nobody, least of all the next waiter.
   */
  #respond(request: OpenRequest, answer: TableAnswer): void {
    if (openRequest(this.#waiter) !== request) return;
    const hasChoice = answer.answer === 'tables' && answer.tables.length > 0;
    this.#advance({ kind: 'answered', request, hasChoice });
    request.answer(answer);
  }

  /** Whoever starts to look at the tables has until the idle limit to choose one. */
  #advance(event: WaiterEvent): void {
    const was = this.isChoosing;
    this.#waiter = nextWaiterState(this.#waiter, event);
    if (event.kind === 'requested' && this.isChoosing) {
      const until = this.#deps.clock.now() + this.#deps.tableRules().idleMs;
      this.#choiceTimer.set(until, () => this.#advance({ kind: 'choiceEnded' }));
    } else if (was && !this.isChoosing) {
      this.#choiceTimer.cancel();
    }
  }

  /** The current table, or the last one if nothing else was started since. */
  get #session(): TableSession | undefined {
    const { activity } = this.#terminal.stateMachine;
    return activity && isTable(activity) ? activity : undefined;
  }

  get #connection(): TableConnection | undefined {
    return this.#deps.outbox.connection;
  }
}

function lockAnswer({ amount, currency }: TableSession): TableAnswer {
  return amount > 0 ? { answer: 'locked', amount, currency } : no(sentences.nothingToPay);
}

function paidAnswer(session: TableSession, paid: boolean): TableAnswer {
  return { answer: 'payment', paid, left: amountDue(session) };
}

function no(message: string): TableAnswer {
  return { answer: 'no', message };
}
