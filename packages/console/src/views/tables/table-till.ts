// The restaurant's till at work: answers card machines by the SDK, as fast or as slowly as it is told
// to, and writes down what they ask.

import { signal } from '@preact/signals';
import type { TableHandlers, TableTill } from '@tillgate/client';
import { openSocket, serveTables } from '@tillgate/client';
import { lineName } from '../../socket/connection-name.ts';
import { whyRefused } from '../../socket/explanation.ts';
import type { AddressParts } from '../../socket/gateway-address.ts';
import { addressOf, faultsOf } from '../../socket/gateway-address.ts';
import { recorded } from '../../socket/recorded-socket.ts';
import type { OwnState } from '../../socket/sdk-connections.ts';
import { ownState, tellOwn } from '../../socket/sdk-connections.ts';
import { paced } from './answer-delay.ts';
import * as bills from './bills.ts';
import { choose } from './chosen-table.ts';
import { note } from './request-log.ts';
import { isBooked, keep, money, restaurant, tableOf } from './restaurant-store.ts';

/** Above the gateway's 10 s, so that a silent till can be tried [C-9.4]. */
const ANSWER_WITHIN_MS = 60_000;

export const service = signal<OwnState>({ state: 'off' });

let till: TableTill | undefined;
/** Tells one opening from the next. */
let opening = 0;

/** Takes over from whatever till the site had at its tables [C-9.24]. */
export async function openService(chosen: AddressParts): Promise<void> {
  closeService();
  opening += 1;
  const mine = opening;
  const parts: AddressParts = { ...chosen, integration: 'pat', version: 'v1', finalReceipt: true };
  const name = lineName(parts, `tables-${mine}`, 'Tables');
  const change = (state: OwnState) => {
    if (mine !== opening) return;
    service.value = state;
    tellOwn('tables', { label: name.label, state: state.state });
  };
  const [fault] = Object.values(faultsOf(parts));
  if (fault !== undefined) {
    const why = { happened: 'The address is not complete for v1.', todo: fault };
    change({ state: 'ended', why });
    return;
  }
  try {
    const opened = await serveTables(
      {
        uri: addressOf(parts),
        currency: restaurant.peek().currency,
        seen: { has: isBooked },
        answerWithinMs: ANSWER_WITHIN_MS,
        open: recorded(openSocket, name),
        onState: (state) => change(ownState(state, till !== undefined)),
        onWarning: ({ message, tid }) => note({ tone: 'bad', tid, text: message }),
      },
      handlers,
    );
    if (mine === opening) till = opened;
    else opened.close();
  } catch (cause) {
    change({ state: 'ended', why: whyRefused(cause) });
  }
}

export function closeService(): void {
  till?.close();
  till = undefined;
  opening += 1;
  service.value = { state: 'off' };
  tellOwn('tables', undefined);
}

const handlers: TableHandlers = {
  listTables: ({ tid }) =>
    paced({ tid, asks: 'asks for the open tables' }, () => {
      const tables = bills.openTables(restaurant.peek().tables);
      return { answer: tables, said: tables.length > 0 ? tables.join(', ') : 'none is open' };
    }),
  lockTable: (asked) =>
    paced({ tid: asked.tid, asks: `wants table ${asked.tableId}` }, () => {
      const { answer, table } = bills.lock(tableOf(asked.tableId), asked);
      if (table) {
        keep(table);
        // Where something happens is where one looks.
        choose(asked.tableId);
      }
      const refused = 'refused' in answer;
      return {
        answer,
        said: refused ? answer.refused : `${money(answer.amount)} to pay`,
        tone: refused ? 'bad' : 'accent',
      };
    }),
  bill: ({ tid, tableId }) =>
    paced({ tid, asks: `asks for the bill of table ${tableId}` }, () => ({
      answer: bills.billLines(tableOf(tableId) ?? bills.newTable(tableId)),
      said: 'printed',
    })),
  finalReceipt: ({ tid, tableId }) =>
    paced({ tid, asks: `asks for the receipt of table ${tableId}` }, () => ({
      answer: bills.finalLines(tableOf(tableId) ?? bills.newTable(tableId)),
      said: 'printed',
    })),
  recordPayments: (paid) => {
    const { tid, tableId, payments, amountOffBill, amountGratuity } = paid;
    // A table that was closed meanwhile comes back, rather than that a payment gets lost.
    const table = bills.book(tableOf(tableId) ?? bills.newTable(tableId), paid);
    keep(
      table,
      payments.map(({ paymentId }) => paymentId),
    );
    const onTop = amountGratuity > 0 ? ` and ${money(amountGratuity)} gratuity` : '';
    const rest = bills.left(table) > 0 ? `${money(bills.left(table))} left` : 'nothing left';
    const text = `Table ${tableId} has paid ${money(amountOffBill)}${onTop}: ${rest}`;
    note({ tone: 'good', tid, text });
  },
  unlock: ({ tid, tableId }) => {
    const table = tableOf(tableId);
    if (table?.lockedBy?.tid !== tid) return;
    keep(bills.unlock(table, tid));
    note({ tone: 'plain', tid, text: `Has left table ${tableId}` });
  },
};
