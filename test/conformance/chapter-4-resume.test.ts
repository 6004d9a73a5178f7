// Chapter 4 of PROTOCOL.md over real sockets: tills that drop and come back, and a gateway that stops
// and starts again over the same journal [C-4.39 - C-4.45].

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import type { GatewayHarness, HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { startHarness, summary } from '../support/gateway/gateway-harness.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';

const tid = 'VCMINVLSIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };
const signed = { ...sale, tid: 'VCMINVLSIS0' };
const T1 = { 'epos-id': 'T1' };
const ASKED = 'SIGNATURE_VERIFICATION_IN_PROGRESS';

async function counter(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, options);
  return { harness, till: await harness.till(T1) };
}

async function cut(till: TestTill): Promise<void> {
  till.cut();
  await till.closed;
}

/** A till whose socket receives results but never confirms one, and is then cut. */
async function unproven(
  harness: GatewayHarness,
  method: string,
  params: object,
): Promise<TestTill> {
  const till = await harness.till(T1, { autoPong: false });
  till.ask(method, params, 7);
  await harness.answer(till, 7);
  await cut(till);
  return till;
}

describe('C-4.40, a till with epos-id reconnects', () => {
  test('an undelivered result comes again under its id, and is the same message [C-4.42]', async (t) => {
    const harness = await startHarness(t);
    const first = await unproven(harness, 'sale', sale);
    const again = await harness.till(T1);
    const result = first.received.find(({ id }) => id === 7);
    assert.deepEqual(again.received, [result]);
    await cut(again);
    assert.deepEqual((await harness.till(T1)).received, []);
  });

  test('an undelivered result comes again when nothing else happened at the site for long', async (t) => {
    const harness = await startHarness(t);
    await unproven(harness, 'sale', sale);
    let recoveries = 0;
    const { store } = harness;
    const list = store.list.bind(store);
    store.list = (collection, prefix, page) => {
      if (collection === 'incomplete' && prefix === 'testhost/') recoveries += 1;
      return list(collection, prefix, page);
    };
    await harness.advance(600_000);
    assert.equal(recoveries, 0);
    const again = await harness.till(T1);
    assert.equal(recoveries, 1, 'the site was closed and is opened again');
    assert.deepEqual(again.received.map(summary), ['result 7']);
  });

  test('a delivered result does not come again', async (t) => {
    const { harness, till } = await counter(t);
    await harness.request(till, 'sale', sale);
    await harness.settled();
    await cut(till);
    assert.deepEqual((await harness.till(T1)).received, []);
  });

  for (const restarts of [false, true]) {
    test(`a result belongs to the token that asked, until that is revoked${restarts ? ', also after a restart' : ''} [C-4.47]`, async (t) => {
      const records = [tokenRecord('testhost', 'first'), tokenRecord('testhost', 'second')];
      const harness = await startHarness(t, { records });
      const mute = await harness.till({ ...T1, token: 'first' }, { autoPong: false });
      mute.ask('sale', sale, 7);
      await harness.answer(mute, 7);
      await cut(mute);
      if (restarts) await harness.restart();
      const other = await harness.till({ ...T1, token: 'second' });
      assert.deepEqual(other.received, []);
      const own = await harness.till({ ...T1, token: 'first' }, { autoPong: false });
      assert.deepEqual(own.received.map(summary), ['result 7']);
      assert.equal(other.socket.readyState, 1, 'the other till is not superseded');
      await cut(own);
      await cut(other);
      const { collection, key } = tokenRecord('testhost', 'first');
      await harness.store.write({ remove: [{ collection, key }] });
      await harness.clock.advance(1_000);
      const heir = await harness.till({ ...T1, token: 'second' });
      assert.deepEqual(heir.received.map(summary), ['result 7']);
    });
  }

  test('an undelivered report comes again too, only under the same site, version and epos-id', async (t) => {
    const records = [siteRecord('shop2'), tokenRecord('shop2', 'key')];
    const harness = await startHarness(t, { records });
    await unproven(harness, 'reportXBalance', { tid });
    for (const other of [{ 'epos-id': 'T2' }, { 'epos-id': 't1' }, {}]) {
      assert.deepEqual((await harness.till(other)).received, []);
    }
    const headers = { host: 'shop2.example' };
    const uri = harness.server.uri('pac', { ...T1, token: 'key' });
    assert.deepEqual((await harness.connect(uri, { headers })).received, []);
    const again = await harness.till(T1);
    assert.deepEqual(again.received.map(summary), ['result 7']);
    assert.equal(again.received[0]?.result.reportType, 'X_BALANCE');
  });

  test('results come first, then the latest value of each open transaction once, then its signature', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', signed, 7);
    await harness.shown(till, ASKED);
    await cut(till);
    const mute = await harness.till(T1, { autoPong: false });
    mute.ask('sale', { ...sale, tid: 'VCMINVLSCD0' }, 8);
    await harness.answer(mute, 8);
    mute.ask('sale', sale, 9);
    await harness.shown(mute, 'PIN_ENTRY');
    await cut(mute);
    const again = await harness.till(T1);
    const got = again.received.map(summary);
    assert.equal(got[0], 'result 8');
    assert.deepEqual(got.slice(1).toSorted(), [
      '? signatureVerificationRequest 1',
      `N: ${'PIN_ENTRY'}`,
      `N: ${ASKED}`,
    ]);
    again.send({ jsonrpc: '2.0', id: 1, result: { accepted: true } });
    assert.equal((await harness.answer(again, 7)).result.transactionResult, 'SUCCESSFUL');
    assert.equal((await harness.answer(again, 9)).result.transactionResult, 'SUCCESSFUL');
  });

  test('notifications missed in between are not sent again', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', sale, 7);
    await harness.shown(till, 'PRESENT_CARD');
    await cut(till);
    await harness.advance(6_000);
    const again = await harness.till(T1);
    assert.equal(again.received.length, 1);
    await harness.answer(again, 7);
    assert.ok(!again.values.includes('PRESENT_CARD'));
  });

  test('the socket that resumed a transaction may cancel it and gets its messages', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', sale, 7);
    await harness.shown(till, 'PRESENT_CARD');
    await cut(till);
    const again = await harness.till(T1);
    again.ask('cancelTransaction', { tid }, 8);
    assert.equal((await harness.answer(again, 7)).result.transactionResult, 'CANCELLED');
    assert.deepEqual(again.values, [
      ...['PRESENT_CARD', 'ATTEMPTING_CANCEL', 'CANCELLING', 'TRANSACTION_FINISHED'],
    ]);
  });

  test('the seconds left of a signature are whole and at least 1', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', signed, 7);
    await harness.shown(till, ASKED);
    await cut(till);
    await harness.advance(79_700);
    const again = await harness.till(T1);
    const question = again.received.find(({ method }) => method?.startsWith('sig'));
    assert.equal(question?.params.timeout, 1);
    await harness.advance(300);
    assert.ok(again.values.includes('SIGNATURE_VERIFICATION_TIMEOUT'));
  });

  test('an answer to a signature counts on the new socket, and the older request cannot be answered', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', signed, 7);
    await harness.shown(till, ASKED);
    await cut(till);
    const again = await harness.till(T1);
    await again.judgeSignature(false);
    assert.equal((await harness.answer(again, 7)).result.transactionResult, 'VOID');
  });
});

describe('C-4.40, C-11.11 a result waits for its till for 24 h', () => {
  test('a result is kept for just under 24 h', async (t) => {
    const harness = await startHarness(t, { settings: { pingInterval: 3_600 } });
    await unproven(harness, 'sale', sale);
    await harness.advance(86_399_000);
    assert.deepEqual((await harness.till(T1)).received.map(summary), ['result 7']);
  });

  test('a result is dropped after 24 h', async (t) => {
    const harness = await startHarness(t, { settings: { pingInterval: 3_600 } });
    await unproven(harness, 'sale', sale);
    await harness.advance(86_401_000);
    assert.deepEqual((await harness.till(T1)).received, []);
  });
});

describe('C-4.41, ids of a till with epos-id', () => {
  const code = (till: TestTill) => till.received.at(-1)?.error;

  test('the id of an open request gets -32600 without id, and the request is not carried out', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', sale, 7);
    await harness.shown(till, 'PRESENT_CARD');
    till.ask('terminalDetails', { tid }, 7);
    await harness.settled();
    assert.equal(code(till)?.code, -32600);
    assert.ok(!('id' in (till.received.at(-1) ?? {})));
    till.send({ jsonrpc: '2.0', id: '7', method: 'terminalDetails', params: { tid } });
    await harness.settled();
    assert.equal(till.received.at(-1)?.id, '7');
  });

  test('the id is refused on the new socket too, and while its result is not delivered', async (t) => {
    const harness = await startHarness(t);
    await unproven(harness, 'sale', sale);
    const again = await harness.till(T1, { autoPong: false });
    again.ask('sale', { ...sale, tid: 'VCMINVLSCD0' }, 7);
    await harness.settled();
    assert.equal(code(again)?.code, -32600);
    const { result } = await harness.request(again, 'connectedTerminals', { status: 'BUSY' });
    assert.deepEqual(result, []);
  });

  test('the id may be used again after the delivery', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', sale, 7);
    await harness.answer(till, 7);
    await harness.settled();
    till.ask('terminalDetails', { tid }, 7);
    await harness.settled();
    assert.equal(till.received.at(-1)?.result.status, 'AVAILABLE');
  });
});

test('C-4.43, C-3.44 the older socket with this epos-id is closed with 4001', async (t) => {
  const { harness, till } = await counter(t);
  till.ask('sale', sale, 7);
  await harness.shown(till, 'PRESENT_CARD');
  const again = await harness.till(T1);
  assert.deepEqual(await till.closed, { code: 4001, reason: 'Connection Discontinued' });
  assert.equal((await harness.answer(again, 7)).result.transactionResult, 'SUCCESSFUL');
  assert.ok(!till.received.some(({ id }) => id === 7));
});

test('C-4.39 a report goes on without its till, and duplicate does not return it', async (t) => {
  const harness = await startHarness(t);
  const till = await harness.till();
  till.ask('reportZBalance', { tid }, 7);
  await harness.settled();
  await cut(till);
  await harness.advance(10_000);
  const again = await harness.till();
  assert.equal((await harness.request(again, 'duplicate', { tid })).error.code, -32074);
  assert.equal(
    (await harness.request(again, 'reportZBalance', { tid })).result.reportResult,
    'COMPLETE',
  );
});

describe('C-4.45, the gateway restarts with the same journal', () => {
  const outcomes = [
    ['PRESENT_CARD', 'TIMED_OUT'],
    ['CONNECTING', 'TIMED_OUT'],
    ['APPROVED', 'SUCCESSFUL'],
    ['REMOVE_CARD', 'SUCCESSFUL'],
  ] as const;
  for (const [value, wanted] of outcomes) {
    test(`a restart at ${value}, after which the machine reports ${wanted}, gives the till one result`, async (t) => {
      const { harness, till } = await counter(t);
      till.ask('sale', sale, 7);
      await harness.shown(till, value);
      await harness.restart();
      const again = await harness.till(T1);
      const { result } = await harness.answer(again, 7);
      assert.equal(result.transactionResult, wanted);
      const { result: last } = await harness.request(again, 'duplicate', { tid });
      assert.equal(last.transactionResult, wanted);
      const { result: totals } = await harness.request(again, 'reportXBalance', { tid });
      assert.equal(totals.balances.totalSalesCount, wanted === 'SUCCESSFUL' ? 1 : 0);
      await harness.restart();
      assert.deepEqual((await harness.till(T1)).received, []);
    });
  }

  test('an undelivered result comes after the restart', async (t) => {
    const harness = await startHarness(t);
    const first = await unproven(harness, 'sale', sale);
    await harness.restart();
    const again = await harness.till(T1);
    assert.deepEqual(again.received, [first.received.at(-1)]);
  });

  test('two undelivered results of one machine come in their order', async (t) => {
    const harness = await startHarness(t);
    const mute = await harness.till(T1, { autoPong: false });
    for (const id of [7, 8]) {
      mute.ask('sale', sale, id);
      await harness.answer(mute, id);
    }
    await cut(mute);
    await harness.restart();
    const again = await harness.till(T1);
    assert.deepEqual(again.received.map(summary), ['result 7', 'result 8']);
  });

  test('an open signature ends with its transaction: machine and journal agree on one outcome', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', signed, 7);
    await harness.shown(till, ASKED);
    await harness.restart();
    const again = await harness.till(T1);
    const { result } = await harness.answer(again, 7);
    assert.equal(result.transactionResult, 'TIMED_OUT');
    const { result: totals } = await harness.request(again, 'reportXBalance', { tid: signed.tid });
    assert.equal(totals.balances.totalSalesCount, 0);
  });

  test('a running report ends TIMED_OUT, or complete if the machine had finished it', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('reportEndOfDay', { tid }, 7);
    await harness.settled();
    await harness.restart();
    const again = await harness.till(T1);
    assert.equal((await harness.answer(again, 7)).result.reportResult, 'TIMED_OUT');
  });

  test('duplicate returns the outcome without epos-id, and numbers and totals go on', async (t) => {
    const harness = await startHarness(t);
    await harness.request(await harness.till(), 'sale', sale);
    await harness.restart();
    const till = await harness.till();
    const { result: last } = await harness.request(till, 'duplicate', { tid });
    assert.equal(last.transactionNumber, '0001');
    const { result } = await harness.request(till, 'sale', sale);
    assert.equal(result.transactionNumber, '0002');
  });
});
