// C-9.24 and C-12.16 of PROTOCOL.md over real sockets: one till at the table of each site, the
// newest, whatever is open on the one before; several card machines.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectTill } from 'tillgate/testing';
import {
  cardPayment,
  cashPayment,
  finalReceiptFlag,
  otherTid,
  ScriptedWaiter,
  startRestaurant,
  startWithLock,
  startWithPayment,
  tableFields,
  tableId,
  tableRequests,
  tid,
} from '../support/gateway/restaurant-harness.ts';
import { TableBook } from '../support/gateway/table-till.ts';

const [paid, unlock] = ['? transactionResponse', '? tableUnlock'];
const displaced = 'error -32075';
const yes = { result: { confirmed: true, amount: 4820, currency: 'GBP' } };

describe('C-9.24 a newer connection during an open request, which stays unanswered', () => {
  test('a lock fails, and is unlocked on the newer connection', async (t) => {
    const { restaurant, harness, till, waiter, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    const newer = await restaurant.till();
    assert.equal(machine.answerTo(1)?.answer, 'no');
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1', displaced]);
    assert.deepEqual(await harness.summaries(newer.till), [unlock]);
    assert.deepEqual(newer.till.received[0]?.params, tableFields);
    assert.equal(await restaurant.status(), 'AVAILABLE');
    await restaurant.advance(60_000);
    assert.equal(newer.till.received.length, 1);
  });

  test('a list shows no tables', async (t) => {
    const { restaurant, harness, till, waiter, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableListRequest');
    await waiter.request(tableRequests.tables);
    const newer = await restaurant.till();
    assert.deepEqual(machine.answerTo(1), { answer: 'tables', tables: [] });
    assert.deepEqual(await harness.summaries(till.till), ['? tableListRequest 1', displaced]);
    assert.deepEqual(await waiter.request(tableRequests.tables), {
      answer: 'tables',
      tables: ['12A'],
    });
    assert.deepEqual(await harness.summaries(newer.till), ['? tableListRequest 1']);
  });

  test('a bill is not printed, and the session goes on on the newer connection', async (t) => {
    const { restaurant, harness, till, waiter, machine } = await startWithLock(t);
    till.leaveUnanswered('posReceiptRequest');
    const tableRequest = machine.request(tableRequests.bill);
    await restaurant.settled();
    const newer = await restaurant.till();
    assert.equal(machine.answerTo(tableRequest)?.answer, 'no');
    assert.equal((await waiter.request(tableRequests.bill))?.answer, 'bill');
    await waiter.payByCard(cardPayment(4820));
    assert.deepEqual(await harness.summaries(newer.till), ['? posReceiptRequest 1', paid, unlock]);
  });

  test('a final receipt is not printed, and tableUnlock comes on the newer connection', async (t) => {
    const { restaurant, harness, till, waiter, machine } = await startWithLock(t, {
      parameters: finalReceiptFlag,
    });
    till.leaveUnanswered('finalPosReceiptRequest');
    await waiter.payByCard(cardPayment(4820));
    const tableRequest = machine.request(tableRequests.leave);
    const newer = await restaurant.till(finalReceiptFlag);
    const asked = ['? tableLockRequest 1', paid, '? finalPosReceiptRequest 2', displaced];
    assert.deepEqual(await harness.summaries(till.till), asked);
    assert.deepEqual(await harness.summaries(newer.till), [unlock]);
    assert.deepEqual(machine.answerTo(tableRequest), { answer: 'left' });
  });

  test('messages on the older connection are ignored', async (t) => {
    const { restaurant, harness, till, waiter, machine } = await startRestaurant(t);
    till.leaveUnanswered('tableLockRequest');
    await waiter.request(tableRequests.lock);
    const closing = restaurant.till();
    till.reply(1, yes);
    till.reply(1, yes);
    const newer = await closing;
    till.reply(1, yes);
    await restaurant.settled();
    const answer = machine.answerTo(1)?.answer;
    const sentToTill = await harness.summaries(newer.till);
    // Either the yes came before the newer connection, or the lock has failed; nothing between.
    assert.deepEqual([answer, sentToTill], answer === 'locked' ? ['locked', []] : ['no', [unlock]]);
  });
});

describe('C-12.16 the newest connection alone gets requests', () => {
  test('each of many connections supersedes the one before, and the last gets all requests', async (t) => {
    const { restaurant, harness, till, waiter } = await startRestaurant(t);
    let older = till;
    for (let count = 0; count < 5; count += 1) {
      const newer = await restaurant.till();
      assert.deepEqual(await harness.summaries(older.till), [displaced]);
      assert.equal((await older.till.closed).code, 4001);
      older = newer;
    }
    await waiter.request(tableRequests.tables);
    assert.deepEqual(await harness.summaries(older.till), ['? tableListRequest 1']);
  });

  test('a late close of the older connection does not end the newer one', async (t) => {
    const { restaurant, harness, till, waiter } = await startRestaurant(t);
    await till.till.close();
    // A socket that does not read does not see the goodbye, nor say its own.
    const older = await connectTill(harness.server.uri('pat'));
    older.socket.pause();
    const newer = await restaurant.till();
    assert.equal((await waiter.request(tableRequests.lock))?.answer, 'locked');
    older.socket.resume();
    assert.equal((await older.closed).code, 4001);
    assert.equal((await waiter.payByCard(cardPayment(4820)))?.answer, 'payment');
    assert.deepEqual(await harness.summaries(newer.till), ['? tableLockRequest 1', paid, unlock]);
  });

  test('a till that reconnects after the newer connection closed gets requests again', async (t) => {
    const { restaurant, harness, till, waiter } = await startRestaurant(t);
    const newer = await restaurant.till();
    assert.equal((await till.till.closed).code, 4001);
    await newer.till.close();
    assert.deepEqual(await waiter.request(tableRequests.tables), { answer: 'tables', tables: [] });
    const back = await restaurant.till();
    assert.deepEqual(await waiter.request(tableRequests.tables), {
      answer: 'tables',
      tables: ['12A'],
    });
    assert.deepEqual(await harness.summaries(back.till), ['? tableListRequest 1']);
  });

  test('C-9.16 the flag of the current connection counts', async (t) => {
    const { restaurant, harness, waiter } = await startWithLock(t, {
      parameters: finalReceiptFlag,
    });
    const plain = await restaurant.till();
    await waiter.payByCard(cardPayment(4820));
    assert.deepEqual(await harness.summaries(plain.till), [paid, unlock]);
    restaurant.book.bills.set(tableId, 100);
    await waiter.request(tableRequests.lock);
    const flagged = await restaurant.till(finalReceiptFlag);
    await waiter.payByCard(cardPayment(100));
    const final = '? finalPosReceiptRequest 1';
    assert.deepEqual(await harness.summaries(flagged.till), [paid, final, unlock]);
  });

  test('C-2.8 a pac connection supersedes no pat connection, nor the reverse', async (t) => {
    const { restaurant, harness, till, waiter } = await startWithLock(t);
    const counter = await harness.till();
    await restaurant.till();
    await waiter.payByCard(cardPayment(4820));
    assert.deepEqual(counter.received, []);
    assert.equal(counter.socket.readyState, 1);
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1', displaced]);
  });
});

describe('two machines at one site', () => {
  test('two machines lock their tables at the same time, and neither gets messages of the other', async (t) => {
    const book = new TableBook({ '12A': 4820, 7: 1000 });
    const { restaurant, till, waiter, machine, otherMachine } = await startRestaurant(t, { book });
    const other = new ScriptedWaiter(restaurant, otherMachine);
    till.leaveUnanswered('tableListRequest');
    const lists = [machine.request(tableRequests.tables), otherMachine.request({ kind: 'tables' })];
    await restaurant.settled();
    till.reply(2, { result: ['7'] });
    till.reply(1, { result: ['12A'] });
    await restaurant.settled();
    assert.deepEqual(machine.answerTo(lists[0] ?? 0), { answer: 'tables', tables: ['12A'] });
    assert.deepEqual(otherMachine.answerTo(lists[1] ?? 0), { answer: 'tables', tables: ['7'] });
    await waiter.request(tableRequests.lock);
    await other.request({ kind: 'lock', tableId: '7' });
    await waiter.request(cardPayment(4820));
    await other.request(cashPayment(1000));
    machine.finish();
    await restaurant.settled();
    const sentToTill = till
      .received('transactionResponse')
      .map(({ params }) => [params.tid, params.tableId]);
    assert.deepEqual(sentToTill, [
      [otherTid, '7'],
      [tid, '12A'],
    ]);
    assert.deepEqual([...book.bills.values(), book.locks.size], [0, 0, 0]);
  });

  test('C-9.12 the till gives one table to one of two machines', async (t) => {
    const { restaurant, till, book, machine, otherMachine } = await startRestaurant(t);
    machine.request(tableRequests.lock);
    otherMachine.request(tableRequests.lock);
    await restaurant.settled();
    assert.equal(machine.answerTo(1)?.answer, 'locked');
    assert.equal(otherMachine.answerTo(1)?.answer, 'no');
    assert.equal(book.locks.get(tableId), tid);
    await new ScriptedWaiter(restaurant, machine).request(tableRequests.leave);
    assert.equal(till.received('tableUnlock').length, 1);
  });

  test('C-9.24 a newer connection leaves all open requests unanswered, and all sessions go on', async (t) => {
    const { restaurant, harness, till, machine, otherMachine } = await startWithPayment(t);
    till.leaveUnanswered('tableLockRequest');
    const lock = otherMachine.request({ kind: 'lock', tableId: '9' });
    await restaurant.settled();
    const newer = await restaurant.till();
    assert.equal(otherMachine.answerTo(lock)?.answer, 'no');
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(newer.till), [unlock, paid, unlock]);
    assert.deepEqual(
      newer.till.received.map(({ params }) => params.tid),
      [otherTid, tid, tid],
    );
  });
});
