// The bills of `tillgate till`: answers a card machine from the tables of the file, and takes what was
// paid off them. The caller supplies the output and the storage.

import type {
  LockAnswer,
  PaidTable,
  SeenPayments,
  TableHandlers,
  TableReport,
  TillReceiptLine,
} from '@tillgate/client';
import { receipt } from '@tillgate/client';
import type { TableContext } from '@tillgate/protocol';
import { amountText } from '../../application/journal/money-text.ts';
import { clean } from '../output.ts';
import type { Exchange } from './exchange.ts';
import type { Table, Tables } from './tables-file.ts';

export interface BillsDeps {
  readonly tables: Tables;
  /** Called with each exchange, when it is done. */
  readonly onExchange: (exchange: Exchange) => void;
  /** Called when a bill has changed; if it throws, nothing has. */
  readonly save: (tables: Tables) => void;
}

export class Bills implements TableHandlers, SeenPayments {
  readonly #deps: BillsDeps;
  #tables: Tables;
  /** The card machine that has locked each table; lost when the program ends. */
  readonly #locks = new Map<string, string>();

  constructor(parts: BillsDeps) {
    this.#deps = parts;
    this.#tables = parts.tables;
  }

  /** Whether a payment is on a bill; it then is not booked again. */
  has(id: string): boolean {
    return this.#tables.tables.some(({ payments = [] }) =>
      payments.some(({ paymentId }) => paymentId === id),
    );
  }

  listTables(asked: { readonly tid: string; readonly waiterId?: string }): readonly string[] {
    const tables = this.#tables.tables
      .filter((table) => amountDue(table) > 0 && isOf(table, asked.waiterId))
      .map(({ tableId }) => tableId);
    this.#deps.onExchange({ event: 'tables', ...asked, tables });
    return tables;
  }

  lockTable(asked: TableContext): LockAnswer {
    const answer = this.#lock(asked);
    this.#deps.onExchange({ event: 'lock', ...asked, ...answer });
    return answer;
  }

  bill(asked: TableContext): readonly TillReceiptLine[] {
    const receiptLines = billLines(this.#table(asked.tableId));
    this.#deps.onExchange({ event: 'bill', ...asked, receiptLines });
    return receiptLines;
  }

  recordPayments(paid: PaidTable): void {
    const { tableId, payments } = paid;
    const table = this.#table(tableId);
    const next = { ...table, payments: [...(table.payments ?? []), ...payments] };
    this.#put(next);
    this.#deps.onExchange({ event: 'paid', ...paid, left: amountDue(next) });
  }

  finalReceipt(asked: TableContext): readonly TillReceiptLine[] {
    const receiptLines = finalLines(this.#table(asked.tableId));
    this.#deps.onExchange({ event: 'finalReceipt', ...asked, receiptLines });
    return receiptLines;
  }

  unlock(asked: TableContext): void {
    const { tid, tableId } = asked;
    const held = this.#locks.get(tableId) === tid;
    if (held) this.#locks.delete(tableId);
    this.#deps.onExchange({ event: 'unlock', ...asked, held });
  }

  report(report: TableReport): void {
    this.#deps.onExchange({ event: 'report', report });
  }

  #lock({ tid, tableId, waiterId }: TableContext): LockAnswer {
    const table = this.#tables.tables.find((one) => one.tableId === tableId);
    const holder = this.#locks.get(tableId);
    if (!table) return { refused: `There is no table ${tableId}.` };
    if (!isOf(table, waiterId)) return { refused: `Table ${tableId} is not yours.` };
    if (holder !== undefined && holder !== tid) {
      return { refused: `Table ${tableId} is at another card machine.` };
    }
    this.#locks.set(tableId, tid);
    return { amount: Math.max(0, amountDue(table)) };
  }

  #table(tableId: string): Table {
    return this.#tables.tables.find((table) => table.tableId === tableId) ?? { tableId, amount: 0 };
  }

  #put(next: Table): void {
    const { tables } = this.#tables;
    const known = tables.some(({ tableId }) => tableId === next.tableId);
    const all = known
      ? tables.map((table) => (table.tableId === next.tableId ? next : table))
      : [...tables, next];
    const changed = { ...this.#tables, tables: all };
    this.#deps.save(changed);
    this.#tables = changed;
  }
}

function amountDue(table: Table): number {
  return (
    billOf(table) - sum(table, ({ amountPaid, amountCashback }) => amountPaid - amountCashback)
  );
}

function billOf({ amount, items = [] }: Table): number {
  return amount ?? items.reduce((total, { quantity = 1, price }) => total + quantity * price, 0);
}

type Payment = NonNullable<Table['payments']>[number];

function sum({ payments = [] }: Table, of: (payment: Payment) => number): number {
  return payments.reduce((total, payment) => total + of(payment), 0);
}

function isOf(table: Table, waiterId: string | undefined): boolean {
  return table.waiterId === undefined || waiterId === undefined || table.waiterId === waiterId;
}

function billLines(table: Table): readonly TillReceiptLine[] {
  const paper = head(table);
  for (const { name, quantity = 1, price } of table.items ?? []) {
    paper.columns(`${quantity} ${clean(name)}`, amountText(quantity * price));
  }
  if (table.items) paper.double();
  const paid = billOf(table) - amountDue(table);
  if (paid > 0) paper.columns('Paid before', amountText(-paid));
  return paper.columns('To pay', amountText(amountDue(table)), { bold: true }).feed().lines;
}

function finalLines(table: Table): readonly TillReceiptLine[] {
  const left = amountDue(table);
  const gratuity = sum(table, ({ amountGratuity }) => amountGratuity);
  const paper = head(table).columns('Paid', amountText(billOf(table) - left), { bold: true });
  if (gratuity > 0) paper.columns('Gratuity', amountText(gratuity));
  if (left > 0) paper.columns('Still to pay', amountText(left));
  return paper.blank().text('Thank you', { align: 'centre' }).feed().lines;
}

function head({ tableId }: Table) {
  return receipt()
    .text(`Table ${clean(tableId)}`, { align: 'centre', bold: true })
    .single();
}
