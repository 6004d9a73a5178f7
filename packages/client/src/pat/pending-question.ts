// One question of a waiter until it is answered: once, whatever else still happens.

import { errorObject, Refusal } from '@tillgate/protocol';
import type { Question } from './messages.ts';

/** The line on which questions came. */
export class QuestionScope {
  #open = true;
  /** Each calls off the limit of a question that is not answered yet. */
  readonly #limits = new Set<() => void>();

  get open(): boolean {
    return this.#open;
  }

  /** A limit that ends with the line; returns what calls it off. */
  addLimit(callOff: () => void): () => void {
    this.#limits.add(callOff);
    return () => {
      this.#limits.delete(callOff);
      callOff();
    };
  }

  /** Nobody waits for an answer any more. */
  close(): void {
    this.#open = false;
    for (const callOff of this.#limits) callOff();
    this.#limits.clear();
  }
}

export interface PendingQuestionOptions {
  readonly question: Question;
  readonly scope: QuestionScope;
  /** When the answer would come too late, in ms as `Timing.now` gives them. */
  readonly deadline: number;
}

export class PendingQuestion {
  readonly question: Question;
  readonly deadline: number;
  /** What to send: the result, or a `Refusal`. */
  readonly answer: Promise<unknown>;
  /** The handler has been asked. */
  started = false;
  readonly #scope: QuestionScope;
  readonly #settle: PromiseWithResolvers<unknown>;
  #answered = false;

  constructor({ question, scope, deadline }: PendingQuestionOptions) {
    this.question = question;
    this.deadline = deadline;
    this.#scope = scope;
    this.#settle = Promise.withResolvers<unknown>();
    this.answer = this.#settle.promise;
  }

  /** It is not answered, and there is a line to answer on. */
  get isPending(): boolean {
    return !this.#answered && this.#scope.open;
  }

  resolve(result: unknown): void {
    this.#answered = true;
    this.#settle.resolve(result);
  }

  /** Answers "no", with words for the waiter [C-9.6]; nothing if it is answered. */
  refuse(userMessage: string): void {
    if (this.#answered) return;
    if (this.question.ask === 'lock') {
      this.resolve({ confirmed: false, userMessage });
      return;
    }
    this.#answered = true;
    const error = { ...errorObject('internal'), data: { userMessage } };
    this.#settle.reject(new Refusal('internal', error));
  }
}
