// Tables in memory, for tests: tables and bookings are lost when the program ends.

import type { Table } from './restaurant.ts';
import type { TableStore } from './table-handlers.ts';

export function memoryStore(tables: readonly Table[]): TableStore {
  const stored = new Map(tables.map((table) => [table.tableId, table]));
  const booked = new Set<string>();
  return {
    tables: () => [...stored.values()],
    table: (tableId) => stored.get(tableId),
    isBooked: (paymentId) => booked.has(paymentId),
    save: (table, payments = []) => {
      if (payments.some(({ paymentId }) => booked.has(paymentId)))
        throw new Error('Booked before.');
      for (const { paymentId } of payments) booked.add(paymentId);
      stored.set(table.tableId, table);
    },
  };
}
