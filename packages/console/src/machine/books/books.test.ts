import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Balances, Banking, LinkOrder, ReportType, Totals } from '@tillgate/protocol';
import { columnsOf, linkEvents } from '@tillgate/protocol';
import { receipts, reportLines } from '../paper/printouts.ts';
import type { SimulationSettings } from '../payment/card-flow.ts';
import { startFlow } from '../payment/card-flow.ts';
import type { Books } from './books.ts';
import { ACQUIRER, addRecord, isCovered, makeReport, newBooks } from './books.ts';
import type { TransactionRecord } from './transaction-record.ts';
import { recordOf } from './transaction-record.ts';

const NOW = '2026-03-14T12:31:07';
const head = { shop: 'Corner Bar', tid: '12345678' };
const settings = { card: 'debit', asksGratuity: false, asksCashback: false } as SimulationSettings;

interface Paid extends Partial<LinkOrder> {
  readonly result?: TransactionRecord['result'];
  readonly gratuity?: number;
}

function record(
  books: Books,
  { result = 'SUCCESSFUL', gratuity = 0, ...order }: Paid,
): TransactionRecord {
  const whole = {
    ...{ id: `s/1/${books.count}`, transactionType: 'SALE', currency: 'GBP', amount: 1000 },
    ...{ amountCashback: 0, cardholderNotPresent: false, ...order },
  } as LinkOrder;
  const payment = { ...startFlow(whole, settings), entryMethod: 'insert', gratuity } as const;
  return recordOf(payment, result, {
    number: books.count + 1,
    authCode: `A1B2C${books.count}`,
    time: NOW,
  });
}

const after = (...all: readonly Paid[]) =>
  all.reduce((books, paid) => addRecord(books, record(books, paid)), newBooks('GBP'));

const day = after(
  { amount: 1000, gratuity: 100, table: { tableId: '1', waiterId: '7', amountGratuity: 100 } },
  { amount: 2000, amountCashback: 500 },
  { amount: 700, transactionType: 'REFUND' },
  { amount: 9999, result: 'DECLINED' },
  { amount: 9999, result: 'VOID' },
  { amount: 9999, transactionType: 'PRE_AUTH' },
);

describe('the books of the machine', () => {
  test('balances count successful sales and refunds only [C-5.8]', () => {
    const balances = makeReport(day, 'X_BALANCE', NOW).sums.balances as Balances;
    assert.deepEqual([balances.totalSalesAmount, balances.totalSalesCount], [3000, 2]);
    assert.deepEqual([balances.totalRefundsAmount, balances.totalRefundsCount], [700, 1]);
    assert.deepEqual([balances.totalCashbackAmount, balances.totalGratuityAmount], [500, 100]);
    assert.equal(balances.totalAmount, 2900);
    const byIssuer = Object.values(balances.issuerTotals).map(({ totalAmount }) => totalAmount);
    assert.deepEqual(byIssuer, [2900]);
    assert.equal(balances.waiterTotals['7']?.totalAmount, 1100);
  });

  test('each report type resets its own totals [C-4.27]', () => {
    const kept = (type: ReportType) => {
      const { taken, session, before } = makeReport(day, type, NOW).books;
      return [taken.length, session.length, before.length];
    };
    assert.deepEqual(kept('X_BALANCE'), [3, 3, 0]);
    assert.deepEqual(kept('Z_BALANCE'), [0, 3, 0]);
    assert.deepEqual(kept('BANKING'), [3, 0, 3]);
    assert.deepEqual(kept('END_OF_DAY'), [0, 0, 3]);
  });

  test('a banking report has the first and the last transaction number of its session [C-5.10]', () => {
    const banked = makeReport(day, 'BANKING', NOW);
    const banking = banked.sums.banking[ACQUIRER] as Banking;
    assert.deepEqual(banking.currentSessionTransactionNumbers, ['0001', '0003']);
    assert.equal(banking.currentSessionTotals.totalSalesAmount, 3600);
    const next = makeReport(banked.books, 'BANKING', NOW).sums.banking[ACQUIRER] as Banking;
    assert.deepEqual(next.currentSessionTransactionNumbers, ['0000', '0000']);
    assert.deepEqual(next.previousSessionTotals, banking.currentSessionTotals);
  });

  test('a completion uses pre-authorisations of one card that cover it, each once [C-4.5]', () => {
    const reserve = { transactionType: 'PRE_AUTH' } as const;
    const reserved = after({ ...reserve, amount: 20_000 }, { ...reserve, amount: 5_000 });
    const [first = '', second = ''] = reserved.preAuths.map(({ authCode }) => authCode);
    const complete = (amount: number, authCode: string, amountPreAuthorisedTotal = amount) =>
      ({ transactionType: 'COMPLETION', amount, authCode, amountPreAuthorisedTotal }) as const;
    const covered = (books: Books, paid: Paid) => isCovered(books, record(books, paid).order);
    assert.equal(covered(reserved, complete(100, 'NOSUCH')), false);
    assert.equal(covered(reserved, complete(25_001, first)), false);
    assert.equal(covered(reserved, complete(24_000, first, 20_000)), false);
    assert.equal(covered(reserved, complete(20_000, second)), false, 'earlier ones do not count');
    assert.equal(covered(newBooks('GBP'), {}), true, 'a sale needs none');
    const one = complete(17_350, first);
    const taken = addRecord(reserved, record(reserved, one));
    assert.equal(taken.last?.card.authCode, first);
    assert.equal(covered(taken, one), false);
    assert.equal(covered(taken, complete(5_000, second)), true);
    const declined = addRecord(reserved, record(reserved, { ...one, result: 'DECLINED' }));
    assert.equal(covered(declined, one), true);
    const both = complete(24_000, first, 25_000);
    assert.deepEqual(addRecord(reserved, record(reserved, both)).preAuths, []);
    const sums = makeReport(addRecord(reserved, record(reserved, both)), 'X_BALANCE', NOW).sums;
    assert.equal((sums.balances as Balances).totalSalesAmount, 24_000);
  });

  test('the reports of the machine fit the schema of the link [C-13.5]', () => {
    for (const type of ['X_BALANCE', 'Z_BALANCE', 'BANKING', 'END_OF_DAY'] as const) {
      const { sums } = makeReport(day, type, NOW);
      const reportTime = NOW;
      const lines = reportLines(sums, { ...head, time: NOW, title: 'REPORT' });
      const result = { reportTime, ...sums, reportLines: lines };
      const params = { order: 'a', result };
      const message = { jsonrpc: '2.0', method: 'reported', params };
      assert.deepEqual(linkEvents.reported.message.violations(message), []);
      assert.equal(lines.at(-1)?.value, 'REPORT COMPLETE');
      const since = lines.find(({ value }) => value.startsWith('SINCE'));
      assert.equal(
        since?.value,
        'totalsSince' in sums.balances ? 'SINCE       INSTALLATION' : undefined,
      );
      assert.ok(lines.every(({ value }) => value.length <= 24));
    }
  });

  test('receipts of any text fit a roll of 24 columns, and nothing of it is cut off [C-5.6]', () => {
    const table = { tableId: '宫保鸡丁'.repeat(4), waiterId: '7', amountGratuity: 0 };
    const one = record(newBooks('GBP'), { table });
    const shop = 'Zum goldenen Lo\u0308wen, Ecke 角の店';
    const lines = receipts(one, { ...head, shop }).CUSTOMER ?? [];
    const values = lines.map(({ value }) => value);
    assert.deepEqual(values.slice(1, 3), ['ZUM GOLDENEN LO\u0308WEN, ECKE', '         角の店']);
    const at = values.indexOf('TABLE');
    assert.deepEqual(values.slice(at + 1, at + 4), [
      '宫保鸡丁宫保鸡丁宫保鸡丁',
      '                宫保鸡丁',
      'WAITER                 7',
    ]);
    assert.ok(values.every((value) => columnsOf(value) <= 24));
    const { balances, ...sums } = makeReport(
      addRecord(newBooks('GBP'), one),
      'X_BALANCE',
      NOW,
    ).sums;
    const { waiterTotals, ...rest } = balances as Balances;
    const named = { 宫保鸡丁宫保鸡丁宫保: waiterTotals['7'] as Totals };
    const report = { ...sums, balances: { ...rest, waiterTotals: named } };
    const printed = reportLines(report, { ...head, shop, time: NOW, title: 'REPORT' });
    assert.ok(printed.every(({ value }) => columnsOf(value) <= 24));
    assert.match(printed.map(({ value }) => value).join(''), /WAITER宫保鸡丁宫保鸡丁宫保/);
  });

  test('receipts fit a roll of 24 columns, with the amounts at the right edge [C-5.6]', () => {
    const one = record(newBooks('GBP'), { amount: 1250, amountCashback: 500, gratuity: 125 });
    const { MERCHANT = [], CUSTOMER = [] } = receipts(one, head);
    const total = CUSTOMER.find(({ value }) => value.startsWith('TOTAL'));
    assert.equal(total?.value, 'TOTAL           GBP18.75');
    assert.ok([...MERCHANT, ...CUSTOMER].every(({ value }) => value.length <= 24));
    assert.deepEqual(receipts({ ...one, result: 'UNSUCCESSFUL' }, head), {});
    const declined = receipts({ ...one, result: 'DECLINED' }, head).CUSTOMER;
    assert.ok(declined?.some(({ type }) => type === 'BOX_DECLINE'));
  });
});
