// The waiter at one card machine: hears what is wished, asks the till, has the book decide, and sees to
// it that the till is told of every payment and of the end. Knows the till only as a line.

import { isTable, isUnderWay } from '../../domain/activity.ts';
import type { JobEvent } from '../../domain/job.ts';
import type { TableEvent, TableSession } from '../../domain/table.ts';
import { leftToPay } from '../../domain/table.ts';
import { whyNot } from '../../domain/table-decide.ts';
import type { TableWish, TerminalProfile } from '../../ports/terminal-driver.ts';
import { Alarm } from '../journal/deadline-timer.ts';
import { isSafeWish } from '../terminal/terminal-mapping.ts';
import { noticeOf, sentenceOf, sentences, whereOf } from './messages.ts';
import type { TableLine } from './pat-outbox.ts';
import type { TableMachine, TableWorld } from './table-machine.ts';
import { WaiterAnswers } from './waiter-answers.ts';

type Wish<W extends TableWish['kind']> = Extract<TableWish, { kind: W }>;

export class TableService {
  readonly #world: TableWorld;
  readonly #machine: TableMachine;
  readonly #waiter: WaiterAnswers;
  readonly #menu: Alarm;
  /** A waiter looks at the tables: the machine is busy, though nothing is locked [C-9.7]. */
  #choosing = false;
  /** What the till said when it refused the lock. */
  #refusal: string | undefined;
  /** When the card payment in hand was handed over. */
  #payingSince: number | undefined;
  /** Notices of the session in hand that are kept already. */
  #kept = { chapter: 0, count: 0 };

  constructor(world: TableWorld, machine: TableMachine) {
    this.#world = world;
    this.#machine = machine;
    this.#waiter = new WaiterAnswers((number, answer) => machine.answer(number, answer));
    this.#menu = new Alarm(world.clock);
  }

  get isChoosing(): boolean {
    return this.#choosing;
  }

  hear(number: number, wish: TableWish): void {
    const refuse = (message: string) => this.#machine.answer(number, { answer: 'no', message });
    if (this.#session) this.#machine.book.command({ command: 'hearWaiter' });
    if (wish.kind === 'leave') {
      this.#leave(number);
    } else if (!isSafeWish(wish)) {
      refuse(sentences.badWish);
    } else if (this.#waiter.isWaiting) {
      refuse(sentences.underWay);
    } else {
      this.#waiter.wait(number);
      this.#fulfil(wish);
    }
  }

  /** The machine is out of reach: it does not wait for answers any more. */
  lose(): void {
    this.#waiter.forget();
    this.#stopChoosing();
  }

  close(): void {
    this.#menu.stop();
  }

  /** Leaves a table as soon as what is under way there has ended. */
  leaveSoon(): void {
    this.#stopChoosing();
    if (this.#session) this.#machine.book.command({ command: 'leave' });
  }

  /** Takes up what the journal knows of a session: the till must still be told. */
  resume(chapter: number, session: TableSession): void {
    this.#keepNotices(chapter, session, 0);
  }

  /** Does what an event of the session in hand asks for, now that it is safe. */
  act(event: TableEvent | JobEvent, session: TableSession): void {
    this.#keepNew(session);
    switch (event.event) {
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
        this.#waiter.answer({ answer: 'payment', paid: true, left: leftToPay(session) });
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

  #fulfil(wish: Exclude<TableWish, { kind: 'leave' }>): void {
    const { isIdle, profile } = this.#machine;
    if (wish.kind === 'bill' || wish.kind === 'pay') this.#atTable(wish);
    else if (!(isIdle || this.#choosing) || !profile) this.#waiter.refuse(sentences.busy);
    else if (wish.kind === 'tables') void this.#listTables(wish, profile);
    else this.#lock(wish, profile);
  }

  /** No list is the same as an empty one [C-9.11]. */
  async #listTables({ waiterId }: Wish<'tables'>, { currency }: TerminalProfile): Promise<void> {
    this.#startChoosing();
    const line = this.#world.isDraining() ? undefined : this.#line;
    const waiter = waiterId === undefined ? {} : { waiterId };
    const reply = await line?.ask({ kind: 'tables', tid: this.#machine.tid, ...waiter }, currency);
    const tables = reply?.kind === 'tables' ? reply.tables : [];
    if (tables.length === 0) this.#stopChoosing();
    this.#waiter.answer({ answer: 'tables', tables });
  }

  #lock({ tableId, waiterId }: Wish<'lock'>, { currency }: TerminalProfile): void {
    this.#stopChoosing();
    if (this.#world.isDraining()) this.#waiter.refuse(sentences.goingDown);
    else if (!this.#line) this.#waiter.refuse(sentences.noTill);
    else {
      const waiter = waiterId === undefined ? {} : { waiterId };
      const rules = this.#world.tableRules();
      this.#refusal = undefined;
      this.#waiter.keepReceipt(undefined);
      const begun = this.#machine.begin((_, at) => ({
        event: 'lockAsked',
        ...{ at, tid: this.#machine.tid, tableId, ...waiter, currency, rules },
      }));
      begun.safe.catch(() => this.#waiter.refuse(sentences.fault));
    }
  }

  /** Only the session that asked hears the answer: it may have ended meanwhile. */
  async #askLock(session: TableSession): Promise<void> {
    const { book } = this.#machine;
    const { chapter } = book;
    const line = this.#line;
    if (!line) {
      this.#refusal = sentences.noTill;
      book.command({ command: 'refuseLock' });
      return;
    }
    const reply = await line.ask({ kind: 'lock', ...whereOf(session) }, session.currency);
    if (book.chapter !== chapter) return;
    if (reply?.kind === 'locked') {
      book.command({ command: 'confirmLock', amount: reply.amount });
    } else if (reply?.kind === 'refused') {
      this.#refusal = sentenceOf(reply);
      book.command({ command: 'refuseLock' });
    } else {
      book.command({ command: 'failLock' });
    }
  }

  #answerLock({ amount, currency }: TableSession): void {
    if (amount > 0) this.#waiter.answer({ answer: 'locked', amount, currency });
    else this.#waiter.refuse(sentences.nothingToPay);
  }

  #atTable(wish: Wish<'bill' | 'pay'>): void {
    const { book } = this.#machine;
    const session = this.#session;
    const why = this.#whyNot(session, wish);
    if (why || !session) this.#waiter.refuse(sentences[why ?? 'notLocked']);
    else if (wish.kind === 'bill') book.command({ command: 'askBill' });
    else this.#pay(wish, session);
  }

  #whyNot(session: TableSession | undefined, wish: Wish<'bill' | 'pay'>) {
    const cashback = wish.kind === 'pay' && wish.amountCashback > 0;
    if (cashback && !this.#machine.profile?.cashback) return 'noCashback';
    return session ? whyNot(session, wish) : 'notLocked';
  }

  #pay(wish: Wish<'pay'>, session: TableSession): void {
    const { book } = this.#machine;
    const { amount, amountCashback, amountGratuity } = wish;
    const paymentId = this.#world.clock.id();
    if (wish.by === 'other') {
      book.command({ command: 'notePayment', paymentId, amount });
      return;
    }
    const { tid: _, ...where } = whereOf(session);
    const order = {
      id: `${book.stream}/${book.chapter}/${session.attempts + 1}`,
      transactionType: 'SALE',
      ...{ currency: session.currency, amount, amountCashback },
      cardholderNotPresent: false,
      table: { ...where, amountGratuity },
    } as const;
    this.#payingSince = this.#world.clock.now();
    book.command({ command: 'startPayment', paymentId, order });
  }

  #paymentEnded(session: TableSession, { result, at }: JobEvent & { event: 'ended' }): void {
    if (!('transactionResult' in result)) return;
    const { transactionType, transactionResult } = result;
    const lasted = at - (this.#payingSince ?? at);
    this.#world.observer.transactionEnded(transactionType, transactionResult, lasted);
    const paid = transactionResult === 'SUCCESSFUL';
    this.#waiter.answer(
      transactionResult === 'TIMED_OUT'
        ? { answer: 'unknown', message: sentences.notKnown }
        : { answer: 'payment', paid, left: leftToPay(session) },
    );
  }

  async #askBill(session: TableSession): Promise<void> {
    const question = { kind: 'bill', ...whereOf(session) } as const;
    const reply = await this.#line?.ask(question, session.currency);
    if (reply?.kind === 'receipt') {
      this.#waiter.answer({ answer: 'bill', receiptLines: reply.receiptLines });
    } else {
      this.#waiter.refuse(sentenceOf(reply) ?? sentences.noBill);
    }
  }

  /** The till was told what was paid; the final receipt comes before the unlock [C-9.16]. */
  async #finish(session: TableSession): Promise<void> {
    const line = this.#line;
    if (session.payments.length > 0 && line?.wantsFinalReceipt) {
      const question = { kind: 'finalReceipt', ...whereOf(session) } as const;
      const reply = await line.ask(question, session.currency);
      if (reply?.kind === 'receipt') this.#waiter.keepReceipt(reply.receiptLines);
    }
    this.#machine.book.command({ command: 'unlock' });
  }

  #leave(number: number): void {
    this.#stopChoosing();
    this.#waiter.waitForTheEnd(number);
    const session = this.#session;
    if (session && isUnderWay(session)) this.#machine.book.command({ command: 'leave' });
    else this.#waiter.sayGoodbye();
  }

  /** Each notice is handed to the till's line once; from there on it is kept until delivered. */
  #keepNew(session: TableSession): void {
    const { chapter } = this.#machine.book;
    const from = this.#kept.chapter === chapter ? this.#kept.count : 0;
    this.#keepNotices(chapter, session, from);
  }

  #keepNotices(chapter: number, session: TableSession, from: number): void {
    for (const [number, notice] of session.notices.entries()) {
      if (number < from || notice.delivered) continue;
      this.#world.tableTill.keep({
        at: notice.at,
        from: { stream: this.#machine.book.stream, chapter, number },
        notice: noticeOf(session, notice),
        delivered: () => this.#machine.book.commandTo(chapter, { command: 'markNotice', number }),
      });
    }
    if (chapter === this.#machine.book.chapter) {
      this.#kept = { chapter, count: session.notices.length };
    }
  }

  #startChoosing(): void {
    this.#choosing = true;
    const until = this.#world.clock.now() + this.#world.tableRules().idleMs;
    this.#menu.set(until, () => this.#stopChoosing());
  }

  #stopChoosing(): void {
    this.#choosing = false;
    this.#menu.stop();
  }

  /** The table in hand, or the last one if no job has begun since. */
  get #session(): TableSession | undefined {
    const { work } = this.#machine.book;
    return work && isTable(work) ? work : undefined;
  }

  get #line(): TableLine | undefined {
    return this.#world.tableTill.line;
  }
}
