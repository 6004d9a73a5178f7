// The waiter at one card machine: hears what is wished, asks the till, has the book decide, and sees to
// it that the till is told of every payment and of the end. Knows the till only as a line.

import { isInProgress, isTable } from '../../domain/activity.ts';
import type { JobEvent } from '../../domain/job.ts';
import type { TableEvent, TableSession } from '../../domain/table.ts';
import { amountDue } from '../../domain/table.ts';
import { tableRefusal } from '../../domain/table-decide.ts';
import type { TableRequest, TerminalProfile } from '../../ports/terminal-driver.ts';
import { DeadlineTimer } from '../journal/deadline-timer.ts';
import { isValidTableRequest } from '../terminal/terminal-mapping.ts';
import { noticeOf, sentenceOf, sentences, whereOf } from './messages.ts';
import type { TableConnection } from './pat-outbox.ts';
import type { TableDeps, TableTerminal } from './table-machine.ts';
import { WaiterAnswers } from './waiter-answers.ts';

type RequestOf<W extends TableRequest['kind']> = Extract<TableRequest, { kind: W }>;

export class TableService {
  readonly #deps: TableDeps;
  readonly #terminal: TableTerminal;
  readonly #waiter: WaiterAnswers;
  readonly #choiceTimer: DeadlineTimer;
  /** A waiter looks at the tables: the machine is busy, though nothing is locked [C-9.7]. */
  #choosing = false;
  /** What the till said when it refused the lock. */
  #refusal: string | undefined;
  /** When the card payment in hand was handed over. */
  #payingSince: number | undefined;
  /** Notices of the session in hand that are kept already. */
  #enqueued = { activityId: 0, count: 0 };

  constructor(deps: TableDeps, terminal: TableTerminal) {
    this.#deps = deps;
    this.#terminal = terminal;
    this.#waiter = new WaiterAnswers((number, answer) => terminal.answer(number, answer));
    this.#choiceTimer = new DeadlineTimer(deps.clock);
  }

  get isChoosing(): boolean {
    return this.#choosing;
  }

  onRequest(number: number, wish: TableRequest): void {
    const refuse = (message: string) => this.#terminal.answer(number, { answer: 'no', message });
    if (this.#session) this.#terminal.stateMachine.command({ kind: 'noteWaiterActivity' });
    if (wish.kind === 'leave') {
      this.#leave(number);
    } else if (!isValidTableRequest(wish)) {
      refuse(sentences.badWish);
    } else if (this.#waiter.isWaiting) {
      refuse(sentences.underWay);
    } else {
      this.#waiter.wait(number);
      this.#handle(wish);
    }
  }

  /** The machine is out of reach: it does not wait for answers any more. */
  onDisconnected(): void {
    this.#waiter.forget();
    this.#stopChoosing();
  }

  close(): void {
    this.#choiceTimer.cancel();
  }

  /** Leaves a table as soon as what is under way there has ended. */
  leaveSoon(): void {
    this.#stopChoosing();
    if (this.#session) this.#terminal.stateMachine.command({ kind: 'leave' });
  }

  /** Takes up what the journal knows of a session: the till must still be told. */
  resume(activityId: number, session: TableSession): void {
    this.#enqueueNotices(activityId, session, 0);
  }

  /** Does what an event of the session in hand asks for, now that it is safe. */
  onCommitted(event: TableEvent | JobEvent, session: TableSession): void {
    this.#enqueueNew(session);
    switch (event.kind) {
      case 'lockAsked':
        void this.#askLock(session);
        return;
      case 'lockConfirmed':
        this.#answerLock(session);
        return;
      case 'lockRefused':
        this.#waiter.refuse(this.#refusal ?? sentences.refused);
        return;
      case 'lockFailed':
        this.#waiter.refuse(sentences.noAnswer);
        return;
      case 'billAsked':
        void this.#askBill(session);
        return;
      case 'paymentNoted':
        this.#waiter.answer({ answer: 'payment', paid: true, left: amountDue(session) });
        return;
      case 'ended':
        this.#paymentEnded(session, event);
        return;
      case 'tableLeft':
        void this.#finish(session);
        return;
      case 'tableUnlocked':
        this.#waiter.sayGoodbye();
        return;
      default:
        return;
    }
  }

  #handle(wish: Exclude<TableRequest, { kind: 'leave' }>): void {
    const { isIdle, profile } = this.#terminal;
    if (wish.kind === 'bill' || wish.kind === 'pay') this.#atTable(wish);
    else if (!(isIdle || this.#choosing) || !profile) this.#waiter.refuse(sentences.busy);
    else if (wish.kind === 'tables') void this.#listTables(wish, profile);
    else this.#lock(wish, profile);
  }

  /** No list is the same as an empty one [C-9.11]. */
  async #listTables(
    { waiterId }: RequestOf<'tables'>,
    { currency }: TerminalProfile,
  ): Promise<void> {
    this.#startChoosing();
    const line = this.#deps.isDraining() ? undefined : this.#connection;
    const waiter = waiterId === undefined ? {} : { waiterId };
    const reply = await line?.ask({ kind: 'tables', tid: this.#terminal.tid, ...waiter }, currency);
    const tables = reply?.kind === 'tables' ? reply.tables : [];
    if (tables.length === 0) this.#stopChoosing();
    this.#waiter.answer({ answer: 'tables', tables });
  }

  #lock({ tableId, waiterId }: RequestOf<'lock'>, { currency }: TerminalProfile): void {
    this.#stopChoosing();
    if (this.#deps.isDraining()) this.#waiter.refuse(sentences.goingDown);
    else if (!this.#connection) this.#waiter.refuse(sentences.noTill);
    else {
      const waiter = waiterId === undefined ? {} : { waiterId };
      const rules = this.#deps.tableRules();
      this.#refusal = undefined;
      this.#waiter.keepReceipt(undefined);
      const begun = this.#terminal.begin((_, at) => ({
        kind: 'lockAsked',
        ...{ at, tid: this.#terminal.tid, tableId, ...waiter, currency, rules },
      }));
      begun.durable.catch(() => this.#waiter.refuse(sentences.fault));
    }
  }

  /** Only the session that asked hears the answer: it may have ended meanwhile. */
  async #askLock(session: TableSession): Promise<void> {
    const { stateMachine } = this.#terminal;
    const { activityId } = stateMachine;
    const line = this.#connection;
    if (!line) {
      this.#refusal = sentences.noTill;
      stateMachine.command({ kind: 'refuseLock' });
      return;
    }
    const reply = await line.ask({ kind: 'lock', ...whereOf(session) }, session.currency);
    if (stateMachine.activityId !== activityId) return;
    if (reply?.kind === 'locked') {
      stateMachine.command({ kind: 'confirmLock', amount: reply.amount });
    } else if (reply?.kind === 'refused') {
      this.#refusal = sentenceOf(reply);
      stateMachine.command({ kind: 'refuseLock' });
    } else {
      stateMachine.command({ kind: 'failLock' });
    }
  }

  #answerLock({ amount, currency }: TableSession): void {
    if (amount > 0) this.#waiter.answer({ answer: 'locked', amount, currency });
    else this.#waiter.refuse(sentences.nothingToPay);
  }

  #atTable(wish: RequestOf<'bill' | 'pay'>): void {
    const { stateMachine } = this.#terminal;
    const session = this.#session;
    const why = this.#refusalFor(session, wish);
    if (why || !session) this.#waiter.refuse(sentences[why ?? 'notLocked']);
    else if (wish.kind === 'bill') stateMachine.command({ kind: 'askBill' });
    else this.#pay(wish, session);
  }

  #refusalFor(session: TableSession | undefined, wish: RequestOf<'bill' | 'pay'>) {
    const cashback = wish.kind === 'pay' && wish.amountCashback > 0;
    if (cashback && !this.#terminal.profile?.cashback) return 'noCashback';
    return session ? tableRefusal(session, wish) : 'notLocked';
  }

  #pay(wish: RequestOf<'pay'>, session: TableSession): void {
    const { stateMachine } = this.#terminal;
    const { amount, amountCashback, amountGratuity } = wish;
    const paymentId = this.#deps.clock.id();
    if (wish.by === 'other') {
      stateMachine.command({ kind: 'notePayment', paymentId, amount });
      return;
    }
    const { tid: _, ...where } = whereOf(session);
    const order = {
      id: `${stateMachine.stream}/${stateMachine.activityId}/${session.attempts + 1}`,
      transactionType: 'SALE',
      ...{ currency: session.currency, amount, amountCashback },
      cardholderNotPresent: false,
      table: { ...where, amountGratuity },
    } as const;
    this.#payingSince = this.#deps.clock.now();
    stateMachine.command({ kind: 'startPayment', paymentId, order });
  }

  #paymentEnded(session: TableSession, { result, at }: JobEvent & { kind: 'ended' }): void {
    if (!('transactionResult' in result)) return;
    const { transactionType, transactionResult } = result;
    const lasted = at - (this.#payingSince ?? at);
    this.#deps.observer.transactionEnded(transactionType, transactionResult, lasted);
    const paid = transactionResult === 'SUCCESSFUL';
    this.#waiter.answer(
      transactionResult === 'TIMED_OUT'
        ? { answer: 'unknown', message: sentences.notKnown }
        : { answer: 'payment', paid, left: amountDue(session) },
    );
  }

  async #askBill(session: TableSession): Promise<void> {
    const question = { kind: 'bill', ...whereOf(session) } as const;
    const reply = await this.#connection?.ask(question, session.currency);
    if (reply?.kind === 'receipt') {
      this.#waiter.answer({ answer: 'bill', receiptLines: reply.receiptLines });
    } else {
      this.#waiter.refuse(sentenceOf(reply) ?? sentences.noBill);
    }
  }

  /** The till was told what was paid; the final receipt comes before the unlock [C-9.16]. */
  async #finish(session: TableSession): Promise<void> {
    const line = this.#connection;
    if (session.payments.length > 0 && line?.wantsFinalReceipt) {
      const question = { kind: 'finalReceipt', ...whereOf(session) } as const;
      const reply = await line.ask(question, session.currency);
      if (reply?.kind === 'receipt') this.#waiter.keepReceipt(reply.receiptLines);
    }
    this.#terminal.stateMachine.command({ kind: 'unlock' });
  }

  #leave(number: number): void {
    this.#stopChoosing();
    this.#waiter.waitForTheEnd(number);
    const session = this.#session;
    if (session && isInProgress(session)) this.#terminal.stateMachine.command({ kind: 'leave' });
    else this.#waiter.sayGoodbye();
  }

  /** Each notice is handed to the till's line once; from there on it is kept until delivered. */
  #enqueueNew(session: TableSession): void {
    const { activityId } = this.#terminal.stateMachine;
    const from = this.#enqueued.activityId === activityId ? this.#enqueued.count : 0;
    this.#enqueueNotices(activityId, session, from);
  }

  #enqueueNotices(activityId: number, session: TableSession, from: number): void {
    for (const [number, notice] of session.notices.entries()) {
      if (number < from || notice.delivered) continue;
      this.#deps.outbox.enqueue({
        at: notice.at,
        from: { stream: this.#terminal.stateMachine.stream, activityId, number },
        notice: noticeOf(session, notice),
        delivered: () =>
          this.#terminal.stateMachine.commandActivity(activityId, { kind: 'markNotice', number }),
      });
    }
    if (activityId === this.#terminal.stateMachine.activityId) {
      this.#enqueued = { activityId, count: session.notices.length };
    }
  }

  #startChoosing(): void {
    this.#choosing = true;
    const until = this.#deps.clock.now() + this.#deps.tableRules().idleMs;
    this.#choiceTimer.set(until, () => this.#stopChoosing());
  }

  #stopChoosing(): void {
    this.#choosing = false;
    this.#choiceTimer.cancel();
  }

  /** The table in hand, or the last one if no job has begun since. */
  get #session(): TableSession | undefined {
    const { activity } = this.#terminal.stateMachine;
    return activity && isTable(activity) ? activity : undefined;
  }

  get #connection(): TableConnection | undefined {
    return this.#deps.outbox.connection;
  }
}
