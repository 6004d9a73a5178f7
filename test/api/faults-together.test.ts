// Faults of a test site that meet: several on one message, one after another on one connection, and what is left when
// one is removed or its connection ends.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { api } from '@tillgate/protocol';
import type { TestGatewayOptions, TestTill } from 'tillgate/testing';
import { TestClock } from 'tillgate/testing';
import { startApiServer } from '../support/api/api-client.ts';

const site = { params: { site: 'testhost' } };
const TID = 'VCMINVLSIP0';
const sale = { tid: TID, currency: 'GBP', amount: 1250 };
const notification = {
  kind: 'message',
  direction: 'sent',
  method: 'terminalNotification',
} as const;
const listed = {
  ...{ kind: 'message', direction: 'sent', method: 'connectedTerminals' },
  part: 'response',
} as const satisfies api.FaultTrigger;

async function start(t: TestContext, options: TestGatewayOptions = {}) {
  const server = await startApiServer(t, options);
  const add = (body: api.NewFault) => server.local.get('addFault', { ...site, body });
  const remove = (id: string) =>
    server.local.get('removeFault', { params: { ...site.params, id } });
  const fired = async () => (await server.local.get('listFaults', site)).faults.map((f) => f.fired);
  return { ...server, add, remove, fired };
}

const countOf = ({ received }: TestTill, id: unknown) =>
  received.filter((frame) => frame.id === id).length;

describe('several faults of one connection', () => {
  test('a message that two faults hold goes once, after both times', async (t) => {
    const clock = new TestClock();
    const { add, till } = await start(t, { clock });
    await add({ when: listed, action: { kind: 'hold', seconds: 10 } });
    await add({ when: listed, action: { kind: 'hold', seconds: 5 } });
    const counter = await till();
    const other = await till();
    const id = counter.ask('connectedTerminals');
    // Its faults were for the message of the first.
    await other.request('terminalDetails', { tid: TID });
    await clock.advance(14_999);
    await other.request('terminalDetails', { tid: TID });
    assert.equal(countOf(counter, id), 0);
    await clock.advance(1);
    await counter.answer(id);
    await counter.request('terminalDetails', { tid: TID });
    assert.equal(countOf(counter, id), 1);
    counter.cut();
    other.cut();
  });

  test('a message that is lost by one fault is not sent by another', async (t) => {
    const { add, till } = await start(t);
    const when = { ...notification, value: 'PRESENT_CARD' };
    await add({ when, action: { kind: 'double' } });
    await add({ when, action: { kind: 'drop' } });
    const counter = await till();
    await counter.request('sale', sale);
    assert.ok(!counter.values.includes('PRESENT_CARD'));
    counter.cut();
  });

  test('a message that is held goes on when the fault is removed, in its order', async (t) => {
    const { add, remove, fired, till } = await start(t);
    const fault = await add({ when: listed, action: { kind: 'hold', seconds: 3600 } });
    const counter = await till();
    const held = counter.ask('connectedTerminals');
    while ((await fired())[0] === 0);
    const behind = counter.ask('terminalDetails', { tid: TID });
    await remove(fault.id);
    await counter.answer(behind);
    assert.deepEqual(
      counter.received.map(({ id }) => id),
      [held, behind],
    );
    counter.cut();
  });

  test('what is held when the gateway closes the connection is lost, and it closes at once', async (t) => {
    const { add, fired, till } = await start(t);
    await add({ when: listed, action: { kind: 'hold', seconds: 3600 } });
    const counter = await till({ 'epos-id': 'till-1' });
    const id = counter.ask('connectedTerminals');
    while ((await fired())[0] === 0);
    const newer = await till({ 'epos-id': 'till-1' });
    assert.equal((await counter.closed).code, 4001);
    assert.equal(countOf(counter, id), 0);
    newer.cut();
  });

  test('a swapped message that no other follows goes after ten seconds, or when the fault is removed', async (t) => {
    const clock = new TestClock();
    const settings = { pace: 'realistic', virtualCard: 1000 } as const;
    const { add, remove, fired, till } = await start(t, { clock, settings });
    const when = { ...notification, value: 'PRESENT_CARD' };
    const fault = await add({ when, action: { kind: 'swap' }, standing: true });
    const counter = await till();
    const other = await till();
    const ends = [() => clock.advance(10_000), () => remove(fault.id)];
    for (const [index, end] of ends.entries()) {
      const before = counter.values.length;
      counter.ask('sale', { ...sale, tid: `VCM${index}SIP0` });
      while ((await fired())[0] === index) await clock.advance(100);
      await other.request('connectedTerminals');
      assert.deepEqual(counter.values.slice(before), ['TRANSACTION_STARTED']);
      await end();
      await other.request('connectedTerminals');
      assert.deepEqual(counter.values.slice(before), ['TRANSACTION_STARTED', 'PRESENT_CARD']);
    }
    counter.cut();
    other.cut();
  });

  test('after a cut nothing more goes over the connection, whatever is sent in the same turn', async (t) => {
    const { add, till } = await start(t);
    await add({ when: listed, action: { kind: 'cut', code: 1012 } });
    const counter = await till();
    const batch = ['connectedTerminals', 'connectedTerminals', 'connectedTerminals'];
    for (const method of batch) counter.ask(method);
    assert.equal((await counter.closed).code, 1012);
    assert.equal(counter.received.length, 1);
  });

  test('of two faults that ignore pings one is left when the other is removed', async (t) => {
    const { add, remove, till } = await start(t);
    const counter = await till();
    const now = { kind: 'time', seconds: 0 } as const;
    const first = await add({ when: now, action: { kind: 'ignore-pings' } });
    const second = await add({ when: now, action: { kind: 'ignore-pings' } });
    const pongs: string[] = [];
    counter.socket.on('pong', (payload) => pongs.push(String(payload)));
    for (const [ping, ended] of [
      ['1', first],
      ['2', second],
    ] as const) {
      await remove(ended.id);
      counter.socket.ping(ping);
      await counter.request('connectedTerminals');
    }
    assert.deepEqual(pongs, ['2']);
    counter.cut();
  });
});

describe('faults one after another', () => {
  test('a response is known though its request came before the site had a fault', async (t) => {
    const { add, remove, fired, till } = await start(t, {
      settings: { pace: 'realistic', virtualCard: 1000 },
    });
    const counter = await till();
    const id = counter.ask('sale', sale);
    await counter.shown('PRESENT_CARD');
    const before = await add({ when: notification, action: { kind: 'drop' } });
    await remove(before.id);
    const when = { ...notification, method: 'sale', part: 'response' } as const;
    await add({ when, action: { kind: 'cut', place: 'before', code: 1012 } });
    await counter.request('cancelTransaction', { tid: TID });
    assert.equal((await counter.closed).code, 1012);
    assert.equal(countOf(counter, id), 0);
    assert.deepEqual(await fired(), [1]);
  });

  test('a standing fault that happens again while it lasts goes on, and ends once', async (t) => {
    const clock = new TestClock();
    const { add, fired, till } = await start(t, { clock });
    const when = { ...listed, part: 'request', direction: 'received' } as const;
    const action = { kind: 'terminal', tid: TID, state: 'busy', seconds: 60 } as const;
    await add({ when, action, standing: true });
    const counter = await till();
    const isBusy = async () =>
      (await counter.request('terminalDetails', { tid: TID })).result.status === 'BUSY';
    await counter.request('connectedTerminals');
    await clock.advance(40_000);
    await counter.request('connectedTerminals');
    await clock.advance(40_000);
    assert.equal(await isBusy(), true);
    await clock.advance(20_000);
    assert.equal(await isBusy(), false);
    assert.deepEqual(await fired(), [2]);
    counter.cut();
  });

  test('a standing cut ends each connection that sends the message', async (t) => {
    const { add, remove, fired, till } = await start(t);
    const when = { ...notification, value: 'PRESENT_CARD' };
    const fault = await add({ when, action: { kind: 'cut' }, standing: true });
    const ids: unknown[] = [];
    for (const tid of ['VCMASIP0', 'VCMBSIP0']) {
      const counter = await till({ 'epos-id': 'till-1' });
      ids.push(counter.ask('sale', { ...sale, tid }, tid));
      assert.equal((await counter.closed).code, 1006);
    }
    await remove(fault.id);
    const counter = await till({ 'epos-id': 'till-1' });
    for (const id of ids) {
      assert.equal((await counter.answer(id)).result.transactionResult, 'SUCCESSFUL');
    }
    assert.deepEqual(await fired(), []);
    counter.cut();
  });

  test('a result that no transaction has had is as usual again when the fault is removed', async (t) => {
    const { add, remove, till } = await start(t);
    const action = { kind: 'result', tid: TID, letters: 'DIP' } as const;
    const when = { ...listed, part: 'request', direction: 'received' } as const;
    const fault = await add({ when, action });
    const counter = await till();
    await counter.request('connectedTerminals');
    await remove(fault.id);
    assert.equal((await counter.request('sale', sale)).result.transactionResult, 'SUCCESSFUL');
    counter.cut();
  });

  test('a machine that is gone is not reached by a cancel', async (t) => {
    const { add, remove, till } = await start(t, {
      settings: { pace: 'realistic', virtualCard: 1000 },
    });
    const counter = await till();
    const id = counter.ask('sale', sale);
    await counter.shown('PRESENT_CARD');
    const action = { kind: 'terminal', tid: TID, state: 'gone' } as const;
    const when = { ...notification, direction: 'received', method: 'cancelTransaction' } as const;
    const fault = await add({ when, action });
    await counter.request('cancelTransaction', { tid: TID });
    await remove(fault.id);
    assert.equal((await counter.request('terminalDetails', { tid: TID })).result.status, 'BUSY');
    await counter.request('cancelTransaction', { tid: TID });
    assert.equal((await counter.answer(id)).result.transactionResult, 'CANCELLED');
    counter.cut();
  });
});

describe('faults that would never happen, or do harm', () => {
  test('a value, an integration or a close code that cannot be is refused, with the field', async (t) => {
    const { local } = await start(t);
    const cut = { kind: 'cut' };
    for (const [when, action, path] of [
      [{ ...notification, value: 'PRESENT_CRAD' }, cut, '/when/value'],
      [{ ...listed, method: 'sale', value: 'APPROVED' }, cut, '/when/value'],
      [{ ...notification, till: { integration: 'pat' } }, cut, '/when/till/integration'],
      ...[1004, 1005, 1006, 1015, 2999].map(
        (code) => [notification, { kind: 'cut', code }, '/action/code'] as const,
      ),
    ] as const) {
      const { status, body } = await local.request('addFault', { ...site, body: { when, action } });
      assert.equal(status, 422, JSON.stringify(when));
      assert.deepEqual(
        body.errors.map((error: api.UnfitPart) => error.path),
        [path],
      );
    }
  });

  test('the gateway is stopped only by an operator of all sites', async (t) => {
    const { operator } = await start(t, { settings: { openOnLoopback: false } });
    const { client } = await operator('anna', ['testhost']);
    const body = { when: notification, action: { kind: 'gateway', how: 'stop' } };
    assert.equal(await client.problem('addFault', { ...site, body }), 'notAllowed');
    const all = await operator('bert');
    assert.equal(await all.client.problem('addFault', { ...site, body }), 'notPossible');
  });
});
