// Chapter 4 of PROTOCOL.md over real sockets with card machines moved by hand: what a machine does
// not offer, a payment that it cannot reverse, an outcome that comes after the limit, a report that it
// loses.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { outcome, totals } from '../support/terminal/scripted-machine.ts';
import {
  resultOf,
  sale,
  startWithScriptedMachines,
  tid,
  unavailable,
} from '../support/terminal/scripted-machine-harness.ts';

const M6 =
  'No cashback was given: the card machine or the card does not allow it. The payment was taken without it.';
const M7 = 'Less cashback was given than requested. Hand out only the cashback of this payment.';
const M3 =
  'The signature was rejected, but the card machine could not reverse the payment. It was taken.';

describe('C-4.7, C-3.31 what the card machine does not offer', () => {
  const refused = (message: string, userMessage: string) => ({
    code: -32073,
    message: `Terminal 12345678 ${message}`,
    data: { userMessage: `Card machine 12345678 ${userMessage}` },
  });
  const noCashback = refused('does not offer cashback.', 'gives no cashback.');

  test('C-5.4 M6: a sale with cashback goes on without it on a machine that offers none', async (t) => {
    const { machine, harness, till, request } = await startWithScriptedMachines(t, {
      cashback: false,
    });
    till.ask('sale', { ...sale, amountCashback: 1000 }, 700);
    await harness.settled();
    assert.equal(machine.orders[0]?.amountCashback, 0);
    machine.finish();
    const { result } = await harness.answer(till, 700);
    const { transactionResult, amountCashback, amountTotal, userMessage } = result;
    const paid = { transactionResult, amountCashback, amountTotal, userMessage };
    const whole = { transactionResult: 'SUCCESSFUL', amountCashback: 0, amountTotal: 1250 };
    assert.deepEqual(paid, { ...whole, userMessage: M6 });
    assert.equal((await request('duplicate', { tid })).result.userMessage, M6);
  });

  test('C-5.4 a sale without cashback, or one that was not taken, has no M6', async (t) => {
    const { machine, harness, till } = await startWithScriptedMachines(t, { cashback: false });
    const ends = [
      [700, 0, 'SUCCESSFUL'],
      [701, 1000, 'DECLINED'],
    ] as const;
    for (const [id, amountCashback, how] of ends) {
      till.ask('sale', { ...sale, amountCashback }, id);
      await harness.settled();
      machine.finish(outcome(how));
      const { result } = await harness.answer(till, id);
      assert.deepEqual([result.transactionResult, result.userMessage], [how, undefined]);
    }
  });

  test('C-4.10, C-5.4 M7: a card that gives less cashback than requested is told of', async (t) => {
    const { machine, harness, till } = await startWithScriptedMachines(t);
    till.ask('sale', { ...sale, amountCashback: 1000 }, 700);
    await harness.settled();
    machine.finish(outcome('SUCCESSFUL', { amountCashback: 500 }));
    const { result } = await harness.answer(till, 700);
    assert.deepEqual([result.amountCashback, result.userMessage], [500, M7]);
  });

  test('C-4.7 with strictCashback, cashback above 0 is refused on a machine without it', async (t) => {
    const { machine, harness, till, request } = await startWithScriptedMachines(
      t,
      { cashback: false },
      { site: { strictCashback: true } },
    );
    assert.deepEqual((await request('sale', { ...sale, amountCashback: 1 })).error, noCashback);
    assert.deepEqual(machine.commands, []);
    till.ask('sale', { ...sale, amountCashback: 0 }, 700);
    await harness.settled();
    machine.finish();
    assert.equal((await harness.answer(till, 700)).result.transactionResult, 'SUCCESSFUL');
  });

  const lacking = [
    ['sale', 'SALE', sale],
    ['refund', 'REFUND', sale],
    ['preAuth', 'PRE_AUTH', sale],
    ['completion', 'COMPLETION', { ...sale, authCode: 'A1' }],
    ['accountVerification', 'ACCOUNT_VERIFICATION', sale],
  ] as const;
  for (const [method, type, params] of lacking) {
    test(`${method} is refused on a machine that does not offer it`, async (t) => {
      const all = lacking.map(([, one]) => one);
      const transactions = all.filter((one) => one !== type);
      const { machine, request, status } = await startWithScriptedMachines(t, { transactions });
      const { error } = await request(method, params);
      assert.deepEqual(error, refused(`does not offer ${method}.`, 'cannot do this.'));
      assert.deepEqual(machine.commands, []);
      assert.equal(await status(), 'AVAILABLE');
    });
  }

  for (const method of ['reportEndOfDay', 'reportBanking', 'reportXBalance', 'reportZBalance']) {
    test(`${method} is refused on a machine without that report`, async (t) => {
      const { machine, request } = await startWithScriptedMachines(t, { reports: [] });
      const { error } = await request(method, { tid });
      assert.deepEqual(error, refused(`does not offer ${method}.`, 'cannot do this.'));
      assert.deepEqual(machine.commands, []);
    });
  }

  test('C-3.20 not connected is checked before not offered, and not offered before busy', async (t) => {
    const lacks = { cashback: false, transactions: ['SALE'], reports: [] } as const;
    const { machine, request, selling } = await startWithScriptedMachines(t, lacks);
    await selling();
    const wrong = [
      ['sale', { ...sale, currency: 'EUR' }],
      ['refund', sale],
      ['duplicate', { tid, currency: 'EUR' }],
      ['reportXBalance', { tid }],
    ] as const;
    for (const [method, params] of wrong) {
      assert.equal((await request(method, params)).error.code, -32073, method);
    }
    assert.equal((await request('sale', sale)).error.code, -32071);
    const euros = refused('works in GBP.', 'takes GBP only.');
    assert.deepEqual((await request('sale', { ...sale, currency: 'EUR' })).error, euros);
    machine.disconnect();
    for (const [method, params] of wrong) {
      assert.deepEqual((await request(method, params)).error, unavailable, method);
    }
    assert.equal((await request('sale', { ...sale, amount: '1' })).error.code, -32602);
  });
});

describe('4.8, a machine that cannot reverse', () => {
  test('C-4.35 a rejected signature on a machine that cannot reverse ends SUCCESSFUL with M3', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    await selling();
    machine.requestSignature();
    await till.judgeSignature(false);
    await harness.settled();
    assert.deepEqual(machine.commands, ['start', 'reject']);
    machine.show('SIGNATURE_VERIFICATION_PROCESS_COULD_NOT_BE_COMPLETED');
    machine.finish();
    const { result } = await harness.answer(till, 700);
    assert.deepEqual([result.transactionResult, result.userMessage], ['SUCCESSFUL', M3]);
    assert.deepEqual((await harness.summaries(till)).slice(-6), [
      'N: SIGNATURE_VERIFICATION',
      '? signatureVerificationRequest 1',
      'N: SIGNATURE_VERIFICATION_IN_PROGRESS',
      'N: SIGNATURE_VERIFICATION_PROCESS_COULD_NOT_BE_COMPLETED',
      'N: TRANSACTION_FINISHED',
      'result 700',
    ]);
    const again = await harness.request(till, 'duplicate', { tid });
    assert.equal(again.result.userMessage, M3);
  });
});

describe('C-4.14 after TIMED_OUT at the limit', () => {
  test('the terminal is BUSY while the machine reports the sale running, and free when it finishes', async (t) => {
    const { machine, harness, till, request, selling, status } = await startWithScriptedMachines(t);
    await selling();
    await harness.answer(till, 700);
    await harness.advance(600_000);
    assert.equal(await status(), 'BUSY');
    for (const method of ['sale', 'duplicate', 'reportXBalance']) {
      const { error } = await request(method, method === 'sale' ? sale : { tid });
      assert.equal(error.code, -32071, method);
    }
    assert.equal((await request('cancelTransaction', { tid })).error.code, -32072);
    const before = till.received.length;
    machine.show('PIN_ENTRY');
    machine.requestSignature();
    machine.decideCancel(true);
    machine.finish();
    await harness.settled();
    assert.equal(till.received.length, before);
    assert.equal(await status(), 'AVAILABLE');
    assert.equal((await request('duplicate', { tid })).result.transactionResult, 'SUCCESSFUL');
  });

  test('the terminal is free at once when the machine does not know the sale', async (t) => {
    const { machine, harness, till, selling, status } = await startWithScriptedMachines(t);
    await selling();
    machine.loseMemory();
    await harness.answer(till, 700);
    await harness.settled();
    assert.equal(await status(), 'AVAILABLE');
  });

  test('C-4.19 a machine that ended the sale without a report is asked for the outcome', async (t) => {
    const { machine, harness, till, request, selling } = await startWithScriptedMachines(t);
    await selling();
    machine.disconnect();
    machine.finish();
    machine.onLastOrder = () => Promise.reject(new Error('Out of reach.'));
    machine.connect();
    await harness.answer(till, 700);
    assert.equal(resultOf(till, 700), 'TIMED_OUT');
    machine.onLastOrder = undefined;
    machine.disconnect();
    machine.connect();
    await harness.settled();
    assert.equal((await request('duplicate', { tid })).result.transactionResult, 'SUCCESSFUL');
  });
  test('C-4.19 a machine that did not know the sale may report the true outcome later', async (t) => {
    const { machine, harness, till, request, selling } = await startWithScriptedMachines(t);
    await selling();
    machine.disconnect();
    machine.loseMemory();
    machine.connect();
    await harness.answer(till, 700);
    assert.equal(resultOf(till, 700), 'TIMED_OUT');
    machine.finish();
    await harness.settled();
    assert.equal((await request('duplicate', { tid })).result.transactionResult, 'SUCCESSFUL');
  });

  test('C-4.35, C-5.4 an outcome after the limit still says that the reversal failed', async (t) => {
    const { machine, harness, till, request, selling } = await startWithScriptedMachines(t);
    await selling();
    machine.requestSignature();
    await till.judgeSignature(false);
    await harness.answer(till, 700);
    assert.equal(resultOf(till, 700), 'TIMED_OUT');
    machine.finish();
    await harness.settled();
    const { result } = await request('duplicate', { tid });
    assert.deepEqual([result.transactionResult, result.userMessage], ['SUCCESSFUL', M3]);
  });
});

describe('C-4.29 a card machine disconnects during a report', () => {
  async function reporting(t: TestContext) {
    const all = await startWithScriptedMachines(t);
    all.till.ask('reportXBalance', { tid }, 700);
    await all.harness.settled();
    const since = all.harness.clock.now();
    all.machine.disconnect();
    await all.harness.advance(30_000);
    assert.deepEqual((await all.request('reportXBalance', { tid })).error, unavailable);
    return { ...all, since };
  }
  const given = { tid, reportType: 'X_BALANCE', reportResult: 'TIMED_OUT' };
  const nothing = { ...given, balances: {}, banking: {}, reportLines: [] };

  test('a report ends TIMED_OUT at once when the machine reconnects without it', async (t) => {
    const { machine, harness, till, status } = await reporting(t);
    machine.loseMemory();
    machine.connect();
    await harness.settled();
    const { result } = await till.answer(700);
    assert.deepEqual(result, { ...nothing, reportTime: '2026-03-14T12:00:30' });
    assert.equal(await status(), 'AVAILABLE');
    assert.deepEqual(till.values, []);
  });

  test('a report ends with its result when the machine reconnects with it done or running', async (t) => {
    for (const running of [false, true]) {
      const { machine, harness, till } = await reporting(t);
      if (!running) machine.finishReport();
      machine.connect();
      await harness.settled();
      if (running) machine.finishReport();
      const { result } = await harness.answer(till, 700);
      assert.deepEqual(result, { ...given, reportResult: 'COMPLETE', ...totals });
    }
  });

  test('a report ends TIMED_OUT at 120 s when the machine stays away', async (t) => {
    const { harness, till, since } = await reporting(t);
    const { result } = await harness.answer(till, 700);
    assert.deepEqual(result, { ...nothing, reportTime: '2026-03-14T12:02:00' });
    assert.equal(harness.clock.now() - since, 120_000);
  });
});
