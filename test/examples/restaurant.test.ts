// The restaurant of examples/pat: its rules, and its tables in memory and in a file.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { PaidTable, TablePayment } from '@tillgate/client';
import { preview } from '@tillgate/client';
import { memoryStore } from '../../examples/pat/memory-store.ts';
import type { Table } from '../../examples/pat/restaurant.ts';
import { leftToPay } from '../../examples/pat/restaurant.ts';
import { sqliteStore } from '../../examples/pat/sqlite-store.ts';
import type { TableStore } from '../../examples/pat/table-handlers.ts';
import { tableHandlers } from '../../examples/pat/table-handlers.ts';

const tables: readonly Table[] = [
  { tableId: '1', items: [{ name: 'Tea', quantity: 2, price: 250 }], paid: 0, gratuity: 0 },
  { tableId: '2', waiterId: '007', items: [], paid: 0, gratuity: 0 },
];
const at = { tid: 'VCMINVLSIP0', tableId: '1' };

function paid(amountPaid: number, values: Partial<TablePayment> = {}): PaidTable {
  const payment: TablePayment = {
    paymentId: `p${amountPaid}`,
    amountPaid,
    amountCashback: 0,
    amountGratuity: 0,
    authCode: '',
    cardSchemeName: '',
    currency: 'GBP',
    paymentMethod: 'UNKNOWN',
    time: '2026-03-14T20:15:02Z',
    ...values,
  };
  const { amountCashback, amountGratuity } = payment;
  return {
    ...at,
    currency: 'GBP',
    payments: [payment],
    ...{ amountPaid, amountCashback, amountGratuity },
    amountOffBill: amountPaid - amountCashback,
  };
}

describe('the example restaurant', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tillgate-crown-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const books: Readonly<Record<string, () => TableStore>> = {
    memory: () => memoryStore(tables),
    'a file': () => sqliteStore(join(folder, `${crypto.randomUUID()}.db`), tables),
  };
  for (const [name, open] of Object.entries(books)) {
    test(`tables in ${name} are listed, locked, paid in parts and unlocked`, async () => {
      const book = open();
      const said: string[] = [];
      const till = tableHandlers(book, (text) => said.push(text));
      assert.deepEqual(await till.listTables({ tid: at.tid }), ['1']);
      assert.deepEqual(await till.lockTable(at), { amount: 500 });
      assert.deepEqual(await till.lockTable({ ...at, tid: 'VCMINVLDIP0' }), {
        refused: 'Table 1 is at card machine VCMINVLSIP0.',
      });
      await till.recordPayments(paid(400, { amountCashback: 100, amountGratuity: 50 }));
      await till.unlock({ ...at, tid: 'VCMINVLDIP0' });
      assert.equal(book.table('1')?.lockedBy, 'VCMINVLSIP0', 'another machine unlocks nothing');
      await till.unlock(at);
      assert.deepEqual(await till.lockTable(at), { amount: 200 });
      await till.recordPayments(paid(200));
      await till.unlock(at);
      assert.deepEqual(await till.listTables({ tid: at.tid }), []);
      assert.deepEqual(await till.lockTable(at), {
        refused: 'There is nothing to pay at table 1.',
      });
      const { paid: off, gratuity } = book.table('1') ?? {};
      assert.deepEqual([off, gratuity], [500, 50]);
      assert.equal(
        said.at(2),
        'VCMINVLDIP0 wants table 1: Table 1 is at card machine VCMINVLSIP0.',
      );
    });

    test(`a payment to tables in ${name} is booked with its table, once, or not at all`, () => {
      const book = open();
      const till = tableHandlers(book, () => undefined);
      void till.recordPayments(paid(400));
      assert.deepEqual([book.isBooked('p400'), book.isBooked('p1')], [true, false]);
      const twice = { ...paid(400), payments: [...paid(1).payments, ...paid(400).payments] };
      assert.throws(() => void till.recordPayments(twice));
      assert.equal(book.isBooked('p1'), false);
      assert.equal(leftToPay(book.table('1')!), 100);
    });
  }

  test('a waiter sees none of the tables of other waiters and cannot lock them', async () => {
    const others = { ...tables[0]!, waiterId: '001' };
    const till = tableHandlers(memoryStore([others]), () => undefined);
    assert.deepEqual(await till.listTables({ tid: '1', waiterId: '007' }), []);
    assert.deepEqual(await till.lockTable({ ...at, waiterId: '007' }), {
      refused: 'Table 1 is not yours.',
    });
  });

  test('tables in a file outlive the program and are not created again', () => {
    const file = join(folder, 'evening.db');
    void tableHandlers(sqliteStore(file, tables), () => undefined).recordPayments(paid(400));
    const again = sqliteStore(file, [{ ...tables[0]!, tableId: '99' }]);
    assert.deepEqual(
      again.tables().map((table) => [table.tableId, leftToPay(table)]),
      [
        ['1', 100],
        ['2', 0],
      ],
    );
    assert.equal(again.isBooked('p400'), true);
  });

  test('the bill lists the items and the amount left, the receipt the payments', async () => {
    const till = tableHandlers(memoryStore(tables), () => undefined);
    await till.recordPayments(paid(400, { amountGratuity: 50 }));
    assert.deepEqual(preview(await till.bill(at)).slice(3, -2), [
      '2 Tea               5.00',
      '========================',
      'Paid before        -4.00',
      'To pay              1.00',
    ]);
    assert.deepEqual(preview((await till.finalReceipt?.(at)) ?? []).slice(3, 6), [
      'Paid                4.00',
      'Gratuity            0.50',
      'Still to pay        1.00',
    ]);
  });
});
