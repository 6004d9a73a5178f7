// The tables of a restaurant and the changes to them: lock, unlock, book a payment, change an item. Pure.
// Amounts are minor units.

import type {
  LockAnswer,
  PaidTable,
  TableContext,
  TablePayment,
  TillReceiptLine,
} from '@tillgate/client';
import { receipt } from '@tillgate/client';
import { amountText } from '../../kit/money.ts';

export interface Item {
  readonly name: string;
  readonly quantity: number;
  /** Price of one item. */
  readonly price: number;
}

/** A payment that the gateway reported and the till has booked. */
export interface Booking extends TablePayment {
  readonly tid: string;
  readonly waiterId?: string;
}

export interface Table {
  /** 1..32 characters. */
  readonly tableId: string;
  readonly items: readonly Item[];
  readonly bookings: readonly Booking[];
  /** Who holds it: then its bill stays as it is [C-9.12]. */
  readonly lockedBy?: { readonly tid: string; readonly waiterId?: string };
  /** Answers every lock with a no. */
  readonly refusing: boolean;
}

export function newTable(tableId: string): Table {
  return { tableId, items: [], bookings: [], refusing: false };
}

export function total({ items }: Table): number {
  return items.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
}

/** What has come off the bill: gratuity is on top, cashback was handed out [C-9.19]. */
export function paid({ bookings }: Table): number {
  return bookings.reduce((sum, one) => sum + offBill(one), 0);
}

export function offBill({ amountPaid, amountCashback }: TablePayment): number {
  return amountPaid - amountCashback;
}

export function gratuity({ bookings }: Table): number {
  return bookings.reduce((sum, { amountGratuity }) => sum + amountGratuity, 0);
}

/** Below 0 where guests have paid too much. */
export function amountDue(table: Table): number {
  return total(table) - paid(table);
}

export type TableState = 'empty' | 'open' | 'refusing' | 'locked' | 'paid';

export function stateOf(table: Table): TableState {
  if (table.lockedBy) return 'locked';
  if (table.items.length === 0 && table.bookings.length === 0) return 'empty';
  if (amountDue(table) <= 0) return 'paid';
  return table.refusing ? 'refusing' : 'open';
}

/** What a waiter may choose from. */
export function openTables(tables: readonly Table[]): readonly string[] {
  return tables.filter((table) => amountDue(table) > 0).map(({ tableId }) => tableId);
}

/** The answer for the waiter, and the table as it is then. */
export function lock(
  table: Table | undefined,
  { tid, tableId, waiterId }: TableContext,
): { readonly answer: LockAnswer; readonly table?: Table } {
  const no = (refused: string) => ({ answer: { refused } });
  if (!table) return no(`There is no table ${tableId}.`);
  if (table.lockedBy && table.lockedBy.tid !== tid) {
    return no(`Table ${tableId} is at card machine ${table.lockedBy.tid}.`);
  }
  if (table.refusing) return no(`Table ${tableId} is open on the till.`);
  if (amountDue(table) <= 0) return no(`There is nothing to pay at table ${tableId}.`);
  const lockedBy = { tid, ...(waiterId !== undefined && { waiterId }) };
  return { answer: { amount: amountDue(table) }, table: { ...table, lockedBy } };
}

/** Only the machine that holds a table lets it go; a word from another changes nothing [C-9.13]. */
export function unlock(table: Table, tid: string): Table {
  return table.lockedBy?.tid === tid ? unlocked(table) : table;
}

/** Let go by hand. */
export function unlocked(table: Table): Table {
  const { lockedBy: _, ...free } = table;
  return free;
}

export function book(table: Table, { tid, waiterId, payments }: PaidTable): Table {
  const by = { tid, ...(waiterId !== undefined && { waiterId }) };
  const bookings = payments.map((payment) => ({ ...payment, ...by }));
  return { ...table, bookings: [...table.bookings, ...bookings] };
}

/** One more or fewer of an item, which comes and goes with its first and its last. */
export function changeItem(
  table: Table,
  { name, price }: Omit<Item, 'quantity'>,
  by: 1 | -1,
): Table {
  const at = table.items.findIndex((item) => item.name === name && item.price === price);
  const found = table.items[at];
  if (!found)
    return by > 0 ? { ...table, items: [...table.items, { name, price, quantity: 1 }] } : table;
  const item = { ...found, quantity: found.quantity + by };
  return { ...table, items: table.items.with(at, item).filter(({ quantity }) => quantity > 0) };
}

/** Paid in full, or nobody sat there; one that is locked is not the till's to close. */
export function canClose(table: Table): boolean {
  return !table.lockedBy && amountDue(table) <= 0;
}

/** What was paid stays in the currency that it was paid in; the card machine of a locked table was given one. */
export function canChangeCurrency(tables: readonly Table[]): boolean {
  return tables.every(({ bookings, lockedBy }) => bookings.length === 0 && !lockedBy);
}

/** The bill, as it is printed before anything is paid. */
export function billLines(table: Table): readonly TillReceiptLine[] {
  const paper = head(table);
  for (const { name, quantity, price } of table.items) {
    paper.columns(`${quantity} ${name}`, amountText(quantity * price));
  }
  paper.double();
  if (paid(table) > 0) paper.columns('Paid before', printed(-paid(table)));
  return paper.columns('To pay', printed(amountDue(table)), { bold: true }).feed().lines;
}

/** The receipt for the guest, after payment [C-9.16]. */
export function finalLines(table: Table): readonly TillReceiptLine[] {
  const paper = head(table).columns('Total', amountText(total(table)));
  for (const booking of table.bookings) paper.columns(methodOf(booking), printed(offBill(booking)));
  paper.columns('Paid', printed(paid(table)), { bold: true });
  if (gratuity(table) > 0) paper.columns('Gratuity', amountText(gratuity(table)));
  if (amountDue(table) > 0) paper.columns('Still to pay', amountText(amountDue(table)));
  return paper.blank().text('Thank you!', { align: 'centre' }).feed().lines;
}

/** Printers know no typographic minus. */
function printed(minor: number): string {
  return amountText(minor).replace('−', '-');
}

function head({ tableId }: Table) {
  return receipt()
    .text('The Crown', { align: 'centre', bold: true, doubleHeight: true })
    .text(`Table ${tableId}`, { align: 'centre' })
    .single();
}

const readings: Readonly<Record<TablePayment['paymentMethod'], string>> = {
  UNKNOWN: '',
  KEYED: 'keyed in',
  SWIPED: 'swiped',
  ICC_CHIP: 'chip',
  CONTACTLESS: 'contactless',
};

/** Such as `VISA, chip`; other means are noted at the card machine [C-9.17]. */
export function methodOf({ paymentMethod, cardSchemeName }: TablePayment): string {
  if (paymentMethod === 'UNKNOWN') return 'Cash or other';
  return `${cardSchemeName || 'Card'}, ${readings[paymentMethod]}`;
}
