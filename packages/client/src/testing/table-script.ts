// What the tests of pay at table have in common: handlers that note what they are called with, and
// the gateway's side of a session, message by message.

import type { TableContext, TablePayment } from '@tillgate/protocol';
import { v1 } from '@tillgate/protocol';
import type { PaidTable, TableHandlers } from '../pat/handlers.ts';
import type { TableTillOptions } from '../pat/pat.ts';
import { settle } from './manual-timing.ts';
import type { GatewayConnection } from './scripted-gateway.ts';
import { ScriptedGateway } from './scripted-gateway.ts';

export const at: TableContext = { tid: '12345678', waiterId: '007', tableId: '12A' };

/** Handlers of a till with one table, which note each call as `unlock 12A` and the like. */
export function noting(own: Partial<TableHandlers> = {}) {
  const calls: string[] = [];
  const booked: PaidTable[] = [];
  const handlers: TableHandlers = {
    listTables: ({ waiterId }) => {
      calls.push(`list for ${waiterId}`);
      return ['1', '12A'];
    },
    lockTable: ({ tableId }) => {
      calls.push(`lock ${tableId}`);
      return { amount: 4820 };
    },
    bill: ({ tableId }) => [{ value: `Bill of table ${tableId}` }],
    recordPayments: (paid) => {
      calls.push(`book ${paid.amountPaid} for ${paid.tableId}`);
      booked.push(paid);
    },
    unlock: ({ tableId }) => {
      calls.push(`unlock ${tableId}`);
    },
    ...own,
  };
  return { handlers, calls, booked };
}

/** A till that is connected, with these handlers in place of those that only note. */
export async function served(
  own: Partial<TableHandlers> = {},
  options: Partial<TableTillOptions> = {},
) {
  const gateway = new ScriptedGateway();
  const { handlers, calls, booked } = noting(own);
  const till = await gateway.serve(handlers, { currency: 'GBP', ...options });
  return { gateway, till, calls, booked, line: gateway.connection };
}

let lastId = 0;

/** Asks the till, and gives what it has answered within this turn, if it has. */
export async function ask(line: GatewayConnection, method: string, params: object = at) {
  lastId += 1;
  await line.say({ id: lastId, method, params });
  return answerTo(line, lastId);
}

/** The answer to the question asked last, as far as there is one yet. */
export async function answerTo(line: GatewayConnection, id = lastId) {
  await settle();
  return line.received.find((each) => each.id === id);
}

export function tell(line: GatewayConnection, method: string, params: object = at): Promise<void> {
  return line.say({ method, params });
}

/** The message of a session in which these amounts were paid by card. */
export function paid(payments: readonly TablePayment[], where: object = at): object {
  const sum = (key: 'amountPaid' | 'amountCashback' | 'amountGratuity') =>
    payments.reduce((total, payment) => total + payment[key], 0);
  return {
    ...where,
    amountPaid: sum('amountPaid'),
    amountCashback: sum('amountCashback'),
    amountGratuity: sum('amountGratuity'),
    currency: 'GBP',
    payments,
  };
}

/** A payment that looks as published; `number` makes its id. */
export function payment(number: number, values: Partial<TablePayment> = {}): TablePayment {
  const schema = v1.messages.find(({ name }) => name === 'transactionResponse')?.schema as {
    readonly examples?: readonly { readonly params: { readonly payments: TablePayment[] } }[];
  };
  const [example] = schema.examples?.[0]?.params.payments ?? [];
  if (!example) throw new Error('The schema has no example.');
  const paymentId = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return { ...example, amountGratuity: 0, paymentId, ...values };
}
