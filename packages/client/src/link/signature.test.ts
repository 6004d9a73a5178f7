// Signatures at a linked card machine: judged by the till, over drops, or by nobody.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CloseCode, linkEvents } from '@tillgate/protocol';
import { sale, selling } from '../testing/link-script.ts';
import { settle } from '../testing/manual-timing.ts';
import type { SignatureVerdict } from './machine.ts';

const wanted = {
  merchantReceipt: [{ value: 'PLEASE SIGN BELOW' }],
  card: { cardholderVerificationMethod: 'SIGNATURE', primaryAccountNumber: '4111111111111111' },
} as const;

async function signing(order = sale, options = {}) {
  const shop = await selling(order, options);
  const { machine, counter } = shop;
  await machine.screen.commit();
  const heard: SignatureVerdict[] = [];
  const { merchantReceipt, card } = wanted;
  const ask = async () => {
    const verdict = await machine.screen.askSignature({
      merchantReceipt: [...merchantReceipt],
      card,
    });
    heard.push(verdict);
  };
  void ask();
  await settle();
  const judge = (accepted: boolean, id = order.id) =>
    counter.line.say({
      method: 'answerSignature',
      params: { order: id, accepted, unanswered: false },
    });
  return { ...shop, ask, heard, judge };
}

describe('a signature at a linked card machine', () => {
  test('a signature question is sent once, and the first answer of the till counts [C-13.12]', async () => {
    const { counter, ask, heard, judge } = await signing();
    void ask();
    const told = counter.told();
    assert.deepEqual(
      told.map(({ method }) => method),
      ['signatureWanted'],
    );
    const [message] = told;
    assert.ok(message?.method === 'signatureWanted');
    assert.equal(message.params.card.primaryAccountNumber, '************1111');
    assert.deepEqual(
      linkEvents.signatureWanted.message.violations({ jsonrpc: '2.0', ...message }),
      [],
    );
    await judge(true, 'another');
    assert.deepEqual(heard, []);
    await judge(false);
    await judge(true);
    const verdict = { accepted: false, unanswered: false };
    assert.deepEqual(heard, [verdict, verdict]);
  });

  test('a signature question that was lost is sent again after the reconnect', async () => {
    const { counter, gateway, heard, judge } = await signing();
    counter.told();
    await gateway.connection.cut();
    await gateway.reconnect();
    assert.deepEqual(counter.told(), []);
    assert.deepEqual(await counter.last(), { knows: 'running' });
    assert.deepEqual(
      counter.told().map(({ method }) => method),
      ['signatureWanted'],
    );
    await judge(true);
    await counter.last();
    assert.deepEqual(counter.told(), []);
    assert.deepEqual(heard, [{ accepted: true, unanswered: false }]);
  });

  test('a signature without an answer counts as accepted after the limit [C-4.36]', async () => {
    const { gateway, heard } = await signing(sale, { signatureWithinMs: 90_000 });
    await gateway.connection.cut();
    await gateway.timing.advance(89_000);
    assert.deepEqual(heard, []);
    await gateway.timing.advance(1_000);
    assert.deepEqual(heard, [{ accepted: true, unanswered: true }]);
  });

  test('a signature counts as accepted at once when the link has ended [C-4.36]', async () => {
    const unanswered = { accepted: true, unanswered: true };
    for (const end of ['closed', 'revoked']) {
      const { gateway, link, heard } = await signing();
      if (end === 'closed') link.close();
      else await gateway.connection.close(CloseCode.tokenRevoked);
      await settle();
      assert.deepEqual(heard, [unanswered], end);
      assert.equal(gateway.timing.waiting, 0, 'nothing keeps the program running');
    }
    const late = await selling();
    await late.machine.screen.commit();
    late.link.close();
    const { merchantReceipt, card } = wanted;
    const asked = { merchantReceipt: [...merchantReceipt], card };
    assert.deepEqual(await late.machine.screen.askSignature(asked), unanswered);
    assert.equal(late.gateway.timing.waiting, 0);
  });

  test('the till is not asked about a signature at a table [C-9.9]', async () => {
    const table = { tableId: '12A', amountGratuity: 0 };
    const { counter, heard, gateway } = await signing({ ...sale, table });
    assert.deepEqual(heard, [{ accepted: true, unanswered: true }]);
    assert.deepEqual(counter.told(), []);
    assert.deepEqual(gateway.warned, ['machineFailed']);
  });
});
