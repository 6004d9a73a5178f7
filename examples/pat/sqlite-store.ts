// Tables in a file, with the SQLite of Node: tables and payments survive the end of the program.

import { DatabaseSync } from 'node:sqlite';
import type { Table } from './restaurant.ts';
import type { TableStore } from './table-handlers.ts';

/** Opens the file, or creates it with these tables. */
export function sqliteStore(file: string, tables: readonly Table[]): TableStore {
  const db = new DatabaseSync(file);
  // FULL: a committed booking is on disk.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  db.exec('CREATE TABLE IF NOT EXISTS tables (tableId TEXT PRIMARY KEY, value TEXT NOT NULL)');
  // The primary key prevents booking a payment twice.
  db.exec(`CREATE TABLE IF NOT EXISTS payments (
    paymentId TEXT PRIMARY KEY, tableId TEXT NOT NULL, value TEXT NOT NULL)`);
  const all = db.prepare('SELECT value FROM tables ORDER BY rowid');
  const one = db.prepare('SELECT value FROM tables WHERE tableId = ?');
  const put = db.prepare(`INSERT INTO tables VALUES (?, ?)
    ON CONFLICT (tableId) DO UPDATE SET value = excluded.value`);
  const payment = db.prepare('SELECT 1 FROM payments WHERE paymentId = ?');
  const add = db.prepare('INSERT INTO payments VALUES (?, ?, ?)');
  const read = (row: unknown) => JSON.parse((row as { value: string }).value) as Table;

  if (all.all().length === 0) {
    for (const table of tables) put.run(table.tableId, JSON.stringify(table));
  }
  return {
    tables: () => all.all().map(read),
    table: (tableId) => {
      const row = one.get(tableId);
      return row && read(row);
    },
    isBooked: (paymentId) => payment.get(paymentId) !== undefined,
    save: (table, payments = []) => {
      db.exec('BEGIN IMMEDIATE');
      try {
        for (const paid of payments) {
          add.run(paid.paymentId, table.tableId, JSON.stringify(paid));
        }
        put.run(table.tableId, JSON.stringify(table));
        db.exec('COMMIT');
      } catch (cause) {
        db.exec('ROLLBACK');
        throw cause;
      }
    },
  };
}
