// The tables of a restaurant and their rules, as pure functions without sockets or databases. Amounts are
// integers in pence.

import type { LockAnswer, PaidTable, TableContext, TillReceiptLine } from '@tillgate/client';
import { receipt } from '@tillgate/client';

export interface Item {
  readonly name: string;
  readonly quantity: number;
  /** Price of one item. */
  readonly price: number;
}

export interface Table {
  readonly tableId: string;
  /** The waiter who serves the table; without one every waiter may. */
  readonly waiterId?: string;
  readonly items: readonly Item[];
  /** The amount paid so far, and the gratuity in addition to it. */
  readonly paid: number;
  readonly gratuity: number;
  /** The card machine that holds the table. */
  readonly lockedBy?: string;
}

export function total({ items }: Table): number {
  return items.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
}

export function leftToPay(table: Table): number {
  return total(table) - table.paid;
}

/** The tables that a waiter may see: his own open tables, and those without a waiter. */
export function openTables(tables: readonly Table[], waiterId?: string): readonly string[] {
  return tables
    .filter((table) => leftToPay(table) > 0 && isOf(table, waiterId))
    .map(({ tableId }) => tableId);
}

/** The answer for the waiter, and the locked table if the lock succeeded. */
export function lock(
  table: Table | undefined,
  { tid, tableId, waiterId }: TableContext,
): { readonly answer: LockAnswer; readonly locked?: Table } {
  const no = (refused: string) => ({ answer: { refused } });
  if (!table || leftToPay(table) <= 0) return no(`There is nothing to pay at table ${tableId}.`);
  if (!isOf(table, waiterId)) return no(`Table ${tableId} is not yours.`);
  if (table.lockedBy !== undefined && table.lockedBy !== tid) {
    return no(`Table ${tableId} is at card machine ${table.lockedBy}.`);
  }
  return { answer: { amount: leftToPay(table) }, locked: { ...table, lockedBy: tid } };
}

/** Gratuity is extra and cashback was handed out: neither reduces the bill. */
export function book(table: Table, { amountOffBill, amountGratuity }: PaidTable): Table {
  const { paid, gratuity } = table;
  return { ...table, paid: paid + amountOffBill, gratuity: gratuity + amountGratuity };
}

/** Only the machine that holds a table can unlock it; an unlock by another machine is ignored. */
export function unlock(table: Table, tid: string): Table {
  if (table.lockedBy !== tid) return table;
  const { lockedBy: _, ...free } = table;
  return free;
}

export function billLines(table: Table): readonly TillReceiptLine[] {
  const paper = head(table);
  for (const { name, quantity, price } of table.items) {
    paper.columns(`${quantity} ${name}`, money(quantity * price));
  }
  paper.double();
  if (table.paid > 0) paper.columns('Paid before', money(-table.paid));
  return paper.columns('To pay', money(leftToPay(table)), { bold: true }).feed().lines;
}

export function finalLines(table: Table): readonly TillReceiptLine[] {
  const paper = head(table).columns('Paid', money(table.paid), { bold: true });
  if (table.gratuity > 0) paper.columns('Gratuity', money(table.gratuity));
  const left = leftToPay(table);
  if (left > 0) paper.columns('Still to pay', money(left));
  return paper.blank().text('Thank you!', { align: 'centre' }).feed().lines;
}

/** `-1250` as `-12.50`. */
export function money(pence: number): string {
  return (pence / 100).toFixed(2);
}

function head({ tableId }: Table) {
  return receipt()
    .text('The Crown', { align: 'centre', bold: true, doubleHeight: true })
    .text(`Table ${tableId}`, { align: 'centre' })
    .single();
}

function isOf(table: Table, waiterId: string | undefined): boolean {
  return table.waiterId === undefined || waiterId === undefined || table.waiterId === waiterId;
}
