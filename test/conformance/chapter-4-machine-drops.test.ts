// Chapter 4 of PROTOCOL.md over real sockets with card machines moved by hand: one loses its link in
// mid-sale, while a signature is open, while it is cancelled.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { summary } from '../support/gateway/gateway-harness.ts';
import { cancelled as cancelledOutcome, outcome } from '../support/terminal/scripted-machine.ts';
import {
  resultOf,
  sale,
  spareTid,
  startWithScriptedMachines,
  tid,
  unavailable,
} from '../support/terminal/scripted-machine-harness.ts';

const M5 =
  'It is not known whether the payment was taken. Look at the card machine before you try again.';

describe('C-4.44, C-4.45, C-7.27 a card machine disconnects during a sale', () => {
  test('C-7.27 (1) the machine is unlisted and gets -32070 for everyone, and no message is sent', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    const neighbour = await harness.till();
    await selling();
    const before = till.received.length;
    machine.disconnect();
    await harness.settled();
    assert.equal(till.received.length, before);
    const named = [
      ...['sale', 'terminalDetails', 'cancelTransaction', 'duplicate', 'reportXBalance'],
    ];
    for (const one of [till, neighbour]) {
      for (const method of named) {
        const { error } = await harness.request(one, method, method === 'sale' ? sale : { tid });
        assert.deepEqual(error, unavailable, method);
      }
      const { result } = await harness.request(one, 'connectedTerminals');
      assert.deepEqual(
        result.map((listed: { tid: string }) => listed.tid),
        [spareTid],
      );
    }
    machine.connect();
    machine.finish();
    await harness.answer(till, 700);
  });

  test('C-7.27 (2) the sale ends with its outcome when the machine reconnects with it', async (t) => {
    const { machine, harness, till, selling, status } = await startWithScriptedMachines(t);
    await selling();
    machine.disconnect();
    machine.finish(outcome('DECLINED'));
    await harness.advance(60_000);
    assert.equal(resultOf(till, 700), undefined);
    machine.connect();
    await harness.settled();
    assert.equal(resultOf(till, 700), 'DECLINED');
    assert.deepEqual(till.received.slice(-2).map(summary), [
      'N: TRANSACTION_FINISHED',
      'result 700',
    ]);
    assert.equal(await status(), 'AVAILABLE');
    assert.deepEqual(machine.commands, ['start']);
  });

  test('C-7.27 (2) the sale goes on when the machine reconnects with it still running', async (t) => {
    const { machine, harness, till, selling, status } = await startWithScriptedMachines(t);
    await selling();
    machine.disconnect();
    await harness.advance(100_000);
    machine.connect();
    assert.equal(await status(), 'BUSY');
    machine.show('PIN_ENTRY', 'APPROVED');
    machine.finish();
    const { result } = await harness.answer(till, 700);
    assert.equal(result.transactionResult, 'SUCCESSFUL');
    assert.deepEqual(till.values, [
      ...['TRANSACTION_STARTED', 'PRESENT_CARD', 'PLEASE_WAIT'],
      ...['PIN_ENTRY', 'APPROVED', 'TRANSACTION_FINISHED'],
    ]);
    assert.deepEqual(machine.commands, ['start']);
  });

  test('C-7.27 (3) the sale ends TIMED_OUT at once when the machine reconnects without it, and the machine is free', async (t) => {
    const { machine, harness, till, request, selling, status } = await startWithScriptedMachines(t);
    await selling();
    machine.disconnect();
    machine.loseMemory();
    await harness.advance(30_000);
    machine.connect();
    await harness.settled();
    assert.equal(resultOf(till, 700), 'TIMED_OUT');
    assert.equal(till.values.at(-1), 'TRANSACTION_FINISHED');
    assert.equal(await status(), 'AVAILABLE');
    const { result } = await request('duplicate', { tid });
    assert.deepEqual([result.transactionResult, result.userMessage], ['TIMED_OUT', M5]);
  });

  test('C-4.44 the limit runs on over every disconnection', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    const since = harness.clock.now();
    await selling();
    for (let count = 0; count < 3; count += 1) {
      machine.disconnect();
      await harness.advance(20_000);
      machine.connect();
      await harness.advance(20_000);
    }
    await harness.answer(till, 700);
    assert.equal(harness.clock.now() - since, 200_000);
    assert.equal(resultOf(till, 700), 'TIMED_OUT');
    machine.finish();
  });

  test('C-7.27 (3) the sale ends TIMED_OUT at the limit when the machine stays away, unlisted until it reconnects', async (t) => {
    const { machine, harness, till, request, selling, status } = await startWithScriptedMachines(t);
    const since = harness.clock.now();
    await selling();
    machine.disconnect();
    await harness.answer(till, 700);
    assert.equal(harness.clock.now() - since, 200_000);
    assert.equal(resultOf(till, 700), 'TIMED_OUT');
    assert.deepEqual((await request('duplicate', { tid })).error, unavailable);
    assert.equal((await request('connectedTerminals')).result.length, 1);
    machine.loseMemory();
    machine.connect();
    await harness.settled();
    assert.equal(await status(), 'AVAILABLE');
    const { result } = await request('duplicate', { tid });
    assert.equal(result.transactionResult, 'TIMED_OUT');
  });

  test('C-4.19, C-12.10 duplicate gives the true outcome when the machine reconnects after the limit', async (t) => {
    const { machine, harness, till, request, selling, status } = await startWithScriptedMachines(t);
    await selling();
    machine.disconnect();
    await harness.answer(till, 700);
    machine.finish();
    const before = till.received.length;
    machine.connect();
    await harness.advance(1_000);
    assert.equal(till.received.length, before);
    assert.equal(await status(), 'AVAILABLE');
    const { result } = await request('duplicate', { tid });
    assert.deepEqual([result.transactionResult, result.authCode], ['SUCCESSFUL', 'Q7M2K4']);
    assert.ok(!('userMessage' in result));
  });

  test('C-4.45 the sale goes on to its true outcome when the gateway restarts too', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    await selling();
    machine.disconnect();
    await harness.restart();
    await till.closed;
    const back = await harness.till({ 'epos-id': 'T1' });
    machine.connect();
    machine.show('PIN_ENTRY');
    machine.finish();
    assert.equal((await harness.answer(back, 700)).result.transactionResult, 'SUCCESSFUL');
    assert.deepEqual(machine.commands, ['start']);
  });
});

describe('C-4.35, C-4.36 a card machine disconnects during a signature', () => {
  async function asked(t: TestContext) {
    const all = await startWithScriptedMachines(t);
    await all.selling();
    all.machine.requestSignature();
    await all.till.shown('SIGNATURE_VERIFICATION_IN_PROGRESS');
    all.machine.disconnect();
    return all;
  }

  for (const [accepted, word] of [
    [true, 'accept'],
    [false, 'reject'],
  ] as const) {
    test(`the answer ${accepted} of the till is passed to the machine when it reconnects`, async (t) => {
      const { machine, harness, till } = await asked(t);
      await till.judgeSignature(accepted);
      await harness.advance(30_000);
      assert.deepEqual(machine.commands, ['start']);
      machine.connect();
      await harness.settled();
      assert.deepEqual(machine.commands, ['start', word]);
      machine.show('SIGNATURE_VERIFICATION_PROCESS_COMPLETED');
      machine.finish(outcome(accepted ? 'SUCCESSFUL' : 'VOID'));
      const { result } = await harness.answer(till, 700);
      assert.equal(result.transactionResult, accepted ? 'SUCCESSFUL' : 'VOID');
      assert.ok(!('userMessage' in result));
    });
  }

  test('an answer after the machine reconnected is passed on', async (t) => {
    const { machine, harness, till } = await asked(t);
    machine.connect();
    machine.requestSignature();
    await harness.settled();
    await till.judgeSignature(true);
    await harness.settled();
    assert.deepEqual(machine.commands, ['start', 'accept']);
    machine.finish();
    assert.equal((await harness.answer(till, 700)).result.transactionResult, 'SUCCESSFUL');
    const questions = till.received.filter(({ method }) => method?.startsWith('signature'));
    assert.equal(questions.length, 1);
  });

  test('C-4.36 a signature without an answer within 80 s is judged when the machine reconnects', async (t) => {
    const { machine, harness, till } = await asked(t);
    await harness.advance(80_000);
    assert.equal(till.values.at(-1), 'SIGNATURE_VERIFICATION_TIMEOUT');
    machine.connect();
    await harness.settled();
    assert.deepEqual(machine.commands, ['start', 'accept unanswered']);
    machine.finish();
    const { result } = await harness.answer(till, 700);
    assert.match(result.userMessage, /^The signature was not checked within 80 seconds and counts/);
  });

  test('a machine that reconnects without the sale ends it TIMED_OUT, and a late answer changes nothing', async (t) => {
    const { machine, harness, till, status } = await asked(t);
    machine.loseMemory();
    machine.connect();
    await harness.settled();
    assert.equal(resultOf(till, 700), 'TIMED_OUT');
    const before = till.received.length;
    await till.judgeSignature(true);
    await harness.settled();
    assert.equal(till.received.length, before);
    assert.deepEqual(machine.commands, ['start']);
    assert.equal(await status(), 'AVAILABLE');
  });

  test('C-4.13 the limit waits for the signature window while the machine stays away', async (t) => {
    const { harness, till } = await asked(t);
    const since = harness.clock.now();
    await harness.answer(till, 700);
    assert.equal(harness.clock.now() - since, 280_000);
    assert.equal(resultOf(till, 700), 'TIMED_OUT');
  });
});

describe('C-4.24 a card machine disconnects during a cancel', () => {
  for (const [cancelled, word] of [
    [true, 'CANCELLING'],
    [false, 'UNABLE_TO_CANCEL'],
  ] as const) {
    test(`the decision ${word} counts when the machine reconnects`, async (t) => {
      const { machine, harness, till, request, selling } = await startWithScriptedMachines(t);
      await selling();
      await request('cancelTransaction', { tid });
      await harness.settled();
      assert.deepEqual(machine.commands, ['start', 'cancel']);
      machine.disconnect();
      await harness.settled();
      machine.connect();
      await harness.settled();
      machine.decideCancel(cancelled);
      machine.finish(cancelled ? cancelledOutcome : outcome());
      await harness.answer(till, 700);
      assert.deepEqual(till.values.slice(-3), ['ATTEMPTING_CANCEL', word, 'TRANSACTION_FINISHED']);
    });
  }
});
