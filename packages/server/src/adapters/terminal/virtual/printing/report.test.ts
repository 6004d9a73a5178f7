import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Balances, Banking, ReportType, Totals } from '@tillgate/protocol';
import { columnsOf, reportTypes } from '@tillgate/protocol';
import fc from 'fast-check';
import type { MachineReport, TablePart } from '../../../../ports/terminal-driver.ts';
import { saleOrder } from '../../../../testing/terminal-driver-contract-kit.ts';
import type { CompletedTransaction } from '../memory/completed-transaction.ts';
import { authorisedTransaction, totalOf } from '../memory/completed-transaction.ts';
import type { Memory } from '../memory/memory.ts';
import { ACQUIRER, newMemory, withReport, withTransaction } from '../memory/memory.ts';
import { transactionNumber } from '../memory/numbers.ts';
import { letterhead } from './receipt.ts';
import { machineReport } from './report.ts';

const head = letterhead('The Corner Shop', 'VCMINVLSIP0', '0012345678');

/** A payment on one machine. */
const payment = fc.record({
  transactionType: fc.constantFrom('SALE', 'REFUND', 'PRE_AUTH', 'ACCOUNT_VERIFICATION'),
  result: fc.constantFrom('SUCCESSFUL', 'SUCCESSFUL', 'DECLINED', 'VOID'),
  entryMethod: fc.constantFrom('ICC_CHIP', 'CONTACTLESS'),
  amount: fc.integer({ min: 1, max: 99_999_999 }),
  amountCashback: fc.integer({ min: 0, max: 10_000 }),
  gratuity: fc.constantFrom(0, 150),
  /** Absent at the counter; `none` at a table whose waiter is not known. */
  waiter: fc.constantFrom(undefined, 'none', '007', 'constructor', '__proto__'),
} as const);
type Payment = typeof payment extends fc.Arbitrary<infer P> ? P : never;

function completedTransaction(paid: Payment, count: number): CompletedTransaction {
  const { transactionType, amount, amountCashback, result, entryMethod, gratuity, waiter } = paid;
  const cashback = transactionType === 'SALE' ? amountCashback : 0;
  const order = saleOrder(`${count}`, {
    transactionType,
    amount,
    amountCashback: cashback,
    ...(waiter === undefined ? {} : { table: tablePart(waiter, gratuity) }),
  });
  const scenario = {
    result,
    entryMethod,
    verification: 'NONE',
    gratuityPercent: 0,
    enteredCashback: 0,
    gratuity,
    signatureJudge: 'till',
  } as const;
  return authorisedTransaction(order, scenario, {
    transactionId: '4100231',
    transactionNumber: transactionNumber(count),
    session: 1,
    transactionTime: '2026-03-14T12:31:07',
    authCode: 'Q7M2K4',
  });
}

function tablePart(waiter: string, amountGratuity: number): TablePart {
  return { tableId: '12', amountGratuity, ...(waiter === 'none' ? {} : { waiterId: waiter }) };
}

function paid(memory: Memory, payments: readonly Payment[]) {
  const transactions = payments.map((each, at) =>
    completedTransaction(each, memory.count + at + 1),
  );
  const counted = transactions.filter(
    ({ transactionResult, order }) =>
      transactionResult === 'SUCCESSFUL' && /SALE|REFUND/.test(order.transactionType),
  );
  return { memory: transactions.reduce(withTransaction, memory), counted };
}

function made(memory: Memory, reportType: ReportType) {
  const after = withReport(memory, { id: 'r', reportType }, '2026-03-14T22:00:00');
  assert.ok(after.last?.kind === 'report');
  return { memory: after, report: machineReport(after.last.report, head) };
}

const balancesOf = (report: MachineReport) => report.balances as Balances;
const bankingOf = (report: MachineReport) => report.banking[ACQUIRER] as Banking;
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

function assertAddsUp(totals: Totals, issuers: Record<string, Totals>): void {
  assert.equal(totals.totalAmount, totals.totalSalesAmount - totals.totalRefundsAmount);
  for (const key of ['totalAmount', 'totalSalesAmount', 'totalSalesCount'] as const) {
    assert.equal(sum(Object.values(issuers).map((issuer) => issuer[key])), totals[key], key);
  }
}

describe('reports of a virtual card machine', () => {
  test('the totals of a report add up to its successful payments [C-5.8, C-5.9]', () => {
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 40 }), (payments) => {
        const day = paid(newMemory('GBP'), payments);
        const { report } = made(day.memory, 'END_OF_DAY');
        const balances = balancesOf(report);
        const sales = day.counted.filter(({ order }) => order.transactionType === 'SALE');
        const refunds = day.counted.filter(({ order }) => order.transactionType === 'REFUND');
        assert.equal(
          balances.totalSalesAmount,
          sum(sales.map((transaction) => transaction.amountBase)),
        );
        assert.equal(balances.totalSalesCount, sales.length);
        assert.equal(
          balances.totalRefundsAmount,
          sum(refunds.map((transaction) => transaction.amountBase)),
        );
        assert.equal(balances.totalRefundsCount, refunds.length);
        assert.equal(
          balances.totalCashbackAmount,
          sum(sales.map((transaction) => transaction.amountCashback)),
        );
        assert.equal(
          balances.totalGratuityCount,
          sales.filter((transaction) => transaction.amountGratuity > 0).length,
        );
        const all = sum(sales.map(totalOf)) - sum(refunds.map(totalOf));
        assert.equal(balances.totalAmount, all);
        const issuers = Object.values(balances.issuerTotals);
        assert.equal(sum(issuers.map((issuer) => issuer.totalAmount)), all);
        const banking = bankingOf(report);
        assert.equal(banking.currentSessionTotals.totalAmount, all);
        assertAddsUp(banking.currentSessionTotals, banking.currentSessionIssuerTotals);
      }),
    );
  });

  test('the totals of a waiter add up to the payments at his tables [C-5.8, C-5.9]', () => {
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 40 }), (payments) => {
        const day = paid(newMemory('GBP'), payments);
        const waiters = new Set(day.counted.map(({ order }) => order.table?.waiterId));
        waiters.delete(undefined);
        const { waiterTotals } = balancesOf(made(day.memory, 'X_BALANCE').report);
        assert.deepEqual(new Set(Object.keys(waiterTotals)), waiters);
        for (const [waiterId, totals] of Object.entries(waiterTotals)) {
          const his = day.counted.filter(({ order }) => order.table?.waiterId === waiterId);
          const refunds = his.filter(({ order }) => order.transactionType === 'REFUND');
          const refunded = sum(refunds.map(totalOf));
          assert.equal(totals.totalRefundsAmount, refunded);
          assert.equal(totals.totalSalesAmount, sum(his.map(totalOf)) - refunded);
          assert.equal(totals.totalSalesCount + totals.totalRefundsCount, his.length);
          assert.equal(totals.totalAmount, totals.totalSalesAmount - totals.totalRefundsAmount);
        }
      }),
    );
  });

  test('a session has the numbers of its first and last payment [C-5.10]', () => {
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 20 }), (payments) => {
        const day = paid(newMemory('GBP'), payments);
        const { report } = made(day.memory, 'BANKING');
        const first = day.counted[0]?.transactionNumber ?? '0000';
        const last = day.counted.at(-1)?.transactionNumber ?? '0000';
        assert.deepEqual(bankingOf(report).currentSessionTransactionNumbers, [first, last]);
      }),
    );
  });

  test('a report has the figures of its type and ends with REPORT COMPLETE [C-4.27, C-4.30]', () => {
    for (const reportType of reportTypes) {
      const { report } = made(newMemory('GBP'), reportType);
      const [balances, banking] = [report.balances, report.banking].map(Object.keys);
      assert.equal(balances?.length === 0, reportType === 'BANKING');
      assert.equal(banking?.length === 0, /BALANCE/.test(reportType));
      assert.equal(report.reportLines.at(-1)?.value.trim(), 'REPORT COMPLETE');
    }
  });

  test('no line of a report is wider than 24 columns [C-5.6]', () => {
    fc.assert(
      fc.property(fc.array(payment, { maxLength: 20 }), (payments) => {
        const { memory } = paid(newMemory('EUR'), payments);
        for (const line of made(memory, 'END_OF_DAY').report.reportLines) {
          assert.ok(columnsOf(line.value) <= 24, line.value);
        }
      }),
    );
  });
});

describe('the reset of totals by a report [C-4.27]', () => {
  const sale = {
    ...fc.sample(payment, 1)[0]!,
    transactionType: 'SALE',
    result: 'SUCCESSFUL',
  } as const;
  const day = paid(newMemory('GBP'), [sale, sale]).memory;

  test('an X balance resets nothing, so a second one is equal [C-7.21]', () => {
    const first = made(day, 'X_BALANCE');
    assert.deepEqual(made(first.memory, 'X_BALANCE').report, first.report);
    assert.equal(balancesOf(first.report).totalsSince, 'INSTALLATION');
  });

  test('a Z balance resets the totals, so a second one has zeros [C-7.22]', () => {
    const first = made(day, 'Z_BALANCE');
    const second = balancesOf(made(first.memory, 'Z_BALANCE').report);
    assert.equal(balancesOf(first.report).totalSalesCount, 2);
    assert.equal(second.totalSalesCount, 0);
    assert.deepEqual(second.issuerTotals, {});
    assert.equal(second.totalsSince, '2026-03-14T22:00:00');
    const banking = bankingOf(made(first.memory, 'BANKING').report);
    assert.equal(banking.currentSessionTotals.totalSalesCount, 2);
  });

  test('a banking report starts a new session and does not reset the totals', () => {
    const first = made(day, 'BANKING');
    const { balances, banking } = made(first.memory, 'END_OF_DAY').report;
    assert.equal((balances as Balances).totalSalesCount, 2);
    const sessions = banking[ACQUIRER];
    assert.deepEqual(sessions?.currentSessionTransactionNumbers, ['0000', '0000']);
    assert.deepEqual(sessions?.previousSessionTransactionNumbers, ['0001', '0002']);
    assert.deepEqual(sessions?.previousSessionTotals, bankingOf(first.report).currentSessionTotals);
  });

  test('an end-of-day report resets the totals and starts a new session', () => {
    const { memory } = made(day, 'END_OF_DAY');
    const { balances, banking } = made(memory, 'END_OF_DAY').report;
    assert.equal((balances as Balances).totalSalesCount, 0);
    assert.equal(banking[ACQUIRER]?.currentSessionTotals.totalSalesCount, 0);
    assert.equal(banking[ACQUIRER]?.previousSessionTotals.totalSalesCount, 2);
  });
});
