// Scenarios of virtual card machines over real sockets [C-10.24], chosen by the admin API.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { clientOf } from '../support/api/api-client.ts';
import type { HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { startHarness } from '../support/gateway/gateway-harness.ts';

const tid = 'VCMINVLSIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };
const machine = { params: { site: 'testhost', tid } };
const M5 =
  'It is not known whether the payment was taken. Look at the card machine before you try again.';
const M6 = /^No cashback was given/;

async function play(t: TestContext, scenario: string, options: HarnessOptions = {}) {
  const harness = await startHarness(t, options);
  const till = await harness.till({ 'epos-id': 'T1' });
  const client = clientOf(harness.server);
  const set = (next: string | null) =>
    client.get('changeTerminal', { ...machine, body: { scenario: next } });
  const changed = await set(scenario);
  assert.equal(changed.scenario, scenario);
  const request = (method: string, params: object = { tid }) =>
    harness.request(till, method, params);
  return { harness, till, set, request };
}

describe('C-7.28 a card left in', () => {
  test('a sale gets APPROVED, REMOVE_CARD, then TIMED_OUT at 200 s, and later duplicate is SUCCESSFUL', async (t) => {
    const { harness, till, request } = await play(t, 'card-left-in', { cardLeftIn: true });
    const start = harness.clock.now();
    const { result } = await request('sale', sale);
    assert.equal(harness.clock.now() - start, 200_000);
    assert.deepEqual([result.transactionResult, result.userMessage], ['TIMED_OUT', M5]);
    assert.deepEqual(till.values.slice(-3), ['APPROVED', 'REMOVE_CARD', 'TRANSACTION_FINISHED']);
    assert.equal((await request('terminalDetails')).result.status, 'BUSY');
    assert.equal((await request('duplicate')).error.code, -32071);
    await harness.advance(10_000);
    const again = (await request('duplicate')).result;
    assert.deepEqual(
      [again.transactionResult, again.amountTotal, again.userMessage],
      ['SUCCESSFUL', 1250, undefined],
    );
    assert.equal((await request('terminalDetails')).result.status, 'AVAILABLE');
  });

  test('the report of the day counts the payment that timed out', async (t) => {
    const { harness, request } = await play(t, 'card-left-in', { cardLeftIn: true });
    await request('sale', sale);
    await harness.advance(10_000);
    const { result } = await request('reportXBalance');
    assert.equal(result.balances.totalSalesAmount, 1250);
  });
});

describe('C-10.24', () => {
  test('C-4.4, C-3.28 a machine in standalone mode is not listed, and -32070 names the mode', async (t) => {
    const { request, set } = await play(t, 'standalone');
    const { error } = await request('sale', sale);
    assert.equal(error.code, -32070);
    assert.match(error.data.userMessage, /standalone mode/);
    const listed = async () =>
      (await request('connectedTerminals', {})).result.map((one: { tid: string }) => one.tid);
    assert.ok(!(await listed()).includes(tid));
    await set(null);
    assert.ok((await listed()).includes(tid));
    assert.equal((await request('sale', sale)).result.transactionResult, 'SUCCESSFUL');
  });

  test('C-5.3 a machine that prints only the merchant copy leaves a duplicate without receipt', async (t) => {
    const { request } = await play(t, 'merchant-copy-only');
    const { result } = await request('sale', sale);
    assert.deepEqual(Object.keys(result.receiptLines), ['MERCHANT']);
    assert.deepEqual((await request('duplicate')).result.receiptLines, {});
  });

  test('C-4.10 a card without cashback leaves it out, and the result says so', async (t) => {
    const { request } = await play(t, 'no-cashback');
    const { result } = await request('sale', { ...sale, amountCashback: 1000 });
    const { transactionResult, amountCashback, amountTotal, userMessage } = result;
    assert.deepEqual([transactionResult, amountCashback, amountTotal], ['SUCCESSFUL', 0, 1250]);
    assert.match(userMessage, M6);
  });

  for (const [scenario, values, result] of [
    ['early-remove-card', 'PRESENT_CARD REMOVE_CARD PLEASE_WAIT', 'SUCCESSFUL'],
    ['newer-machine', 'PRESENT_CARD PLEASE_WAIT PIN_ENTRY PLEASE_WAIT APPROVED', 'SUCCESSFUL'],
    ['no-card', 'PRESENT_CARD TRANSACTION_FINISHED', 'CANCELLED'],
    ['gratuity-first', 'PRESENT_CARD PLEASE_WAIT', 'SUCCESSFUL'],
  ] as const) {
    test(`a sale in ${scenario} shows ${values} and ends ${result}`, async (t) => {
      const { till, request } = await play(t, scenario);
      const answer = (await request('sale', sale)).result;
      assert.equal(answer.transactionResult, result);
      assert.ok(till.values.join(' ').startsWith(`TRANSACTION_STARTED ${values}`));
      assert.equal(answer.amountGratuity, scenario === 'gratuity-first' ? 125 : 0);
    });
  }

  test('a scenario stays until it is removed, beside the next outcome and the pace', async (t) => {
    const { harness, request, set } = await play(t, 'merchant-copy-only');
    const client = clientOf(harness.server);
    await client.get('changeTerminal', { ...machine, body: { nextOutcome: 'DIP' } });
    const ends = [];
    for (const _ of [1, 2]) ends.push((await request('sale', sale)).result);
    await set(null);
    ends.push((await request('sale', sale)).result);
    assert.deepEqual(
      ends.map((one) => [one.transactionResult, Object.keys(one.receiptLines).length]),
      [
        ['DECLINED', 1],
        ['SUCCESSFUL', 1],
        ['SUCCESSFUL', 2],
      ],
    );
    const body = { scenario: 'on-fire' };
    assert.equal(await client.problem('changeTerminal', { ...machine, body }), 'unfit');
  });
});
