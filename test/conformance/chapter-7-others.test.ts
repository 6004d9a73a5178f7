// Chapter 7 of PROTOCOL.md: conversations of several requests, several tills, or several sockets.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import type { GatewayHarness } from '../support/gateway/gateway-harness.ts';
import { notifications, startHarness } from '../support/gateway/gateway-harness.ts';

const tid = 'VCMINVLSIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };
const CHIP =
  'TRANSACTION_STARTED, PRESENT_CARD, PLEASE_WAIT, PIN_ENTRY, PLEASE_WAIT, CONNECTING, ' +
  'CONNECTION_MADE, APPROVED, REMOVE_CARD, TRANSACTION_FINISHED';

async function counter(t: TestContext) {
  const harness = await startHarness(t);
  return { harness, till: await harness.till() };
}

async function status(harness: GatewayHarness, till: TestTill): Promise<string> {
  return (await harness.request(till, 'terminalDetails', { tid })).result.status;
}

test('C-7.16 a pre-auth and its completion follow the conversation', async (t) => {
  const { harness, till } = await counter(t);
  till.ask('preAuth', { ...sale, amount: 20_000 }, 7);
  const { result: held } = await harness.answer(till, 7);
  assert.deepEqual([held.transactionType, held.transactionResult], ['PRE_AUTH', 'SUCCESSFUL']);
  const { authCode } = held;
  till.ask(
    'completion',
    { ...sale, amount: 17_350, authCode, amountPreAuthorisedTotal: 20_000 },
    8,
  );
  const { result } = await harness.answer(till, 8);
  assert.deepEqual(await harness.summaries(till), [
    ...notifications(CHIP),
    'result 7',
    ...notifications(CHIP),
    'result 8',
  ]);
  assert.deepEqual(
    [result.transactionType, result.transactionResult, result.amountTotal, result.authCode],
    ['COMPLETION', 'SUCCESSFUL', 17_350, authCode],
  );
  assert.equal(result.primaryAccountNumber, held.primaryAccountNumber);
});

test('C-7.18 duplicate returns the last payment with the CUSTOMER receipt, without notifications', async (t) => {
  const { harness, till } = await counter(t);
  assert.equal((await harness.request(till, 'duplicate', { tid })).error.code, -32074);
  const { result: sold } = await harness.request(till, 'sale', sale);
  const before = till.received.length;
  const { result } = await harness.request(till, 'duplicate', { tid });
  assert.deepEqual(result, { ...sold, receiptLines: result.receiptLines });
  assert.deepEqual(Object.keys(result.receiptLines), ['CUSTOMER']);
  assert.equal(till.received.length, before + 1);
});

describe('reports', () => {
  const kinds = [
    { rule: 'C-7.19', method: 'reportEndOfDay', type: 'END_OF_DAY', filled: [true, true] },
    { rule: 'C-7.20', method: 'reportBanking', type: 'BANKING', filled: [false, true] },
    { rule: 'C-7.21', method: 'reportXBalance', type: 'X_BALANCE', filled: [true, false] },
    { rule: 'C-7.22', method: 'reportZBalance', type: 'Z_BALANCE', filled: [true, false] },
  ] as const;
  const isFilled = (value: object) => Object.keys(value).length > 0;

  for (const { rule, method, type, filled } of kinds) {
    test(`${rule} ${method} sends no notification, is BUSY, and has one result`, async (t) => {
      const { harness, till } = await counter(t);
      const other = await harness.till();
      await harness.request(till, 'sale', sale);
      const before = till.received.length;
      till.ask(method, { tid }, 20);
      await harness.settled();
      assert.equal(await status(harness, other), 'BUSY');
      const { result } = await harness.answer(till, 20);
      assert.equal(till.received.length, before + 1);
      assert.deepEqual(
        [result.tid, result.reportType, result.reportResult],
        [tid, type, 'COMPLETE'],
      );
      assert.deepEqual([isFilled(result.balances), isFilled(result.banking)], filled);
      assert.equal(result.reportLines.at(-1).value.trimStart(), 'REPORT COMPLETE');
      assert.equal(await status(harness, other), 'AVAILABLE');
    });
  }

  test('C-7.21 a second X balance gives the same totals', async (t) => {
    const { harness, till } = await counter(t);
    await harness.request(till, 'sale', sale);
    const { result: first } = await harness.request(till, 'reportXBalance', { tid });
    const { result: second } = await harness.request(till, 'reportXBalance', { tid });
    assert.deepEqual(first.balances, second.balances);
    assert.deepEqual([first.balances.totalAmount, first.balances.totalSalesCount], [1250, 1]);
  });

  test('C-7.22 a second Z balance gives zeros', async (t) => {
    const { harness, till } = await counter(t);
    await harness.request(till, 'sale', sale);
    const { result: first } = await harness.request(till, 'reportZBalance', { tid });
    const { result: second } = await harness.request(till, 'reportZBalance', { tid });
    assert.deepEqual([first.balances.totalAmount, second.balances.totalAmount], [1250, 0]);
    assert.deepEqual(second.balances.issuerTotals, {});
    assert.equal(second.balances.totalsSince, first.reportTime);
  });
});

test('C-7.23 a second till gets -32071 at once from a busy terminal, and the first is not disturbed', async (t) => {
  const { harness, till: a } = await counter(t);
  const b = await harness.till();
  a.ask('sale', sale, 7);
  await harness.settled();
  const before = harness.clock.now();
  assert.equal((await harness.request(b, 'sale', sale)).error.code, -32071);
  assert.equal(harness.clock.now(), before);
  assert.equal((await harness.answer(a, 7)).result.transactionResult, 'SUCCESSFUL');
  assert.deepEqual(await harness.summaries(a), [...notifications(CHIP), 'result 7']);
  assert.equal((await harness.summaries(b)).length, 1);
});

test('C-7.24 an unknown terminal gets -32070, and nothing was started', async (t) => {
  const { harness, till } = await counter(t);
  const { error } = await harness.request(till, 'sale', { ...sale, tid: '99999999' });
  assert.equal(error.code, -32070);
  assert.deepEqual(await harness.summaries(till), ['error 1 -32070']);
  assert.deepEqual(await harness.store.entries(), []);
});

test('C-7.25 a till without epos-id disconnects during a sale and reconnects', async (t) => {
  const { harness, till } = await counter(t);
  till.ask('sale', sale, 7);
  await harness.shown(till, 'PRESENT_CARD');
  till.cut();
  await till.closed;
  const again = await harness.till();
  assert.equal(await status(harness, again), 'BUSY');
  assert.equal((await harness.request(again, 'duplicate', { tid })).error.code, -32071);
  await harness.advance(20_000);
  assert.equal(await status(harness, again), 'AVAILABLE');
  const { result } = await harness.request(again, 'duplicate', { tid });
  assert.deepEqual(
    [result.transactionType, result.transactionResult, result.amountBase],
    ['SALE', 'SUCCESSFUL', 1250],
  );
  assert.deepEqual(await harness.summaries(again), [
    'result 1',
    'error 2 -32071',
    'result 3',
    'result 4',
  ]);
});

describe('C-7.26 a till with epos-id disconnects during a sale and reconnects', () => {
  const named = { 'epos-id': 'TILL-3' };

  test('the till gets the latest value, further ones as they come, then the result under its id', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(named);
    till.ask('sale', sale, 7);
    await harness.shown(till, 'PLEASE_WAIT');
    till.cut();
    await till.closed;
    await harness.advance(500);
    const again = await harness.till(named);
    await harness.answer(again, 7);
    const rest = notifications(CHIP).slice(3);
    assert.deepEqual(await harness.summaries(again), [...rest, 'result 7']);
  });

  test('the till gets an open signature again, under a new id, with the seconds left', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(named);
    till.ask('sale', { ...sale, tid: 'VCMINVLSIS0' }, 7);
    await harness.shown(till, 'SIGNATURE_VERIFICATION_IN_PROGRESS');
    till.cut();
    await till.closed;
    await harness.advance(28_000);
    const again = await harness.till(named);
    const question = again.received.find(({ method }) => method?.startsWith('signature'));
    assert.equal(question?.params.timeout, 52);
    again.send({ jsonrpc: '2.0', id: question?.id, result: { accepted: true } });
    assert.equal((await harness.answer(again, 7)).result.transactionResult, 'SUCCESSFUL');
  });

  test('the till gets the result at once if the sale ended meanwhile', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till(named);
    till.ask('sale', sale, 7);
    await harness.shown(till, 'PLEASE_WAIT');
    till.cut();
    await till.closed;
    await harness.advance(60_000);
    const again = await harness.till(named);
    assert.deepEqual(await harness.summaries(again), ['result 7']);
  });
});

test('C-7.27 (3) a machine that reconnects without the sale ends it TRANSACTION_FINISHED, TIMED_OUT', async (t) => {
  const { harness, till } = await counter(t);
  till.ask('sale', { ...sale, tid: 'VCMINVLTIP0' }, 7);
  await harness.shown(till, 'PLEASE_WAIT');
  const since = harness.clock.now();
  await harness.answer(till, 7);
  assert.equal(harness.clock.now() - since, 10_000);
  assert.deepEqual((await harness.summaries(till)).slice(-2), [
    'N: TRANSACTION_FINISHED',
    'result 7',
  ]);
});
