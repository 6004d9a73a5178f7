// The restaurant's till: answers the requests of card machines by the SDK, with the delay that is set, and logs them.

import type { TableHandlers, TableTill } from '@tillgate/client';
import { serveTables } from '@tillgate/client';
import type { GatewayAddress } from '../../socket/gateway-address.ts';
import type { ConnectOptions } from '../../socket/view-client.ts';
import { ViewClient } from '../../socket/view-client.ts';
import { answerDelayed } from './answer-delay.ts';
import * as bills from './bills.ts';
import { chooseTable } from './chosen-table.ts';
import { logRequest } from './request-log.ts';
import { billMoney, findTable, isBooked, restaurant, saveTable } from './restaurant-store.ts';

/** Above the gateway's 10 s, so that a silent till can be tried [C-9.4]. */
const ANSWER_WITHIN_MS = 60_000;

export const tableTill = new ViewClient<TableTill>('tables', 'Tables');

/** Takes over from the till that the site has at its tables, if there is one [C-9.24]. */
export function openTableTill(chosen: GatewayAddress): void {
  const address: GatewayAddress = {
    ...chosen,
    integration: 'pat',
    version: 'v1',
    finalReceipt: true,
  };
  const connect = (connection: ConnectOptions) =>
    serveTables(
      {
        ...connection,
        currency: restaurant.peek().currency,
        seen: { has: isBooked },
        answerWithinMs: ANSWER_WITHIN_MS,
        onWarning: ({ message, tid }) => logRequest({ tone: 'bad', tid, text: message }),
      },
      handlers,
    );
  void tableTill.open(address, { connect });
}

const handlers: TableHandlers = {
  listTables: ({ tid }) =>
    answerDelayed({ tid, description: 'asks for the open tables' }, () => {
      const tables = bills.openTables(restaurant.peek().tables);
      return { answer: tables, text: tables.length > 0 ? tables.join(', ') : 'none is open' };
    }),
  lockTable: (asked) =>
    answerDelayed({ tid: asked.tid, description: `wants table ${asked.tableId}` }, () => {
      const { answer, table } = bills.lock(findTable(asked.tableId), asked);
      if (table) {
        saveTable(table);
        // Where something happens is where one looks.
        chooseTable(asked.tableId);
      }
      const refused = 'refused' in answer;
      return {
        answer,
        text: refused ? answer.refused : `${billMoney(answer.amount)} to pay`,
        tone: refused ? 'bad' : 'accent',
      };
    }),
  bill: ({ tid, tableId }) =>
    answerDelayed({ tid, description: `asks for the bill of table ${tableId}` }, () => ({
      answer: bills.billLines(findTable(tableId) ?? bills.newTable(tableId)),
      text: 'printed',
    })),
  finalReceipt: ({ tid, tableId }) =>
    answerDelayed({ tid, description: `asks for the receipt of table ${tableId}` }, () => ({
      answer: bills.finalLines(findTable(tableId) ?? bills.newTable(tableId)),
      text: 'printed',
    })),
  recordPayments: (paid) => {
    const { tid, tableId, payments, amountOffBill, amountGratuity } = paid;
    // A table that was closed meanwhile comes back, rather than that a payment gets lost.
    const table = bills.book(findTable(tableId) ?? bills.newTable(tableId), paid);
    saveTable(
      table,
      payments.map(({ paymentId }) => paymentId),
    );
    const onTop = amountGratuity > 0 ? ` and ${billMoney(amountGratuity)} gratuity` : '';
    const rest =
      bills.amountDue(table) > 0 ? `${billMoney(bills.amountDue(table))} left` : 'nothing left';
    const text = `Table ${tableId} has paid ${billMoney(amountOffBill)}${onTop}: ${rest}`;
    logRequest({ tone: 'good', tid, text });
  },
  unlock: ({ tid, tableId }) => {
    const table = findTable(tableId);
    if (table?.lockedBy?.tid !== tid) return;
    saveTable(bills.unlock(table, tid));
    logRequest({ tone: 'plain', tid, text: `Has left table ${tableId}` });
  },
};
