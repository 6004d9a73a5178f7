import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PaidTable, TablePayment } from '@tillgate/client';
import { preview } from '@tillgate/client';
import type { Table } from './bills.ts';
import {
  amountDue,
  billLines,
  book,
  canChangeCurrency,
  canClose,
  changeItem,
  finalLines,
  gratuity,
  lock,
  newTable,
  openTables,
  paid,
  stateOf,
  total,
  unlock,
  unlocked,
} from './bills.ts';

const dinner = { name: 'Roast beef', price: 1850 };
const table: Table = { ...newTable('12'), items: [{ ...dinner, quantity: 2 }] };
const asked = { tid: 'A', tableId: '12', waiterId: '007' };
const payment: TablePayment = {
  paymentId: '0d6c2b1e-7d6f-4a55-9a0e-3f1f2f6f8a11',
  amountPaid: 2000,
  amountCashback: 0,
  amountGratuity: 200,
  authCode: 'T5B1C9',
  cardSchemeName: 'VISA',
  currency: 'GBP',
  paymentMethod: 'ICC_CHIP',
  time: '2026-03-14T20:15:02Z',
};
const paidNotice = (...payments: readonly TablePayment[]) =>
  ({ ...asked, currency: 'GBP', payments }) as unknown as PaidTable;
const printed = (lines: Parameters<typeof preview>[0]) => preview(lines).join('\n');

test('C-9.12: a lock tells what is still to pay, and who holds the table', () => {
  const { answer, table: locked } = lock(book(table, paidNotice(payment)), asked);
  assert.deepEqual(answer, { amount: 1700 });
  assert.deepEqual(locked?.lockedBy, { tid: 'A', waiterId: '007' });
});

test('C-9.10: a lock is refused where the table is unknown, held, worked on or paid', () => {
  const { table: held } = lock(table, { ...asked, tid: 'B' });
  const full = book(table, paidNotice({ ...payment, amountPaid: 3700 }));
  for (const [one, why] of [
    [undefined, /no table 12/],
    [held, /at card machine B/],
    [{ ...table, refusing: true }, /open on the till/],
    [full, /nothing to pay/],
    [newTable('12'), /nothing to pay/],
  ] as const) {
    const { answer, table: locked } = lock(one, asked);
    assert.match('refused' in answer ? answer.refused : '', why);
    assert.equal(locked, undefined);
  }
});

test('the card machine that holds a table may lock it again', () => {
  const { table: locked } = lock(table, asked);
  assert.deepEqual(lock(locked, asked).answer, { amount: 3700 });
});

test('C-9.13: an unlock by another card machine changes nothing', () => {
  const locked = lock(table, asked).table as Table;
  assert.equal(unlock(locked, 'B'), locked);
  assert.equal(unlock(locked, 'A').lockedBy, undefined);
  assert.equal(unlocked(locked).lockedBy, undefined);
});

test('C-9.19: the bill goes down by what was paid less cashback; gratuity is on top', () => {
  const booked = book(table, paidNotice({ ...payment, amountPaid: 3000, amountCashback: 1000 }));
  assert.deepEqual(
    [total(booked), paid(booked), amountDue(booked), gratuity(booked)],
    [3700, 2000, 1700, 200],
  );
});

test('C-9.10: only tables with something to pay are listed, in their order', () => {
  const full = book({ ...table, tableId: '7' }, paidNotice({ ...payment, amountPaid: 3700 }));
  assert.deepEqual(openTables([table, full, newTable('8'), { ...table, tableId: '9' }]), [
    '12',
    '9',
  ]);
});

test('an item comes with its first and goes with its last', () => {
  const soup = { name: 'Soup', price: 650 };
  const more = changeItem(changeItem(table, soup, 1), soup, 1);
  assert.deepEqual(more.items.at(-1), { ...soup, quantity: 2 });
  const gone = changeItem(changeItem(more, soup, -1), soup, -1);
  assert.deepEqual(gone, table);
  assert.equal(changeItem(table, soup, -1), table);
});

test('the state of a table is the one that matters most', () => {
  const full = book(table, paidNotice({ ...payment, amountPaid: 3700 }));
  const states = [
    newTable('1'),
    table,
    { ...table, refusing: true },
    lock(table, asked).table,
    full,
  ];
  assert.deepEqual(
    states.map((one) => one && stateOf(one)),
    ['empty', 'open', 'refusing', 'locked', 'paid'],
  );
});

test('a table is closed when nothing is left, and never while a card machine holds it', () => {
  const full = book(table, paidNotice({ ...payment, amountPaid: 3700 }));
  assert.deepEqual([canClose(table), canClose(full), canClose(newTable('1'))], [false, true, true]);
  assert.equal(canClose({ ...full, lockedBy: { tid: 'A' } }), false);
});

test('the bill and the receipt fit the narrowest paper', () => {
  const booked = book(table, paidNotice(payment, { ...payment, paymentMethod: 'UNKNOWN' }));
  assert.match(printed(billLines(table)), /2 Roast beef {7}37\.00/);
  assert.match(printed(billLines(booked)), /Paid before {7}-40\.00/);
  const final = printed(finalLines(book(table, paidNotice(payment))));
  assert.match(final, /VISA, chip {9}20\.00/);
  assert.match(final, /Gratuity {12}2\.00/);
  assert.match(final, /Still to pay {7}17\.00/);
});

test('the currency of the bills stays while a table has paid in it or was announced in it', () => {
  const { table: locked = table } = lock(table, asked);
  const booked = book(table, paidNotice(payment));
  assert.deepEqual(
    [[table], [table, locked], [booked, table]].map((tables) => canChangeCurrency(tables)),
    [true, false, false],
  );
});
