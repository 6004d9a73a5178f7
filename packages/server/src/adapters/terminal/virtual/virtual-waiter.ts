// A waiter at a virtual card machine: wants one thing at a time and leaves nothing open behind.
// Knows the machine only as somebody who passes a wish on.

import type { NotificationValue } from '@tillgate/protocol';
import type { TableAnswer, TableRequest } from '../../../ports/terminal-driver.ts';
import type { Waiter } from '../../../ports/waiter.ts';
import type { Wishes } from '../wishes.ts';

/** What a machine does for the waiter at it. */
export interface VirtualWaiterDeps {
  /** Of the machine: a wish of one waiter never has the number of another's. */
  readonly wishes: Wishes;
  showing(value: NotificationValue): void;
  tell(number: number, wish: TableRequest): void;
  /** The waiter is gone, and nothing is open: another may come. */
  gone(): void;
}

export class VirtualWaiter implements Waiter {
  readonly #deps: VirtualWaiterDeps;
  /** Whether the gateway may have something open for this waiter. */
  #hasTable = false;
  #closed = false;

  constructor(desk: VirtualWaiterDeps) {
    this.#deps = desk;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  async request(wish: TableRequest): Promise<TableAnswer> {
    return this.#closed ? this.#deps.wishes.outOfReach() : this.#ask(wish);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#deps.wishes.areAnswered) this.#goAway();
  }

  show(value: NotificationValue): void {
    this.#deps.showing(value);
  }

  /** The gateway's answer; one to a wish that is not open changes nothing. */
  answer(number: number, answer: TableAnswer): void {
    const { wishes } = this.#deps;
    if (!wishes.answer(number, answer)) return;
    if (answer.answer === 'left') this.#hasTable = false;
    if (this.#closed && wishes.areAnswered) this.#goAway();
  }

  /** The machine was out of reach: nobody answers what was wished before. */
  lose(): void {
    const { wishes } = this.#deps;
    if (wishes.areAnswered) return;
    wishes.lose();
    if (this.#closed) this.#goAway();
  }

  /** The machine is gone. */
  end(): void {
    this.#closed = true;
    this.#hasTable = false;
    this.lose();
  }

  #ask(wish: TableRequest): Promise<TableAnswer> {
    return this.#deps.wishes.ask(wish, (number) => {
      if (wish.kind === 'tables' || wish.kind === 'lock') this.#hasTable = true;
      this.#deps.tell(number, wish);
    });
  }

  /** Leaves once; whatever the answer, there is nobody here to try again. */
  #goAway(): void {
    if (!this.#hasTable) {
      this.#deps.gone();
      return;
    }
    this.#hasTable = false;
    void this.#ask({ kind: 'leave' });
  }
}
