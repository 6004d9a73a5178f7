// The restaurant's till at work: answers card machines by the SDK, as fast or as slowly as it is told
// to, and writes down what they ask.

import { signal } from '@preact/signals';
import type { TableHandlers, TableTill } from '@tillgate/client';
import { openSocket, serveTables } from '@tillgate/client';
import { tillConnectionName } from '../../socket/connection-name.ts';
import { explainRefusal } from '../../socket/explanation.ts';
import type { GatewayAddress } from '../../socket/gateway-address.ts';
import { addressFaults, connectionUrl } from '../../socket/gateway-address.ts';
import { recordFrames } from '../../socket/recorded-socket.ts';
import type { SdkConnectionState } from '../../socket/sdk-connections.ts';
import { setSdkConnection, toSdkConnectionState } from '../../socket/sdk-connections.ts';
import { answerDelayed } from './answer-delay.ts';
import * as bills from './bills.ts';
import { chooseTable } from './chosen-table.ts';
import { logRequest } from './request-log.ts';
import { billMoney, findTable, isBooked, restaurant, saveTable } from './restaurant-store.ts';

/** Above the gateway's 10 s, so that a silent till can be tried [C-9.4]. */
const ANSWER_WITHIN_MS = 60_000;

export const tableTillState = signal<SdkConnectionState>({ state: 'off' });

let till: TableTill | undefined;
/** Tells one opening from the next. */
let opening = 0;

/** Takes over from whatever till the site had at its tables [C-9.24]. */
export async function openTableTill(chosen: GatewayAddress): Promise<void> {
  closeTableTill();
  opening += 1;
  const mine = opening;
  const parts: GatewayAddress = {
    ...chosen,
    integration: 'pat',
    version: 'v1',
    finalReceipt: true,
  };
  const name = tillConnectionName(parts, `tables-${mine}`, 'Tables');
  const change = (state: SdkConnectionState) => {
    if (mine !== opening) return;
    tableTillState.value = state;
    setSdkConnection('tables', { label: name.label, state: state.state });
  };
  const [fault] = Object.values(addressFaults(parts));
  if (fault !== undefined) {
    const why = { happened: 'The address is not complete for v1.', todo: fault };
    change({ state: 'ended', why });
    return;
  }
  try {
    const opened = await serveTables(
      {
        uri: connectionUrl(parts),
        currency: restaurant.peek().currency,
        seen: { has: isBooked },
        answerWithinMs: ANSWER_WITHIN_MS,
        open: recordFrames(openSocket, name),
        onState: (state) => change(toSdkConnectionState(state, till !== undefined)),
        onWarning: ({ message, tid }) => logRequest({ tone: 'bad', tid, text: message }),
      },
      handlers,
    );
    if (mine === opening) till = opened;
    else opened.close();
  } catch (cause) {
    change({ state: 'ended', why: explainRefusal(cause) });
  }
}

export function closeTableTill(): void {
  till?.close();
  till = undefined;
  opening += 1;
  tableTillState.value = { state: 'off' };
  setSdkConnection('tables', undefined);
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
