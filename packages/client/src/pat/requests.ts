// Answers what waiters ask: by the handlers, in time, and never with what the gateway would refuse.
// A lock that nobody was told of is undone. Knows no sockets.

import type { AtTable, Currency, Request } from '@tillgate/protocol';
import type { Timing } from '../connection/timing.ts';
import type { Warn } from '../connection/warning.ts';
import { resultOf } from './answers.ts';
import type { TableHandlers } from './handlers.ts';
import type { Question } from './messages.ts';
import { readQuestion } from './messages.ts';
import type { AskingLine } from './pending-question.ts';
import { OpenQuestion } from './pending-question.ts';

export interface TableDeskParts {
  readonly handlers: TableHandlers;
  /** Fulfilled when all that was told of a table is done: its payments come before its next lock. */
  readonly booked: (tableId: string) => Promise<void>;
  readonly undo: (at: AtTable) => void;
  readonly currency: Currency | undefined;
  readonly answerWithinMs: number;
  readonly timing: Timing;
  readonly warn: Warn;
}

/** Why a question is answered "no" in the till's place, as a waiter reads it. */
const TOO_SLOW = 'The till took too long to answer. Please try again.';
const FAILED = 'The till could not do this. Please try again, or use the till.';
const BUSY = 'The till is still busy with this table. Please try again in a moment.';

const handlerNames: Readonly<Record<Question['ask'], keyof TableHandlers>> = {
  tables: 'listTables',
  lock: 'lockTable',
  bill: 'bill',
  finalReceipt: 'finalReceipt',
};

export class TableDesk {
  readonly #parts: TableDeskParts;
  /** For each table the end of its last lock: undoing a slow one must not undo the next. */
  readonly #locks = new Map<string, Promise<void>>();
  readonly #openLocks = new Set<OpenQuestion>();

  constructor(parts: TableDeskParts) {
    this.#parts = parts;
  }

  /** Fulfilled with the result to send; throws or rejects with the `Refusal` to send. */
  answer(message: Request, line: AskingLine): Promise<unknown> {
    const { timing, answerWithinMs } = this.#parts;
    const question = readQuestion(message);
    const open = new OpenQuestion({ question, line, deadline: timing.now() + answerWithinMs });
    const callOff = line.hold(timing.after(answerWithinMs, () => this.#tooLate(open)));
    void this.#inTurn(open);
    return open.answer.finally(callOff);
  }

  /** The gateway has given up a lock that may still be at work here [C-9.13]. */
  unlocked({ tid, tableId }: AtTable): void {
    for (const open of this.#openLocks) {
      const { question } = open;
      if (question.ask === 'tables') continue;
      if (question.at.tid === tid && question.at.tableId === tableId) open.no(TOO_SLOW);
    }
  }

  async #inTurn(open: OpenQuestion): Promise<void> {
    const { ask, at } = open.question;
    if (ask === 'lock') {
      await this.#lock(open, at);
    } else {
      if (ask !== 'tables') await this.#parts.booked(at.tableId);
      await this.#work(open);
    }
  }

  async #lock(open: OpenQuestion, { tableId }: AtTable): Promise<void> {
    const before = this.#locks.get(tableId);
    const turn = Promise.withResolvers<void>();
    this.#locks.set(tableId, turn.promise);
    this.#openLocks.add(open);
    await before;
    await this.#parts.booked(tableId);
    await this.#work(open);
    this.#openLocks.delete(open);
    if (this.#locks.get(tableId) === turn.promise) this.#locks.delete(tableId);
    turn.resolve();
  }

  async #work(open: OpenQuestion): Promise<void> {
    if (!open.wanted) return;
    open.begun = true;
    const { question } = open;
    try {
      const given = await this.#ask(question);
      const result = resultOf(question.ask, given, {
        currency: this.#parts.currency,
        leftOut: (text) => this.#warn(question, text),
      });
      // A handler that let nothing else run has also held up the limit.
      if (this.#parts.timing.now() >= open.deadline) this.#tooLate(open);
      if (open.wanted) open.give(result);
      else if (!isRefused(result)) this.#undo(question);
    } catch (cause) {
      this.#warn(question, `it failed. ${cause instanceof Error ? cause.message : ''}`, cause);
      open.no(FAILED);
      this.#undo(question);
    }
  }

  async #ask({ ask, at }: Question): Promise<unknown> {
    const { handlers } = this.#parts;
    switch (ask) {
      case 'tables':
        return handlers.listTables(at);
      case 'lock':
        return handlers.lockTable(at);
      case 'bill':
        return handlers.bill(at);
      case 'finalReceipt':
        return handlers.finalReceipt?.(at) ?? [];
    }
  }

  #undo({ ask, at }: Question): void {
    if (ask === 'lock') this.#parts.undo(at);
  }

  #tooLate(open: OpenQuestion): void {
    if (open.wanted) {
      const within = `within ${this.#parts.answerWithinMs / 1000} s; the waiter was told so.`;
      const why = open.begun ? 'no answer' : 'the table was being locked or booked: not asked';
      this.#warn(open.question, `${why} ${within}`);
    }
    open.no(open.begun ? TOO_SLOW : BUSY);
  }

  #warn({ ask, at }: Question, text: string, cause?: unknown): void {
    const { tid } = at;
    const { tableId } = at as Partial<AtTable>;
    const ofTable = tableId === undefined ? '' : ` of table ${tableId}`;
    this.#parts.warn({
      warning: 'handlerFailed',
      message: `${handlerNames[ask]}${ofTable}: ${text}`,
      tid,
      ...(tableId !== undefined && { tableId }),
      ...(cause !== undefined && { cause }),
    });
  }
}

function isRefused(result: unknown): boolean {
  return (result as { readonly confirmed?: unknown }).confirmed === false;
}
