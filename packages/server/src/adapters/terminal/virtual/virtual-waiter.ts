// A waiter at a virtual card machine: wants one thing at a time and leaves nothing open behind.
// Knows the machine only as somebody who passes a wish on.

import type { NotificationValue } from '@tillgate/protocol';
import type { TableAnswer, TableWish } from '../../../ports/terminal-driver.ts';
import type { Waiter } from '../../../ports/waiter.ts';

/** What a machine does for the waiter at it. */
export interface WaiterDesk {
  showing(value: NotificationValue): void;
  /** A number that no wish at this machine had before. */
  nextNumber(): number;
  tell(number: number, wish: TableWish): void;
  /** The waiter is gone, and nothing is open: another may come. */
  gone(): void;
}

interface OpenWish {
  readonly wish: TableWish;
  readonly answered: (answer: TableAnswer) => void;
}

const ONE_AT_A_TIME = 'One thing at a time: the card machine is still at work.';
const LEAVING = 'The table is being left already.';
const NOT_KNOWN = 'It is not known whether the card was charged. Look before you take another.';
const OUT_OF_REACH = 'This card machine is out of reach.';

export class VirtualWaiter implements Waiter {
  readonly #desk: WaiterDesk;
  /** Wishes under way by number: one, and perhaps one to leave. */
  readonly #open = new Map<number, OpenWish>();
  /** Whether the gateway may have something open for this waiter. */
  #hasTable = false;
  #closed = false;

  constructor(desk: WaiterDesk) {
    this.#desk = desk;
  }

  async wish(wish: TableWish): Promise<TableAnswer> {
    if (this.#closed) return no(OUT_OF_REACH);
    const under = [...this.#open.values()].map((open) => open.wish.wish);
    if (under.includes('leave')) return no(LEAVING);
    if (under.length > 0 && wish.wish !== 'leave') return no(ONE_AT_A_TIME);
    return this.#ask(wish);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#open.size === 0) this.#goAway();
  }

  show(value: NotificationValue): void {
    this.#desk.showing(value);
  }

  /** The gateway's answer; one to a wish that is not open changes nothing. */
  answer(number: number, answer: TableAnswer): void {
    const open = this.#open.get(number);
    if (!open) return;
    this.#open.delete(number);
    if (answer.answer === 'left') this.#hasTable = false;
    open.answered(answer);
    if (this.#closed && this.#open.size === 0) this.#goAway();
  }

  /** The machine was out of reach: nobody answers what was wished before. */
  lose(): void {
    for (const [number, { wish }] of [...this.#open]) {
      const paying = wish.wish === 'pay' && wish.by === 'card';
      this.answer(number, paying ? { answer: 'unknown', message: NOT_KNOWN } : no(OUT_OF_REACH));
    }
  }

  /** The machine is gone. */
  end(): void {
    this.#closed = true;
    this.#hasTable = false;
    this.lose();
  }

  #ask(wish: TableWish): Promise<TableAnswer> {
    const { promise, resolve } = Promise.withResolvers<TableAnswer>();
    const number = this.#desk.nextNumber();
    this.#open.set(number, { wish, answered: resolve });
    if (wish.wish === 'tables' || wish.wish === 'lock') this.#hasTable = true;
    this.#desk.tell(number, wish);
    return promise;
  }

  /** Leaves once; whatever the answer, there is nobody here to try again. */
  #goAway(): void {
    if (!this.#hasTable) {
      this.#desk.gone();
      return;
    }
    this.#hasTable = false;
    void this.#ask({ wish: 'leave' });
  }
}

function no(message: string): TableAnswer {
  return { answer: 'no', message };
}
