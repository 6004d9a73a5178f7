// C-9.22 and C-9.23 of PROTOCOL.md over real sockets: what a till at the table must not miss comes again,
// the same and in the same order, until the till is known to have it, and then never more.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Frame } from 'tillgate/testing';
import {
  cardPayment,
  cashPayment,
  ScriptedWaiter,
  startRestaurant,
  startWithLock,
  startWithPayment,
  tableId,
  tableRequests,
} from '../support/gateway/restaurant-harness.ts';
import type { TableTill } from '../support/gateway/table-till.ts';
import { TableBook } from '../support/gateway/table-till.ts';
import { ScriptedMachine } from '../support/terminal/scripted-machine.ts';

const [paid, unlock] = ['? transactionResponse', '? tableUnlock'];
const deaf = { autoPong: false };

/** The notices that came on a socket. */
const notices = ({ till }: TableTill): readonly Frame[] =>
  till.received.filter(({ method, id }) => method !== undefined && id === undefined);

/** The numbers of the delivery marks that came, as they come; answers none of them. */
function marksOf({ till }: TableTill): string[] {
  const marks: string[] = [];
  till.socket.on('ping', (data) => marks.push(data.toString()));
  return marks;
}

describe('C-9.23 without a delivery mark', () => {
  test('all notifications come again on the next connection, equal, in the old order, as often as needed', async (t) => {
    const book = new TableBook({ '12A': 4820, 7: 1000 });
    const { restaurant, till, otherMachine, waiter } = await startRestaurant(t, { book });
    const other = new ScriptedWaiter(restaurant, otherMachine);
    await till.till.close();
    const first = await restaurant.till({}, deaf);
    await waiter.request(tableRequests.lock);
    await other.request({ kind: 'lock', tableId: '7' });
    await waiter.request(cashPayment(2000));
    await restaurant.advance(1_000);
    await other.payByCard(cardPayment(1));
    await other.request(cashPayment(999));
    await restaurant.advance(1_000);
    await waiter.request(tableRequests.leave);
    await waiter.request(tableRequests.lock);
    await waiter.request(cashPayment(2820));
    const sentToTill = notices(first);
    const amounts = sentToTill.map(
      ({ params }) => `${params.tableId} ${params.amountPaid ?? 'unlock'}`,
    );
    const expected = ['7 1000', '7 unlock', '12A 2000', '12A unlock', '12A 2820', '12A unlock'];
    assert.deepEqual(amounts, expected);
    for (let time = 0; time < 3; time += 1) {
      const again = await restaurant.till({}, deaf);
      assert.deepEqual(again.till.received, sentToTill);
    }
    assert.deepEqual([...book.bills.values(), book.booked.size, book.locks.size], [0, 0, 4, 0]);
  });

  test('C-9.22 notifications are kept over two restarts of the gateway', async (t) => {
    const { restaurant, till, waiter } = await startWithLock(t);
    await till.till.close();
    const first = await restaurant.till({}, deaf);
    await waiter.request(cashPayment(2000));
    await waiter.request(tableRequests.leave);
    await waiter.request(tableRequests.lock);
    await waiter.payByCard(cardPayment(2820));
    const sentToTill = notices(first);
    assert.equal(sentToTill.length, 4);
    for (let time = 0; time < 3; time += 1) {
      await restaurant.restart();
      const again = await restaurant.till({}, deaf);
      assert.deepEqual(again.till.received, sentToTill);
    }
    await restaurant.till();
    await restaurant.restart();
    assert.deepEqual((await restaurant.till()).till.received, []);
  });

  test('C-9.22 notifications are kept without a time limit, though the journal removes what is complete', async (t) => {
    const settings = { retention: 60, pingInterval: 3_600 };
    const { restaurant, harness, till, waiter } = await startWithLock(t, { settings });
    await waiter.request(cashPayment(4820));
    await till.till.close();
    restaurant.book.bills.set(tableId, 100);
    const deafTill = await restaurant.till({}, deaf);
    await waiter.request(tableRequests.lock);
    await waiter.request(cashPayment(100));
    deafTill.till.cut();
    const before = (await harness.store.entries()).length;
    await restaurant.advance(48 * 3_600_000);
    await restaurant.restart();
    assert.ok((await harness.store.entries()).length < before);
    const late = await restaurant.till();
    assert.deepEqual(late.till.received, notices(deafTill));
  });
});

describe('C-3.49 the delivery mark', () => {
  test('each notification has its mark, and a marked one never comes again, also after a restart', async (t) => {
    const { restaurant, harness, machine } = await startWithPayment(t);
    const second = await restaurant.till({}, deaf);
    const marks = marksOf(second);
    machine.finish();
    await restaurant.settled();
    assert.deepEqual(await harness.summaries(second.till), [paid, unlock]);
    assert.equal(marks.length, 2);
    second.till.socket.pong(marks[0]);
    await restaurant.settled();
    const third = await restaurant.till({}, deaf);
    assert.deepEqual(await harness.summaries(third.till), [unlock]);
    await restaurant.restart();
    const fourth = await restaurant.till({}, deaf);
    const again = marksOf(fourth);
    assert.deepEqual(await harness.summaries(fourth.till), [unlock]);
    assert.deepEqual(again.length, 0, 'the mark came with the handshake');
    fourth.till.socket.pong('1');
    await restaurant.settled();
    assert.deepEqual((await restaurant.till()).till.received, []);
  });

  test('the pong of the last mark proves everything before it', async (t) => {
    const { restaurant, till, machine, tableRequest } = await startWithPayment(t);
    const second = await restaurant.till({}, deaf);
    const marks = marksOf(second);
    machine.finish();
    await restaurant.settled();
    second.till.socket.pong(marks[1]);
    await restaurant.settled();
    assert.deepEqual((await restaurant.till()).till.received, []);
    assert.ok(machine.answerTo(tableRequest));
    assert.equal((await till.till.closed).code, 4001);
  });

  test('a pong without a mark proves nothing', async (t) => {
    const { restaurant, harness, machine } = await startWithPayment(t);
    const second = await restaurant.till({}, deaf);
    for (const early of ['1', '2', '999']) second.till.socket.pong(early);
    await harness.settled();
    machine.finish();
    await restaurant.settled();
    for (const odd of ['', '0', '-1', 'one', 'NaN', '{}', 'Infinity?'])
      second.till.socket.pong(odd);
    await restaurant.settled();
    const third = await restaurant.till({}, deaf);
    assert.deepEqual(await harness.summaries(third.till), [paid, unlock]);
  });

  test('a pong on the older connection, after the newer has opened, changes nothing', async (t) => {
    const { restaurant, machine, book } = await startWithPayment(t);
    const second = await restaurant.till({}, deaf);
    const marks = marksOf(second);
    machine.finish();
    await restaurant.settled();
    const opening = restaurant.till({}, deaf);
    for (const mark of marks) second.till.socket.pong(mark);
    const third = await opening;
    const got = notices(third).length;
    assert.ok(got === 0 || got === 2);
    const fourth = await restaurant.till();
    assert.ok(notices(fourth).length <= got);
    assert.deepEqual([book.bills.get(tableId), book.locks.size], [0, 0]);
  });

  test('a pong to an ordinary ping of the gateway proves nothing', async (t) => {
    const { restaurant, harness, machine } = await startWithPayment(t);
    const second = await restaurant.till({}, deaf);
    second.till.socket.on('ping', (data) => {
      if (data.length === 0) second.till.socket.pong();
    });
    machine.finish();
    await restaurant.advance(120_000);
    assert.equal(second.till.socket.readyState, 1);
    const third = await restaurant.till();
    assert.deepEqual(await harness.summaries(third.till), [paid, unlock]);
  });
});

describe('C-9.23 the order of a new connection', () => {
  test('undelivered notifications come before any request on a new connection', async (t) => {
    const { restaurant, harness, till, machine, waiter } = await startWithPayment(t);
    await till.till.close();
    machine.finish();
    await restaurant.settled();
    const opening = restaurant.till();
    machine.request(tableRequests.tables);
    const back = await opening;
    await waiter.request(tableRequests.tables);
    const sentToTill = await harness.summaries(back.till);
    assert.deepEqual(sentToTill.slice(0, 2), [paid, unlock]);
    assert.ok(sentToTill.slice(2).every((one) => one.startsWith('? tableListRequest')));
  });

  test('a till that was disconnected while sixty machines were busy gets all notifications in order', async (t) => {
    const machines = Array.from({ length: 60 }, (_, index) => new ScriptedMachine(`M${index}`));
    const bills = Object.fromEntries(machines.map(({ tid }, index) => [`T-${tid}`, 100 + index]));
    const book = new TableBook(bills);
    const { restaurant, till, waiter } = await startRestaurant(t, { machines, book });
    for (const one of machines) one.request({ kind: 'lock', tableId: `T-${one.tid}` });
    await restaurant.settled();
    await till.till.close();
    for (const [index, one] of machines.entries()) {
      one.request(cashPayment(100 + index));
      await restaurant.advance(10);
    }
    const back = await restaurant.till();
    assert.deepEqual(
      notices(back).map(({ params }) => params.tid),
      machines.flatMap(({ tid }) => [tid, tid]),
    );
    assert.ok([...book.bills.values()].every((left) => left === 0));
    assert.deepEqual([book.locks.size, book.booked.size], [0, 60]);
    assert.equal((await waiter.request(tableRequests.tables))?.answer, 'tables');
    assert.equal(back.received('tableListRequest').length, 1);
  });
});
