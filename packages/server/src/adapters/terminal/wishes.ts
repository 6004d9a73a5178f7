// What is wished at one card machine and not answered yet: one thing at a time, save to leave, and each
// is answered once, come what may. Knows neither who wishes nor who answers.

import type { TableAnswer, TableRequest } from '../../ports/terminal-driver.ts';

interface OpenWish {
  readonly wish: TableRequest;
  readonly answered: (answer: TableAnswer) => void;
}

/** Sentences for the waiter. */
export interface WishWords {
  readonly oneAtATime: string;
  readonly outOfReach: string;
}

const LEAVING = 'The table is being left already.';
const NOT_KNOWN = 'It is not known whether the card was charged. Look before you take another.';

export class Wishes {
  readonly #words: WishWords;
  /** Under way, by number: one, and perhaps one to leave. */
  readonly #open = new Map<number, OpenWish>();
  #lastNumber = 0;

  constructor(words: WishWords) {
    this.#words = words;
  }

  get areAnswered(): boolean {
    return this.#open.size === 0;
  }

  /** Passes a wish on through `tell`, unless there is one under way. */
  ask(wish: TableRequest, tell: (number: number) => void): Promise<TableAnswer> {
    const under = [...this.#open.values()].map((open) => open.wish.kind);
    if (under.includes('leave')) return Promise.resolve(no(LEAVING));
    if (under.length > 0 && wish.kind !== 'leave') {
      return Promise.resolve(no(this.#words.oneAtATime));
    }
    const { promise, resolve } = Promise.withResolvers<TableAnswer>();
    this.#lastNumber += 1;
    this.#open.set(this.#lastNumber, { wish, answered: resolve });
    tell(this.#lastNumber);
    return promise;
  }

  /** One to a wish that is not open changes nothing; false then. */
  answer(number: number, answer: TableAnswer): boolean {
    const open = this.#open.get(number);
    this.#open.delete(number);
    open?.answered(answer);
    return open !== undefined;
  }

  /** Nobody answers what was wished before. */
  lose(): void {
    for (const [number, { wish }] of [...this.#open]) {
      const paying = wish.kind === 'pay' && wish.by === 'card';
      this.answer(number, paying ? { answer: 'unknown', message: NOT_KNOWN } : this.outOfReach());
    }
  }

  outOfReach(): TableAnswer {
    return no(this.#words.outOfReach);
  }
}

function no(message: string): TableAnswer {
  return { answer: 'no', message };
}
