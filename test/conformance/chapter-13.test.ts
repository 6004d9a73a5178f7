// Chapter 13 of PROTOCOL.md over real sockets: orders that a good card machine takes, and what the till
// sees of them.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import {
  LinkedMachine,
  linkedRecord,
  profile,
  startLinkedMachine,
  startLinkedRestaurant,
  TID,
} from '../support/terminal/linked-machine.ts';
import { cancelled, card, outcome, totals } from '../support/terminal/scripted-machine.ts';

const listed = async (till: TestTill) =>
  (await till.request('connectedTerminals')).result
    .map(({ tid }: { tid: string }) => tid)
    .filter((tid: string) => !tid.startsWith('VCM'));

describe('13.2, the greeting', () => {
  test('C-13.6 tills do not see a machine before its hello', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    const till = await harness.till();
    const machine = await LinkedMachine.connect(harness);
    assert.deepEqual(await listed(till), []);
    assert.equal((await till.request('terminalDetails', { tid: TID })).error.code, -32070);
    await machine.notify('hello', { ...profile, currency: 'EUR' });
    const details = (await till.request('terminalDetails', { tid: TID })).result;
    assert.deepEqual(details, { tid: TID, status: 'AVAILABLE', currency: 'EUR' });
    assert.deepEqual(await listed(till), [TID]);
  });

  test('C-13.6 an order that the machine does not support is refused before it is handed over', async (t) => {
    const { till, machine } = await startLinkedMachine(t);
    const asked = { tid: TID, currency: 'GBP', amount: 100 };
    assert.equal((await till.request('preAuth', asked)).error.code, -32073);
    assert.equal((await till.request('sale', { ...asked, currency: 'EUR' })).error.code, -32073);
    assert.deepEqual(machine.orders, []);
  });

  test('C-4.7 a machine that offers no cashback is handed the sale without it', async (t) => {
    const { harness, till, machine, sale } = await startLinkedMachine(t);
    await machine.notify('hello', { ...profile, cashback: false });
    const id = sale({ amountCashback: 500 });
    const order = await machine.order();
    assert.equal(machine.paramsOf('start')[0]?.order.amountCashback, 0);
    await machine.notify('finished', { order, outcome: outcome('SUCCESSFUL') });
    const { result } = await harness.answer(till, id);
    assert.equal(result.amountCashback, 0);
    assert.match(result.userMessage, /^No cashback was given/);
  });
});

describe('13.3, an order', () => {
  test('C-13.7 to C-13.10 a sale is handed over, shown, finished and answered', async (t) => {
    const { harness, till, machine, sale } = await startLinkedMachine(t);
    const id = sale({ amountCashback: 500 });
    const order = await machine.order();
    assert.deepEqual(machine.paramsOf('start'), [
      {
        order: {
          ...{ id: order, transactionType: 'SALE', currency: 'GBP', amount: 1250 },
          ...{ amountCashback: 500, cardholderNotPresent: false },
        },
      },
    ]);
    assert.equal((await till.request('terminalDetails', { tid: TID })).result.status, 'BUSY');
    for (const notificationValue of ['PRESENT_CARD', 'PIN_ENTRY', 'APPROVED']) {
      await machine.notify('showing', { order, notificationValue });
    }
    const ended = outcome('SUCCESSFUL', { amountCashback: 500, amountGratuity: 100 });
    await machine.notify('finished', { order, outcome: ended });
    const { result } = await harness.answer(till, id);
    assert.equal(result.transactionResult, 'SUCCESSFUL');
    assert.equal(result.amountTotal, 1850);
    assert.equal(result.primaryAccountNumber, card.primaryAccountNumber);
    assert.deepEqual(result.receiptLines, ended.receiptLines);
    assert.deepEqual(till.values, [
      ...['TRANSACTION_STARTED', 'PRESENT_CARD', 'PIN_ENTRY', 'APPROVED'],
      'TRANSACTION_FINISHED',
    ]);
    assert.equal((await till.request('terminalDetails', { tid: TID })).result.status, 'AVAILABLE');
  });

  test('C-13.9 a sale whose start gets an error ends UNSUCCESSFUL', async (t) => {
    const { harness, till, machine, sale } = await startLinkedMachine(t);
    const error = { code: 1, message: 'Out of paper' };
    machine.answers.set('start', { error });
    const { result } = await harness.answer(till, sale());
    assert.equal(result.transactionResult, 'UNSUCCESSFUL');
    assert.equal(result.transactionTime, '2026-03-14T12:00:00');
    assert.deepEqual(result.receiptLines, {});
    machine.answers.delete('start');
    sale();
    await harness.until(() => machine.orders.length === 2);
  });

  test('C-13.9 a report whose start gets an error ends TIMED_OUT at once', async (t) => {
    const { harness, till, machine } = await startLinkedMachine(t);
    machine.answers.set('startReport', { error: { code: 1, message: 'Out of paper' } });
    const { result } = await harness.request(till, 'reportXBalance', { tid: TID });
    assert.equal(result.reportResult, 'TIMED_OUT');
    const details = await till.request('terminalDetails', { tid: TID });
    assert.equal(details.result.status, 'AVAILABLE');
  });

  test('C-13.10 a report is handed over and answered', async (t) => {
    const { harness, till, machine } = await startLinkedMachine(t);
    const id = till.ask('reportXBalance', { tid: TID });
    const order = await machine.order();
    assert.deepEqual(machine.paramsOf('startReport'), [
      { order: { id: order, reportType: 'X_BALANCE' } },
    ]);
    await machine.notify('reported', { order, result: totals });
    const { result } = await harness.answer(till, id);
    assert.equal(result.reportResult, 'COMPLETE');
    assert.deepEqual(result.reportLines, totals.reportLines);
  });

  for (const accepted of [true, false]) {
    test(`C-13.12 the answer ${accepted} of the till judges a signature`, async (t) => {
      const { harness, till, machine, sale } = await startLinkedMachine(t);
      sale();
      const order = await machine.order();
      const merchantReceipt = [{ value: 'PLEASE SIGN BELOW' }];
      await machine.notify('signatureWanted', { order, merchantReceipt, card });
      const question = await till.judgeSignature(accepted);
      assert.deepEqual(question.params.receiptLines, { MERCHANT: merchantReceipt });
      await harness.settled();
      assert.deepEqual(machine.paramsOf('answerSignature'), [
        { order, accepted, unanswered: false },
      ]);
      await machine.notify('finished', {
        order,
        outcome: outcome(accepted ? 'SUCCESSFUL' : 'VOID'),
      });
    });
  }

  test('C-13.12 a signature without an answer is judged by the settings of the site', async (t) => {
    const { harness, machine, sale } = await startLinkedMachine(t, {
      site: { signatureOnTimeout: 'reject' },
    });
    sale();
    const order = await machine.order();
    await machine.notify('signatureWanted', { order, merchantReceipt: [], card });
    await harness.advance(80_000);
    assert.deepEqual(machine.paramsOf('answerSignature'), [
      { order, accepted: false, unanswered: true },
    ]);
    await machine.notify('finished', { order, outcome: outcome('VOID') });
  });

  test('C-13.13 a cancel is answered, and the order ends CANCELLED', async (t) => {
    const { harness, till, machine, sale } = await startLinkedMachine(t);
    const id = sale();
    const order = await machine.order();
    await till.request('cancelTransaction', { tid: TID });
    await harness.settled();
    assert.deepEqual(machine.paramsOf('cancel'), [{ order }]);
    await machine.notify('cancelDecided', { order, cancelled: true });
    await machine.notify('finished', { order, outcome: cancelled });
    assert.equal((await harness.answer(till, id)).result.transactionResult, 'CANCELLED');
    assert.ok(till.values.includes('CANCELLING'));
  });

  test('C-13.13 a cancel that comes too late is refused, and the order goes on', async (t) => {
    const { harness, till, machine, sale } = await startLinkedMachine(t);
    const id = sale();
    const order = await machine.order();
    await till.request('cancelTransaction', { tid: TID });
    await machine.notify('cancelDecided', { order, cancelled: false });
    await machine.notify('finished', { order, outcome: outcome() });
    assert.equal((await harness.answer(till, id)).result.transactionResult, 'SUCCESSFUL');
    assert.ok(till.values.includes('UNABLE_TO_CANCEL'));
  });
});

describe('C-13.14, a waiter at a linked machine', () => {
  const replies: Readonly<Record<string, object>> = {
    tableListRequest: { tables: ['12', '7'], currency: 'GBP' },
    tableLockRequest: { confirmed: true, amount: 3000, currency: 'GBP' },
    posReceiptRequest: { receiptLines: [{ value: 'Table 12' }] },
  };

  async function restaurant(t: TestContext) {
    const { harness, till, machine } = await startLinkedRestaurant(t, replies);
    const tableRequest = async (method: string, params?: object) =>
      (await machine.socket.request(method, params)).result;
    return { harness, till, machine, tableRequest };
  }

  test('a waiter sees tables, locks one and takes two payments, and the till receives them', async (t) => {
    const { till, machine, tableRequest } = await restaurant(t);
    assert.deepEqual(await tableRequest('tables'), { answer: 'tables', tables: ['12', '7'] });
    const locked = await tableRequest('lock', { tableId: '12', waiterId: '007' });
    assert.deepEqual(locked, { answer: 'locked', amount: 3000, currency: 'GBP' });
    assert.equal((await tableRequest('bill')).answer, 'bill');
    const byCash = await tableRequest('pay', { by: 'other', amount: 1000 });
    assert.deepEqual(byCash, { answer: 'payment', paid: true, left: 2000 });
    const asked = machine.socket.ask('pay', { by: 'card', amount: 2000, amountGratuity: 200 });
    const order = await machine.order();
    const [{ order: handed }] = machine.paramsOf('start');
    assert.deepEqual(handed.table, { tableId: '12', waiterId: '007', amountGratuity: 200 });
    const ended = outcome('SUCCESSFUL', { amountGratuity: 200 });
    await machine.notify('finished', { order, outcome: ended });
    const paid = (await machine.socket.answer(asked)).result;
    assert.deepEqual(paid, { answer: 'payment', paid: true, left: 0 });
    assert.equal((await tableRequest('leave')).answer, 'left');
    const notice = await till.until(({ method }) => method === 'transactionResponse');
    assert.equal(notice.params.payments.length, 2);
    assert.equal(notice.params.amountPaid, 3000);
    await till.until(({ method }) => method === 'tableUnlock');
  });

  test('a waiter has one request at a time except leave, and none before hello', async (t) => {
    const { harness, machine, tableRequest } = await restaurant(t);
    await tableRequest('tables');
    await tableRequest('lock', { tableId: '12' });
    const paying = machine.socket.ask('pay', { by: 'card', amount: 2000 });
    const order = await machine.order();
    assert.equal((await tableRequest('bill')).answer, 'no');
    const leaving = machine.socket.ask('leave');
    assert.equal((await tableRequest('leave')).answer, 'no');
    await machine.notify('finished', { order, outcome: outcome('DECLINED') });
    assert.equal((await machine.socket.answer(paying)).result.paid, false);
    assert.equal((await machine.socket.answer(leaving)).result.answer, 'left');
    const stranger = await LinkedMachine.connect(harness);
    assert.equal((await stranger.socket.request('tables')).error.code, -32070);
  });

  test('a machine that disconnects keeps its table, which is paid after it reconnects', async (t) => {
    const { harness, machine, tableRequest } = await restaurant(t);
    await tableRequest('tables');
    await tableRequest('lock', { tableId: '12' });
    machine.socket.cut();
    await machine.socket.closed;
    await harness.settled();
    const back = await LinkedMachine.link(harness);
    const paid = await back.socket.request('pay', { by: 'other', amount: 3000 });
    assert.deepEqual(paid.result, { answer: 'payment', paid: true, left: 0 });
  });
});
