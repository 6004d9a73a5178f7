// C-9.24 and C-12.16 of PROTOCOL.md over real sockets: one till at the table of each site, the
// newest, whatever is open on the one before; several card machines.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectTill } from 'tillgate/testing';
import {
  at,
  byCard,
  flag,
  HandWaiter,
  inCash,
  locked,
  otherTid,
  paying,
  restaurant,
  tableId,
  tid,
  wishes,
} from '../support/gateway/restaurant-harness.ts';
import { TableBook } from '../support/gateway/table-till.ts';

const [paid, unlock] = ['? transactionResponse', '? tableUnlock'];
const displaced = 'error -32075';
const yes = { result: { confirmed: true, amount: 4820, currency: 'GBP' } };

describe('C-9.24 a newer connection while a question is open: unanswered at once', () => {
  test('a lock: failed, and unlocked on the newer connection', async (t) => {
    const { house, shop, till, waiter, machine } = await restaurant(t);
    till.saysNothing('tableLockRequest');
    await waiter.asks(wishes.lock);
    const newer = await house.till();
    assert.equal(machine.answerTo(1)?.answer, 'no');
    assert.deepEqual(await shop.told(till.till), ['? tableLockRequest 1', displaced]);
    assert.deepEqual(await shop.told(newer.till), [unlock]);
    assert.deepEqual(newer.till.received[0]?.params, at);
    assert.equal(await house.status(), 'AVAILABLE');
    await house.pass(60_000);
    assert.equal(newer.till.received.length, 1);
  });

  test('a list: the machine shows no tables', async (t) => {
    const { house, shop, till, waiter, machine } = await restaurant(t);
    till.saysNothing('tableListRequest');
    await waiter.asks(wishes.tables);
    const newer = await house.till();
    assert.deepEqual(machine.answerTo(1), { answer: 'tables', tables: [] });
    assert.deepEqual(await shop.told(till.till), ['? tableListRequest 1', displaced]);
    assert.deepEqual(await waiter.asks(wishes.tables), { answer: 'tables', tables: ['12A'] });
    assert.deepEqual(await shop.told(newer.till), ['? tableListRequest 1']);
  });

  test('the bill: nothing is printed, the session goes on there', async (t) => {
    const { house, shop, till, waiter, machine } = await locked(t);
    till.saysNothing('posReceiptRequest');
    const wish = machine.wishes(wishes.bill);
    await house.calm();
    const newer = await house.till();
    assert.equal(machine.answerTo(wish)?.answer, 'no');
    assert.equal((await waiter.asks(wishes.bill))?.answer, 'bill');
    await waiter.pays(byCard(4820));
    assert.deepEqual(await shop.told(newer.till), ['? posReceiptRequest 1', paid, unlock]);
  });

  test('the final receipt: nothing is printed, tableUnlock on the newer connection', async (t) => {
    const { house, shop, till, waiter, machine } = await locked(t, { parameters: flag });
    till.saysNothing('finalPosReceiptRequest');
    await waiter.pays(byCard(4820));
    const wish = machine.wishes(wishes.leave);
    const newer = await house.till(flag);
    const asked = ['? tableLockRequest 1', paid, '? finalPosReceiptRequest 2', displaced];
    assert.deepEqual(await shop.told(till.till), asked);
    assert.deepEqual(await shop.told(newer.till), [unlock]);
    assert.deepEqual(machine.answerTo(wish), { answer: 'left' });
  });

  test('what the older one still says is not heard', async (t) => {
    const { house, shop, till, waiter, machine } = await restaurant(t);
    till.saysNothing('tableLockRequest');
    await waiter.asks(wishes.lock);
    const closing = house.till();
    till.reply(1, yes);
    till.reply(1, yes);
    const newer = await closing;
    till.reply(1, yes);
    await house.calm();
    const answer = machine.answerTo(1)?.answer;
    const told = await shop.told(newer.till);
    // Either the yes came before the newer connection, or the lock has failed; nothing between.
    assert.deepEqual([answer, told], answer === 'locked' ? ['locked', []] : ['no', [unlock]]);
  });
});

describe('C-12.16 one connection is asked: the newest', () => {
  test('many in a row: each is displaced by the next, and all questions go to the last', async (t) => {
    const { house, shop, till, waiter } = await restaurant(t);
    let older = till;
    for (let count = 0; count < 5; count += 1) {
      const newer = await house.till();
      assert.deepEqual(await shop.told(older.till), [displaced]);
      assert.equal((await older.till.closed).code, 4001);
      older = newer;
    }
    await waiter.asks(wishes.tables);
    assert.deepEqual(await shop.told(older.till), ['? tableListRequest 1']);
  });

  test('the close of the older one comes late: the newer one stays', async (t) => {
    const { house, shop, till, waiter } = await restaurant(t);
    await till.till.close();
    // A socket that does not read does not see the goodbye, nor say its own.
    const older = await connectTill(shop.house.uri('pat'));
    older.socket.pause();
    const newer = await house.till();
    assert.equal((await waiter.asks(wishes.lock))?.answer, 'locked');
    older.socket.resume();
    assert.equal((await older.closed).code, 4001);
    assert.equal((await waiter.pays(byCard(4820)))?.answer, 'payment');
    assert.deepEqual(await shop.told(newer.till), ['? tableLockRequest 1', paid, unlock]);
  });

  test('a till that comes back with the newer one gone is asked again', async (t) => {
    const { house, shop, till, waiter } = await restaurant(t);
    const newer = await house.till();
    assert.equal((await till.till.closed).code, 4001);
    await newer.till.close();
    assert.deepEqual(await waiter.asks(wishes.tables), { answer: 'tables', tables: [] });
    const back = await house.till();
    assert.deepEqual(await waiter.asks(wishes.tables), { answer: 'tables', tables: ['12A'] });
    assert.deepEqual(await shop.told(back.till), ['? tableListRequest 1']);
  });

  test('C-9.16 the flag is that of the connection there is at that moment', async (t) => {
    const { house, shop, waiter } = await locked(t, { parameters: flag });
    const plain = await house.till();
    await waiter.pays(byCard(4820));
    assert.deepEqual(await shop.told(plain.till), [paid, unlock]);
    house.book.bills.set(tableId, 100);
    await waiter.asks(wishes.lock);
    const flagged = await house.till(flag);
    await waiter.pays(byCard(100));
    const final = '? finalPosReceiptRequest 1';
    assert.deepEqual(await shop.told(flagged.till), [paid, final, unlock]);
  });

  test('C-2.8 a pac connection displaces no till at the table, nor is it displaced', async (t) => {
    const { house, shop, till, waiter } = await locked(t);
    const counter = await shop.till();
    await house.till();
    await waiter.pays(byCard(4820));
    assert.deepEqual(counter.received, []);
    assert.equal(counter.socket.readyState, 1);
    assert.deepEqual(await shop.told(till.till), ['? tableLockRequest 1', displaced]);
  });
});

describe('two machines at one site', () => {
  test('each at its table at the same time; neither hears of the other', async (t) => {
    const book = new TableBook({ '12A': 4820, 7: 1000 });
    const { house, till, waiter, machine, otherMachine } = await restaurant(t, { book });
    const other = new HandWaiter(house, otherMachine);
    till.saysNothing('tableListRequest');
    const lists = [machine.wishes(wishes.tables), otherMachine.wishes({ wish: 'tables' })];
    await house.calm();
    till.reply(2, { result: ['7'] });
    till.reply(1, { result: ['12A'] });
    await house.calm();
    assert.deepEqual(machine.answerTo(lists[0] ?? 0), { answer: 'tables', tables: ['12A'] });
    assert.deepEqual(otherMachine.answerTo(lists[1] ?? 0), { answer: 'tables', tables: ['7'] });
    await waiter.asks(wishes.lock);
    await other.asks({ wish: 'lock', tableId: '7' });
    await waiter.asks(byCard(4820));
    await other.asks(inCash(1000));
    machine.finishes();
    await house.calm();
    const told = till.got('transactionResponse').map(({ params }) => [params.tid, params.tableId]);
    assert.deepEqual(told, [
      [otherTid, '7'],
      [tid, '12A'],
    ]);
    assert.deepEqual([...book.bills.values(), book.locks.size], [0, 0, 0]);
  });

  test('C-9.12 at one table: the till gives it to one of them', async (t) => {
    const { house, till, book, machine, otherMachine } = await restaurant(t);
    machine.wishes(wishes.lock);
    otherMachine.wishes(wishes.lock);
    await house.calm();
    assert.equal(machine.answerTo(1)?.answer, 'locked');
    assert.equal(otherMachine.answerTo(1)?.answer, 'no');
    assert.equal(book.locks.get(tableId), tid);
    await new HandWaiter(house, machine).asks(wishes.leave);
    assert.equal(till.got('tableUnlock').length, 1);
  });

  test('C-9.24 a newer connection: all their open questions are unanswered, all sessions go on', async (t) => {
    const { house, shop, till, machine, otherMachine } = await paying(t);
    till.saysNothing('tableLockRequest');
    const lock = otherMachine.wishes({ wish: 'lock', tableId: '9' });
    await house.calm();
    const newer = await house.till();
    assert.equal(otherMachine.answerTo(lock)?.answer, 'no');
    machine.finishes();
    await house.calm();
    assert.deepEqual(await shop.told(newer.till), [unlock, paid, unlock]);
    assert.deepEqual(
      newer.till.received.map(({ params }) => params.tid),
      [otherTid, tid, tid],
    );
  });
});
