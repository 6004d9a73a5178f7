// Faults of a test site that are about a card machine which links.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { PlayedOutcome } from '@tillgate/client';
import type { api } from '@tillgate/protocol';
import { HandMachine } from '../../packages/client/src/testing/link-script.ts';
import { clientOf } from '../support/api/api-client.ts';
import { SITE, startLinkGateway } from '../support/terminal/link-gateway.ts';
import { eventually } from '../support/wait.ts';

const TID = '12345678';
const sale = { tid: TID, currency: 'GBP', amount: 1250 } as const;
const approved: PlayedOutcome = {
  transactionResult: 'SUCCESSFUL',
  transactionNumber: '0042',
  card: { authCode: 'Q7M2K4', cardSchemeName: 'VISA', primaryAccountNumber: '4111111111111111' },
  receiptLines: { MERCHANT: [{ value: 'MERCHANT COPY' }], CUSTOMER: [{ value: 'PAID 12.50' }] },
};

async function shopWithMachine(t: TestContext) {
  const harness = await startLinkGateway(t);
  const token = await harness.pair(TID);
  const till = await harness.till();
  const machine = new HandMachine();
  await harness.link({ tid: TID, token }, machine);
  const isListed = async () => (await till.terminals()).some(({ tid }) => tid === TID);
  await eventually('the machine', async () => (await isListed()) || undefined);
  const client = clientOf(harness.gateway);
  const site = { params: { site: SITE } };
  const now = { kind: 'time', seconds: 0 } as const;
  const add = (state: 'gone' | 'busy' | 'forgets' | 'silent') => {
    const action = { kind: 'terminal', tid: TID, state } as const;
    return client.get('addFault', { ...site, body: { when: now, action } });
  };
  const remove = ({ id }: api.Fault) =>
    client.get('removeFault', { params: { ...site.params, id } });
  const began = (count: number) => eventually('an order', () => machine.started[count - 1]);
  return { till, machine, isListed, add, remove, began };
}

describe('faults of a card machine that links', () => {
  test('one that is gone in mid-sale is not listed, and brings its outcome when it is back', async (t) => {
    const { till, machine, isListed, add, remove, began } = await shopWithMachine(t);
    const running = till.sale(sale);
    await began(1);
    const fault = await add('gone');
    await eventually('the machine gone', async () => !(await isListed()) || undefined);
    await machine.screen.commit();
    void machine.ends(approved);
    await remove(fault);
    assert.equal((await running).outcome, 'approved');
  });

  test('one that forgets its order leaves the outcome unknown, and takes the next when it is free', async (t) => {
    const { till, machine, add, remove, began } = await shopWithMachine(t);
    const running = till.sale(sale);
    await began(1);
    const fault = await add('forgets');
    assert.equal((await running).outcome, 'unknown');
    await machine.screen.commit();
    await machine.ends(approved);
    await remove(fault);
    const next = till.sale({ ...sale, amount: 500 });
    await began(2);
    await machine.screen.commit();
    void machine.ends(approved);
    assert.equal((await next).outcome, 'approved');
  });
});
