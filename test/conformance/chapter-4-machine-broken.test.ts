// Chapters 3 and 12 of PROTOCOL.md over real sockets with a driver that breaks when it is spoken to:
// the gateway lives, the limit ends what was begun, and nobody else is disturbed.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import {
  counter,
  sale,
  sellsElsewhere,
  spareTid,
  tid,
  unavailable,
} from '../support/terminal/scripted-machine-harness.ts';

describe('C-3.21, C-12.22 a driver that breaks', () => {
  const words = ['start', 'startReport', 'cancel', 'accept'] as const;
  for (const word of words) {
    test(`it throws at ${word}: the limit ends it, others are undisturbed`, async (t) => {
      const all = await counter(t);
      const { machine, shop, till, selling } = all;
      machine.onWord = (one) => {
        if (one === word) throw new Error('The driver is broken.');
      };
      const since = shop.clock.now();
      if (word === 'startReport') till.ask('reportXBalance', { tid }, 700);
      else await selling();
      if (word === 'cancel') await all.request('cancelTransaction', { tid });
      if (word === 'accept') {
        machine.asksSignature();
        await till.judgeSignature(true);
      }
      await shop.quiet();
      await sellsElsewhere(all);
      const { result } = await shop.answer(till, 700);
      assert.equal(result.transactionResult ?? result.reportResult, 'TIMED_OUT');
      assert.equal(shop.clock.now() - since, word === 'startReport' ? 120_000 : 200_000);
    });
  }

  test('lastOrder rejects: the limit ends it, and the next time it is asked again', async (t) => {
    const all = await counter(t);
    const { machine, shop, till, selling, status } = all;
    machine.onAsked = () => Promise.reject(new Error('The driver is broken.'));
    await selling();
    machine.drops();
    machine.connects();
    await shop.quiet();
    await sellsElsewhere(all);
    const { result } = await shop.answer(till, 700);
    assert.equal(result.transactionResult, 'TIMED_OUT');
    assert.equal(await status(), 'BUSY');
    machine.onAsked = undefined;
    machine.forgets();
    machine.drops();
    machine.connects();
    await shop.quiet();
    assert.equal(await status(), 'AVAILABLE');
  });

  test('lastOrder never answers, or throws: the sale may still end by itself', async (t) => {
    const never = () => new Promise<never>(() => {});
    const throws = () => {
      throw new Error('The driver is broken.');
    };
    const { machine, shop, till, selling } = await counter(t);
    await selling();
    for (const asked of [never, throws]) {
      machine.onAsked = asked;
      machine.drops();
      machine.connects();
      await shop.quiet();
    }
    machine.finishes();
    assert.equal((await shop.answer(till, 700)).result.transactionResult, 'SUCCESSFUL');
  });
});

describe('a driver that cannot open the line', () => {
  /** A shop in which the machine's line cannot be opened. */
  async function shut(t: TestContext) {
    const all = await counter(t);
    all.machine.onOpen = () => {
      throw new Error('The driver is broken.');
    };
    return all;
  }

  test('C-3.28 the machine cannot be reached, the others are listed and sell', async (t) => {
    const all = await shut(t);
    const { machine, request, status } = all;
    assert.deepEqual((await request('sale', sale)).error, unavailable);
    await sellsElsewhere(all);
    const { result } = await request('connectedTerminals');
    assert.deepEqual(
      result?.map((listed: { tid: string }) => listed.tid),
      [spareTid],
    );
    machine.onOpen = () => {};
    assert.equal(await status(), 'AVAILABLE');
  });

  test('C-4.45 the gateway starts all the same with a sale of it still open', async (t) => {
    const { machine, shop, till, selling } = await counter(t);
    await selling();
    machine.onOpen = () => {
      throw new Error('The driver is broken.');
    };
    await assert.doesNotReject(shop.restart());
    await till.closed;
    const back = await shop.till({ 'epos-id': 'T1' });
    const { result } = await shop.request(back, 'connectedTerminals');
    assert.equal(result.length, 1);
  });
});
