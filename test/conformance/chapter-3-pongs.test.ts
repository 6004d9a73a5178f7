// C-3.49 of PROTOCOL.md over real sockets, for tills whose WebSocket library does not return the payload of pings:
// delivery is proven by other evidence, nothing that was delivered comes again, and nothing is withheld.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import {
  cashPayment,
  startRestaurant,
  tableId,
  tableRequests,
} from '../support/gateway/restaurant-harness.ts';
import { TableBook } from '../support/gateway/table-till.ts';

const noPong = { autoPong: false };
const T1 = { 'epos-id': 'T1' };
const tid = 'VCMINVLSIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };

/** What a library answers to a ping. */
const libraries: Readonly<Record<string, (payload: Buffer) => string>> = {
  'an empty pong': () => '',
  'an altered payload': (payload) => `${payload}?`,
  'the payload of another ping': () => '1',
};

function answerPings(till: TestTill, pong: (payload: Buffer) => string): void {
  till.socket.on('ping', (payload: Buffer) => till.socket.pong(pong(payload)));
}

describe('C-3.49 at the counter', () => {
  for (const [name, pong] of Object.entries(libraries)) {
    test(`a result does not come again after a reconnect of a till that answers pings with ${name}`, async (t) => {
      const harness = await startHarness(t);
      const till = await harness.till(T1, noPong);
      answerPings(till, pong);
      for (let count = 0; count < 3; count += 1) await harness.request(till, 'sale', sale);
      await harness.advance(60_000);
      till.cut();
      const again = await harness.till(T1, noPong);
      assert.deepEqual(again.received, []);
    });
  }

  test('a result comes again to a till that sends pongs which no ping asked for, and reads nothing', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(T1, noPong);
    await harness.request(till, 'sale', sale);
    for (let count = 0; count < 10; count += 1) {
      await harness.advance(20_000);
      till.socket.pong('');
    }
    await harness.settled();
    const again = await harness.till(T1);
    assert.equal(again.received.length, 1);
  });
});

describe('C-3.49 at the table', () => {
  /** Pays `count` tables after another; returns the answers of the waiter's machine that are no success. */
  async function payTables(t: TestContext, count: number, pong: (payload: Buffer) => string) {
    const book = new TableBook({ [tableId]: 0 });
    const all = await startRestaurant(t, { book });
    await all.till.till.close();
    const till = await all.restaurant.till({}, noPong);
    answerPings(till.till, pong);
    for (let paid = 0; paid < count; paid += 1) {
      book.bills.set(tableId, 1000);
      assert.equal((await all.waiter.request(tableRequests.lock))?.answer, 'locked');
      assert.equal((await all.waiter.request(cashPayment(1000)))?.answer, 'payment');
      await all.waiter.request(tableRequests.leave);
    }
    return all;
  }

  for (const [name, pong] of Object.entries(libraries)) {
    test(`thirty tables are paid, and no notice comes again, when pings are answered with ${name}`, async (t) => {
      const { restaurant, book } = await payTables(t, 30, pong);
      await restaurant.advance(60_000);
      assert.equal(book.booked.size, 30);
      assert.deepEqual((await restaurant.till({}, noPong)).till.received, []);
    });
  }

  test('tables are listed and locked while more than a window of notices waits for a proof', async (t) => {
    const { restaurant, book, waiter, till } = await startRestaurant(t, {
      book: new TableBook({ [tableId]: 0 }),
    });
    for (let paid = 0; paid < 30; paid += 1) {
      if (paid === 0) {
        await till.till.close();
        await restaurant.till({}, noPong);
      }
      book.bills.set(tableId, 1000);
      await waiter.request(tableRequests.lock);
      await waiter.request(cashPayment(1000));
      await waiter.request(tableRequests.leave);
    }
    const again = await restaurant.till({}, noPong);
    assert.deepEqual(await waiter.request(tableRequests.tables), {
      answer: 'tables',
      tables: [tableId],
    });
    book.bills.set(tableId, 500);
    assert.equal((await waiter.request(tableRequests.lock))?.answer, 'locked');
    const methods = again.till.received.map(({ method }) => method);
    assert.equal(methods.indexOf('tableListRequest'), 60, 'the notices come first [C-9.23]');
  });
});
