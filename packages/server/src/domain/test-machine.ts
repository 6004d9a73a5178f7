// A card machine in small, for the tests of this room: takes one order at a time, charges cards,
// and remembers its last order, until its memory fails.

import type { LastOrder, MachineOutcome, TransactionOrder } from './machine.ts';
import { outcome } from './test-job.ts';

export class SmallMachine {
  connected = true;
  /** Every order it was given. */
  readonly given: string[] = [];
  /** What really was taken, whether anybody remembers it or not. */
  readonly charged = new Map<string, MachineOutcome>();
  /** What it charged and cannot tell any more. */
  readonly forgotten = new Set<string>();
  #last: { readonly order: TransactionOrder; readonly outcome?: MachineOutcome } | undefined;

  /** What it is said while out of reach is lost. */
  start(order: TransactionOrder): void {
    if (!this.connected) return;
    if (this.isAtWork) throw new Error(`${order.id} came while another order is at work.`);
    if (this.given.includes(order.id)) throw new Error(`${order.id} came twice.`);
    this.given.push(order.id);
    this.#last = { order };
  }

  get isAtWork(): boolean {
    return this.#last !== undefined && !this.#last.outcome;
  }

  /** The order it speaks of. */
  get order(): string | undefined {
    return this.#last?.order.id;
  }

  /** Ends what it is at. */
  finish(how: 'SUCCESSFUL' | 'DECLINED'): MachineOutcome | undefined {
    if (!this.#last || !this.isAtWork) return undefined;
    const { order } = this.#last;
    const { amountCashback, table } = order;
    const amountGratuity = table?.amountGratuity ?? 0;
    const ended = outcome(how, { amountCashback, amountGratuity });
    if (how === 'SUCCESSFUL') this.charged.set(order.id, ended);
    this.#last = { order, outcome: ended };
    return ended;
  }

  lastOrder(id: string): LastOrder {
    if (this.#last?.order.id !== id) return { status: 'nothing' };
    const { outcome: ended } = this.#last;
    return ended ? { status: 'outcome', outcome: ended } : { status: 'running' };
  }

  /** Only what has ended outlives its power. */
  losePower(): void {
    if (this.isAtWork) this.#last = undefined;
  }

  loseMemory(): void {
    if (this.order !== undefined && this.charged.has(this.order)) this.forgotten.add(this.order);
    this.#last = undefined;
  }
}
