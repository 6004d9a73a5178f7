// The storage of the tables as an interface, and the handlers that answer a card machine from it.

import type { TableHandlers, TablePayment } from '@tillgate/client';
import type { Table } from './restaurant.ts';
import {
  billLines,
  book,
  finalLines,
  leftToPay,
  lock,
  money,
  openTables,
  unlock,
} from './restaurant.ts';

/** Storage for tables: in memory (memory-store.ts) or in a file (sqlite-store.ts). */
export interface TableStore {
  readonly tables: () => readonly Table[];
  readonly table: (tableId: string) => Table | undefined;
  readonly isBooked: (paymentId: string) => boolean;
  /** Stores a table and the payments that changed it: both or, if it throws, neither. */
  readonly save: (table: Table, payments?: readonly TablePayment[]) => void;
}

/** Each handler passes `say` one sentence about what it did, for the log. */
export function tableHandlers(store: TableStore, say: (text: string) => void): TableHandlers {
  const tableOf = (tableId: string): Table =>
    store.table(tableId) ?? { tableId, items: [], paid: 0, gratuity: 0 };
  return {
    listTables: ({ tid, waiterId }) => {
      const tables = openTables(store.tables(), waiterId);
      say(`${tid} asks for the tables: ${tables.join(', ') || 'none is open'}`);
      return tables;
    },
    lockTable: (request) => {
      const { answer, locked } = lock(store.table(request.tableId), request);
      if (locked) store.save(locked);
      const how = 'refused' in answer ? answer.refused : `${money(answer.amount)} to pay`;
      say(`${request.tid} wants table ${request.tableId}: ${how}`);
      return answer;
    },
    bill: ({ tid, tableId }) => {
      say(`${tid} prints the bill of table ${tableId}`);
      return billLines(tableOf(tableId));
    },
    // The payments and their table are stored in one step. So they are durable when this returns, and
    // `isBooked` finds them, whatever happens to this program afterwards.
    recordPayments: (paid) => {
      const table = book(tableOf(paid.tableId), paid);
      store.save(table, paid.payments);
      const left = leftToPay(table);
      const rest = left === 0 ? 'paid in full' : `${money(left)} left`;
      const gratuity = paid.amountGratuity > 0 ? ` and ${money(paid.amountGratuity)} on top` : '';
      say(`table ${paid.tableId} has paid ${money(paid.amountOffBill)}${gratuity}: ${rest}`);
    },
    finalReceipt: ({ tid, tableId }) => {
      say(`${tid} prints the receipt of table ${tableId}`);
      return finalLines(tableOf(tableId));
    },
    unlock: ({ tid, tableId }) => {
      const table = store.table(tableId);
      if (table?.lockedBy !== tid) return;
      store.save(unlock(table, tid));
      say(`${tid} has left table ${tableId}`);
    },
  };
}
