// One question of a waiter until it is answered: once, whatever else still happens.

import { errorObject, Refusal } from '@tillgate/protocol';
import type { Resolvers } from '../connection/with-resolvers.ts';
import { withResolvers } from '../connection/with-resolvers.ts';
import type { Question } from './messages.ts';

/** The connection on which questions came; their limits end with it. */
export class QuestionScope {
  #open = true;
  /** Each cancels the limit of a question that is not answered yet. */
  readonly #limits = new Set<() => void>();

  get open(): boolean {
    return this.#open;
  }

  /** Adds a limit that ends with the connection; returns its `cancel`. */
  addLimit(cancel: () => void): () => void {
    this.#limits.add(cancel);
    return () => {
      this.#limits.delete(cancel);
      cancel();
    };
  }

  /** The connection ended: nobody waits for an answer any more. */
  close(): void {
    this.#open = false;
    for (const cancel of this.#limits) cancel();
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
  /** The handler has been called. */
  started = false;
  readonly #scope: QuestionScope;
  readonly #settle: Resolvers<unknown>;
  #answered = false;

  constructor({ question, scope, deadline }: PendingQuestionOptions) {
    this.question = question;
    this.deadline = deadline;
    this.#scope = scope;
    this.#settle = withResolvers<unknown>();
    this.answer = this.#settle.promise;
  }

  /** Whether it is not answered yet and can be. */
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
