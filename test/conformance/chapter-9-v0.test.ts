// Chapter 9.5 of PROTOCOL.md over real sockets: the same tables in the words of v0.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  cardPayment,
  finalReceiptFlag,
  startRestaurant,
  startWithPayment,
  tableId,
  tableRequests,
  waiterId,
} from '../support/gateway/restaurant-harness.ts';
import { outcome } from '../support/terminal/scripted-machine.ts';

const tpi = '12345678';
const at = { tpi, waiterId, tableId };
const v0 = {
  'api-version': 'v0',
  'software-house-id': undefined,
  'installer-id': undefined,
};

describe('C-9.36 pat v0', () => {
  test('a full payment has tpi for tid and needs no partner ids, and is otherwise the same', async (t) => {
    const { till, waiter, book } = await startRestaurant(t, { parameters: v0 });
    await waiter.request(tableRequests.tables);
    await waiter.request(tableRequests.lock);
    assert.equal(book.locks.get(tableId), tpi);
    await waiter.request(tableRequests.bill);
    await waiter.payByCard(cardPayment(4820, 300), outcome('SUCCESSFUL', { amountGratuity: 300 }));
    const [first, second, third, fourth, fifth, ...more] = till.till.received;
    const question = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tableListRequest',
      params: { tpi, waiterId },
    };
    assert.deepEqual(first, question);
    assert.deepEqual(second, { ...question, id: 2, method: 'tableLockRequest', params: at });
    assert.deepEqual(third, { ...question, id: 3, method: 'posReceiptRequest', params: at });
    const [{ paymentId, ...payment }] = fourth?.params.payments ?? [];
    assert.deepEqual([...Object.keys(fourth?.params ?? {})].sort(), [
      'amountCashback',
      'amountGratuity',
      'amountPaid',
      'currency',
      'payments',
      'tableId',
      'tpi',
      'waiterId',
    ]);
    assert.ok(paymentId);
    assert.deepEqual([payment.amountPaid, payment.amountGratuity], [4820, 300]);
    assert.deepEqual(fifth, { jsonrpc: '2.0', method: 'tableUnlock', params: at });
    assert.deepEqual(more, []);
  });

  test('an address without a version is v0', async (t) => {
    const { till, waiter } = await startRestaurant(t, {
      parameters: { ...v0, 'api-version': undefined },
    });
    await waiter.request({ kind: 'tables' });
    assert.deepEqual(till.till.received[0]?.params, { tpi });
  });

  test('no finalPosReceiptRequest is sent, and the flag is ignored', async (t) => {
    const { harness, till, waiter } = await startRestaurant(t, {
      parameters: { ...v0, ...finalReceiptFlag },
    });
    await waiter.request(tableRequests.lock);
    await waiter.payByCard(cardPayment(4820));
    assert.deepEqual(await waiter.request(tableRequests.leave), { answer: 'left' });
    const sentToTill = ['? tableLockRequest 1', '? transactionResponse', '? tableUnlock'];
    assert.deepEqual(await harness.summaries(till.till), sentToTill);
  });

  test('C-9.4, C-9.5 the errors are those of v1, with the schemas of v0', async (t) => {
    const { restaurant, harness, till, waiter } = await startRestaurant(t, { parameters: v0 });
    till.answerWith('tableLockRequest', {
      result: { confirmed: true, amount: -1, currency: 'GBP' },
    });
    await waiter.request(tableRequests.lock);
    const [{ error } = {}] = till.errors;
    assert.equal(error.code, -32076);
    const { host } = new URL(harness.server.gateway.url);
    const schema = `http://${host}/schemas/v0/pat/tableLockRequest.response.json`;
    assert.equal(error.data.schema, schema);
    assert.equal((await fetch(schema)).status, 200);
    till.leaveUnanswered('tableListRequest');
    await waiter.request(tableRequests.tables);
    await restaurant.advance(10_000);
    assert.deepEqual(await harness.summaries(till.till), [
      '? tableLockRequest 1',
      'error 1 -32076',
      '? tableUnlock',
      '? tableListRequest 2',
      'error 2 -32076',
    ]);
  });

  test('a v1 till supersedes a v0 till, and the reverse', async (t) => {
    const { restaurant, harness, till, machine, book } = await startWithPayment(t, {
      parameters: v0,
    });
    const silent = await restaurant.till({}, { autoPong: false });
    assert.deepEqual(await harness.summaries(till.till), ['? tableLockRequest 1', 'error -32075']);
    machine.finish();
    await harness.settled();
    assert.deepEqual(await harness.summaries(silent.till), [
      '? transactionResponse',
      '? tableUnlock',
    ]);
    const again = await restaurant.till(v0);
    const [v1Paid, v1Unlock] = silent.till.received;
    const [v0Paid, v0Unlock] = again.till.received;
    const { tid, ...rest } = v1Paid?.params ?? {};
    assert.deepEqual(v0Paid?.params, { tpi: tid, ...rest });
    assert.deepEqual([v1Unlock?.params.tid, v0Unlock?.params], [tpi, at]);
    assert.equal(book.bills.get(tableId), 0);
  });
});
