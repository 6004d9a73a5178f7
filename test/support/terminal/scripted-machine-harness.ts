// A counter whose card machines are moved by hand, and a sale that has got as far as the card.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import type { ShopOptions } from '../gateway/gateway-harness.ts';
import { openShop } from '../gateway/gateway-harness.ts';
import { ScriptedDriver, ScriptedMachine } from './scripted-machine.ts';

export const tid = '12345678';
/** A machine that nothing happens to. */
export const spareTid = '23456789';
export const sale = { tid, currency: 'GBP', amount: 1250 };

type Profile = ConstructorParameters<typeof ScriptedMachine>[1];

export async function counter(t: TestContext, profile: Profile = {}, options: ShopOptions = {}) {
  const machine = new ScriptedMachine(tid, profile);
  const spare = new ScriptedMachine(spareTid);
  const shop = await openShop(t, { ...options, driver: new ScriptedDriver(machine, spare) });
  const till = await shop.till({ 'epos-id': 'T1' });
  const request = (method: string, params?: object) => shop.request(till, method, params);
  /** A sale under id 700 that has got so far. */
  const selling = async () => {
    till.ask('sale', sale, 700);
    await shop.quiet();
    machine.shows('PRESENT_CARD', 'PLEASE_WAIT');
    await shop.quiet();
  };
  const status = async () => (await request('terminalDetails', { tid })).result?.status;
  return { machine, spare, shop, till, request, selling, status };
}

/** The result of a transaction, if it has come. */
export const resultOf = (till: TestTill, id: unknown) =>
  till.received.find((frame) => !frame.method && frame.id === id)?.result?.transactionResult;

/** Refusal of whatever names the machine while it is away [C-3.28]. */
export const unavailable = {
  code: -32070,
  message: 'Terminal 12345678 is unavailable.',
  data: {
    userMessage:
      'Card machine 12345678 cannot be reached. Try again in 10 seconds. If that does not help, look at its screen and cables or restart it, then call support.',
  },
};

type Counter = Awaited<ReturnType<typeof counter>>;

/** Another sale, on the other machine, goes through. */
export async function sellsElsewhere({ shop, till, spare }: Counter): Promise<void> {
  till.ask('sale', { ...sale, tid: spareTid }, 800);
  await shop.quiet();
  spare.finishes();
  assert.equal((await shop.answer(till, 800)).result.transactionResult, 'SUCCESSFUL');
}
