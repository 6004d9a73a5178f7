// The bills of a restaurant, kept by the test so that they outlive gateways and tills. `faults` lists what a
// correct gateway would never cause.

import type { LockAnswer, PaidTable, TablePayment } from '@tillgate/client';

interface AtMachine {
  readonly tid: string;
  readonly tableId: string;
}

export interface Bill {
  readonly amount: number;
  /** Still to pay, minor units. */
  left: number;
  /** Card machine that holds the table. */
  lockedBy: string | undefined;
}

export interface Booked extends AtMachine {
  readonly payment: TablePayment;
}

export class Bills {
  readonly all = new Map<string, Bill>();
  /** By paymentId. */
  readonly booked = new Map<string, Booked>();
  readonly faults: string[] = [];

  open(tableId: string, amount: number): void {
    this.all.set(tableId, { amount, left: amount, lockedBy: undefined });
  }

  /** Tables with something to pay. */
  list(): readonly string[] {
    return [...this.all].filter(([, { left }]) => left > 0).map(([tableId]) => tableId);
  }

  lock({ tid, tableId }: AtMachine): LockAnswer {
    const bill = this.all.get(tableId);
    if (!bill) return { refused: 'There is no such table.' };
    const { lockedBy = tid } = bill;
    if (lockedBy !== tid) return { refused: 'Somebody else is at this table.' };
    bill.lockedBy = tid;
    return { amount: bill.left, currency: 'GBP' };
  }

  book({ tid, tableId, payments, amountOffBill }: PaidTable): void {
    const bill = this.all.get(tableId);
    if (!bill) {
      this.faults.push(`${tableId}, which there is not, was paid`);
      return;
    }
    bill.left -= amountOffBill;
    if (bill.left < 0) this.faults.push(`${tableId} was paid ${-bill.left} too much`);
    for (const payment of payments) {
      const { paymentId } = payment;
      if (this.booked.has(paymentId)) this.faults.push(`${paymentId} was to be booked twice`);
      this.booked.set(paymentId, { tid, tableId, payment });
    }
  }

  /** One for a table which that machine does not hold is ignored [C-9.13]. */
  unlock({ tid, tableId }: AtMachine): void {
    const bill = this.all.get(tableId);
    if (bill?.lockedBy === tid) bill.lockedBy = undefined;
  }

  get locked(): readonly string[] {
    return [...this.all].filter(([, bill]) => bill.lockedBy).map(([tableId]) => tableId);
  }
}
