import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TableAnswer } from '../../../ports/terminal-driver.ts';
import { openRecorded, saleOrder } from '../../../testing/terminal-driver-contract-kit.ts';
import { tableOrder } from '../../../testing/terminal-driver-contract-tables.ts';
import { runOrders, virtualBench } from '../../../testing/virtual-bench.ts';

const TID = 'VCMINVLSIP0';
const locked: TableAnswer = { answer: 'locked', amount: 4820, currency: 'GBP' };
const left: TableAnswer = { answer: 'left' };
const card = { kind: 'pay', by: 'card', amount: 1250, amountCashback: 0 } as const;

function attended(tid = TID) {
  const bench = virtualBench({ pace: 'instant' });
  const watched = openRecorded(bench, tid);
  const seen: string[] = [];
  const newWaiter = () => bench.driver.waiter(bench.site, tid, (value) => seen.push(value));
  const requests = () =>
    watched.reports.flatMap((report) => (report.kind === 'tableRequest' ? [report] : []));
  const kinds = () => requests().map(({ request }) => request.kind);
  const answerTo = (number: number, reply: TableAnswer) => requests()[number - 1]?.answer(reply);
  const answer = (reply: TableAnswer) => requests().at(-1)?.answer(reply);
  const waiter = newWaiter();
  assert.ok(waiter);
  return { ...bench, ...watched, waiter, newWaiter, seen, kinds, answer, answerTo };
}

describe('a card payment at a table', () => {
  test('a table payment has the result in the TID of the machine, and only S pays [C-10.5]', async () => {
    const results: Record<string, string> = {
      S: 'SUCCESSFUL',
      D: 'DECLINED',
      U: 'UNSUCCESSFUL',
      C: 'CANCELLED',
      V: 'VOID',
      T: '',
    };
    for (const [letter, result] of Object.entries(results)) {
      for (const verification of 'SDPN') {
        const tid = `VCM${letter}I${verification}0`;
        const order = tableOrder('a', { amountGratuity: 300 });
        const { outcomes } = await runOrders(tid, [order], { pace: 'instant' });
        const ends = outcomes().map((outcome) => outcome.transactionResult);
        assert.deepEqual(ends, result === '' ? [] : [result], tid);
        const gratuity = outcomes()[0]?.amountGratuity ?? 0;
        assert.equal(gratuity, letter === 'S' ? 300 : 0, tid);
      }
    }
  });

  test('the cashback and gratuity settings of the machine do not apply at a table', async () => {
    const terminals = { VCMSIP0: { cashback: 500, gratuity: 100 } };
    const { shown, outcomes } = await runOrders('VCMSIP0', [tableOrder('a')], { terminals });
    assert.equal(shown()[0], 'PRESENT_CARD');
    const [outcome] = outcomes();
    assert.deepEqual([outcome?.amountCashback, outcome?.amountGratuity], [0, 0]);
  });

  test('a signature is verified by the waiter, who accepts any [C-9.9]', async () => {
    for (const [tid, tail] of [
      ['VCMINVLSIS0', 'APPROVED REMOVE_CARD SUCCESSFUL'],
      ['VCMINVLVIS0', 'REMOVE_CARD VOID'],
    ] as const) {
      const { shown, outcomes } = await runOrders(tid, [tableOrder('a')]);
      const steps = [...shown(), outcomes()[0]?.transactionResult].join(' ');
      const verified = 'SIGNATURE_VERIFICATION SIGNATURE_VERIFICATION_PROCESS_COMPLETED';
      assert.equal(
        steps,
        `PRESENT_CARD PLEASE_WAIT CONNECTING CONNECTION_MADE ${verified} ${tail}`,
      );
    }
  });

  test('a table payment counts in the totals of its waiter', async () => {
    const orders = [
      tableOrder('a', { waiterId: '007', amountGratuity: 50 }),
      tableOrder('b', { waiterId: '001' }),
      tableOrder('c'),
      saleOrder('d'),
    ];
    const { terminal, clock, reports } = await runOrders('VCMSIP0', orders);
    terminal.startReport({ id: 'x', reportType: 'X_BALANCE' });
    await clock.advance(60_000);
    const report = reports.at(-1);
    assert.ok(report?.kind === 'reported' && 'waiterTotals' in report.result.balances);
    const { waiterTotals } = report.result.balances;
    assert.deepEqual(Object.keys(waiterTotals).sort(), ['001', '007']);
    assert.equal(waiterTotals['007']?.totalAmount, 1300);
    const lines = report.result.reportLines.map(({ value }) => value);
    assert.ok(lines.includes('WAITER               007'));
  });
});

describe('the waiter at a virtual card machine', () => {
  test('the waiter sees the values of a table payment, but not of a payment at the counter', async () => {
    const { waiter, terminal, clock, seen, answerTo } = attended();
    const paid = waiter.request({ ...card, amountGratuity: 0 });
    terminal.start(tableOrder('a'));
    await clock.advance(1000);
    answerTo(1, { answer: 'payment', paid: true, left: 0 });
    assert.deepEqual(await paid, { answer: 'payment', paid: true, left: 0 });
    assert.deepEqual(seen.slice(0, 2), ['PRESENT_CARD', 'PLEASE_WAIT']);
    const before = seen.length;
    terminal.start(saleOrder('b'));
    await clock.advance(1000);
    assert.equal(seen.length, before);
  });

  test('a machine has one waiter at a time', async () => {
    const { waiter, newWaiter, driver } = attended();
    assert.equal(newWaiter(), undefined);
    waiter.close();
    const next = newWaiter();
    assert.ok(next);
    assert.deepEqual((await waiter.request({ kind: 'tables' })).answer, 'no');
    assert.equal(
      driver.waiter('shop', 'VCMOTHERSIP0', () => undefined),
      undefined,
    );
  });

  test('a waiter has one request at a time, and a leave is always accepted', async () => {
    const { waiter, kinds, answerTo } = attended();
    const lock = waiter.request({ kind: 'lock', tableId: '12' });
    assert.equal((await waiter.request({ kind: 'bill' })).answer, 'no');
    const leave = waiter.request({ kind: 'leave' });
    assert.equal((await waiter.request({ kind: 'leave' })).answer, 'no');
    assert.deepEqual(kinds(), ['lock', 'leave']);
    answerTo(1, locked);
    answerTo(2, left);
    assert.deepEqual([await lock, await leave], [locked, left]);
  });

  test('a closed waiter sends a leave after the answer to the open request', async () => {
    const { waiter, kinds, answer, newWaiter } = attended();
    const lock = waiter.request({ kind: 'lock', tableId: '12' });
    waiter.close();
    waiter.close();
    assert.deepEqual(kinds(), ['lock']);
    answer(locked);
    assert.deepEqual(await lock, locked);
    assert.deepEqual(kinds(), ['lock', 'leave']);
    assert.equal(newWaiter(), undefined, 'the machine is not free before the leave is answered');
    answer({ answer: 'no', message: 'The journal is out of order.' });
    assert.ok(newWaiter());
    assert.deepEqual(kinds(), ['lock', 'leave']);
  });

  test('a closed waiter without an open table sends nothing', async () => {
    const idle = attended();
    idle.waiter.close();
    assert.deepEqual(idle.kinds(), []);
    const done = attended();
    void done.waiter.request({ kind: 'tables' });
    done.answer({ answer: 'tables', tables: [] });
    void done.waiter.request({ kind: 'leave' });
    done.answer(left);
    done.waiter.close();
    assert.deepEqual(done.kinds(), ['tables', 'leave']);
  });

  test('a payment that the machine has lost is answered unknown', async () => {
    const { waiter, terminal, clock, kinds, answerTo } = attended('VCMINVLTIP0');
    const lock = waiter.request({ kind: 'lock', tableId: '12' });
    answerTo(1, locked);
    await lock;
    const paid = waiter.request({ ...card, amountGratuity: 0 });
    terminal.start(tableOrder('a'));
    await clock.advance(1000);
    assert.equal((await paid).answer, 'unknown');
    waiter.close();
    assert.deepEqual(kinds(), ['lock', 'pay', 'leave']);
  });

  test('a waiter closed during a payment that is lost still sends a leave', async () => {
    const { waiter, terminal, clock, kinds, answer, newWaiter } = attended('VCMINVLTIP0');
    void waiter.request({ kind: 'lock', tableId: '12' });
    answer(locked);
    void waiter.request({ ...card, amountGratuity: 0 });
    terminal.start(tableOrder('a'));
    waiter.close();
    await clock.advance(1000);
    assert.deepEqual(kinds(), ['lock', 'pay', 'leave']);
    assert.equal(newWaiter(), undefined);
    answer(left);
    assert.ok(newWaiter());
  });

  test('open and later requests are answered no when the handle is closed', async () => {
    const { waiter, terminal, newWaiter } = attended();
    const lock = waiter.request({ kind: 'lock', tableId: '12' });
    terminal.close();
    assert.equal((await lock).answer, 'no');
    assert.equal((await waiter.request({ kind: 'tables' })).answer, 'no');
    assert.equal(newWaiter(), undefined);
  });
});
