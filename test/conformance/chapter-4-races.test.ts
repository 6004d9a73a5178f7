// Chapter 4 of PROTOCOL.md over real sockets: what a till does while its card machine is still being
// looked up, which takes as long as the journal takes to be read.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import type { Shop } from '../support/gateway/gateway-harness.ts';
import { inShort, openShop } from '../support/gateway/gateway-harness.ts';

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

test('C-4.41 an id twice in one batch: the second gets -32600 without id', async (t) => {
  const shop = await openShop(t);
  const till = await shop.till(T1);
  till.send(JSON.stringify([request(7, 'sale', sale), request(7, 'terminalDetails', { tid })]));
  await shop.answer(till, 7);
  const answers = till.received.filter(({ method }) => !method).map(inShort);
  assert.deepEqual(answers.toSorted(), ['error -32600', 'result 7']);
});

test('C-4.41 two sales under one id, sent at once to machines not named before: one is started', async (t) => {
  const shop = await openShop(t);
  const till = await shop.till(T1);
  for (const one of ['VCM1SIP0', 'VCM2SIP0']) {
    till.send(JSON.stringify(request(7, 'sale', { ...sale, tid: one })));
  }
  await shop.shown(till, 'TRANSACTION_FINISHED');
  await shop.pass(5_000);
  const answers = till.received.filter(({ method }) => !method).map(inShort);
  assert.deepEqual(answers.toSorted(), ['error -32600', 'result 7']);
});

describe('C-4.40 a till that drops while its card machine is still being looked up', () => {
  /** A sale that waits for the journal to be read, and the hand that lets it go on. */
  async function heldUp(shop: Shop): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const read = shop.store.lastVersion.bind(shop.store);
    shop.store.lastVersion = async (stream) => {
      await promise;
      return read(stream);
    };
    const till = await shop.till(T1);
    till.ask('sale', sale, 7);
    await shop.quiet();
    await cut(till);
    await shop.pass(100);
    return resolve;
  }

  test('gets its result when it comes back afterwards', async (t) => {
    const shop = await openShop(t);
    const goOn = await heldUp(shop);
    goOn();
    await shop.pass(60_000);
    assert.deepEqual((await shop.till(T1)).received.map(inShort), ['result 7']);
  });

  test('is the starter when it comes back before', async (t) => {
    const shop = await openShop(t);
    const goOn = await heldUp(shop);
    const again = await shop.till(T1);
    goOn();
    await shop.pass(60_000);
    assert.deepEqual((await shop.told(again)).slice(-2), ['N: TRANSACTION_FINISHED', 'result 7']);
  });
});
