// A till at the table in small, for the tests of this room: one bill, one lock, a book of payments.
// It throws on a message that no till may get.

import type { Notice, Paid } from './table.ts';

/** A notice on its way to the till. */
export interface Owed {
  readonly activityId: number;
  readonly number: number;
  readonly notice: Notice;
}

export class SmallTill {
  here = true;
  /** Still to pay, minor units. */
  bill: number;
  locked = false;
  readonly booked = new Map<string, Paid>();
  /** What it read, by notice, in the order in which it came first. */
  readonly read = new Map<string, string>();

  constructor(bill: number) {
    this.bill = bill;
  }

  /** What comes again must be what came before [C-9.23]. */
  take({ activityId, number, notice }: Owed): void {
    const name = `${activityId}/${number}`;
    const { delivered: _, ...content } = notice;
    const text = JSON.stringify(content);
    const before = this.read.get(name) ?? text;
    if (before !== text) throw new Error(`${name} was ${before} and is now ${text}.`);
    this.read.set(name, text);
    if (notice.kind === 'unlock') this.locked = false;
    else for (const paid of notice.payments) this.#book(paid);
  }

  #book(paid: Paid): void {
    if (this.booked.has(paid.paymentId)) return;
    this.booked.set(paid.paymentId, paid);
    this.bill -= paid.amountPaid - paid.amountCashback;
    if (this.bill < 0) throw new Error('More was paid than was owed.');
  }
}
