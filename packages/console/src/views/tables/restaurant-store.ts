// The restaurant in the storage of this browser: tables and booked payments in one value, so that a payment
// and its table are written together or not at all.

import { signal } from '@preact/signals';
import type { Currency } from '@tillgate/protocol';
import { moneyText } from '../../kit/money.ts';
import { readJson, write } from '../../kit/storage.ts';
import type { Table } from './bills.ts';
import { newTable } from './bills.ts';

export interface Restaurant {
  /** Currency of all bills; a card machine in another currency shows no tables [C-9.11]. */
  readonly currency: Currency;
  readonly tables: readonly Table[];
  /** Ids of payments that are booked, the latest last; tables may be closed since. */
  readonly booked: readonly string[];
}

const NAME = 'restaurant';
const MAX_BOOKED = 1_000;

const sampleRestaurant: Restaurant = {
  currency: 'GBP',
  tables: [
    { ...newTable('1'), items: [{ name: 'Ploughman’s lunch', quantity: 2, price: 1450 }] },
    {
      ...newTable('4'),
      items: [
        { name: 'Fish and chips', quantity: 3, price: 1595 },
        { name: 'Bitter, pint', quantity: 3, price: 520 },
      ],
    },
    {
      ...newTable('12'),
      items: [
        { name: 'Soup of the day', quantity: 1, price: 650 },
        { name: 'Roast beef', quantity: 2, price: 1850 },
        { name: 'House wine, bottle', quantity: 1, price: 2290 },
      ],
    },
    { ...newTable('Snug'), items: [{ name: 'Bitter, pint', quantity: 4, price: 520 }] },
  ],
  booked: [],
};

export const restaurant = signal<Restaurant>(load());

// Another tab may be the till now.
addEventListener('storage', ({ key }) => {
  if (key?.endsWith(NAME)) restaurant.value = load();
});

function load(): Restaurant {
  const kept = Object(readJson(NAME)) as Partial<Restaurant>;
  if (!Array.isArray(kept.tables) || !Array.isArray(kept.booked)) return sampleRestaurant;
  const currency = kept.currency ?? sampleRestaurant.currency;
  return { currency, tables: kept.tables, booked: kept.booked };
}

/** An amount of a bill with its sign. */
export function billMoney(minor: number): string {
  return moneyText(minor, restaurant.value.currency);
}

/** Prices keep their figures; to be asked for only while nothing is paid. */
export function setCurrency(currency: Currency): void {
  save({ ...restaurant.peek(), currency });
}

export function findTable(tableId: string): Table | undefined {
  return restaurant.peek().tables.find((table) => table.tableId === tableId);
}

/** Keeps a table, new or changed. Throws if the browser does not: then nothing has changed. */
export function saveTable(table: Table, paymentIds: readonly string[] = []): void {
  const { currency, tables, booked } = restaurant.peek();
  const at = tables.findIndex(({ tableId }) => tableId === table.tableId);
  save({
    currency,
    tables: at < 0 ? [...tables, table] : tables.with(at, table),
    booked: [...booked, ...paymentIds].slice(-MAX_BOOKED),
  });
}

export function closeTable(tableId: string): void {
  const now = restaurant.peek();
  save({ ...now, tables: now.tables.filter((table) => table.tableId !== tableId) });
}

/** As on the first evening; what was booked stays known. */
export function resetTables(): void {
  save({ ...restaurant.peek(), tables: sampleRestaurant.tables });
}

export function isBooked(paymentId: string): boolean {
  return restaurant.peek().booked.includes(paymentId);
}

function save(next: Restaurant): void {
  if (!write(NAME, JSON.stringify(next))) throw new Error('This browser does not keep anything.');
  restaurant.value = next;
}
