// Chapter 8 of PROTOCOL.md over real sockets: a cancel that is answered when the card machine has
// decided, and the duplicate of what v0 has no word for.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { Frame } from 'tillgate/testing';
import { notifications, startHarness } from '../support/gateway/gateway-harness.ts';
import {
  cancelled,
  outcome,
  ScriptedDriver,
  ScriptedMachine,
  totals,
} from '../support/terminal/scripted-machine.ts';

const V0 = { 'api-version': 'v0', 'software-house-id': undefined, 'installer-id': undefined };
const tpi = 'VCMINVLSIP0';
const sale = { tpi, currency: 'GBP', amount: 1250 };

async function counter(t: TestContext) {
  const harness = await startHarness(t);
  const till = await harness.till(V0);
  const request = (method: string, params?: object) => harness.request(till, method, params);
  return { harness, till, request };
}

/** A sale under id 7 on a machine that a test moves by hand. */
async function selling(t: TestContext) {
  const machine = new ScriptedMachine(tpi);
  const harness = await startHarness(t, { driver: new ScriptedDriver(machine) });
  const till = await harness.till(V0);
  till.ask('sale', sale, 7);
  await harness.settled();
  machine.show('PRESENT_CARD');
  const answerTo = (id: number) => till.received.find((frame) => frame.id === id);
  return { harness, till, machine, answerTo };
}

/** The refusals of [C-3.30]. */
function mustBeTooLate(frame: Frame | undefined): void {
  assert.equal(frame?.error?.code, -32072);
  assert.equal(
    frame?.error?.message,
    `The transaction on terminal ${tpi} cannot be cancelled now.`,
  );
  const userMessage = `It is too late to cancel on card machine ${tpi}.`;
  assert.deepEqual(frame?.error?.data, { userMessage });
}

describe('C-8.1, cancelTransaction', () => {
  test('C-12.1 a cancel is answered even if the sale could not be journalled', async (t) => {
    const { harness, till } = await counter(t);
    await harness.request(till, 'terminalsDetails', { tpis: [tpi] });
    harness.store.breakDown('no space left');
    till.ask('sale', sale, 7);
    till.ask('cancelTransaction', { tpi }, 8);
    assert.equal((await harness.answer(till, 7)).error?.code, -32603);
    mustBeTooLate(await harness.answer(till, 8));
    harness.store.mend();
  });

  test('a cancel in time gets {cancelled:true}, then the end, without notifications of the cancel', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', sale, 7);
    await harness.shown(till, 'PRESENT_CARD');
    till.ask('cancelTransaction', { tpi }, 8);
    const { result } = await harness.answer(till, 7);
    assert.deepEqual((await harness.answer(till, 8)).result, { cancelled: true });
    assert.deepEqual([result.transactionResult, result.tpi], ['CANCELLED', tpi]);
    assert.deepEqual(await harness.summaries(till), [
      ...notifications('TRANSACTION_STARTED, PRESENT_CARD'),
      ...['result 8', 'N: TRANSACTION_FINISHED', 'result 7'],
    ]);
  });

  for (const value of ['PLEASE_WAIT', 'PIN_ENTRY', 'CONNECTING', 'REMOVE_CARD']) {
    test(`C-4.23 a cancel at ${value} gets -32072, and the sale goes on`, async (t) => {
      const { harness, till } = await counter(t);
      const id = till.ask('sale', sale);
      await harness.shown(till, value);
      mustBeTooLate(await harness.request(till, 'cancelTransaction', { tpi }));
      assert.equal((await harness.answer(till, id)).result.transactionResult, 'SUCCESSFUL');
      assert.ok(till.values.every((one) => !one.includes('CANCEL')));
    });
  }

  test('C-4.26 a cancel gets -32072 at once when nothing or a report is open', async (t) => {
    const { harness, till, request } = await counter(t);
    const nothing = `There is no transaction to cancel on terminal ${tpi}.`;
    const mustBeNothing = async () => {
      const { error } = await request('cancelTransaction', { tpi });
      assert.deepEqual([error.code, error.message], [-32072, nothing]);
    };
    await mustBeNothing();
    const report = till.ask('reportXBalance', { tpi });
    await mustBeNothing();
    await harness.answer(till, report);
    await request('sale', sale);
    await mustBeNothing();
  });

  for (const decision of [true, false]) {
    test(`a cancel has no answer before the machine has decided ${decision}`, async (t) => {
      const { harness, till, machine, answerTo } = await selling(t);
      till.ask('cancelTransaction', { tpi }, 8);
      await harness.advance(30_000);
      assert.equal(answerTo(8), undefined);
      assert.deepEqual(machine.commands, ['start', 'cancel']);
      machine.decideCancel(decision);
      await harness.settled();
      if (decision) assert.deepEqual(answerTo(8)?.result, { cancelled: true });
      else mustBeTooLate(answerTo(8));
      machine.finish(decision ? cancelled : outcome());
      await harness.answer(till, 7);
    });
  }

  test('a cancel gets -32072 if the sale ended otherwise first', async (t) => {
    const { harness, till, machine, answerTo } = await selling(t);
    till.ask('cancelTransaction', { tpi }, 8);
    await harness.settled();
    machine.finish(outcome('DECLINED'));
    await harness.answer(till, 7);
    mustBeTooLate(answerTo(8));
  });

  test('a cancel gets {cancelled:true} if the sale ended cancelled without a decision', async (t) => {
    const { harness, till, machine, answerTo } = await selling(t);
    till.ask('cancelTransaction', { tpi }, 8);
    await harness.settled();
    machine.finish(cancelled);
    await harness.answer(till, 7);
    assert.deepEqual(answerTo(8)?.result, { cancelled: true });
  });

  test('C-4.45 a cancel gets -32072 if the machine reconnects without the sale', async (t) => {
    const { harness, till, machine, answerTo } = await selling(t);
    till.ask('cancelTransaction', { tpi }, 8);
    await harness.settled();
    machine.disconnect();
    machine.loseMemory();
    await harness.settled();
    assert.equal(answerTo(8), undefined);
    machine.connect();
    assert.equal((await harness.answer(till, 7)).result.transactionResult, 'TIMED_OUT');
    mustBeTooLate(answerTo(8));
  });

  test('C-4.13 a cancel gets -32072 if the limit passes', async (t) => {
    const { harness, till, answerTo } = await selling(t);
    till.ask('cancelTransaction', { tpi }, 8);
    assert.equal((await harness.answer(till, 7)).result.transactionResult, 'TIMED_OUT');
    mustBeTooLate(answerTo(8));
  });

  test('C-4.25 a second cancel while one is under way gets the same answer', async (t) => {
    const { harness, till, machine, answerTo } = await selling(t);
    const other = await harness.till(V0);
    till.ask('cancelTransaction', { tpi }, 8);
    const id = other.ask('cancelTransaction', { tpi });
    await harness.settled();
    machine.decideCancel(true);
    machine.finish(cancelled);
    await harness.answer(till, 7);
    const second = await harness.answer(other, id);
    assert.deepEqual([answerTo(8)?.result, second.result], [second.result, { cancelled: true }]);
    assert.deepEqual(machine.commands, ['start', 'cancel']);
  });

  test('a refused cancel may be repeated', async (t) => {
    const { harness, till, machine, answerTo } = await selling(t);
    for (const [id, decision] of [
      [8, false],
      [9, true],
    ] as const) {
      till.ask('cancelTransaction', { tpi }, id);
      await harness.settled();
      machine.decideCancel(decision);
      await harness.settled();
    }
    machine.finish(cancelled);
    await harness.answer(till, 7);
    mustBeTooLate(answerTo(8));
    assert.deepEqual(answerTo(9)?.result, { cancelled: true });
  });

  test('a till that disconnects after its cancel disturbs nobody', async (t) => {
    const { harness, till, machine } = await selling(t);
    const other = await harness.till(V0);
    other.ask('cancelTransaction', { tpi });
    await harness.settled();
    other.cut();
    await other.closed;
    machine.decideCancel(false);
    machine.finish();
    assert.equal((await harness.answer(till, 7)).result.transactionResult, 'SUCCESSFUL');
  });
});

describe('C-8.1, duplicate of transactions that v0 does not have', () => {
  /** A v1 till and a v0 till at a machine that carries out every order at once. */
  async function both(t: TestContext) {
    const machine = new ScriptedMachine(tpi);
    const harness = await startHarness(t, { driver: new ScriptedDriver(machine) });
    const v1 = await harness.till();
    const v0 = await harness.till(V0);
    let count = 0;
    const play = async (method: string, more: object = {}) => {
      count += 1;
      const transactionId = String(count);
      const id = v1.ask(method, { tid: tpi, currency: 'GBP', amount: 100 * count, ...more });
      await harness.settled();
      machine.finish(outcome('SUCCESSFUL', { transactionId }));
      return (await harness.answer(v1, id)).result;
    };
    const repeat = () => harness.request(v0, 'duplicate', { tpi });
    return { harness, machine, v1, play, repeat };
  }

  test('a COMPLETION is returned as SALE, otherwise unchanged', async (t) => {
    const { harness, v1, play, repeat } = await both(t);
    await play('completion', { authCode: 'P3X9D5' });
    const { tid, ...payment } = (await harness.request(v1, 'duplicate', { tid: tpi })).result;
    assert.equal(payment.transactionType, 'COMPLETION');
    assert.deepEqual((await repeat()).result, { tpi: tid, ...payment, transactionType: 'SALE' });
  });

  test('a PRE_AUTH or ACCOUNT_VERIFICATION is skipped for the transaction before', async (t) => {
    const { play, repeat } = await both(t);
    const refunded = await play('refund');
    await play('preAuth');
    await play('accountVerification');
    await play('preAuth');
    const { result } = await repeat();
    assert.deepEqual(
      [result.transactionType, result.transactionId],
      ['REFUND', refunded.transactionId],
    );
  });

  test('the skip works after a restart of the gateway too, and past a report', async (t) => {
    const { harness, machine, play } = await both(t);
    const sold = await play('sale');
    await play('preAuth');
    await harness.restart();
    const v1 = await harness.till();
    const id = v1.ask('reportXBalance', { tid: tpi });
    await harness.settled();
    machine.finishReport(totals);
    await harness.answer(v1, id);
    const again = await harness.till(V0);
    const { result } = await harness.request(again, 'duplicate', { tpi });
    assert.equal(result.transactionId, sold.transactionId);
  });

  test('C-4.21 a duplicate without an earlier transaction gets -32074', async (t) => {
    const { harness, v1, play, repeat } = await both(t);
    await play('accountVerification');
    assert.equal((await repeat()).error.code, -32074);
    const { result } = await harness.request(v1, 'duplicate', { tid: tpi });
    assert.equal(result.transactionType, 'ACCOUNT_VERIFICATION');
  });

  test('C-4.17, C-4.18 duplicate returns the customer copy of the last one, whatever its result', async (t) => {
    const { request } = await counter(t);
    await request('sale', sale);
    const { result: sold } = await request('duplicate', { tpi });
    assert.deepEqual(Object.keys(sold.receiptLines), ['CUSTOMER']);
    await request('refund', { ...sale, tpi: 'VCMINVLDIP0' });
    const { result } = await request('duplicate', { tpi: 'VCMINVLDIP0', currency: 'GBP' });
    assert.deepEqual([result.transactionType, result.transactionResult], ['REFUND', 'DECLINED']);
    const { error } = await request('duplicate', { tpi, currency: 'EUR' });
    assert.equal(error.code, -32073);
  });
});
