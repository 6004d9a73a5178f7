import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openRecorded, saleOrder } from '../../../../testing/terminal-driver-contract-kit.ts';
import { runOrders, virtualBench } from '../../../../testing/virtual-bench.ts';
import { VirtualDriver } from '../virtual-driver.ts';

describe('the memory of a virtual card machine', () => {
  const preAuth = (id: string, amount: number) =>
    saleOrder(id, { transactionType: 'PRE_AUTH', amount });

  test('a completion succeeds once, up to the amount of its pre-authorisation [C-7.16]', async () => {
    const { outcomes, terminal, clock } = await runOrders('VCMSIP0', [preAuth('a', 20_000)]);
    const authCode = outcomes()[0]?.card.authCode ?? '';
    const completion = async (amount: number, code: string) => {
      terminal.start(
        saleOrder(`${amount} ${code}`, { transactionType: 'COMPLETION', amount, authCode: code }),
      );
      await clock.advance(60_000);
      return outcomes().at(-1);
    };
    assert.equal((await completion(100, 'NOSUCH'))?.transactionResult, 'DECLINED');
    assert.equal((await completion(20_001, authCode))?.transactionResult, 'DECLINED');
    const completed = await completion(17_350, authCode);
    assert.equal(completed?.transactionResult, 'SUCCESSFUL');
    assert.equal(completed?.card.authCode, authCode);
    assert.equal((await completion(100, authCode))?.transactionResult, 'DECLINED');
  });

  test('later pre-authorisations on the same card add to the first [C-4.5]', async () => {
    const preAuths = [preAuth('a', 20_000), preAuth('b', 5000), preAuth('c', 700)];
    const { outcomes, terminal, clock } = await runOrders('VCMSIP0', preAuths);
    const codes = outcomes().map((outcome) => outcome.card.authCode);
    const complete = async (amount: number, total: number, at: number) => {
      const order = saleOrder(`${total} ${at}`, {
        transactionType: 'COMPLETION',
        amount,
        amountPreAuthorisedTotal: total,
        authCode: codes[at] ?? '',
      });
      terminal.start(order);
      await clock.advance(60_000);
      return outcomes().at(-1)?.transactionResult;
    };
    assert.equal(await complete(30_000, 30_000, 0), 'DECLINED');
    assert.equal(await complete(24_000, 25_000, 0), 'SUCCESSFUL');
    assert.equal(await complete(100, 5000, 1), 'DECLINED');
    assert.equal(await complete(700, 700, 2), 'SUCCESSFUL');
  });

  test('an account verification is not in the totals [C-4.12]', async () => {
    const order = saleOrder('a', { transactionType: 'ACCOUNT_VERIFICATION' });
    const { outcomes, terminal, clock, reports } = await runOrders('VCMSIP0', [order]);
    assert.equal(outcomes()[0]?.transactionResult, 'SUCCESSFUL');
    terminal.startReport({ id: 'x', reportType: 'X_BALANCE' });
    await clock.advance(60_000);
    const report = reports.at(-1);
    assert.ok(report?.kind === 'reported' && 'totalSalesCount' in report.result.balances);
    assert.equal(report.result.balances.totalSalesCount, 0);
  });

  test('an outcome is told only when it is stored, and a failed write is tried again', async () => {
    const bench = virtualBench({ pace: 'instant' });
    const { terminal, outcomes } = openRecorded(bench, 'VCMSIP0');
    bench.store.breakDown('full');
    terminal.start(saleOrder('a'));
    await bench.clock.advance(10_000);
    assert.deepEqual([outcomes(), await terminal.lastOrder('a')], [[], { status: 'running' }]);
    bench.store.mend();
    await bench.clock.advance(2000);
    assert.equal(outcomes()[0]?.transactionNumber, '0001');
    const again = openRecorded({ driver: new VirtualDriver(bench), site: 'shop' }, 'VCMSIP0');
    assert.equal((await again.terminal.lastOrder('a')).status, 'outcome');
  });

  test('a machine that is closed stores nothing more', async () => {
    const bench = virtualBench({ pace: 'instant' });
    const { terminal, outcomes } = openRecorded(bench, 'VCMSIP0');
    bench.store.breakDown('full');
    terminal.start(saleOrder('a'));
    await bench.clock.advance(10_000);
    terminal.close();
    bench.store.mend();
    await bench.clock.advance(10_000);
    const again = openRecorded(bench, 'VCMSIP0');
    assert.deepEqual(
      [outcomes(), await again.terminal.lastOrder('a')],
      [[], { status: 'nothing' }],
    );
  });
});
