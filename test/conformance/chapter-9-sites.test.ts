// C-12.20 of PROTOCOL.md over real sockets: restaurants that share a gateway, with card machines, tables
// and waiters of the same names, get nothing of each other.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import {
  cardPayment,
  ScriptedWaiter,
  startRestaurant,
  tableId,
  tableRequests,
  tid,
} from '../support/gateway/restaurant-harness.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';
import { TableBook, TableTill } from '../support/gateway/table-till.ts';
import { ScriptedMachine } from '../support/terminal/scripted-machine.ts';

const headers = { host: 'shop2.example' };
const token = 'key';
const yes = (amount: number) => ({ result: { confirmed: true, amount, currency: 'GBP' } });

/** Two sites, each with a till and a machine of the same tid. */
async function twoSites(t: TestContext) {
  const machine2 = new ScriptedMachine(tid, {}, 'shop2');
  const records = [siteRecord('shop2', { test: false }), tokenRecord('shop2', token)];
  const first = await startRestaurant(t, { records, machines: [machine2] });
  const { harness, restaurant } = first;
  const counter2 = await harness.connect(harness.server.uri('pac', { token }), { headers });
  await harness.request(counter2, 'connectedTerminals');
  const book2 = new TableBook({ '12A': 900 });
  const connect2 = async () => {
    const uri = harness.server.uri('pat', { token });
    return new TableTill(await harness.connect(uri, { headers }), book2);
  };
  const till2 = await connect2();
  const waiter2 = new ScriptedWaiter(restaurant, machine2);
  return { ...first, machine2, book2, connect2, till2, waiter2, counter2 };
}

describe('C-12.20 two sites apart', () => {
  test('each machine sends its requests to the till of its own site, and each till gets its own notifications', async (t) => {
    const { harness, till, till2, waiter, waiter2, book, book2 } = await twoSites(t);
    assert.equal(till.till.socket.readyState, 1);
    const all = { answer: 'locked', currency: 'GBP' };
    assert.deepEqual(await waiter.request(tableRequests.lock), { ...all, amount: 4820 });
    assert.deepEqual(await waiter2.request(tableRequests.lock), { ...all, amount: 900 });
    await waiter2.payByCard(cardPayment(900));
    await waiter.payByCard(cardPayment(4820));
    const sentToTill = ['? tableLockRequest 1', '? transactionResponse', '? tableUnlock'];
    assert.deepEqual(await harness.summaries(till.till), sentToTill);
    assert.deepEqual(await harness.summaries(till2.till), sentToTill);
    assert.deepEqual([book.bills.get(tableId), book2.bills.get(tableId)], [0, 0]);
  });

  test('an answer to a request of the other site is ignored', async (t) => {
    const { restaurant, till, till2, waiter, machine } = await twoSites(t);
    till.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    till2.reply(1, yes(1));
    till2.reply(1, { error: { code: 1, message: 'no' } });
    await restaurant.settled();
    assert.equal(machine.answerTo(1), undefined);
    assert.deepEqual(till2.till.received, []);
    till.reply(1, yes(4820));
    await restaurant.settled();
    assert.deepEqual(machine.answerTo(1), { answer: 'locked', amount: 4820, currency: 'GBP' });
  });

  test('each of two sites with the same request open gets its own answer', async (t) => {
    const { restaurant, till, till2, machine, machine2 } = await twoSites(t);
    till.leaveUnanswered('tableLockRequest');
    till2.leaveUnanswered('tableLockRequest');
    machine.request(tableRequests.lock);
    machine2.request(tableRequests.lock);
    await restaurant.settled();
    till2.reply(1, yes(7));
    await restaurant.settled();
    assert.equal(machine.answerTo(1), undefined);
    till.reply(1, yes(8));
    await restaurant.settled();
    const amounts = [machine, machine2].map((one) => one.answerTo(1));
    assert.deepEqual(amounts, [
      { answer: 'locked', amount: 8, currency: 'GBP' },
      { answer: 'locked', amount: 7, currency: 'GBP' },
    ]);
  });

  test('undelivered notifications of one till are never sent to the other', async (t) => {
    const { restaurant, till, till2, machine, waiter, book, connect2 } = await twoSites(t);
    await waiter.request(tableRequests.lock);
    await waiter.request(cardPayment(4820));
    await till.till.close();
    machine.finish();
    await restaurant.settled();
    await connect2();
    assert.equal((await till2.till.closed).code, 4001);
    const back = await restaurant.till();
    assert.equal(back.till.received.length, 2);
    assert.equal(book.bills.get(tableId), 0);
  });

  test('a site without a till has no tables, though the other site has one', async (t) => {
    const { till, till2, waiter, waiter2 } = await twoSites(t);
    await till2.till.close();
    assert.deepEqual(await waiter2.request(tableRequests.tables), { answer: 'tables', tables: [] });
    assert.equal((await waiter2.request(tableRequests.lock))?.answer, 'no');
    assert.deepEqual(till.till.received, []);
    assert.deepEqual(await waiter.request(tableRequests.tables), {
      answer: 'tables',
      tables: ['12A'],
    });
  });

  test('C-9.24 a newer connection at one site supersedes none at the other', async (t) => {
    const { restaurant, till, till2, waiter2 } = await twoSites(t);
    await restaurant.till();
    assert.equal((await till.till.closed).code, 4001);
    assert.equal((await waiter2.request(tableRequests.lock))?.answer, 'locked');
    assert.deepEqual(till2.errors, []);
  });

  test('C-9.7 a table at one site keeps no machine of the other busy', async (t) => {
    const { restaurant, harness, waiter, machine2, counter2 } = await twoSites(t);
    await waiter.request(tableRequests.lock);
    assert.equal(await restaurant.status(), 'BUSY');
    counter2.ask('sale', { tid, currency: 'GBP', amount: 100 }, 700);
    await harness.settled();
    machine2.finish();
    assert.equal((await harness.answer(counter2, 700)).result.transactionResult, 'SUCCESSFUL');
  });
});
