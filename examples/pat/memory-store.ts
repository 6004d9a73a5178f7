// Tables in memory, for tests: tables and bookings are lost when the program ends.

import type { Table } from './restaurant.ts';
import type { Book } from './table-handlers.ts';

export function memoryBook(tables: readonly Table[]): Book {
  const kept = new Map(tables.map((table) => [table.tableId, table]));
  const booked = new Set<string>();
  return {
    tables: () => [...kept.values()],
    table: (tableId) => kept.get(tableId),
    isBooked: (paymentId) => booked.has(paymentId),
    save: (table, payments = []) => {
      if (payments.some(({ paymentId }) => booked.has(paymentId)))
        throw new Error('Booked before.');
      for (const { paymentId } of payments) booked.add(paymentId);
      kept.set(table.tableId, table);
    },
  };
}
