// Chapters 3, 4 and 12 of PROTOCOL.md over real sockets with a card machine that says what it should
// not: one result all the same, and nobody else is disturbed.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import type { Report } from '../support/terminal/scripted-machine.ts';
import { card, outcome, totals } from '../support/terminal/scripted-machine.ts';
import {
  assertOtherMachineSells,
  sale,
  spareTid,
  startWithScriptedMachines,
  tid,
} from '../support/terminal/scripted-machine-harness.ts';

type Value = Extract<Report, { kind: 'showing' }>['value'];

const results = (till: TestTill) => till.received.filter(({ result }) => result?.transactionResult);

describe('a card machine that reports too much', () => {
  test('C-12.10 a second, different outcome is ignored', async (t) => {
    const { machine, harness, till, request, selling } = await startWithScriptedMachines(t);
    await selling();
    machine.finish();
    machine.finish(outcome('DECLINED'));
    await harness.settled();
    machine.finish(outcome('VOID'));
    machine.show('PLEASE_WAIT');
    await harness.advance(400_000);
    assert.deepEqual(
      results(till).map(({ result }) => result.transactionResult),
      ['SUCCESSFUL'],
    );
    assert.equal(till.values.at(-1), 'TRANSACTION_FINISHED');
    assert.equal((await request('duplicate', { tid })).result.transactionResult, 'SUCCESSFUL');
  });

  test('reports about other orders are ignored', async (t) => {
    const { machine, harness, till, selling, status } = await startWithScriptedMachines(t);
    till.ask('sale', sale, 600);
    await harness.settled();
    const { order } = machine;
    machine.finish();
    await harness.answer(till, 600);
    await selling();
    const shown = till.values.length;
    for (const one of [order, '', 'no such order', '__proto__', `testhost/${spareTid}/1`]) {
      machine.report({ kind: 'showing', order: one, value: 'DECLINED' });
      machine.report({ kind: 'cancelDecided', order: one, cancelled: true });
      machine.report({
        kind: 'signatureWanted',
        order: one,
        wanted: { merchantReceipt: [], card },
      });
      machine.report({ kind: 'finished', order: one, outcome: outcome('DECLINED') });
      machine.report({ kind: 'reported', order: one, result: totals });
    }
    await harness.settled();
    assert.equal(till.values.length, shown);
    assert.equal(await status(), 'BUSY');
    machine.finish();
    assert.equal((await harness.answer(till, 700)).result.transactionResult, 'SUCCESSFUL');
    assert.equal(results(till).length, 2);
  });

  test('reports before the first order are ignored', async (t) => {
    const { machine, harness, till, request, selling } = await startWithScriptedMachines(t);
    await request('terminalDetails', { tid });
    for (const order of ['', `testhost/${tid}/1`]) {
      machine.report({ kind: 'showing', order, value: 'APPROVED' });
      machine.report({ kind: 'finished', order, outcome: outcome() });
    }
    assert.equal((await request('duplicate', { tid })).error.code, -32074);
    await selling();
    machine.finish(outcome('DECLINED'));
    assert.equal((await harness.answer(till, 700)).result.transactionResult, 'DECLINED');
    assert.equal(till.values[0], 'TRANSACTION_STARTED');
  });

  test('an outcome before start has returned is accepted', async (t) => {
    const { machine, harness, till, status } = await startWithScriptedMachines(t);
    machine.onCommand = () => {
      machine.order = `testhost/${tid}/1`;
      machine.show('PRESENT_CARD');
      machine.finish();
    };
    till.ask('sale', sale, 700);
    const { result } = await harness.answer(till, 700);
    assert.equal(result.transactionResult, 'SUCCESSFUL');
    assert.deepEqual(till.values, ['TRANSACTION_STARTED', 'PRESENT_CARD', 'TRANSACTION_FINISHED']);
    assert.equal(await status(), 'AVAILABLE');
  });

  test('C-4.24 a cancel decision without a cancel is ignored', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    await selling();
    const shown = till.values.length;
    machine.decideCancel(true);
    machine.decideCancel(false);
    await harness.settled();
    assert.equal(till.values.length, shown);
    machine.finish();
    await harness.answer(till, 700);
  });

  test('C-4.38 repeated signature requests lead to one result', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    await selling();
    for (let count = 0; count < 5; count += 1) machine.requestSignature();
    await till.judgeSignature(true);
    await harness.settled();
    machine.requestSignature();
    machine.finish();
    await harness.answer(till, 700);
    const questions = till.received.filter(({ method }) => method?.startsWith('signature'));
    assert.equal(questions.length, 1);
    assert.deepEqual(machine.commands, ['start', 'accept']);
  });

  test('C-12.22 10,000 values of one sale lead to one result', async (t) => {
    const all = await startWithScriptedMachines(t);
    const { machine, harness, till, selling } = all;
    await selling();
    for (let count = 0; count < 20; count += 1) {
      for (let value = 0; value < 500; value += 1) machine.show('PLEASE_WAIT');
      await harness.settled();
    }
    await assertOtherMachineSells(all);
    machine.finish();
    await harness.answer(till, 700);
    assert.equal(till.values.filter((value) => value === 'PLEASE_WAIT').length, 10_001);
  });

  test('C-6.1 the first and the last value, sent by the machine, are ignored', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    await selling();
    machine.show('TRANSACTION_STARTED', 'TRANSACTION_FINISHED', 'PIN_ENTRY');
    machine.finish();
    await harness.answer(till, 700);
    for (const value of ['TRANSACTION_STARTED', 'TRANSACTION_FINISHED']) {
      assert.equal(till.values.filter((one) => one === value).length, 1, value);
    }
  });

  test('C-6.2 values that are not in the table are ignored', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    await selling();
    const shown = till.values.length;
    for (const value of ['HELLO', '', 'toString', '__proto__']) machine.show(value as Value);
    await harness.settled();
    assert.equal(till.values.length, shown);
    machine.finish();
    await harness.answer(till, 700);
  });

  test('repeated connections without a disconnection lead to one result', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    await selling();
    for (let count = 0; count < 5; count += 1) machine.connect();
    await harness.settled();
    machine.finish();
    await harness.answer(till, 700);
    assert.deepEqual(machine.commands, ['start']);
  });
});

describe('a card machine that takes one kind of order for another', () => {
  test('C-4.29 a report ends at its limit, whatever the machine reports', async (t) => {
    const all = await startWithScriptedMachines(t);
    const { machine, harness, till } = all;
    till.ask('reportXBalance', { tid }, 700);
    await harness.settled();
    const since = harness.clock.now();
    machine.show('PRESENT_CARD');
    machine.requestSignature();
    machine.decideCancel(true);
    await assertOtherMachineSells(all);
    const { result } = await harness.answer(till, 700);
    assert.equal(result.reportResult, 'TIMED_OUT');
    assert.equal(harness.clock.now() - since, 120_000);
    assert.ok(till.received.every(({ params }) => params?.tid !== tid));
  });

  test('a payment for a report and a report for a payment are ignored', async (t) => {
    const { machine, harness, till } = await startWithScriptedMachines(t);
    till.ask('reportXBalance', { tid }, 600);
    await harness.settled();
    assert.doesNotThrow(() => machine.finish());
    machine.finishReport();
    assert.equal((await harness.answer(till, 600)).result.reportResult, 'COMPLETE');
    till.ask('sale', sale, 700);
    await harness.settled();
    assert.doesNotThrow(() => machine.finishReport());
    machine.finish();
    assert.equal((await harness.answer(till, 700)).result.transactionResult, 'SUCCESSFUL');
  });
});

describe('C-12.21 a card machine that reports a whole card number', () => {
  const number = '4929123456734821';
  const whole = { ...card, primaryAccountNumber: number };

  test('the card number is masked in the result, the journal and the duplicate', async (t) => {
    const { machine, harness, till, request, selling } = await startWithScriptedMachines(t);
    await selling();
    machine.finish(outcome('SUCCESSFUL', { card: whole }));
    const { result } = await harness.answer(till, 700);
    assert.equal(result.primaryAccountNumber, '************4821');
    const again = (await request('duplicate', { tid })).result;
    assert.equal(again.primaryAccountNumber, '************4821');
    assert.ok(!JSON.stringify(harness.trace.entries).includes(number));
  });

  test('the card number is masked in the signature request too', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    await selling();
    machine.requestSignature(whole);
    const question = await till.judgeSignature(true);
    machine.finish();
    await harness.answer(till, 700);
    assert.equal(question.params.primaryAccountNumber, '************4821');
    assert.ok(!JSON.stringify(harness.trace.entries).includes(number));
  });

  test('the card number appears in no line of a receipt', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    await selling();
    const lines = [{ value: `CARD ${number}` }];
    machine.finish(outcome('SUCCESSFUL', { receiptLines: { MERCHANT: lines, CUSTOMER: lines } }));
    await harness.answer(till, 700);
    assert.ok(!JSON.stringify(harness.trace.entries).includes(number));
  });
});

test('C-5.3 a cancelled transaction has no data of the card, though the machine reports it', async (t) => {
  const { machine, harness, till, selling } = await startWithScriptedMachines(t);
  await selling();
  machine.finish(outcome('CANCELLED', { amountGratuity: 100 }));
  const { result } = await harness.answer(till, 700);
  const { paymentMethod, cardholderVerificationMethod, authCode, primaryAccountNumber } = result;
  assert.deepEqual(
    [paymentMethod, cardholderVerificationMethod, authCode, primaryAccountNumber],
    ['UNKNOWN', 'UNKNOWN', '', ''],
  );
  assert.deepEqual([result.receiptLines, result.amountTotal], [{}, 1250]);
});
