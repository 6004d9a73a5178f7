// Chapters 3 and 12 of PROTOCOL.md over real sockets with a driver that breaks when it is spoken to:
// the gateway lives, the limit ends what was begun, and nobody else is disturbed.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import {
  assertOtherMachineSells,
  sale,
  spareTid,
  startWithScriptedMachines,
  tid,
  unavailable,
} from '../support/terminal/scripted-machine-harness.ts';

describe('C-3.21, C-12.22 a driver that throws', () => {
  const words = ['start', 'startReport', 'cancel', 'accept'] as const;
  for (const word of words) {
    test(`a sale whose driver throws at ${word} ends at the limit, and others are not disturbed`, async (t) => {
      const all = await startWithScriptedMachines(t);
      const { machine, harness, till, selling } = all;
      machine.onCommand = (one) => {
        if (one === word) throw new Error('The driver is broken.');
      };
      const since = harness.clock.now();
      if (word === 'startReport') till.ask('reportXBalance', { tid }, 700);
      else await selling();
      if (word === 'cancel') await all.request('cancelTransaction', { tid });
      if (word === 'accept') {
        machine.requestSignature();
        await till.judgeSignature(true);
      }
      await harness.settled();
      await assertOtherMachineSells(all);
      const { result } = await harness.answer(till, 700);
      assert.equal(result.transactionResult ?? result.reportResult, 'TIMED_OUT');
      assert.equal(harness.clock.now() - since, word === 'startReport' ? 120_000 : 200_000);
    });
  }

  test('a sale whose lastOrder rejects ends at the limit, and lastOrder is asked again next time', async (t) => {
    const all = await startWithScriptedMachines(t);
    const { machine, harness, till, selling, status } = all;
    machine.onLastOrder = () => Promise.reject(new Error('The driver is broken.'));
    await selling();
    machine.disconnect();
    machine.connect();
    await harness.settled();
    await assertOtherMachineSells(all);
    const { result } = await harness.answer(till, 700);
    assert.equal(result.transactionResult, 'TIMED_OUT');
    assert.equal(await status(), 'BUSY');
    machine.onLastOrder = undefined;
    machine.loseMemory();
    machine.disconnect();
    machine.connect();
    await harness.settled();
    assert.equal(await status(), 'AVAILABLE');
  });

  test('a sale whose lastOrder never answers or throws may still end by itself', async (t) => {
    const never = () => new Promise<never>(() => {});
    const throws = () => {
      throw new Error('The driver is broken.');
    };
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    await selling();
    for (const asked of [never, throws]) {
      machine.onLastOrder = asked;
      machine.disconnect();
      machine.connect();
      await harness.settled();
    }
    machine.finish();
    assert.equal((await harness.answer(till, 700)).result.transactionResult, 'SUCCESSFUL');
  });
});

describe('a driver that cannot open a machine', () => {
  /** A gateway whose driver cannot open the machine. */
  async function shut(t: TestContext) {
    const all = await startWithScriptedMachines(t);
    all.machine.onOpen = () => {
      throw new Error('The driver is broken.');
    };
    return all;
  }

  test('C-3.28 the machine is unavailable, and the others are listed and sell', async (t) => {
    const all = await shut(t);
    const { machine, request, status } = all;
    assert.deepEqual((await request('sale', sale)).error, unavailable);
    await assertOtherMachineSells(all);
    const { result } = await request('connectedTerminals');
    assert.deepEqual(
      result?.map((listed: { tid: string }) => listed.tid),
      [spareTid],
    );
    machine.onOpen = () => {};
    assert.equal(await status(), 'AVAILABLE');
  });

  test('C-4.45 the gateway starts although a sale of the machine is still open', async (t) => {
    const { machine, harness, till, selling } = await startWithScriptedMachines(t);
    await selling();
    machine.onOpen = () => {
      throw new Error('The driver is broken.');
    };
    await assert.doesNotReject(harness.restart());
    await till.closed;
    const back = await harness.till({ 'epos-id': 'T1' });
    const { result } = await harness.request(back, 'connectedTerminals');
    assert.equal(result.length, 1);
  });
});
