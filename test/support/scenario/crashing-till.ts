// A restaurant till as a process of its own, which kills itself at a given moment. It prints each thing that
// it has done. Usage: DB URI [MOMENT].

import { serveTables } from '@tillgate/client';
import { sqliteStore } from '../../../examples/pat/sqlite-store.ts';
import { tableHandlers } from '../../../examples/pat/table-handlers.ts';

const [db = '', uri = '', moment = 'never'] = process.argv.slice(2);
const items = [{ name: 'Dinner', quantity: 1, price: 4820 }];
const book = sqliteStore(db, [{ tableId: '12A', items, paid: 0, gratuity: 0 }]);
const handlers = tableHandlers(book, (text) => console.log(text));

/** Ends as in a power cut: nothing is closed. */
function dieAt(now: string): void {
  if (now === moment) process.kill(process.pid, 'SIGKILL');
}

await serveTables(
  { uri, currency: 'GBP', seen: { has: book.isBooked } },
  {
    ...handlers,
    recordPayments: (paid) => {
      dieAt('before the booking');
      void handlers.recordPayments(paid);
      dieAt('after the booking');
    },
    unlock: (at) => {
      dieAt('before the unlock');
      void handlers.unlock(at);
      dieAt('after the unlock');
    },
  },
);
console.log('connected');
