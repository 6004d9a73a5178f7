// Chapter 10 of PROTOCOL.md: the card machines that a test site has because somebody named them [C-10.2].

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { startHarness } from '../support/gateway/gateway-harness.ts';

const V0 = { 'api-version': 'v0', 'software-house-id': undefined, 'installer-id': undefined };
const HOUR_MS = 3_600_000;

/** A till at a gateway, and one of v0, which may name many machines in one request. */
async function counter(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, options);
  const till = await harness.till();
  const old = await harness.till(V0);
  return {
    harness,
    till,
    request: (method: string, params?: object) => harness.request(till, method, params),
    /** Names machines `from` … `to`, excluding `to`; returns how many of them there are. */
    name: async (from: number, to: number): Promise<number> => {
      let found = 0;
      for (let first = from; first < to; first += 100) {
        const length = Math.min(100, to - first);
        const tpis = Array.from({ length }, (_, index) => madeUp(first + index));
        found += (await harness.request(old, 'terminalsDetails', { tpis })).result.length;
      }
      return found;
    },
    listed: async (): Promise<string[]> => {
      const { result } = await harness.request(till, 'connectedTerminals');
      return result.map(({ tid }: { readonly tid: string }) => tid);
    },
  };
}

const madeUp = (number: number): string => `VCM${String(number).padStart(5, '0')}SIP0`;

describe('C-10.2, machines that exist because they are named', () => {
  test('the thousand named last stay when nothing happens at any, and the others can be named again', async (t) => {
    const { harness, name, listed, request } = await counter(t);
    assert.equal(await name(0, 1500), 1500);
    await harness.advance(1000);
    const now = await listed();
    assert.equal(now.length, 6 + 1000);
    assert.equal(now.includes(madeUp(499)), false);
    assert.ok(now.includes(madeUp(500)));
    const again = await request('terminalDetails', { tid: madeUp(0) });
    assert.equal(again.result.status, 'AVAILABLE');
  });

  test('a machine at work and one that was used stay, whatever else is named', async (t) => {
    const { harness, till, name, listed, request } = await counter(t);
    const sale = { currency: 'GBP', amount: 100 };
    await name(0, 1);
    till.ask('sale', { ...sale, tid: madeUp(1) });
    await harness.advance(60_000);
    till.ask('sale', { ...sale, tid: madeUp(2) });
    await name(3, 2003);
    await harness.advance(2000);
    assert.deepEqual((await listed()).slice(0, 3), [madeUp(1), madeUp(2), madeUp(1004)]);
    const working = await request('terminalDetails', { tid: madeUp(2) });
    assert.equal(working.result.status, 'BUSY');
    await harness.advance(60_000);
    assert.equal((await request('sale', { ...sale, tid: madeUp(0) })).error, undefined);
  });

  test('a waiter stays at a machine that gave way: the next request opens it again', async (t) => {
    const { harness, name, listed } = await counter(t);
    const tid = madeUp(0);
    const waiter = await harness.connect(
      harness.server.uri('waiter', { ...V0, 'api-version': undefined, tid }),
    );
    const nobody = { tables: [], answer: 'tables' };
    assert.deepEqual((await harness.request(waiter, 'tables', {})).result, nobody);
    await name(1, 1501);
    await harness.advance(1000);
    assert.equal((await listed()).includes(tid), false);
    assert.deepEqual((await harness.request(waiter, 'tables', {})).result, nobody);
  });

  test('beyond ten thousand at once no further one is made, yet each documented one has room', async (t) => {
    const { harness, name, request } = await counter(t);
    assert.equal(await name(0, 10_500), 10_000);
    assert.equal((await request('terminalDetails', { tid: madeUp(10_499) })).error.code, -32070);
    const documented = await request('terminalDetails', { tid: 'VCMINVLSIP0' });
    assert.equal(documented.result.status, 'AVAILABLE');
    await harness.advance(1000);
    assert.equal(await name(10_499, 10_500), 1);
  });

  test('the journal forgets a machine that nobody has used for longer than payments are kept', async (t) => {
    const { harness, request } = await counter(t, { settings: { retention: 7200 } });
    const sale = { currency: 'GBP', amount: 100 };
    for (const tid of [madeUp(0), 'VCMINVLSIP0']) {
      const sold = request('sale', { ...sale, tid });
      await harness.advance(60_000);
      assert.equal((await sold).result.transactionResult, 'SUCCESSFUL');
    }
    await harness.restart();
    await harness.advance(HOUR_MS);
    assert.equal((await harness.store.lastVersion(`testhost/${madeUp(0)}`)) > 0, true);
    await harness.advance(2 * HOUR_MS);
    assert.equal(await harness.store.lastVersion(`testhost/${madeUp(0)}`), 0);
    assert.equal((await harness.store.lastVersion('testhost/VCMINVLSIP0')) > 0, true);
    assert.deepEqual(await harness.store.list('virtual-terminals', 'testhost/VCM0'), []);
  });
});
