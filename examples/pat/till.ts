// A restaurant till: card machines ask it for tables, lock them, and tell it what was paid.
//
//   npm start                                          a gateway with virtual card machines
//   npm run restaurant                                 this till; -- --db FILE keeps its tables
//   npm run -s tillgate -- table pay --table 12        a waiter at a card machine
//
// With --db: kill it in the middle of a payment and start it again. Nothing is lost or booked twice.

import { parseArgs } from 'node:util';
import { serveTables } from '@tillgate/client';
import { tableAddress } from '../address.ts';
import { handlersOf } from './book.ts';
import { memoryBook } from './memory.ts';
import type { Table } from './restaurant.ts';
import { openTables } from './restaurant.ts';
import { sqliteBook } from './sqlite.ts';

const { values } = parseArgs({ options: { db: { type: 'string' }, uri: { type: 'string' } } });

const evening: readonly Table[] = [
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

const book = values.db === undefined ? memoryBook(evening) : sqliteBook(values.db, evening);

const till = await serveTables(
  {
    uri: tableAddress(values.uri),
    currency: 'GBP',
    // The payments are in the book from the moment they are booked: it is the best memory of them.
    seen: { has: book.isBooked },
    retryFirst: true,
    onState: (state) => {
      const why = 'cause' in state ? ` (${state.cause.message})` : '';
      console.log(`line: ${state.state}${why}`);
    },
    onWarning: ({ message }) => console.error(`warning: ${message}`),
  },
  handlersOf(book, (text) => console.log(text)),
);

console.log(`open tables: ${openTables(book.tables()).join(', ') || 'none, all are paid'}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => till.close());

// Until Ctrl-C; or until the gateway ends it for good, as when another till takes over.
await till.closed;
