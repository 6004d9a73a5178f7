// What the waiter at one linked card machine wants: one thing at a time, save to leave, and each is
// answered once, come what may.

import type { TableAnswer, TableWish } from '../../../ports/terminal-driver.ts';

interface OpenWish {
  readonly wish: TableWish;
  readonly answered: (answer: TableAnswer) => void;
}

const ONE_AT_A_TIME = 'One thing at a time: the gateway is still at work.';
const LEAVING = 'The table is being left already.';
const NOT_KNOWN = 'It is not known whether the card was charged. Look before you take another.';
const OUT_OF_REACH = 'The gateway is out of reach.';

export class LinkWishes {
  /** Under way, by number: one, and perhaps one to leave. */
  readonly #open = new Map<number, OpenWish>();
  #lastNumber = 0;

  /** Passes a wish on through `tell`, unless there is one under way. */
  ask(wish: TableWish, tell: (number: number) => void): Promise<TableAnswer> {
    const under = [...this.#open.values()].map((open) => open.wish.wish);
    if (under.includes('leave')) return Promise.resolve(no(LEAVING));
    if (under.length > 0 && wish.wish !== 'leave') return Promise.resolve(no(ONE_AT_A_TIME));
    const { promise, resolve } = Promise.withResolvers<TableAnswer>();
    this.#lastNumber += 1;
    this.#open.set(this.#lastNumber, { wish, answered: resolve });
    tell(this.#lastNumber);
    return promise;
  }

  /** One to a wish that is not open changes nothing. */
  answer(number: number, answer: TableAnswer): void {
    const open = this.#open.get(number);
    this.#open.delete(number);
    open?.answered(answer);
  }

  /** Nobody answers what was wished before. */
  end(): void {
    for (const [number, { wish }] of [...this.#open]) {
      const paying = wish.wish === 'pay' && wish.by === 'card';
      this.answer(number, paying ? { answer: 'unknown', message: NOT_KNOWN } : outOfReach());
    }
  }
}

export function outOfReach(): TableAnswer {
  return no(OUT_OF_REACH);
}

function no(message: string): TableAnswer {
  return { answer: 'no', message };
}
