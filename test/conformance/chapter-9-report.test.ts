// C-9.21, C-3.46 and C-4.18 of PROTOCOL.md over real sockets: reports that are told at the table too, a
// gateway that goes down while waiters are at work, and what the counter sees of the tables.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { RestaurantOptions } from '../support/gateway/restaurant-harness.ts';
import {
  byCard,
  flag,
  inCash,
  locked,
  otherTid,
  paying,
  restaurant,
  tableId,
  tid,
  wishes,
} from '../support/gateway/restaurant-harness.ts';
import { siteRecord } from '../support/gateway/site-records.ts';
import { outcome, totals } from '../support/terminal/scripted-machine.ts';

const [paid, unlock] = ['? transactionResponse', '? tableUnlock'];
const told = { patReports: true };

describe('C-9.21 a report', () => {
  /** A counter has asked for one under id 700. */
  async function reporting(t: TestContext, options: RestaurantOptions = { site: told }) {
    const all = await restaurant(t, options);
    const counter = await all.shop.till({ 'epos-id': 'T1' });
    counter.ask('reportXBalance', { tid }, 700);
    await all.shop.quiet();
    return { ...all, counter };
  }

  test('is told at the table when it is finished, and to the counter as ever', async (t) => {
    const { house, shop, till, counter, machine } = await reporting(t);
    await house.pass(1_000);
    assert.equal(till.till.received.length, 0);
    machine.finishesReport();
    const { result } = await shop.answer(counter, 700);
    const [first, ...more] = till.till.received;
    const { reportId, reportTime, ...report } = first?.params ?? {};
    assert.deepEqual([first?.method, first?.id, more], ['report', undefined, []]);
    const { reportTime: localTime, ...same } = result;
    assert.deepEqual(report, same);
    assert.ok(typeof reportId === 'string' && reportId.length > 0);
    assert.deepEqual([reportTime, localTime], ['2026-03-14T12:00:01Z', totals.reportTime]);
  });

  test('is not told unless the site asks for it', async (t) => {
    const { shop, till, counter, machine } = await reporting(t, {});
    machine.finishesReport();
    await shop.answer(counter, 700);
    assert.deepEqual(till.till.received, []);
  });

  test('that timed out is not told, also when the machine tells it later', async (t) => {
    const { house, shop, till, counter, machine } = await reporting(t);
    const { result } = await shop.answer(counter, 700);
    assert.equal(result.reportResult, 'TIMED_OUT');
    machine.finishesReport();
    await house.calm();
    assert.deepEqual(till.till.received, []);
  });

  test('is kept until it is delivered, over a restart, under the same id', async (t) => {
    const { house, shop, till, counter, machine } = await reporting(t);
    await till.till.close();
    machine.finishesReport();
    await shop.answer(counter, 700);
    const deaf = await house.till({}, { autoPong: false });
    assert.deepEqual(await shop.told(deaf.till), ['? report']);
    await house.restart();
    const back = await house.till();
    assert.deepEqual(back.till.received, deaf.till.received);
    await house.restart();
    assert.deepEqual((await house.till()).till.received, []);
  });

  test('each has its own id, and comes in the order of what else is kept', async (t) => {
    const { house, shop, till, waiter, machine } = await restaurant(t, { site: told });
    await waiter.asks(wishes.lock);
    await till.till.close();
    await waiter.asks(inCash(4820));
    for (const method of ['reportXBalance', 'reportEndOfDay']) {
      await house.pass(10);
      const counter = await shop.till();
      counter.ask(method, { tid }, 700);
      await shop.quiet();
      machine.finishesReport();
      await shop.answer(counter, 700);
    }
    const back = await house.till();
    assert.deepEqual(await shop.told(back.till), [paid, unlock, '? report', '? report']);
    const reports = back.got('report').map(({ params }) => params);
    assert.deepEqual(
      reports.map((one) => one.reportType),
      ['X_BALANCE', 'END_OF_DAY'],
    );
    assert.notEqual(reports[0].reportId, reports[1].reportId);
  });

  test('v0: tpi for tid', async (t) => {
    const parameters = { 'api-version': 'v0' };
    const { shop, till, counter, machine } = await reporting(t, { site: told, parameters });
    machine.finishesReport();
    await shop.answer(counter, 700);
    const { tpi, tid: none } = till.got('report')[0]?.params ?? {};
    assert.deepEqual([tpi, none], [tid, undefined]);
  });

  test('the setting of the site counts at once, also for tills that are connected', async (t) => {
    const { house, shop, till, machine } = await restaurant(t);
    const counter = await shop.till();
    await shop.store.write({ put: [siteRecord('testhost', told)] });
    await shop.quiet();
    counter.ask('reportXBalance', { tid }, 700);
    await shop.quiet();
    machine.finishesReport();
    await shop.answer(counter, 700);
    await house.calm();
    assert.deepEqual(await shop.told(till.till), ['? report']);
  });
});

describe('C-3.46 the gateway goes down', () => {
  test('an open session is left, before the sockets close with 1001', async (t) => {
    const { house, shop, till, waiter, machine, book } = await locked(t, { parameters: flag });
    await waiter.asks(inCash(820));
    const stopped = shop.house.gateway.stop();
    await house.calm();
    const all = ['? tableLockRequest 1', paid, '? finalPosReceiptRequest 2', unlock];
    await house.pass(1_000);
    assert.deepEqual(await shop.told(till.till), all);
    await stopped;
    assert.equal((await till.till.closed).code, 1001);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [4000, 0]);
    assert.deepEqual(machine.told, []);
  });

  test('a card payment under way ends first', async (t) => {
    const { house, shop, till, machine, wish } = await paying(t, { amount: 1000 });
    const stopped = shop.house.gateway.stop();
    await house.pass(20_000);
    assert.deepEqual(await shop.told(till.till), ['? tableLockRequest 1']);
    machine.finishes();
    await house.pass(1_000);
    assert.deepEqual(await shop.told(till.till), ['? tableLockRequest 1', paid, unlock]);
    assert.deepEqual(machine.answerTo(wish), { answer: 'payment', paid: true, left: 3820 });
    await stopped;
    assert.equal((await till.till.closed).code, 1001);
  });

  test('a lock under way is left when it is confirmed', async (t) => {
    const { house, shop, till, waiter, book } = await restaurant(t);
    till.saysNothing('tableLockRequest');
    await waiter.asks(wishes.lock);
    const stopped = shop.house.gateway.stop();
    await house.calm();
    till.reply(1, { result: { confirmed: true, amount: 4820, currency: 'GBP' } });
    await house.pass(1_000);
    assert.deepEqual(await shop.told(till.till), ['? tableLockRequest 1', unlock]);
    await stopped;
    assert.equal(book.locks.size, 0);
  });

  test('new lists are empty and new locks refused while it waits for others', async (t) => {
    const { house, shop, till, otherMachine, waiter, machine } = await paying(t, { amount: 1000 });
    const stopped = shop.house.gateway.stop();
    const list = otherMachine.wishes(wishes.tables);
    const lock = otherMachine.wishes({ wish: 'lock', tableId: '9' });
    await house.calm();
    assert.deepEqual(otherMachine.answerTo(list), { answer: 'tables', tables: [] });
    assert.equal(otherMachine.answerTo(lock)?.answer, 'no');
    assert.equal((await waiter.asks(inCash(100)))?.answer, 'no');
    assert.deepEqual(await shop.told(till.till), ['? tableLockRequest 1']);
    machine.finishes();
    await house.pass(1_000);
    await stopped;
  });

  test('a payment that does not end within 30 s ends after the next start', async (t) => {
    const { house, shop, till, machine, book } = await paying(t, { amount: 1000 });
    const stopped = shop.house.gateway.stop();
    await house.pass(30_100);
    await stopped;
    assert.equal((await till.till.closed).code, 1001);
    assert.deepEqual(await shop.told(till.till), ['? tableLockRequest 1']);
    machine.finishes();
    await shop.start();
    const back = await house.till();
    await house.calm();
    assert.deepEqual(await shop.told(back.till), [paid, unlock]);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [3820, 0]);
  });
});

describe('C-4.18 what the counter sees of a table', () => {
  test('duplicate: the last card payment, whatever its result; cash is none', async (t) => {
    const { house, waiter } = await locked(t);
    await waiter.pays(byCard(1000, 100), outcome('SUCCESSFUL', { amountGratuity: 100 }));
    await waiter.asks(inCash(820));
    await waiter.asks(wishes.leave);
    const first = (await house.counter('duplicate', { tid })).result;
    const { transactionType, transactionResult, amountBase, amountGratuity, amountTotal } = first;
    assert.deepEqual([transactionType, transactionResult], ['SALE', 'SUCCESSFUL']);
    assert.deepEqual([amountBase, amountGratuity, amountTotal], [1000, 100, 1100]);
    await waiter.asks(wishes.lock);
    await waiter.pays(byCard(500), outcome('DECLINED'));
    await waiter.asks(wishes.leave);
    const second = (await house.counter('duplicate', { tid })).result;
    assert.deepEqual([second.transactionResult, second.amountBase], ['DECLINED', 500]);
    assert.equal((await house.counter('duplicate', { tid: otherTid })).error.code, -32074);
  });

  test('C-4.21 a table without a card leaves nothing to repeat', async (t) => {
    const { house, waiter } = await locked(t);
    await waiter.asks(inCash(4820));
    assert.equal((await house.counter('duplicate', { tid })).error.code, -32074);
  });
});
