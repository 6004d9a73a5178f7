// Chapter 4 of PROTOCOL.md over real sockets: what a till does while its card machine is still being
// looked up, which takes as long as the journal takes to be read.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import type { GatewayHarness } from '../support/gateway/gateway-harness.ts';
import { startHarness, summary } from '../support/gateway/gateway-harness.ts';

const tid = 'VCMINVLSIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };
const T1 = { 'epos-id': 'T1' };
const request = (id: unknown, method: string, params: object) => ({
  ...{ jsonrpc: '2.0', id, method, params },
});

async function cut(till: TestTill): Promise<void> {
  till.cut();
  await till.closed;
}

test('C-4.41 the second use of an id in one batch gets -32600 without id', async (t) => {
  const harness = await startHarness(t);
  const till = await harness.till(T1);
  till.send(JSON.stringify([request(7, 'sale', sale), request(7, 'terminalDetails', { tid })]));
  await harness.answer(till, 7);
  const answers = till.received.filter(({ method }) => !method).map(summary);
  assert.deepEqual(answers.toSorted(), ['error -32600', 'result 7']);
});

test('C-4.41 one of two simultaneous sales under one id, to machines not named before, is started', async (t) => {
  const harness = await startHarness(t);
  const till = await harness.till(T1);
  for (const one of ['VCM1SIP0', 'VCM2SIP0']) {
    till.send(JSON.stringify(request(7, 'sale', { ...sale, tid: one })));
  }
  await harness.shown(till, 'TRANSACTION_FINISHED');
  await harness.advance(5_000);
  const answers = till.received.filter(({ method }) => !method).map(summary);
  assert.deepEqual(answers.toSorted(), ['error -32600', 'result 7']);
});

describe('C-4.40 a till that drops while its card machine is still being looked up', () => {
  /** A sale that waits for the journal to be read, and the hand that lets it go on. */
  async function heldUp(harness: GatewayHarness): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const read = harness.store.lastVersion.bind(harness.store);
    harness.store.lastVersion = async (stream) => {
      await promise;
      return read(stream);
    };
    const till = await harness.till(T1);
    till.ask('sale', sale, 7);
    await harness.settled();
    await cut(till);
    await harness.advance(100);
    return resolve;
  }

  test('a till that reconnects afterwards gets its result', async (t) => {
    const harness = await startHarness(t);
    const goOn = await heldUp(harness);
    goOn();
    await harness.advance(60_000);
    assert.deepEqual((await harness.till(T1)).received.map(summary), ['result 7']);
  });

  test('a till that reconnects before is the starter', async (t) => {
    const harness = await startHarness(t);
    const goOn = await heldUp(harness);
    const again = await harness.till(T1);
    goOn();
    await harness.advance(60_000);
    assert.deepEqual((await harness.summaries(again)).slice(-2), [
      'N: TRANSACTION_FINISHED',
      'result 7',
    ]);
  });
});
