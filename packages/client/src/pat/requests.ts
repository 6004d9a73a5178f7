// Answers what waiters ask: by the handlers, in time, and never with what the gateway would refuse.
// A lock whose answer could not be sent is undone.

import type { Currency, Request, TableContext } from '@tillgate/protocol';
import type { Timing } from '../connection/timing.ts';
import type { Warn } from '../connection/warning.ts';
import { withResolvers } from '../connection/with-resolvers.ts';
import { resultOf } from './answers.ts';
import type { TableHandlers } from './handlers.ts';
import type { Question } from './messages.ts';
import { parseQuestion } from './messages.ts';
import type { QuestionScope } from './pending-question.ts';
import { PendingQuestion } from './pending-question.ts';

export interface TableRequestsDeps {
  readonly handlers: TableHandlers;
  /** Fulfilled when all notifications of a table are handled: its payments come before its next lock. */
  readonly whenBooked: (tableId: string) => Promise<void>;
  readonly undo: (at: TableContext) => void;
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

export class TableRequests {
  readonly #deps: TableRequestsDeps;
  /** For each table the end of its last lock: undoing a slow one must not undo the next. */
  readonly #locks = new Map<string, Promise<void>>();
  readonly #openLocks = new Set<PendingQuestion>();

  constructor(deps: TableRequestsDeps) {
    this.#deps = deps;
  }

  /** Fulfilled with the result to send; throws or rejects with the `Refusal` to send. */
  answer(message: Request, scope: QuestionScope): Promise<unknown> {
    const { timing, answerWithinMs } = this.#deps;
    const question = parseQuestion(message);
    const open = new PendingQuestion({ question, scope, deadline: timing.now() + answerWithinMs });
    const cancelLimit = scope.addLimit(timing.after(answerWithinMs, () => this.#refuseLate(open)));
    void this.#runInOrder(open);
    return open.answer.finally(cancelLimit);
  }

  /** The gateway no longer waits for a lock whose handler may still run here [C-9.13]. */
  handleUnlock({ tid, tableId }: TableContext): void {
    for (const open of this.#openLocks) {
      const { question } = open;
      if (question.ask === 'tables') continue;
      if (question.at.tid === tid && question.at.tableId === tableId) open.refuse(TOO_SLOW);
    }
  }

  async #runInOrder(open: PendingQuestion): Promise<void> {
    const { ask, at } = open.question;
    if (ask === 'lock') {
      await this.#lock(open, at);
    } else {
      if (ask !== 'tables') await this.#deps.whenBooked(at.tableId);
      await this.#runHandler(open);
    }
  }

  async #lock(open: PendingQuestion, { tableId }: TableContext): Promise<void> {
    const before = this.#locks.get(tableId);
    const turn = withResolvers<void>();
    this.#locks.set(tableId, turn.promise);
    this.#openLocks.add(open);
    await before;
    await this.#deps.whenBooked(tableId);
    await this.#runHandler(open);
    this.#openLocks.delete(open);
    if (this.#locks.get(tableId) === turn.promise) this.#locks.delete(tableId);
    turn.resolve();
  }

  async #runHandler(open: PendingQuestion): Promise<void> {
    if (!open.isPending) return;
    open.started = true;
    const { question } = open;
    try {
      const given = await this.#callHandler(question);
      const result = resultOf(question.ask, given, {
        currency: this.#deps.currency,
        onOmitted: (text) => this.#warn(question, text),
      });
      // A handler that let nothing else run has also held up the limit.
      if (this.#deps.timing.now() >= open.deadline) this.#refuseLate(open);
      if (open.isPending) open.resolve(result);
      else if (!isRefused(result)) this.#undo(question);
    } catch (cause) {
      this.#warn(question, `it failed. ${cause instanceof Error ? cause.message : ''}`, cause);
      open.refuse(FAILED);
      this.#undo(question);
    }
  }

  async #callHandler({ ask, at }: Question): Promise<unknown> {
    const { handlers } = this.#deps;
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
    if (ask === 'lock') this.#deps.undo(at);
  }

  #refuseLate(open: PendingQuestion): void {
    if (open.isPending) {
      const within = `within ${this.#deps.answerWithinMs / 1000} s; the waiter was told so.`;
      const why = open.started ? 'no answer' : 'the table was being locked or booked: not asked';
      this.#warn(open.question, `${why} ${within}`);
    }
    open.refuse(open.started ? TOO_SLOW : BUSY);
  }

  #warn({ ask, at }: Question, text: string, cause?: unknown): void {
    const { tid } = at;
    const { tableId } = at as Partial<TableContext>;
    const ofTable = tableId === undefined ? '' : ` of table ${tableId}`;
    this.#deps.warn({
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
