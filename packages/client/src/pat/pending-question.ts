// One question of a waiter until it is answered: once, whatever else still happens.

import { errorObject, Refusal } from '@tillgate/protocol';
import type { Question } from './messages.ts';

/** The line on which questions came. */
export class AskingLine {
  #open = true;
  /** Each calls off the limit of a question that is not answered yet. */
  readonly #limits = new Set<() => void>();

  get open(): boolean {
    return this.#open;
  }

  /** A limit that ends with the line; returns what calls it off. */
  hold(callOff: () => void): () => void {
    this.#limits.add(callOff);
    return () => {
      this.#limits.delete(callOff);
      callOff();
    };
  }

  /** Nobody waits for an answer any more. */
  end(): void {
    this.#open = false;
    for (const callOff of this.#limits) callOff();
    this.#limits.clear();
  }
}

export interface Asking {
  readonly question: Question;
  readonly line: AskingLine;
  /** When the answer would come too late, in ms as `Timing.now` gives them. */
  readonly deadline: number;
}

export class OpenQuestion {
  readonly question: Question;
  readonly deadline: number;
  /** What to send: the result, or a `Refusal`. */
  readonly answer: Promise<unknown>;
  /** The handler has been asked. */
  begun = false;
  readonly #line: AskingLine;
  readonly #settle: PromiseWithResolvers<unknown>;
  #answered = false;

  constructor({ question, line, deadline }: Asking) {
    this.question = question;
    this.deadline = deadline;
    this.#line = line;
    this.#settle = Promise.withResolvers<unknown>();
    this.answer = this.#settle.promise;
  }

  /** It is not answered, and there is a line to answer on. */
  get wanted(): boolean {
    return !this.#answered && this.#line.open;
  }

  give(result: unknown): void {
    this.#answered = true;
    this.#settle.resolve(result);
  }

  /** Answers "no", with words for the waiter [C-9.6]; nothing if it is answered. */
  no(userMessage: string): void {
    if (this.#answered) return;
    if (this.question.ask === 'lock') {
      this.give({ confirmed: false, userMessage });
      return;
    }
    this.#answered = true;
    const error = { ...errorObject('internal'), data: { userMessage } };
    this.#settle.reject(new Refusal('internal', error));
  }
}
