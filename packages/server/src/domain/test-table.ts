// Tables for the tests of this room.

import type { JobCommand } from './decide.ts';
import type { JobEvent } from './job.ts';
import type { TransactionOrder } from './machine.ts';
import type { TableEvent, TableRules, TableSession } from './table.ts';
import { evolveTable, startTable } from './table.ts';
import type { TableCommand } from './table-decide.ts';
import { decideTable } from './table-decide.ts';
import { rules } from './test-job.ts';

export type AnyTableCommand = TableCommand | JobCommand;
export type AnyTableEvent = TableEvent | JobEvent;

export const tableRules: TableRules = { payment: rules, idleMs: 900_000 };

export const lockAsked: TableEvent & { readonly kind: 'lockAsked' } = {
  kind: 'lockAsked',
  at: 0,
  tid: '12345678',
  tableId: '12A',
  waiterId: '007',
  currency: 'GBP',
  rules: tableRules,
};

interface Amounts {
  readonly amount: number;
  readonly amountCashback?: number;
  readonly amountGratuity?: number;
}

export function cardOrder(id: string, amounts: Amounts): TransactionOrder {
  const { amount, amountCashback = 0, amountGratuity = 0 } = amounts;
  return {
    id,
    transactionType: 'SALE',
    currency: 'GBP',
    amount,
    amountCashback,
    cardholderNotPresent: false,
    table: { tableId: '12A', waiterId: '007', amountGratuity },
  };
}

/** A card payment with a paymentId after its number in the session. */
export function payByCard(number: number, amounts: Amounts): TableCommand {
  const order = cardOrder(`shop1/12345678/1/${number}`, amounts);
  return { kind: 'startPayment', paymentId: `payment-${number}`, order };
}

export function payInCash(number: number, amount: number): TableCommand {
  return { kind: 'notePayment', paymentId: `payment-${number}`, amount };
}

/** The state after these commands, one second apart, and what they led to. */
export function atTable(commands: readonly AnyTableCommand[]): {
  readonly session: TableSession;
  readonly events: readonly AnyTableEvent[];
} {
  let session = startTable(lockAsked);
  const events: AnyTableEvent[] = [];
  for (const [index, command] of commands.entries()) {
    for (const event of decideTable(session, command, (index + 1) * 1000)) {
      session = evolveTable(session, event);
      events.push(event);
    }
  }
  return { session, events };
}
