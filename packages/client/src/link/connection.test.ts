// A linked card machine whose connection breaks, is closed, or is ended for good by the gateway.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkOutcome } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import { CouldNotConnect } from '../connection/errors.ts';
import { HeldChannel } from '../connection/socket.ts';
import { HandMachine, linked, sale, selling, words } from '../testing/link-script.ts';
import { settle } from '../testing/manual-timing.ts';

describe('the connection of a linked card machine', () => {
  test('an outcome that is reached while disconnected is sent once, when the gateway asks [C-13.10]', async () => {
    const { machine, gateway, counter } = await selling();
    await machine.screen.commit();
    await gateway.connection.cut();
    await machine.ends();
    await gateway.reconnect();
    assert.deepEqual(words(counter.told()), []);
    assert.equal((await counter.last()).outcome.transactionResult, 'SUCCESSFUL');
  });

  test('retryNow reconnects at once, and the order continues [C-13.16]', async () => {
    const { machine, gateway, link, counter } = await selling();
    gateway.refusals.push(...Array.from({ length: 9 }, () => new CouldNotConnect('no network.')));
    await gateway.connection.cut();
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

  test('a machine that is linked elsewhere does not reconnect [C-13.15]', async () => {
    const { gateway, link } = await linked();
    await gateway.connection.close(CloseCode.superseded);
    await assert.rejects(link.closed, { name: 'Discontinued', reason: 'takenOver' });
    await gateway.timing.advance(60_000);
    assert.equal(gateway.connections.length, 1);
  });

  test('a machine that is linked elsewhere does not charge a card that it has not charged yet [C-13.15]', async () => {
    for (const code of [CloseCode.superseded, CloseCode.tokenRevoked]) {
      const { machine, gateway } = await selling();
      await gateway.connection.close(code);
      assert.equal(machine.screen.cancel.aborted, true, 'start must stop waiting for a card');
      await assert.rejects(machine.screen.commit(), { name: 'Discontinued' });
      await machine.fails(machine.screen.cancel.reason);
      assert.equal(machine.memory.kept?.state, 'ended');
      assert.deepEqual(gateway.warned, []);
    }
    const { machine, gateway } = await selling();
    await machine.screen.commit();
    await gateway.connection.close(CloseCode.superseded);
    assert.equal(machine.screen.cancel.aborted, false, 'after the commit start runs to its end');
    await machine.ends();
    const kept = machine.memory.kept as { outcome?: LinkOutcome };
    assert.equal(kept.outcome?.transactionResult, 'SUCCESSFUL');
  });

  test('a machine whose key is revoked does not reconnect [C-13.3]', async () => {
    const { gateway, link } = await linked();
    await gateway.connection.close(CloseCode.tokenRevoked);
    await assert.rejects(link.closed, { reason: 'tokenRevoked' });
    assert.equal(link.state.state, 'stopped');
  });

  test('an order that arrives while the connection closes is not started [C-13.9]', async () => {
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

  test('a link that is closed during a sale ends when the sale is saved', async () => {
    const { machine, gateway, link } = await selling();
    await machine.screen.commit();
    let closed = false;
    void link.closed.then(() => {
      closed = true;
    });
    link.close();
    await settle();
    assert.equal(gateway.connection.closed, CloseCode.normal);
    assert.equal(closed, false);
    await machine.ends();
    assert.equal(closed, true);
    assert.equal(machine.memory.kept?.state, 'ended');
  });
});
