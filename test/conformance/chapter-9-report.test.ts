// C-9.21, C-3.46 and C-4.18 of PROTOCOL.md over real sockets: reports that are sent to the till at the table too, a
// gateway that goes down while waiters are at work, and what the counter sees of the tables.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { RestaurantOptions } from '../support/gateway/restaurant-harness.ts';
import {
  cardPayment,
  cashPayment,
  finalReceiptFlag,
  otherTid,
  startRestaurant,
  startWithLock,
  startWithPayment,
  tableId,
  tableRequests,
  tid,
} from '../support/gateway/restaurant-harness.ts';
import { siteRecord } from '../support/gateway/site-records.ts';
import { outcome, totals } from '../support/terminal/scripted-machine.ts';

const [paid, unlock] = ['? transactionResponse', '? tableUnlock'];
const withReports = { patReports: true };

describe('C-9.21 a report at the table', () => {
  /** A counter has asked for one under id 700. */
  async function reporting(t: TestContext, options: RestaurantOptions = { site: withReports }) {
    const all = await startRestaurant(t, options);
    const counter = await all.harness.till({ 'epos-id': 'T1' });
    counter.ask('reportXBalance', { tid }, 700);
    await all.harness.settled();
    return { ...all, counter };
  }

  test('a finished report is sent to the restaurant till, and to the counter as usual', async (t) => {
    const { restaurant, harness, till, counter, machine } = await reporting(t);
    await restaurant.advance(1_000);
    assert.equal(till.till.received.length, 0);
    machine.finishReport();
    const { result } = await harness.answer(counter, 700);
    const [first, ...more] = till.till.received;
    const { reportId, reportTime, ...report } = first?.params ?? {};
    assert.deepEqual([first?.method, first?.id, more], ['report', undefined, []]);
    const { reportTime: localTime, ...same } = result;
    assert.deepEqual(report, same);
    assert.ok(typeof reportId === 'string' && reportId.length > 0);
    assert.deepEqual([reportTime, localTime], ['2026-03-14T12:00:01Z', totals.reportTime]);
  });

  test('a report is not sent to the restaurant till unless the site asks for it', async (t) => {
    const { harness, till, counter, machine } = await reporting(t, {});
    machine.finishReport();
    await harness.answer(counter, 700);
    assert.deepEqual(till.till.received, []);
  });

  test('a report that timed out is not sent, also when its result becomes known later', async (t) => {
    const { restaurant, harness, till, counter, machine } = await reporting(t);
    const { result } = await harness.answer(counter, 700);
    assert.equal(result.reportResult, 'TIMED_OUT');
    machine.finishReport();
    await restaurant.settled();
    assert.deepEqual(till.till.received, []);
  });

  test('a report is kept until it is delivered, over a restart, under the same id', async (t) => {
    const { restaurant, harness, till, counter, machine } = await reporting(t);
    await till.till.close();
    machine.finishReport();
    await harness.answer(counter, 700);
    const deaf = await restaurant.till({}, { autoPong: false });
    assert.deepEqual(await harness.summaries(deaf.till), ['? report']);
    await restaurant.restart();
    const back = await restaurant.till();
    assert.deepEqual(back.till.received, deaf.till.received);
    await restaurant.restart();
    assert.deepEqual((await restaurant.till()).till.received, []);
  });

  test('each report has its own id, in the order of the other notifications', async (t) => {
    const { restaurant, harness, till, waiter, machine } = await startRestaurant(t, {
      site: withReports,
    });
    await waiter.request(tableRequests.lock);
    await till.till.close();
    await waiter.request(cashPayment(4820));
    for (const method of ['reportXBalance', 'reportEndOfDay']) {
      await restaurant.advance(10);
      const counter = await harness.till();
      counter.ask(method, { tid }, 700);
      await harness.settled();
      machine.finishReport();
      await harness.answer(counter, 700);
    }
    const back = await restaurant.till();
    assert.deepEqual(await harness.summaries(back.till), [paid, unlock, '? report', '? report']);
    const reports = back.received('report').map(({ params }) => params);
    assert.deepEqual(
      reports.map((one) => one.reportType),
      ['X_BALANCE', 'END_OF_DAY'],
    );
    assert.notEqual(reports[0].reportId, reports[1].reportId);
  });

  test('a report to a v0 till has tpi for tid', async (t) => {
    const parameters = { 'api-version': 'v0' };
    const { harness, till, counter, machine } = await reporting(t, {
      site: withReports,
      parameters,
    });
    machine.finishReport();
    await harness.answer(counter, 700);
    const { tpi, tid: none } = till.received('report')[0]?.params ?? {};
    assert.deepEqual([tpi, none], [tid, undefined]);
  });

  test('the setting of the site takes effect at once, also for connected tills', async (t) => {
    const { restaurant, harness, till, machine } = await startRestaurant(t);
    const counter = await harness.till();
    await harness.store.write({ put: [siteRecord('testhost', withReports)] });
    await harness.settled();
    counter.ask('reportXBalance', { tid }, 700);
    await harness.settled();
    machine.finishReport();
    await harness.answer(counter, 700);
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(till.till), ['? report']);
  });
});

describe('C-3.46 a table during shutdown', () => {
  test('an open session is left before the sockets close with 1001', async (t) => {
    const { restaurant, harness, till, waiter, machine, book } = await startWithLock(t, {
      parameters: finalReceiptFlag,
    });
    await waiter.request(cashPayment(820));
    const stopped = harness.server.gateway.stop();
    await restaurant.settled();
    const all = ['? tableLockRequest 1', paid, '? finalPosReceiptRequest 2', unlock];
    await restaurant.advance(1_000);
    assert.deepEqual(await harness.summaries(till.till), all);
    await stopped;
    assert.equal((await till.till.closed).code, 1001);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [4000, 0]);
    assert.deepEqual(machine.commands, []);
  });

  test('a card payment in progress ends first', async (t) => {
    const { restaurant, harness, till, machine, tableRequest } = await startWithPayment(t, {
      amount: 1000,
    });
    const stopped = harness.server.gateway.stop();
    await restaurant.advance(20_000);
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1']);
    machine.finish();
    await restaurant.advance(1_000);
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1', paid, unlock]);
    assert.deepEqual(machine.answerTo(tableRequest), { answer: 'payment', paid: true, left: 3820 });
    await stopped;
    assert.equal((await till.till.closed).code, 1001);
  });

  test('a lock in progress is left when it is confirmed', async (t) => {
    const { restaurant, harness, till, waiter, book } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    const stopped = harness.server.gateway.stop();
    await restaurant.settled();
    till.reply(1, { result: { confirmed: true, amount: 4820, currency: 'GBP' } });
    await restaurant.advance(1_000);
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1', unlock]);
    await stopped;
    assert.equal(book.locks.size, 0);
  });

  test('new lists are empty and new locks refused while the gateway waits', async (t) => {
    const { restaurant, harness, till, otherMachine, waiter, machine } = await startWithPayment(t, {
      amount: 1000,
    });
    const stopped = harness.server.gateway.stop();
    const list = otherMachine.request(tableRequests.tables);
    const lock = otherMachine.request({ kind: 'lock', tableId: '9' });
    await restaurant.settled();
    assert.deepEqual(otherMachine.answerTo(list), { answer: 'tables', tables: [] });
    assert.equal(otherMachine.answerTo(lock)?.answer, 'no');
    assert.equal((await waiter.request(cashPayment(100)))?.answer, 'no');
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1']);
    machine.finish();
    await restaurant.advance(1_000);
    await stopped;
  });

  test('a payment that does not end within 30 s ends after the next start', async (t) => {
    const { restaurant, harness, till, machine, book } = await startWithPayment(t, {
      amount: 1000,
    });
    const stopped = harness.server.gateway.stop();
    await restaurant.advance(30_100);
    await stopped;
    assert.equal((await till.till.closed).code, 1001);
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1']);
    machine.finish();
    await harness.start();
    const back = await restaurant.till();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(back.till), [paid, unlock]);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [3820, 0]);
  });
});

describe('C-4.18 a table and duplicate at the counter', () => {
  test('duplicate returns the last card payment, whatever its result, and no cash payment', async (t) => {
    const { restaurant, waiter } = await startWithLock(t);
    await waiter.payByCard(cardPayment(1000, 100), outcome('SUCCESSFUL', { amountGratuity: 100 }));
    await waiter.request(cashPayment(820));
    await waiter.request(tableRequests.leave);
    const first = (await restaurant.counter('duplicate', { tid })).result;
    const { transactionType, transactionResult, amountBase, amountGratuity, amountTotal } = first;
    assert.deepEqual([transactionType, transactionResult], ['SALE', 'SUCCESSFUL']);
    assert.deepEqual([amountBase, amountGratuity, amountTotal], [1000, 100, 1100]);
    await waiter.request(tableRequests.lock);
    await waiter.payByCard(cardPayment(500), outcome('DECLINED'));
    await waiter.request(tableRequests.leave);
    const second = (await restaurant.counter('duplicate', { tid })).result;
    assert.deepEqual([second.transactionResult, second.amountBase], ['DECLINED', 500]);
    assert.equal((await restaurant.counter('duplicate', { tid: otherTid })).error.code, -32074);
  });

  test('C-4.21 a table without a card payment leaves nothing to repeat', async (t) => {
    const { restaurant, waiter } = await startWithLock(t);
    await waiter.request(cashPayment(4820));
    assert.equal((await restaurant.counter('duplicate', { tid })).error.code, -32074);
  });
});
