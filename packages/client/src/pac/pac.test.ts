// How a till at the counter uses the SDK on a connection that does not drop.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../testing/manual-timing.ts';
import {
  params,
  payment,
  refusal,
  ScriptedGateway,
  tid,
  timedOut,
} from '../testing/scripted-gateway.ts';
import type { Outcome } from './outcome.ts';

async function connected(options = {}) {
  const gateway = new ScriptedGateway();
  const till = await gateway.connect(options);
  return { gateway, till, line: gateway.connection };
}

const results = {
  SUCCESSFUL: 'approved',
  DECLINED: 'declined',
  CANCELLED: 'cancelled',
  VOID: 'void',
  UNSUCCESSFUL: 'unsuccessful',
} as const;

for (const [transactionResult, word] of Object.entries(results)) {
  test(`a sale that ends ${transactionResult} is ${word} [C-4.16]`, async () => {
    const { till, line } = await connected();
    const sale = till.sale(params);
    const { id, params: sent } = await line.next('sale');
    assert.deepEqual(sent, params);
    const result = payment({ transactionResult } as Partial<ReturnType<typeof payment>>);
    await line.say({ id, result });
    assert.deepEqual(await sale, { outcome: word, payment: result });
  });
}

test('a sale that ends TIMED_OUT is unknown, with a sentence for staff [C-4.13]', async () => {
  const { till, line } = await connected();
  const sale = till.sale(params);
  const { id } = await line.next('sale');
  await line.say({ id, result: timedOut() });
  const outcome = await sale;
  assert.equal(outcome.outcome, 'unknown');
  assert(outcome.outcome === 'unknown');
  assert.equal(outcome.reason, 'timedOut');
  assert.equal(outcome.handedOver, 'yes');
  assert.equal(outcome.machineMayBeAtWork, true);
  assert.equal(outcome.advice, timedOut().userMessage);
  assert.equal(outcome.payment?.transactionResult, 'TIMED_OUT');
});

test('each kind of transaction goes out under its own name [C-4.1]', async () => {
  const { till, line } = await connected();
  const started: [string, () => PromiseLike<Outcome>, string][] = [
    ['refund', () => till.refund(params), 'REFUND'],
    ['preAuth', () => till.preAuth(params), 'PRE_AUTH'],
    ['completion', () => till.completion({ ...params, authCode: 'P3X9D5' }), 'COMPLETION'],
  ];
  for (const [method, start, transactionType] of started) {
    const open = start();
    const { id } = await line.next(method);
    await line.say({ id, result: payment({ transactionType } as object) });
    assert.equal((await open).outcome, 'approved');
  }
});

test('an account verification takes nothing, whatever amount was sent [C-4.12]', async () => {
  const { till, line } = await connected();
  const open = till.accountVerification(params);
  const { id } = await line.next('accountVerification');
  const none = { amountBase: 0, amountTotal: 0 };
  await line.say({ id, result: payment({ transactionType: 'ACCOUNT_VERIFICATION', ...none }) });
  assert.equal((await open).outcome, 'approved');
});

test('an amount that is no whole number of pence never leaves the till [C-3.7]', async () => {
  const { till, line } = await connected();
  const wrong: [unknown, typeof TypeError | typeof RangeError, RegExp][] = [
    [12.5, TypeError, /amount: expected integer 1\.\.99999999 pence or cents, got number 12\.5/],
    ['1250', TypeError, /amount: .*got string "1250"/],
    [Number.NaN, TypeError, /amount: .*got number NaN/],
    [Number.POSITIVE_INFINITY, TypeError, /got number Infinity/],
    [undefined, TypeError, /got nothing/],
    [null, TypeError, /got null/],
    [-1, RangeError, /got number -1/],
    [0, RangeError, /got number 0/],
    [100_000_000, RangeError, /got number 100000000/],
  ];
  for (const [amount, kind, text] of wrong) {
    const sale = till.sale({ ...params, amount: amount as number });
    await assert.rejects(sale, (cause: Error) => cause instanceof kind && text.test(cause.message));
  }
  await settle();
  assert.deepEqual(line.received, []);
});

test('a key that does not belong to the request is refused here [C-3.5]', async () => {
  const { till, line } = await connected();
  const refund = till.refund({ ...params, amountCashback: 100 } as typeof params);
  await assert.rejects(refund, /refund: amountCashback: expected 0, got number 100/);
  await assert.rejects(till.terminal({ tid: '' }), /tid: expected string, 1..32 characters/);
  assert.deepEqual(line.received, []);
});

test('a refused sale rejects: nothing was handed over [C-3.21]', async () => {
  const { till, line } = await connected();
  const sale = till.sale(params);
  const { id } = await line.next('sale');
  await line.say({ id, error: refusal(-32071) });
  await assert.rejects(sale, {
    name: 'TillError',
    code: -32071,
    userMessage: 'Sorry, no.',
    retryable: true,
  });
});

test('an answer that does not fit leaves the outcome unknown', async () => {
  const { gateway, till, line } = await connected();
  const sale = till.sale(params);
  const { id } = await line.next('sale');
  await line.say({ id, result: { ...payment(), amountTotal: '1250' } });
  const outcome = await sale;
  assert(outcome.outcome === 'unknown');
  assert.equal(outcome.reason, 'badAnswer');
  assert.deepEqual(gateway.warned, ['badMessage']);
});

test('an answer with another amount leaves the outcome unknown', async () => {
  const { till, line } = await connected();
  const sale = till.sale(params);
  const { id } = await line.next('sale');
  await line.say({ id, result: payment({ amountBase: 1 }) });
  const outcome = await sale;
  assert(outcome.outcome === 'unknown');
  assert.equal(outcome.reason, 'badAnswer');
});

test('unknown keys of an answer are dropped', async () => {
  const { gateway, till, line } = await connected();
  const sale = till.sale(params);
  const { id } = await line.next('sale');
  await line.say({ id, result: { ...payment(), loyaltyPoints: 12 } });
  assert.deepEqual(await sale, { outcome: 'approved', payment: payment() });
  assert.deepEqual(gateway.warned, ['unknownKeys']);
});

test('no answer within 290 s, or 490 s without the card, is unknown [C-11.19]', async () => {
  const { gateway, till, line } = await connected();
  const sale = till.sale(params);
  const keyed = till.sale({ ...params, tid: '87654321', cardholderNotPresent: true });
  const { id } = await line.next('sale');
  await gateway.timing.advance(290_000);
  const outcome = await sale;
  assert(outcome.outcome === 'unknown');
  assert.equal(outcome.reason, 'noAnswer');
  await gateway.timing.advance(200_000);
  assert.equal((await keyed).outcome, 'unknown');
  await line.say({ id, result: payment() });
  assert.equal((await outcome.resolve()).outcome, 'approved');
});

test('onProgress and the progress loop both get every value, unknown ones too [C-6.4]', async () => {
  const { till, line } = await connected();
  const heard: string[] = [];
  const sale = till.sale(params, { onProgress: (value) => heard.push(value) });
  const { id } = await line.next('sale');
  await line.show('TRANSACTION_STARTED', 'PRESENT_CARD', 'WAVE_AT_CAMERA');
  await line.say({ id, result: payment() });
  const read: string[] = [];
  for await (const value of sale.progress) read.push(value);
  assert.deepEqual(read, ['TRANSACTION_STARTED', 'PRESENT_CARD', 'WAVE_AT_CAMERA']);
  assert.deepEqual(heard, read);
  assert.equal((await sale).outcome, 'approved');
});

test('progress of a refused sale ends with the refusal', async () => {
  const { till, line } = await connected();
  const sale = till.sale(params);
  const read = async () => {
    for await (const value of sale.progress) assert.fail(value);
  };
  const reading = assert.rejects(read(), { code: -32070 });
  const { id } = await line.next('sale');
  await line.say({ id, error: refusal(-32070) });
  await reading;
});

test('a listener that throws does not disturb the sale', async () => {
  const { gateway, till, line } = await connected();
  const onProgress = () => {
    throw new Error('screen is gone');
  };
  const sale = till.sale(params, { onProgress });
  const { id } = await line.next('sale');
  await line.show('TRANSACTION_STARTED');
  await line.say({ id, result: payment() });
  assert.equal((await sale).outcome, 'approved');
  assert.deepEqual(gateway.warned, ['listenerFailed']);
});

test('aborting sends one cancel, and the outcome is what really happened [C-4.22]', async () => {
  const { till, line } = await connected();
  const controller = new AbortController();
  const sale = till.sale(params, { signal: controller.signal });
  const { id } = await line.next('sale');
  controller.abort();
  sale.cancel();
  const cancel = await line.next('cancelTransaction');
  assert.deepEqual(cancel.params, { tid });
  await line.say({ id: cancel.id, result: { cancelling: true } });
  await line.show('ATTEMPTING_CANCEL', 'UNABLE_TO_CANCEL');
  await line.say({ id, result: payment() });
  assert.equal((await sale).outcome, 'approved');
  assert.deepEqual(line.received, []);
});

test('a sale aborted before it was sent is never sent', async () => {
  const { till, line } = await connected();
  const sale = till.sale(params, { signal: AbortSignal.abort() });
  await assert.rejects(sale, { name: 'AbortError' });
  await settle();
  assert.deepEqual(line.received, []);
});

test('aborting after the outcome cancels nobody', async () => {
  const { till, line } = await connected();
  const controller = new AbortController();
  const sale = till.sale(params, { signal: controller.signal });
  const { id } = await line.next('sale');
  await line.say({ id, result: payment() });
  await sale;
  controller.abort();
  sale.cancel();
  await settle();
  assert.deepEqual(line.received, []);
});

test('terminals, one terminal, duplicate and cancel give their results', async () => {
  const { till, line } = await connected();
  const terminal = { tid, status: 'AVAILABLE', currency: 'GBP' };
  const asks: [string, Promise<unknown>, unknown][] = [
    ['connectedTerminals', till.terminals({ status: 'AVAILABLE' }), [terminal]],
    ['terminalDetails', till.terminal({ tid }), terminal],
    ['duplicate', till.duplicate({ tid }), payment()],
    ['cancelTransaction', till.cancel({ tid }), { cancelling: true }],
  ];
  for (const [method, answer, result] of asks) {
    const { id } = await line.next(method);
    await line.say({ id, result });
    assert.deepEqual(await answer, result);
  }
});

test('a report waits 130 s for its answer [C-11.20]', async () => {
  const { gateway, till, line } = await connected();
  const report = till.reportEndOfDay({ tid });
  await line.next('reportEndOfDay');
  await gateway.timing.advance(129_000);
  const late = assert.rejects(report, { name: 'NoAnswer', method: 'reportEndOfDay' });
  await gateway.timing.advance(1_000);
  await late;
  assert.equal(gateway.timing.waiting, 0);
});
