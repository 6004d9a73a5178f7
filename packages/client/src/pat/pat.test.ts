// What a restaurant till answers on a connection that does not drop.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloseCode } from '@tillgate/protocol';
import { settle } from '../testing/manual-timing.ts';
import { ScriptedGateway } from '../testing/scripted-gateway.ts';
import { answerTo, ask, at, noting, paid, payment, served, tell } from '../testing/table-script.ts';
import { serveTables } from './pat.ts';

test('tables are listed in their order, in the currency of the till [C-9.10]', async () => {
  const { line, calls } = await served();
  const answer = await ask(line, 'tableListRequest', { tid: '12345678', waiterId: '007' });
  assert.deepEqual(answer.result, { tables: ['1', '12A'], currency: 'GBP' });
  assert.deepEqual(calls, ['list for 007']);
});

test('a list may have its own currency, and a till without one sends none [C-9.10]', async () => {
  const own = { tables: ['7'], currency: 'EUR' } as const;
  const euro = await served({ listTables: async () => own });
  assert.deepEqual((await ask(euro.line, 'tableListRequest')).result, own);
  const gateway = new ScriptedGateway();
  await gateway.serve(noting().handlers);
  const { result } = await ask(gateway.connection, 'tableListRequest', { tid: '12345678' });
  assert.deepEqual(result, { tables: ['1', '12A'] });
});

test('a lock answers the amount to pay, and a refused one the reason for the waiter [C-9.10]', async () => {
  const { line } = await served({
    lockTable: async ({ tableId }) =>
      tableId === '12A' ? { amount: 4820 } : { refused: 'Table 2 is open on the till.' },
  });
  const given = await ask(line, 'tableLockRequest');
  assert.deepEqual(given.result, { confirmed: true, amount: 4820, currency: 'GBP' });
  const refused = await ask(line, 'tableLockRequest', { ...at, tableId: '2' });
  const userMessage = 'Table 2 is open on the till.';
  assert.deepEqual(refused.result, { confirmed: false, userMessage });
});

test('the answer to a bill request has the lines of the handler [C-9.15]', async () => {
  const { line } = await served();
  const { result } = await ask(line, 'posReceiptRequest');
  assert.deepEqual(result, { receiptLines: [{ value: 'Bill of table 12A' }] });
});

test('a till with a finalReceipt handler asks for it in its address [C-9.16]', async () => {
  const { line } = await served({ finalReceipt: () => [{ value: 'Thank you' }] });
  const { searchParams, pathname } = new URL(line.uri);
  assert.deepEqual([pathname, searchParams.get('final-pos-receipt-request')], ['/pat', '']);
  for (const method of ['finalPosReceiptRequest', 'finalPOSReceiptRequest']) {
    const { result } = await ask(line, method);
    assert.deepEqual(result, { receiptLines: [{ value: 'Thank you' }] });
  }
  const off = { finalReceipt: false };
  for (const { line } of [await served(), await served({ finalReceipt: () => [] }, off)]) {
    assert.equal(new URL(line.uri).searchParams.has('final-pos-receipt-request'), false);
  }
});

test('recordPayments gets the payments with their sums and amountOffBill [C-9.19]', async () => {
  const { line, booked } = await served();
  const payments = [
    payment(1, { amountPaid: 3000, amountCashback: 500, amountGratuity: 300 }),
    payment(2, { amountPaid: 1820 }),
  ];
  await tell(line, 'transactionResponse', paid(payments));
  assert.deepEqual(booked, [
    {
      ...at,
      currency: 'GBP',
      payments,
      amountOffBill: 4320,
      amountPaid: 4820,
      amountCashback: 500,
      amountGratuity: 300,
    },
  ]);
});

test('the final receipt waits until the payments are booked [C-9.16]', async () => {
  const booking = Promise.withResolvers<void>();
  const finalReceipt = () => [{ value: 'PAID' }];
  const { line } = await served({ recordPayments: () => booking.promise, finalReceipt });
  await tell(line, 'transactionResponse', paid([payment(1)]));
  assert.equal(await ask(line, 'finalPosReceiptRequest'), undefined);
  booking.resolve();
  assert.deepEqual((await answerTo(line)).result, { receiptLines: [{ value: 'PAID' }] });
});

test('the report handler gets each report once [C-9.21]', async () => {
  const reports: string[] = [];
  const { line, gateway } = await served({ report: ({ reportId }) => void reports.push(reportId) });
  const report = {
    tid: '12345678',
    reportId: 'R1',
    reportType: 'X_BALANCE',
    reportTime: '2026-03-14T22:30:00Z',
    reportResult: 'COMPLETE',
    balances: {},
    banking: {},
    reportLines: [],
  };
  await tell(line, 'report', report);
  await tell(line, 'report', { ...report, reportTime: '2026-03-14T22:31:00Z' });
  assert.deepEqual([reports, gateway.warned], [['R1'], []]);
  const deaf = await served();
  await tell(deaf.line, 'report', report);
  assert.equal((await deaf.line.mark()).delivered, true);
});

test('a till that another till has taken over from stops for good with the reason [C-9.24]', async () => {
  const { line, gateway, till } = await served();
  const error = { code: -32075, message: 'Connection Discontinued' };
  await line.say({ error });
  await line.close(CloseCode.superseded);
  await assert.rejects(till.closed, { name: 'Discontinued', reason: 'takenOver' });
  await gateway.timing.advance(3_600_000);
  assert.deepEqual([gateway.connections.length, gateway.warned], [1, []]);
});

test('closing ends the connection, and `closed` waits for running bookings', async () => {
  const booking = Promise.withResolvers<void>();
  const { line, gateway, till } = await served({ recordPayments: () => booking.promise });
  await tell(line, 'transactionResponse', paid([payment(1)]));
  till.close();
  let over = false;
  void till.closed.then(() => {
    over = true;
  });
  await settle();
  assert.deepEqual([line.closed, over, till.state.state], [CloseCode.normal, false, 'closed']);
  booking.resolve();
  await till.closed;
  assert.equal(gateway.timing.waiting, 0);
});

test('wrong options and missing handlers are refused before a connection is opened', async () => {
  const { handlers } = noting();
  const uri = 'wss://shop1.pay.example/pat?token=t';
  const wrong: readonly (readonly [object, object, RegExp])[] = [
    [{ uri: 'wss://shop1.pay.example/pac?token=t' }, handlers, /^uri: expected the path \/pat/],
    [{ uri, answerWithinMs: 0 }, handlers, /^answerWithinMs: expected/],
    [{ uri, finalReceipt: true }, handlers, /^handlers\.finalReceipt: expected a function/],
    [{ uri }, { ...handlers, unlock: undefined }, /^handlers\.unlock: expected a function/],
  ];
  for (const [options, given, message] of wrong) {
    await assert.rejects(serveTables(options as never, given as never), {
      name: 'TypeError',
      message,
    });
  }
});

test('an invalid request gets the error of the contract [C-3.25, C-3.26]', async () => {
  const { line } = await served();
  assert.equal((await ask(line, 'tableMoveRequest')).error.code, -32601);
  assert.equal((await ask(line, 'tableLockRequest', { tid: '1' })).error.code, -32602);
});
