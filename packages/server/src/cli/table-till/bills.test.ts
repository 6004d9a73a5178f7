// What the till of the command line answers, and what its bills are after payments.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PaidTable } from '@tillgate/client';
import { preview } from '@tillgate/client';
import { Bills } from './bills.ts';
import type { Exchange } from './exchange.ts';
import type { Tables } from './tables-file.ts';

const tables: Tables = {
  currency: 'GBP',
  tables: [
    { tableId: '7', amount: 1250 },
    { tableId: '12A', waiterId: '007', items: [{ name: 'Dinner', quantity: 2, price: 2410 }] },
  ],
};
const one = { tid: 'VCMINVLSIP0', tableId: '7' };
const other = { ...one, tid: 'VCMINVLDIP0' };

function paid(tableId: string, amountPaid: number, amountCashback = 0): PaidTable {
  const amounts = { amountPaid, amountCashback, amountGratuity: 100 };
  const payment = {
    ...amounts,
    paymentId: `p${amountPaid}`,
    authCode: '2GG2A5',
    cardSchemeName: 'VISA',
    currency: 'GBP',
    paymentMethod: 'ICC_CHIP',
    time: '2026-03-14T20:15:02Z',
  } as const;
  const amountOffBill = amountPaid - amountCashback;
  const where = { ...one, tableId, currency: 'GBP' } as const;
  return { ...where, payments: [payment], ...amounts, amountOffBill };
}

function opened(save: (changed: Tables) => void = () => undefined) {
  const exchanges: Exchange[] = [];
  const bills = new Bills({ tables, onExchange: (exchange) => exchanges.push(exchange), save });
  return { bills, exchanges };
}

describe('the bills of a restaurant till', () => {
  test('a waiter sees his own tables and those of nobody, until they are paid', () => {
    const { bills } = opened();
    assert.deepEqual(bills.listTables({ tid: '1' }), ['7', '12A']);
    assert.deepEqual(bills.listTables({ tid: '1', waiterId: '001' }), ['7']);
    bills.recordPayments(paid('7', 1750, 500));
    assert.deepEqual(bills.listTables({ tid: '1', waiterId: '007' }), ['12A']);
  });

  test('C-9.12: a locked table is refused to another machine until it is unlocked', () => {
    const { bills, exchanges } = opened();
    assert.deepEqual(bills.lockTable(one), { amount: 1250 });
    assert.deepEqual(bills.lockTable(one), { amount: 1250 });
    bills.unlock(other);
    assert.deepEqual(bills.lockTable(other), { refused: 'Table 7 is at another card machine.' });
    bills.unlock(one);
    assert.deepEqual(bills.lockTable(other), { amount: 1250 });
    assert.deepEqual(
      exchanges.flatMap((each) => (each.event === 'unlock' ? [each.held] : [])),
      [false, true],
    );
  });

  test('a table of another waiter and one that is not there are refused', () => {
    const { bills } = opened();
    const strange = bills.lockTable({ ...one, tableId: '12A', waiterId: '001' });
    assert.deepEqual(strange, { refused: 'Table 12A is not yours.' });
    assert.deepEqual(bills.lockTable({ ...one, tableId: '9' }), {
      refused: 'There is no table 9.',
    });
  });

  test('C-9.19, C-9.30: the next lock asks for what is left, without cashback and gratuity', () => {
    const { bills } = opened();
    bills.recordPayments(paid('12A', 2500, 500));
    assert.deepEqual(bills.lockTable({ ...one, tableId: '12A' }), { amount: 2820 });
    assert.deepEqual(preview(bills.bill({ ...one, tableId: '12A' })).slice(2, -2), [
      '2 Dinner           48.20',
      '========================',
      'Paid before       -20.00',
      'To pay             28.20',
    ]);
    assert.deepEqual(preview(bills.finalReceipt({ ...one, tableId: '12A' })).slice(2, 5), [
      'Paid               20.00',
      'Gratuity            1.00',
      'Still to pay       28.20',
    ]);
  });

  test('C-9.23: a booked payment is known; one that could not be kept is not booked', () => {
    const full = opened(() => {
      throw new Error('The disk is full.');
    });
    assert.throws(() => full.bills.recordPayments(paid('7', 250)), /The disk is full/);
    assert.equal(full.bills.has('p250'), false);
    assert.deepEqual(full.exchanges, []);
    assert.deepEqual(full.bills.lockTable(one), { amount: 1250 });
    const { bills } = opened();
    bills.recordPayments(paid('7', 250));
    assert.equal(bills.has('p250'), true);
  });

  test('a bill is printed whatever characters the file has in its texts', () => {
    for (const sign of ['\n', '\t', '\u0085', '\u2028', '\u2029', '\ud800']) {
      const items = [{ name: `Tea${sign}green`, price: 250 }];
      const odd: Tables = { currency: 'GBP', tables: [{ tableId: `9${sign}`, items }] };
      const bills = new Bills({ tables: odd, onExchange: () => undefined, save: () => undefined });
      const rows = preview(bills.bill({ ...one, tableId: `9${sign}` }));
      assert.ok(rows.includes('1 Tea\ufffdgreen         2.50'), rows.join('|'));
    }
  });

  test('a payment of a table that is not in the file is kept all the same', () => {
    const kept: Tables[] = [];
    const { bills } = opened((changed) => void kept.push(changed));
    bills.recordPayments(paid('99', 250));
    assert.equal(kept[0]?.tables.at(-1)?.payments?.[0]?.paymentId, 'p250');
    assert.deepEqual(bills.listTables({ tid: '1' }), ['7', '12A']);
  });
});
