// Chapter 13 of PROTOCOL.md over real sockets: card machines that drop, come twice, fall silent or do not
// answer. Whatever they do, a transaction has one end.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import {
  finish,
  LinkedMachine,
  linkedRecord,
  profile,
  startLinkedMachine,
  TID,
} from '../support/terminal/linked-machine.ts';
import { card, outcome, totals } from '../support/terminal/scripted-machine.ts';

const approved = outcome();

describe('C-13.10, reports that change nothing', () => {
  test('a second report of the same outcome is ignored', async (t) => {
    const { till, machine, sale, ended, last } = await startLinkedMachine(t);
    const id = sale();
    const order = await machine.order();
    await finish(machine, order);
    assert.equal(await ended(id), 'SUCCESSFUL');
    await finish(machine, order, outcome('DECLINED'));
    await finish(machine, order);
    assert.equal(till.received.filter((frame) => frame.id === id).length, 1);
    assert.equal(await last(), 'SUCCESSFUL');
    assert.deepEqual(machine.errors, []);
  });

  test('a report about an order that the machine was not given is ignored', async (t) => {
    const { till, machine, sale, status, ended } = await startLinkedMachine(t);
    for (const order of ['testhost/12345678/1', 'shop9/12345678/1', 'x', '__proto__']) {
      await finish(machine, order);
      await machine.notify('reported', { order, result: totals });
      await machine.notify('showing', { order, notificationValue: 'APPROVED' });
      await machine.notify('signatureWanted', { order, merchantReceipt: [], card });
      await machine.notify('cancelDecided', { order, cancelled: true });
    }
    assert.equal(await status(), 'AVAILABLE');
    const id = sale();
    const order = await machine.order();
    await finish(machine, `${order}9`, outcome('DECLINED'));
    await machine.notify('reported', { order, result: totals });
    assert.equal(await status(), 'BUSY');
    await finish(machine, order);
    assert.equal(await ended(id), 'SUCCESSFUL');
    assert.deepEqual(till.values, ['TRANSACTION_STARTED', 'TRANSACTION_FINISHED']);
  });

  test('an outcome after the limit is kept for duplicate', async (t) => {
    const { harness, till, machine, sale, status, ended, last } = await startLinkedMachine(t);
    const id = sale();
    const order = await machine.order();
    machine.memory = { knows: 'running' };
    await harness.advance(200_000);
    assert.equal(await ended(id), 'TIMED_OUT');
    assert.equal(await status(), 'BUSY');
    await finish(machine, order);
    assert.equal(till.received.filter((frame) => frame.id === id).length, 1);
    assert.equal(await status(), 'AVAILABLE');
    assert.equal(await last(), 'SUCCESSFUL');
  });
});

describe('C-13.15, two machines with one tid', () => {
  test('the machine that greeted last is used, and the older connection is closed with 4001', async (t) => {
    const { harness, machine, sale, status, ended } = await startLinkedMachine(t);
    const twin = await LinkedMachine.connect(harness);
    assert.equal(await status(), 'AVAILABLE');
    await twin.notify('hello', profile);
    const closed = await machine.socket.closed;
    assert.deepEqual(closed, { code: 4001, reason: 'Connection Discontinued' });
    await harness.settled();
    assert.equal(await status(), 'AVAILABLE');
    const id = sale();
    const order = await twin.order();
    assert.deepEqual(machine.orders, []);
    await finish(twin, order);
    assert.equal(await ended(id), 'SUCCESSFUL');
  });

  test('a sale goes on over the newer connection, with one outcome', async (t) => {
    const { harness, till, machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    const order = await machine.order();
    await machine.notify('showing', { order, notificationValue: 'PIN_ENTRY' });
    const twin = await LinkedMachine.connect(harness);
    twin.memory = { knows: 'running' };
    await twin.notify('hello', profile);
    await twin.socket.until(({ method }) => method === 'lastOrder');
    await finish(twin, order);
    assert.equal(await ended(id), 'SUCCESSFUL');
    assert.deepEqual(till.values.slice(-2), ['PIN_ENTRY', 'TRANSACTION_FINISHED']);
  });

  test('a late close of the older connection changes nothing', async (t) => {
    const { harness, machine, status } = await startLinkedMachine(t);
    // It neither reads nor answers any more, as behind a broken network.
    machine.socket.socket.pause();
    const twin = await LinkedMachine.connect(harness, {}, { autoPong: false });
    twin.socket.send({ jsonrpc: '2.0', method: 'hello', params: profile });
    machine.socket.socket.resume();
    await machine.socket.closed;
    await harness.settled();
    assert.equal(await status(), 'AVAILABLE');
  });
});

describe('C-13.16, a machine that disconnects during a sale', () => {
  const memories = [
    ['knows the outcome', { knows: 'outcome', outcome: approved }, 'SUCCESSFUL'],
    ['knows nothing of it', { knows: 'nothing' }, 'TIMED_OUT'],
  ] as const;

  for (const [says, memory, result] of memories) {
    test(`a machine that reconnects and ${says} ends the sale ${result}`, async (t) => {
      const { harness, machine, sale, status, ended } = await startLinkedMachine(t);
      const id = sale();
      const order = await machine.order();
      machine.socket.cut();
      await machine.socket.closed;
      await harness.settled();
      assert.equal(await status(), -32070);
      const back = await LinkedMachine.connect(harness);
      back.memory = memory;
      await back.notify('hello', profile);
      assert.equal(await ended(id), result);
      assert.deepEqual(back.paramsOf('lastOrder'), [{ order }]);
      assert.deepEqual(back.orders, [], 'it is handed over once');
      assert.equal(await status(), 'AVAILABLE');
    });
  }

  test('a machine that reconnects with the sale in progress sends what was missed', async (t) => {
    const { harness, till, machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    const order = await machine.order();
    await machine.notify('signatureWanted', { order, merchantReceipt: [], card });
    machine.socket.cut();
    await machine.socket.closed;
    await till.judgeSignature(true);
    const back = await LinkedMachine.connect(harness);
    back.memory = { knows: 'running' };
    await back.notify('hello', profile);
    await back.socket.until(({ method }) => method === 'answerSignature');
    await finish(back, order);
    assert.equal(await ended(id), 'SUCCESSFUL');
  });

  test('a machine that stays away lets the sale end TIMED_OUT at the limit, and its outcome counts when it reconnects', async (t) => {
    const { harness, machine, sale, ended, last } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    machine.socket.cut();
    await harness.advance(200_000);
    assert.equal(await ended(id), 'TIMED_OUT');
    const back = await LinkedMachine.connect(harness);
    back.memory = { knows: 'outcome', outcome: approved };
    await back.notify('hello', profile);
    await harness.settled();
    assert.equal(await last(), 'SUCCESSFUL');
  });

  test('a machine that reconnects after a restart of the gateway gives the outcome of the sale', async (t) => {
    const { harness, till, machine, sale } = await startLinkedMachine(t);
    sale();
    const order = await machine.order();
    await harness.restart();
    await till.closed;
    const back = await LinkedMachine.connect(harness);
    back.memory = { knows: 'outcome', outcome: approved };
    await back.notify('hello', profile);
    assert.deepEqual(back.paramsOf('lastOrder'), [{ order }]);
    const again = await harness.till();
    const { result } = await again.request('duplicate', { tid: TID });
    assert.equal(result.transactionResult, 'SUCCESSFUL');
  });

  test('a machine that is revoked during a sale lets it end TIMED_OUT at the limit, also after a restart', async (t) => {
    const { harness, till, machine, sale } = await startLinkedMachine(t);
    sale();
    await machine.order();
    const revoked = JSON.stringify({ site: 'testhost', tid: TID, enrolledAt: 0, revokedAt: 1 });
    await harness.store.write({
      put: [{ collection: 'terminals', key: `testhost/${TID}`, value: revoked }],
    });
    assert.equal((await machine.socket.closed).code, 4003);
    await harness.restart();
    await till.closed;
    await harness.advance(400_000);
    const journal = JSON.stringify(await harness.store.entries());
    assert.equal(journal.split('\\"cause\\":\\"limit\\"').length - 1, 1);
  });
});

describe('C-13.17, a machine that does not answer', () => {
  test('a machine that does not answer start is closed after 10 s, and its sale ends TIMED_OUT', async (t) => {
    const { harness, machine, sale, status, ended } = await startLinkedMachine(t);
    machine.unanswered.add('start');
    const id = sale();
    await machine.order();
    await harness.advance(9_999);
    assert.equal(await status(), 'BUSY');
    await harness.advance(1);
    const { code, reason } = await machine.socket.closed;
    assert.deepEqual([code, reason], [1008, 'No answer to start']);
    await harness.settled();
    assert.equal(await status(), -32070);
    await LinkedMachine.link(harness);
    assert.equal(await ended(id), 'TIMED_OUT');
  });

  test('a machine that does not answer lastOrder is closed too, and the limit runs on', async (t) => {
    const { harness, machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    machine.socket.cut();
    await machine.socket.closed;
    const back = await LinkedMachine.connect(harness);
    back.unanswered.add('lastOrder');
    await back.notify('hello', profile);
    await harness.advance(10_000);
    assert.equal((await back.socket.closed).code, 1008);
    await harness.advance(200_000);
    assert.equal(await ended(id), 'TIMED_OUT');
  });

  test('a machine that answers lastOrder with an invalid message gets an error, and the limit runs on', async (t) => {
    const { harness, machine, sale, ended } = await startLinkedMachine(t);
    const id = sale();
    await machine.order();
    machine.socket.cut();
    await machine.socket.closed;
    const back = await LinkedMachine.connect(harness);
    back.memory = { knows: 'outcome', outcome: { ...approved, transactionResult: 'MAYBE' } };
    await back.notify('hello', profile);
    await harness.settled();
    assert.deepEqual(back.errors, [-32076]);
    await harness.advance(200_000);
    assert.equal(await ended(id), 'TIMED_OUT');
  });
});

describe('C-13.3, a machine that is revoked during an order', () => {
  test('a revoked machine is unavailable at once, however long its socket takes to close', async (t) => {
    const settings = { closeTimeout: 600 };
    const { harness, machine, status } = await startLinkedMachine(t, { settings });
    machine.socket.socket.pause();
    const value = JSON.stringify({ site: 'testhost', tid: TID, enrolledAt: 0, revokedAt: 1 });
    await harness.store.write({
      put: [{ collection: 'terminals', key: `testhost/${TID}`, value }],
    });
    for (let looks = 0; looks < 20; looks += 1) await status();
    assert.equal(await status(), -32070);
    machine.socket.socket.resume();
    assert.equal((await machine.socket.closed).code, 4003);
  });
});

describe('C-13.18, a machine that stops sending', () => {
  test('a silent machine is disconnected within two ping intervals and becomes unavailable', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    const till = await harness.till();
    const machine = await LinkedMachine.connect(harness, {}, { autoPong: false });
    machine.socket.send({ jsonrpc: '2.0', method: 'hello', params: profile });
    const status = async () => {
      const { result, error } = await till.request('terminalDetails', { tid: TID });
      return result?.status ?? error.code;
    };
    while ((await status()) !== 'AVAILABLE') await harness.settled();
    await harness.advance(61_000);
    assert.equal((await machine.socket.closed).code, 1006);
    assert.equal(await status(), -32070);
  });
});
