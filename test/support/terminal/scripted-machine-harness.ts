// A gateway with a till and two scripted card machines, and a sale that has got as far as the card.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { TestTill } from 'tillgate/testing';
import type { HarnessOptions } from '../gateway/gateway-harness.ts';
import { startHarness } from '../gateway/gateway-harness.ts';
import { ScriptedDriver, ScriptedMachine } from './scripted-machine.ts';

export const tid = '12345678';
/** A second machine, which has no faults. */
export const spareTid = '23456789';
export const sale = { tid, currency: 'GBP', amount: 1250 };

type Profile = ConstructorParameters<typeof ScriptedMachine>[1];

export async function startWithScriptedMachines(
  t: TestContext,
  profile: Profile = {},
  options: HarnessOptions = {},
) {
  const machine = new ScriptedMachine(tid, profile);
  const spare = new ScriptedMachine(spareTid);
  const harness = await startHarness(t, { ...options, driver: new ScriptedDriver(machine, spare) });
  const till = await harness.till({ 'epos-id': 'T1' });
  const request = (method: string, params?: object) => harness.request(till, method, params);
  /** Starts a sale under id 700 and waits until the card is asked for. */
  const selling = async () => {
    till.ask('sale', sale, 700);
    await harness.settled();
    machine.show('PRESENT_CARD', 'PLEASE_WAIT');
    await harness.settled();
  };
  const status = async () => (await request('terminalDetails', { tid })).result?.status;
  return { machine, spare, harness, till, request, selling, status };
}

/** The result of a transaction, if it has come. */
export const resultOf = (till: TestTill, id: unknown) =>
  till.received.find((frame) => !frame.method && frame.id === id)?.result?.transactionResult;

/** The error for requests to a machine that is disconnected [C-3.28]. */
export const unavailable = {
  code: -32070,
  message: 'Terminal 12345678 is unavailable.',
  data: {
    userMessage:
      'Card machine 12345678 cannot be reached. Try again in 10 seconds. If that does not help, check that it is not in standalone mode, look at its screen and cables or restart it, then call support.',
  },
};

type Counter = Awaited<ReturnType<typeof startWithScriptedMachines>>;

/** Asserts that a sale on the other machine is successful. */
export async function assertOtherMachineSells({ harness, till, spare }: Counter): Promise<void> {
  till.ask('sale', { ...sale, tid: spareTid }, 800);
  await harness.settled();
  spare.finish();
  assert.equal((await harness.answer(till, 800)).result.transactionResult, 'SUCCESSFUL');
}
