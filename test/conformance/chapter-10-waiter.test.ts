// Chapter 10.1 of PROTOCOL.md over real sockets: a program plays the waiter at a virtual card machine.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { Frame, TestTill } from 'tillgate/testing';
import { connectTill, MemoryStore, startTestGateway } from 'tillgate/testing';
import { handshake } from '../support/gateway/handshake.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';

const TID = 'VCMTABLESIP0';
const COUNTER_ONLY = '55555555-2222-4333-8444-555555555555';
const SHOP2 = '66666666-2222-4333-8444-555555555555';

/** A gateway with a till that has one table, 12 with 48.20 to pay. */
async function restaurant(t: TestContext, { withTill = true } = {}) {
  const store = new MemoryStore();
  const terminals = { [TID]: {} };
  await store.write({
    put: [
      siteRecord('testhost'),
      tokenRecord('testhost', '00000000-0000-0000-0000-000000000000'),
      tokenRecord('testhost', COUNTER_ONLY, { scopes: ['pac'] }),
      siteRecord('shop2', { test: false, terminals }),
      tokenRecord('shop2', SHOP2, { scopes: ['pat'] }),
    ],
  });
  const gateway = await startTestGateway({ store });
  t.after(() => gateway.stop());
  const uri = (tid: string | undefined = TID, more: Record<string, string | undefined> = {}) => {
    const none = { 'api-version': undefined, 'software-house-id': undefined };
    return gateway.uri('waiter', { ...none, 'installer-id': undefined, tid, ...more });
  };
  const waiter = (tid?: string) => connectTill(uri(tid));
  const till = withTill ? await tableTill(gateway.uri('pat', flag)) : undefined;
  return { gateway, uri, waiter, till: till as TestTill };
}

const flag = { 'final-pos-receipt-request': '' };

const replies: Readonly<Record<string, object>> = {
  tableListRequest: { tables: ['12', '7'], currency: 'GBP' },
  tableLockRequest: { confirmed: true, amount: 4820, currency: 'GBP' },
  posReceiptRequest: { receiptLines: [{ value: 'Table 12' }] },
  finalPosReceiptRequest: { receiptLines: [{ value: 'Table 12 PAID' }] },
};

async function tableTill(uri: string): Promise<TestTill> {
  const till = await connectTill(uri);
  till.socket.on('message', (data: Buffer) => {
    const { id, method = '' } = JSON.parse(data.toString()) as Frame;
    if (replies[method]) till.send({ jsonrpc: '2.0', id, result: replies[method] });
  });
  return till;
}

const named = (method: string) => (frame: Frame) => frame.method === method;
const result = async (waiter: TestTill, method: string, params?: object) =>
  (await waiter.request(method, params)).result;
const lock = (waiter: TestTill) => result(waiter, 'lock', { tableId: '12', waiterId: '007' });

describe('C-10.13, the address of a waiter', () => {
  test('a waiter is let in with a token for pat and a virtual machine of the site', async (t) => {
    const { uri } = await restaurant(t, { withTill: false });
    const shop2 = { headers: { host: 'shop2.example' } };
    assert.equal((await handshake(uri())).status, 101);
    assert.equal((await handshake(uri(TID, { whatever: 'x', 'api-version': 'v7' }))).status, 101);
    assert.equal((await handshake(uri(TID, { token: SHOP2 }), shop2)).status, 101);
  });

  test('a waiter without them is refused, with the check of the token first', async (t) => {
    const { uri, gateway } = await restaurant(t, { withTill: false });
    const shop2 = { headers: { host: 'shop2.example' } };
    for (const [status, address, options] of [
      [401, uri(TID, { token: COUNTER_ONLY })],
      [401, uri('12345678', { token: 'wrong' })],
      [401, uri(TID, { token: undefined })],
      [404, uri('12345678')],
      [404, uri('')],
      [404, `${uri()}&tid=${TID}`],
      [404, uri('VCMOTHERSIP0', { token: SHOP2 }), shop2],
      [426, uri(), { upgrade: false }],
    ] as const) {
      assert.equal((await handshake(address, options)).status, status, address);
    }
    const refused = await handshake(`${gateway.uri('waiter')}`);
    assert.equal(refused.body, '{"error":"not_found","message":"No such site or path."}');
  });
});

describe('C-10.14 to C-10.16, requests of a waiter', () => {
  test('C-10.15: a waiter sees the tables, locks one, prints the bill, takes payment, and leaves', async (t) => {
    const { waiter, till } = await restaurant(t);
    const at = await waiter();
    assert.deepEqual(await result(at, 'tables', { waiterId: '007' }), {
      answer: 'tables',
      tables: ['12', '7'],
    });
    assert.deepEqual(await lock(at), { answer: 'locked', amount: 4820, currency: 'GBP' });
    assert.deepEqual(await result(at, 'bill'), {
      answer: 'bill',
      ...replies.posReceiptRequest,
    });
    assert.deepEqual(await result(at, 'pay', { by: 'other', amount: 1820 }), {
      answer: 'payment',
      paid: true,
      left: 3000,
    });
    const card = { by: 'card', amount: 3000, amountCashback: 500, amountGratuity: 300 };
    assert.deepEqual(await result(at, 'pay', card), { answer: 'payment', paid: true, left: 0 });
    assert.deepEqual(await result(at, 'leave'), {
      answer: 'left',
      ...replies.finalPosReceiptRequest,
    });
    const { params } = await till.until(named('transactionResponse'));
    const { amountPaid, amountCashback, amountGratuity, payments } = params;
    assert.deepEqual([amountPaid, amountCashback, amountGratuity], [5320, 500, 300]);
    assert.equal(payments.length, 2);
    await till.until(named('tableUnlock'));
  });

  test('C-10.16: an impossible request is answered with a message, an invalid one with an error', async (t) => {
    const { waiter } = await restaurant(t, { withTill: false });
    const at = await waiter();
    assert.equal((await result(at, 'bill')).answer, 'no');
    assert.equal((await lock(at)).answer, 'no');
    assert.deepEqual((await result(at, 'tables')).tables, []);
    assert.equal((await at.request('pay', { by: 'cheque', amount: 1 })).error.code, -32602);
    assert.equal((await at.request('pay', { by: 'card', amount: 0 })).error.code, -32602);
    assert.equal((await at.request('lock')).error.code, -32602);
    at.send({ jsonrpc: '2.0', id: 99, method: 'tableListRequest', params: { tid: TID } });
    assert.equal((await at.answer(99)).error.code, -32601);
  });

  test('C-10.16: the outcome of a payment that the machine has lost is unknown', async (t) => {
    const { waiter, till } = await restaurant(t);
    const at = await waiter('VCMTABLETIP0');
    await lock(at);
    assert.equal((await result(at, 'pay', { by: 'card', amount: 4820 })).answer, 'unknown');
    assert.equal((await result(at, 'leave')).answer, 'left');
    await till.until(named('tableUnlock'));
    assert.ok(!till.received.some(named('transactionResponse')));
  });

  test('C-10.17: a waiter receives what the screen shows while a card is paid', async (t) => {
    const { waiter } = await restaurant(t);
    const at = await waiter();
    await lock(at);
    await result(at, 'pay', { by: 'card', amount: 4820 });
    const shown = at.received
      .filter(named('showing'))
      .map(({ params }) => params.notificationValue);
    const bank = ['CONNECTING', 'CONNECTION_MADE', 'APPROVED', 'REMOVE_CARD'];
    assert.deepEqual(shown, ['PRESENT_CARD', 'PLEASE_WAIT', 'PIN_ENTRY', 'PLEASE_WAIT', ...bank]);
  });

  test('C-10.18: a waiter judges the signature, and a V machine reverses the payment', async (t) => {
    const { waiter, till, gateway } = await restaurant(t);
    const counter = await gateway.till();
    for (const [tid, paid, left] of [
      ['VCMTABLESIS0', true, 0],
      ['VCMTABLEVIS0', false, 4820],
    ] as const) {
      const at = await waiter(tid);
      await lock(at);
      const answer = await result(at, 'pay', { by: 'card', amount: 4820 });
      assert.deepEqual(answer, { answer: 'payment', paid, left });
      await result(at, 'leave');
    }
    const asked = [...till.received, ...counter.received].map(({ method }) => method);
    assert.ok(!asked.includes('signatureVerificationRequest'));
  });

  test('C-10.19: a waiter has one request at a time in progress', async (t) => {
    const { waiter } = await restaurant(t);
    const at = await waiter();
    await lock(at);
    const paying = at.ask('pay', { by: 'card', amount: 2000 });
    const bill = at.ask('bill');
    const leaving = at.ask('leave');
    assert.equal((await at.answer(bill)).result.answer, 'no');
    assert.equal((await at.answer(paying)).result.paid, true);
    assert.equal((await at.answer(leaving)).result.answer, 'left');
  });
});

describe('C-10.20, one waiter at a machine', () => {
  test('a second waiter is refused until the first has disconnected', async (t) => {
    const { waiter, till } = await restaurant(t);
    const first = await waiter();
    const second = await waiter();
    await lock(first);
    assert.match((await lock(second)).message, /Another waiter/);
    await first.close();
    await till.until(named('tableUnlock'));
    assert.equal((await lock(second)).answer, 'locked');
  });

  test('a waiter whose connection is cut leaves the table, and the payments are sent to the till', async (t) => {
    const { waiter, till } = await restaurant(t);
    const at = await waiter();
    await lock(at);
    await result(at, 'pay', { by: 'card', amount: 2000 });
    at.cut();
    await till.until(named('tableUnlock'));
    const order = till.received.map(({ method }) => method);
    assert.deepEqual(order.slice(-3), [
      'transactionResponse',
      'finalPosReceiptRequest',
      'tableUnlock',
    ]);
  });

  test('a waiter keeps the machine busy for the counter until he leaves [C-9.7]', async (t) => {
    const { waiter, gateway } = await restaurant(t);
    const counter = await gateway.till();
    const status = async () => (await result(counter, 'terminalDetails', { tid: TID })).status;
    const at = await waiter();
    await lock(at);
    assert.equal(await status(), 'BUSY');
    await result(at, 'leave');
    assert.equal(await status(), 'AVAILABLE');
  });
});

test('C-10.21: payments at the table have totals of their own', async (t) => {
  const { waiter, gateway } = await restaurant(t);
  const at = await waiter();
  await lock(at);
  await result(at, 'pay', { by: 'card', amount: 4820, amountGratuity: 500 });
  await result(at, 'leave');
  const counter = await gateway.till();
  const { balances, reportLines } = await result(counter, 'reportXBalance', { tid: TID });
  assert.equal(balances.waiterTotals['007'].totalAmount, 5320);
  assert.ok(
    reportLines.some(({ value }: { value: string }) => value === 'WAITER               007'),
  );
});
