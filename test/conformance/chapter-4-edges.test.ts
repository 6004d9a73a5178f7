// Chapters 3 and 4 of PROTOCOL.md over real sockets where rules meet: batches that lose their socket,
// journals that fail in mid-sale, truths that come late, two signatures at once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import type { GatewayHarness } from '../support/gateway/gateway-harness.ts';
import { notifications, startHarness, summary } from '../support/gateway/gateway-harness.ts';

const tid = 'VCMINVLSIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };
const signed = { ...sale, tid: 'VCMINVLSIS0' };
const T1 = { 'epos-id': 'T1' };
const ASKED = 'SIGNATURE_VERIFICATION_IN_PROGRESS';
const request = (id: unknown, method: string, params: object) => ({
  ...{ jsonrpc: '2.0', id, method, params },
});

async function cut(till: TestTill): Promise<void> {
  till.cut();
  await till.closed;
}

async function status(harness: GatewayHarness, till: TestTill, one = tid): Promise<string> {
  return (await harness.request(till, 'terminalDetails', { tid: one })).result.status;
}

describe('C-3.17, a batch whose connection is lost', () => {
  test('the results of the batch come singly on the next socket', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(T1);
    till.send([request(7, 'sale', sale), request(8, 'sale', { ...sale, tid: 'VCMINVLSCD0' })]);
    await harness.shown(till, 'TRANSACTION_FINISHED');
    await cut(till);
    await harness.advance(30_000);
    const texts: string[] = [];
    const again = await harness.till(T1);
    again.socket.on('message', (data: Buffer) => texts.push(data.toString()));
    assert.deepEqual(again.received.map(summary).toSorted(), ['result 7', 'result 8']);
    assert.deepEqual(texts, []);
  });

  test('a result that the batch still held back is not delivered, and is sent again', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(T1);
    till.send([request(7, 'sale', { ...sale, tid: 'VCMINVLSCD0' }), request(8, 'sale', sale)]);
    await harness.shown(till, 'TRANSACTION_FINISHED');
    assert.ok(!till.received.some(({ id }) => id === 7));
    await harness.advance(500);
    await cut(till);
    const again = await harness.till(T1);
    assert.ok(again.received.some(({ id, result }) => id === 7 && result));
    assert.equal((await harness.answer(again, 8)).result.transactionResult, 'SUCCESSFUL');
  });
});

describe('C-12.2, a journal that fails during a sale', () => {
  test('the end of a sale is sent only after it is written', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till();
    const id = till.ask('sale', sale);
    await harness.shown(till, 'PIN_ENTRY');
    harness.store.breakDown('the disk is full');
    await harness.advance(30_000);
    assert.ok(!till.values.includes('TRANSACTION_FINISHED'));
    assert.equal(await status(harness, till), 'BUSY');
    harness.store.mend();
    assert.equal((await harness.answer(till, id)).result.transactionResult, 'SUCCESSFUL');
  });

  test('a request that failed may be sent again under its id', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(T1);
    await status(harness, till);
    harness.store.breakDown('the disk is full');
    till.ask('sale', sale, 7);
    assert.equal((await harness.answer(till, 7)).error.code, -32603);
    harness.store.mend();
    till.ask('sale', sale, 7);
    await harness.until(() => till.received.some(({ id, result }) => id === 7 && result));
  });
});

describe('C-4.13, C-4.42 an outcome that becomes known late', () => {
  const settings = { transactionLimit: 10, virtualPin: 60 };

  for (const restarts of [false, true]) {
    const how = restarts ? 'also after a restart' : 'on the next socket';
    test(`the first result, TIMED_OUT, is sent again unchanged ${how}`, async (t) => {
      const harness = await startHarness(t, { settings });
      const till = await harness.till(T1, { autoPong: false });
      till.ask('sale', sale, 7);
      const first = await harness.answer(till, 7);
      await cut(till);
      await harness.advance(120_000);
      if (restarts) await harness.restart();
      const again = await harness.till(T1);
      assert.deepEqual(again.received, [first]);
      const { result } = await harness.request(again, 'duplicate', { tid });
      assert.equal(result.transactionResult, 'SUCCESSFUL');
    });
  }

  test('a machine still running after a restart is asked for the outcome and then free', async (t) => {
    const harness = await startHarness(t, { settings });
    const till = await harness.till();
    await harness.request(till, 'sale', sale);
    assert.equal(await status(harness, till), 'BUSY');
    await harness.restart();
    const again = await harness.till();
    assert.equal(await status(harness, again), 'AVAILABLE');
    const { result } = await harness.request(again, 'duplicate', { tid });
    assert.equal(result.transactionResult, 'TIMED_OUT');
  });

  test('C-10.7 a machine that stopped responding is free after the limit, when it is asked', async (t) => {
    const harness = await startHarness(t, {
      settings: { virtualSilence: 0, transactionLimit: 20 },
    });
    const till = await harness.till();
    const silent = { ...sale, tid: 'VCMINVLTIP0' };
    await harness.request(till, 'sale', silent);
    await harness.advance(1_000);
    assert.equal(await status(harness, till, silent.tid), 'AVAILABLE');
  });
});

describe('signatures', () => {
  test('C-3.11, C-12.14 two simultaneous signature requests have their own ids, and each answer reaches its own', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till();
    till.ask('sale', signed, 7);
    till.ask('sale', { ...signed, tid: 'VCM2SIS0' }, 8);
    await harness.shown(till, ASKED, 2);
    const asked = till.received.filter(({ method }) => method === 'signatureVerificationRequest');
    assert.deepEqual(
      asked.map(({ id }) => id),
      [1, 2],
    );
    for (const { id, params } of asked) {
      const accepted = params.tid === signed.tid;
      till.send({ jsonrpc: '2.0', id, result: { accepted } });
    }
    assert.equal((await harness.answer(till, 7)).result.transactionResult, 'SUCCESSFUL');
    assert.equal((await harness.answer(till, 8)).result.transactionResult, 'VOID');
  });

  test('C-4.37 the error about an answer does not seem to answer a sale that the till began under the same id', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till();
    till.ask('sale', signed, 1);
    await harness.shown(till, ASKED);
    const question = till.received.find(({ method }) => method === 'signatureVerificationRequest');
    assert.equal(question?.id, 2);
    till.ask('sale', { ...signed, tid: 'VCMINVLSIP0' }, 2);
    till.send({ jsonrpc: '2.0', id: 2, result: { accepted: 'yes' } });
    await harness.settled();
    const [error] = till.received.filter((frame) => frame.error);
    assert.deepEqual(
      [error?.id, error?.error.code, error?.error.data.request],
      [undefined, -32076, 2],
    );
    assert.equal((await harness.answer(till, 2)).result.transactionResult, 'SUCCESSFUL');
    till.send({ jsonrpc: '2.0', id: 2, result: { accepted: false } });
    assert.equal((await harness.answer(till, 1)).result.transactionResult, 'VOID');
  });

  test('C-3.11 the ids go on over the transactions of a connection', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till();
    for (const id of [1, 2, 3]) {
      till.ask('sale', signed, 10 + id);
      await harness.shown(till, ASKED, id);
      assert.equal(till.received.findLast(({ method }) => method?.startsWith('sig'))?.id, id);
      till.send({ jsonrpc: '2.0', id, result: { accepted: true } });
      await harness.answer(till, 10 + id);
    }
  });

  test('an answer during a restart of the gateway is lost, and nobody is charged', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(T1);
    till.ask('sale', signed, 7);
    await harness.shown(till, ASKED);
    await harness.restart();
    const again = await harness.till(T1);
    again.send({ jsonrpc: '2.0', id: 1, result: { accepted: true } });
    assert.equal((await harness.answer(again, 7)).result.transactionResult, 'TIMED_OUT');
    const { result } = await harness.request(again, 'reportXBalance', { tid: signed.tid });
    assert.equal(result.balances.totalAmount, 0);
  });
});

describe('cancelling', () => {
  test('C-4.25 a cancel after UNABLE_TO_CANCEL is tried again', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till();
    const id = till.ask('sale', sale);
    await harness.shown(till, 'PIN_ENTRY');
    for (const _ of [1, 2]) await harness.request(till, 'cancelTransaction', { tid });
    await harness.answer(till, id);
    const shown = till.values.filter((value) => value.includes('CANCEL'));
    const once = ['ATTEMPTING_CANCEL', 'UNABLE_TO_CANCEL'];
    assert.deepEqual(shown, [...once, ...once]);
  });

  test('C-4.23 a sale at a machine that waits for ever can be cancelled before a card was shown', async (t) => {
    const harness = await startHarness(t, { settings: { virtualCard: 150 } });
    const till = await harness.till();
    till.ask('sale', sale, 7);
    await harness.advance(120_000);
    till.ask('cancelTransaction', { tid }, 8);
    const { result } = await harness.answer(till, 7);
    assert.equal(result.transactionResult, 'CANCELLED');
    assert.deepEqual(await harness.summaries(till), [
      ...notifications('TRANSACTION_STARTED, PRESENT_CARD'),
      'result 8',
      ...notifications('ATTEMPTING_CANCEL, CANCELLING, TRANSACTION_FINISHED'),
      'result 7',
    ]);
  });

  test('C-4.24 a transaction may be cancelled during shutdown [C-3.46]', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till();
    till.ask('sale', sale, 7);
    await harness.shown(till, 'PRESENT_CARD');
    const stopped = harness.server.gateway.stop();
    assert.ok((await harness.request(till, 'cancelTransaction', { tid })).result.cancelling);
    assert.equal((await harness.answer(till, 7)).result.transactionResult, 'CANCELLED');
    await harness.clock.advance(1_000);
    await stopped;
  });
});

describe('C-4.40, a report whose till reconnects', () => {
  test('a running report is taken up without notifications, and its result comes', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(T1);
    till.ask('reportEndOfDay', { tid }, 7);
    await harness.settled();
    await cut(till);
    const again = await harness.till(T1);
    assert.deepEqual(again.received, []);
    assert.equal((await harness.answer(again, 7)).result.reportResult, 'COMPLETE');
    assert.deepEqual(await harness.summaries(again), ['result 7']);
  });
});

describe('C-11.11 the limit of undelivered results over a restart', () => {
  for (const [hours, count] of [
    [23, 1],
    [25, 0],
  ] as const) {
    test(`a result of ${hours} hours ago is kept or dropped after a restart`, async (t) => {
      const harness = await startHarness(t, { settings: { pingInterval: 3_600 } });
      const till = await harness.till(T1, { autoPong: false });
      till.ask('sale', sale, 7);
      await harness.answer(till, 7);
      await cut(till);
      await harness.server.stop();
      await harness.clock.advance(hours * 3_600_000);
      await harness.start();
      assert.equal((await harness.till(T1)).received.length, count);
    });
  }
});
