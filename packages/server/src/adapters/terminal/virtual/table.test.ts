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
  const arrive = () => bench.driver.waiter(bench.site, tid, (value) => seen.push(value));
  const requests = () =>
    watched.reports.flatMap((report) => (report.kind === 'tableRequest' ? [report] : []));
  const wishes = () => requests().map(({ request }) => request.kind);
  const answerTo = (number: number, given: TableAnswer) => requests()[number - 1]?.answer(given);
  const answer = (given: TableAnswer) => requests().at(-1)?.answer(given);
  const waiter = arrive();
  assert.ok(waiter);
  return { ...bench, ...watched, waiter, arrive, seen, wishes, answer, answerTo };
}

describe('a card payment at a table', () => {
  test('plays its letters: S adds a payment, the others none [C-10.5]', async () => {
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
        const told = outcomes().map((outcome) => outcome.transactionResult);
        assert.deepEqual(told, result === '' ? [] : [result], tid);
        const gratuity = outcomes()[0]?.amountGratuity ?? 0;
        assert.equal(gratuity, letter === 'S' ? 300 : 0, tid);
      }
    }
  });

  test('what the machine is set to add at the counter is not added', async () => {
    const terminals = { VCMSIP0: { cashback: 500, gratuity: 100 } };
    const { shown, outcomes } = await runOrders('VCMSIP0', [tableOrder('a')], { terminals });
    assert.equal(shown()[0], 'PRESENT_CARD');
    const [outcome] = outcomes();
    assert.deepEqual([outcome?.amountCashback, outcome?.amountGratuity], [0, 0]);
  });

  test('a signature is judged by the waiter, who takes any [C-9.9]', async () => {
    for (const [tid, tail] of [
      ['VCMINVLSIS0', 'APPROVED REMOVE_CARD SUCCESSFUL'],
      ['VCMINVLVIS0', 'REMOVE_CARD VOID'],
    ] as const) {
      const { shown, outcomes } = await runOrders(tid, [tableOrder('a')]);
      const said = [...shown(), outcomes()[0]?.transactionResult].join(' ');
      const judged = 'SIGNATURE_VERIFICATION SIGNATURE_VERIFICATION_PROCESS_COMPLETED';
      assert.equal(said, `PRESENT_CARD PLEASE_WAIT CONNECTING CONNECTION_MADE ${judged} ${tail}`);
    }
  });

  test('is counted for its waiter', async () => {
    const orders = [
      tableOrder('a', { waiterId: '007', amountGratuity: 50 }),
      tableOrder('b', { waiterId: '001' }),
      tableOrder('c'),
      saleOrder('d'),
    ];
    const { terminal, clock, reports } = await runOrders('VCMSIP0', orders);
    terminal.startReport({ id: 'x', reportType: 'X_BALANCE' });
    await clock.advance(60_000);
    const told = reports.at(-1);
    assert.ok(told?.kind === 'reported' && 'waiterTotals' in told.result.balances);
    const { waiterTotals } = told.result.balances;
    assert.deepEqual(Object.keys(waiterTotals).sort(), ['001', '007']);
    assert.equal(waiterTotals['007']?.totalAmount, 1300);
    const lines = told.result.reportLines.map(({ value }) => value);
    assert.ok(lines.includes('WAITER               007'));
  });
});

describe('the waiter at a machine', () => {
  test('sees what it shows while a card is paid at the table, not at the counter', async () => {
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

  test('is alone there until he has gone', async () => {
    const { waiter, arrive, driver } = attended();
    assert.equal(arrive(), undefined);
    waiter.close();
    const next = arrive();
    assert.ok(next);
    assert.deepEqual((await waiter.request({ kind: 'tables' })).answer, 'no');
    assert.equal(
      driver.waiter('shop', 'VCMOTHERSIP0', () => undefined),
      undefined,
    );
  });

  test('wants one thing at a time, but may leave at any', async () => {
    const { waiter, wishes, answerTo } = attended();
    const lock = waiter.request({ kind: 'lock', tableId: '12' });
    assert.equal((await waiter.request({ kind: 'bill' })).answer, 'no');
    const leave = waiter.request({ kind: 'leave' });
    assert.equal((await waiter.request({ kind: 'leave' })).answer, 'no');
    assert.deepEqual(wishes(), ['lock', 'leave']);
    answerTo(1, locked);
    answerTo(2, left);
    assert.deepEqual([await lock, await leave], [locked, left]);
  });

  test('who goes leaves what is open, after the wish under way', async () => {
    const { waiter, wishes, answer, arrive } = attended();
    const lock = waiter.request({ kind: 'lock', tableId: '12' });
    waiter.close();
    waiter.close();
    assert.deepEqual(wishes(), ['lock']);
    answer(locked);
    assert.deepEqual(await lock, locked);
    assert.deepEqual(wishes(), ['lock', 'leave']);
    assert.equal(arrive(), undefined, 'he is not gone before the table is left');
    answer({ answer: 'no', message: 'The journal is out of order.' });
    assert.ok(arrive());
    assert.deepEqual(wishes(), ['lock', 'leave']);
  });

  test('who goes with nothing open says nothing', async () => {
    const idle = attended();
    idle.waiter.close();
    assert.deepEqual(idle.wishes(), []);
    const done = attended();
    void done.waiter.request({ kind: 'tables' });
    done.answer({ answer: 'tables', tables: [] });
    void done.waiter.request({ kind: 'leave' });
    done.answer(left);
    done.waiter.close();
    assert.deepEqual(done.wishes(), ['tables', 'leave']);
  });

  test('is told what is not known when the machine has lost his payment', async () => {
    const { waiter, terminal, clock, wishes, answerTo } = attended('VCMINVLTIP0');
    const lock = waiter.request({ kind: 'lock', tableId: '12' });
    answerTo(1, locked);
    await lock;
    const paid = waiter.request({ ...card, amountGratuity: 0 });
    terminal.start(tableOrder('a'));
    await clock.advance(1000);
    assert.equal((await paid).answer, 'unknown');
    waiter.close();
    assert.deepEqual(wishes(), ['lock', 'pay', 'leave']);
  });

  test('who goes while a payment is lost still leaves the table', async () => {
    const { waiter, terminal, clock, wishes, answer, arrive } = attended('VCMINVLTIP0');
    void waiter.request({ kind: 'lock', tableId: '12' });
    answer(locked);
    void waiter.request({ ...card, amountGratuity: 0 });
    terminal.start(tableOrder('a'));
    waiter.close();
    await clock.advance(1000);
    assert.deepEqual(wishes(), ['lock', 'pay', 'leave']);
    assert.equal(arrive(), undefined);
    answer(left);
    assert.ok(arrive());
  });

  test('is told no when the machine is gone, also of what comes later', async () => {
    const { waiter, terminal, arrive } = attended();
    const lock = waiter.request({ kind: 'lock', tableId: '12' });
    terminal.close();
    assert.equal((await lock).answer, 'no');
    assert.equal((await waiter.request({ kind: 'tables' })).answer, 'no');
    assert.equal(arrive(), undefined);
  });
});
