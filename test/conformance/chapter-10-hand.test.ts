// Chapter 10.2 of PROTOCOL.md over real sockets: a virtual card machine that somebody operates by hand.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import {
  enrolTerminal,
  revokeTerminal,
} from '../../packages/server/src/application/admin/linked-terminals.ts';
import type { GatewayHarness, HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import { handshake } from '../support/gateway/handshake.ts';
import { addressOf, finish, LinkedMachine, profile } from '../support/terminal/linked-machine.ts';

const TID = 'VCMHANDSIP0';
const sale = { tid: TID, currency: 'GBP', amount: 1250 };

async function openHand(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, options);
  const till = await harness.till();
  const { store, clock } = harness;
  const named = { site: 'testhost', tid: TID };
  return {
    ...{ harness, till },
    /** Enrols the machine and uses the code; gives the key. */
    take: async () => {
      const { code } = await enrolTerminal({ store, clock }, commandLine, named);
      const answer = await fetch(`${harness.server.gateway.httpUrl}/terminal/pair`, {
        method: 'POST',
        body: JSON.stringify({ ...named, code }),
      });
      assert.equal(answer.status, 201);
      const { token } = (await answer.json()) as { token: string };
      return token;
    },
    letGo: () => revokeTerminal({ store, clock }, commandLine, named),
    /** BUSY or AVAILABLE, or the code of the error. */
    status: async () => {
      const { result, error } = await till.request('terminalDetails', { tid: TID });
      return result?.status ?? error.code;
    },
    resultOf: async (id: unknown) => (await harness.answer(till, id)).result.transactionResult,
  };
}

const link = (harness: GatewayHarness, token: string) =>
  LinkedMachine.link(harness, { tid: TID, token });

describe('C-10.22, a virtual card machine operated by hand', () => {
  test('the device linked with the key operates the machine until the key is revoked', async (t) => {
    const { harness, till, take, letGo, status, resultOf } = await openHand(t);
    assert.equal(await resultOf(till.ask('sale', sale)), 'SUCCESSFUL');
    const token = await take();
    assert.equal(await status(), -32070);
    const machine = await link(harness, token);
    assert.equal(await status(), 'AVAILABLE');
    const id = till.ask('sale', sale);
    await finish(machine, await machine.order());
    assert.equal(await resultOf(id), 'SUCCESSFUL');
    assert.equal(machine.orders.length, 1);
    await letGo();
    assert.equal((await machine.socket.closed).code, 4003);
    assert.equal(await status(), 'AVAILABLE');
    assert.equal(await resultOf(till.ask('sale', sale)), 'SUCCESSFUL');
    assert.equal((await handshake(addressOf(harness, { tid: TID, token }))).status, 401);
  });

  test('a waiter at the machine is refused meanwhile, and may go on when the machine is released', async (t) => {
    const { harness, take, letGo, status } = await openHand(t);
    const none = { 'api-version': undefined, 'software-house-id': undefined };
    const uri = harness.server.uri('waiter', { ...none, 'installer-id': undefined, tid: TID });
    const waiter = await harness.connect(uri);
    const tables = async () => (await waiter.request('tables')).result?.answer;
    assert.equal(await tables(), 'tables');
    const token = await take();
    const machine = await link(harness, token);
    const { result } = await waiter.request('tables');
    assert.equal(result?.answer, 'no');
    assert.match(result?.message, /operated by hand/);
    await letGo();
    await machine.socket.closed;
    assert.equal(await status(), 'AVAILABLE');
    assert.equal(await tables(), 'tables');
  });

  test('an unused pairing code changes nothing', async (t) => {
    const { harness, till, status, resultOf } = await openHand(t);
    const { store, clock } = harness;
    await enrolTerminal({ store, clock }, commandLine, { site: 'testhost', tid: TID });
    assert.equal(await status(), 'AVAILABLE');
    assert.equal(await resultOf(till.ask('sale', sale)), 'SUCCESSFUL');
  });

  test('a sale that the simulator plays is played to its end first', async (t) => {
    const { harness, till, take, status, resultOf } = await openHand(t);
    const id = till.ask('sale', sale);
    await harness.shown(till, 'PIN_ENTRY');
    const machine = await link(harness, await take());
    assert.deepEqual(machine.orders, []);
    assert.equal(await status(), 'BUSY');
    assert.equal(await resultOf(id), 'SUCCESSFUL');
    assert.equal(await status(), 'AVAILABLE');
    till.ask('sale', sale);
    await finish(machine, await machine.order());
  });

  test('a machine stays operated by hand over a restart, and a sale in progress ends once', async (t) => {
    const { harness, take } = await openHand(t);
    const token = await take();
    const machine = await link(harness, token);
    const before = await harness.till({ 'epos-id': 'till1' });
    before.ask('sale', sale);
    const order = await machine.order();
    await harness.restart();
    const till = await harness.till({ 'epos-id': 'till1' });
    const other = await harness.till();
    assert.equal((await other.request('terminalDetails', { tid: TID })).error.code, -32070);
    const again = await LinkedMachine.connect(harness, { tid: TID, token });
    again.memory = { knows: 'running' };
    await again.notify('hello', profile);
    await finish(again, order);
    await harness.until(() => till.received.some(({ result }) => result?.transactionResult));
  });

  for (const [site, tid] of [
    [{ test: true }, 'VCMHAND0'],
    [{ test: false }, TID],
    [{ test: false, terminals: { VCMOTHERSIP0: {} } }, TID],
  ] as const) {
    test(`a site without ${tid} cannot enrol it: ${JSON.stringify(site)}`, async (t) => {
      const { store, clock } = await startHarness(t, { site });
      const enrolment = { site: 'testhost', tid };
      await assert.rejects(enrolTerminal({ store, clock }, commandLine, enrolment), {
        problem: 'unfit',
      });
    });
  }
});
