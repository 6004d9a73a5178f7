// A linked card machine whose line breaks, is closed, or is ended for good by the gateway.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkOutcome } from '@tillgate/protocol';
import { CouldNotConnect } from '../connection/errors.ts';
import { HeldChannel } from '../connection/socket.ts';
import { HandMachine, linked, sale, selling, words } from '../testing/link-script.ts';
import { settle } from '../testing/manual-timing.ts';

describe('a line that breaks', () => {
  test('C-13.10: while the card is charged: the end is told when asked, not twice', async () => {
    const { machine, gateway, counter } = await selling();
    await machine.screen.commit();
    await gateway.line.cut();
    await machine.ends();
    await gateway.reconnect();
    assert.deepEqual(words(counter.told()), []);
    assert.equal((await counter.last()).outcome.transactionResult, 'SUCCESSFUL');
  });

  test('C-13.16: is tried anew at once when told so; the order goes on', async () => {
    const { machine, gateway, link, counter } = await selling();
    gateway.refusals.push(...Array.from({ length: 9 }, () => new CouldNotConnect('no network.')));
    await gateway.line.cut();
    await gateway.timing.advance(120_000);
    assert.equal(link.state.state, 'waiting');
    gateway.refusals.length = 0;
    link.retryNow();
    await settle();
    assert.equal(link.state.state, 'connected');
    assert.deepEqual(await counter.last(), { knows: 'running' });
    await machine.ends({ transactionResult: 'DECLINED' });
    assert.deepEqual(words(counter.told()), ['finished DECLINED']);
  });

  test('C-13.15: a machine that is linked somewhere else does not come back', async () => {
    const { gateway, link } = await linked();
    await gateway.line.close(4001);
    await assert.rejects(link.closed, { name: 'Discontinued', reason: 'takenOver' });
    await gateway.timing.advance(60_000);
    assert.equal(gateway.lines.length, 1);
  });

  test('C-13.15: nor does it charge a card that it has not charged yet', async () => {
    for (const code of [4001, 4003]) {
      const { machine, gateway } = await selling();
      await gateway.line.close(code);
      assert.equal(machine.screen.cancel.aborted, true, 'nobody is to wait for a card any more');
      await assert.rejects(machine.screen.commit(), { name: 'Discontinued' });
      await machine.fails(machine.screen.cancel.reason);
      assert.equal(machine.memory.kept?.state, 'ended');
      assert.deepEqual(gateway.warned, []);
    }
    const { machine, gateway } = await selling();
    await machine.screen.commit();
    await gateway.line.close(4001);
    assert.equal(machine.screen.cancel.aborted, false, 'from here on it has to find its end');
    await machine.ends();
    const kept = machine.memory.kept as { outcome?: LinkOutcome };
    assert.equal(kept.outcome?.transactionResult, 'SUCCESSFUL');
  });

  test('C-13.3: nor does one whose key is revoked', async () => {
    const { gateway, link } = await linked();
    await gateway.line.close(4003);
    await assert.rejects(link.closed, { reason: 'tokenRevoked' });
    assert.equal(link.state.state, 'stopped');
  });

  test('C-13.9: an order that comes while the line is being closed is not begun', async () => {
    const channel = new HeldChannel({ send: () => undefined, close: () => undefined });
    const machine = new HandMachine();
    const { link } = await linked(machine, { open: async () => channel });
    link.close();
    const params = { order: sale };
    channel.text(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'start', params }));
    await settle();
    assert.deepEqual(machine.started, []);
    assert.equal(machine.memory.kept?.state, 'ended');
  });

  test('a link that is closed in mid-sale ends when the sale is kept', async () => {
    const { machine, gateway, link } = await selling();
    await machine.screen.commit();
    let closed = false;
    void link.closed.then(() => {
      closed = true;
    });
    link.close();
    await settle();
    assert.equal(gateway.line.closed, 1000);
    assert.equal(closed, false);
    await machine.ends();
    assert.equal(closed, true);
    assert.equal(machine.memory.kept?.state, 'ended');
  });
});
