// A restaurant till: card machines list its tables, lock them, and report what was paid.
//
//   npm start                                          a gateway with virtual card machines
//   npm run restaurant                                 this till; -- --db FILE stores its tables
//   npm run -s tillgate -- table pay --table 12        a waiter at a card machine
//
// With --db, kill the till during a payment and start it again: nothing is lost or booked twice.

import { parseArgs } from 'node:util';
import { serveTables } from '@tillgate/client';
import { tableAddress } from '../gateway-address.ts';
import { memoryStore } from './memory-store.ts';
import type { Table } from './restaurant.ts';
import { openTables } from './restaurant.ts';
import { sqliteStore } from './sqlite-store.ts';
import { tableHandlers } from './table-handlers.ts';

const { values } = parseArgs({ options: { db: { type: 'string' }, uri: { type: 'string' } } });

const tables: readonly Table[] = [
  { tableId: '1', items: [{ name: 'Ploughman', quantity: 2, price: 1450 }] },
  {
    tableId: '12',
    items: [
      { name: 'Soup of the day', quantity: 1, price: 650 },
      { name: 'Roast beef', quantity: 2, price: 1850 },
      { name: 'House wine, bottle', quantity: 1, price: 2290 },
    ],
  },
  { tableId: 'Snug', waiterId: '007', items: [{ name: 'Bitter, pint', quantity: 4, price: 520 }] },
].map((table) => ({ ...table, paid: 0, gratuity: 0 }));

const store = values.db === undefined ? memoryStore(tables) : sqliteStore(values.db, tables);

const till = await serveTables(
  {
    uri: tableAddress(values.uri),
    currency: 'GBP',
    // The store itself records which payments are booked.
    seen: { has: store.isBooked },
    retryFirst: true,
    onState: (state) => {
      const why = 'cause' in state ? ` (${state.cause.message})` : '';
      console.log(`connection: ${state.state}${why}`);
    },
    onWarning: ({ message }) => console.error(`warning: ${message}`),
  },
  tableHandlers(store, (text) => console.log(text)),
);

console.log(`open tables: ${openTables(store.tables()).join(', ') || 'none, all are paid'}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => till.close());

// Runs until Ctrl-C, or until the connection ends permanently, for example because another till took over.
await till.closed;
