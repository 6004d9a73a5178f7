// Faults of a test site that restart or stop the gateway, as `tillgate serve` runs it.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { api } from '@tillgate/protocol';
import type { TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import { startGatewayProcess, temporaryFolder } from '../support/scenario/gateway-process.ts';
import { eventually, within } from '../support/wait.ts';

const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
const presentCard = {
  ...{ kind: 'message', direction: 'sent', method: 'terminalNotification' },
  value: 'PRESENT_CARD',
};

async function start(t: TestContext, data: string) {
  const flags = ['--data', data, '--port', '0', '--pace', 'instant', '--log-level', 'silent'];
  const gateway = await startGatewayProcess(flags);
  t.after(() => gateway.stop());
  const ask = async (path: string, body?: object) => {
    const answer = await fetch(`${gateway.http}${api.BASE_PATH}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'Content-Type': 'application/json', Connection: 'close' },
      ...(body && { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    // biome-ignore lint/suspicious/noExplicitAny: tests read whatever came.
    return (await answer.json()) as any;
  };
  const add = (fault: object) => ask('/sites/testhost/faults', fault);
  const till = () => connectTill(`${gateway.pac}&epos-id=till-1`);
  const again = (): Promise<TestTill> =>
    eventually('a gateway again', () => till().catch(() => undefined));
  return { gateway, ask, add, till, again };
}

describe('a fault that is about the gateway', () => {
  for (const data of ['folder', 'memory'] as const) {
    test(`restarts it at its port with its journal in ${data === 'memory' ? 'memory' : 'a folder'}, and the till resumes its sale`, async (t) => {
      const running = await start(t, data === 'memory' ? data : temporaryFolder(t));
      await running.add({ when: presentCard, action: { kind: 'gateway', how: 'restart' } });
      const first = await running.till();
      const id = first.ask('sale', sale);
      await within('the close', first.closed);
      assert.equal(first.values.at(-1), 'PRESENT_CARD');
      const second = await running.again();
      const { result } = await within('the result', second.answer(id));
      // The card machine was in the same process.
      assert.equal(result.transactionResult, 'TIMED_OUT');
      const next = await second.answer(second.ask('sale', sale, 'next'));
      assert.equal(next.result.transactionResult, 'SUCCESSFUL');
      const { transactions } = await running.ask('/transactions');
      assert.equal(transactions.length, 2, 'the first one was not started twice');
      const { faults } = await running.ask('/sites/testhost/faults');
      assert.deepEqual(faults, []);
      second.cut();
      running.gateway.kill('SIGTERM');
      assert.equal((await within('its end', running.gateway.exited)).code, 0);
    });
  }

  test('restarts it at once, after who added the fault has the answer', async (t) => {
    const running = await start(t, 'memory');
    const till = await running.till();
    const when = { kind: 'time', seconds: 0 };
    await running.add({ when, action: { kind: 'gateway', how: 'restart' } });
    assert.equal((await within('the close', till.closed)).code, 1001);
    (await running.again()).cut();
  });

  test('stops it for good once the open payment has ended', async (t) => {
    const running = await start(t, 'memory');
    await running.add({ when: presentCard, action: { kind: 'gateway', how: 'stop' } });
    const till = await running.till();
    const { result } = await till.request('sale', sale);
    assert.equal(result.transactionResult, 'SUCCESSFUL');
    assert.equal((await within('the close', till.closed)).code, 1001);
    const { code } = await within('its end', running.gateway.exited);
    assert.equal(code, 0, running.gateway.written.stderr);
  });
});
