// What operators do with card machines through the admin API: virtual ones, and those that link.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TestClock } from 'tillgate/testing';
import { clientOf, startApiServer } from '../support/api/api-client.ts';
import { startLinkedMachine, TID } from '../support/terminal/linked-machine.ts';

const _shop1 = { params: { site: 'shop1' } };

describe('card machines', () => {
  test('a virtual card machine plays the next transaction as it was set, and the one after as usual', async (t) => {
    const { local, till } = await startApiServer(t);
    const machine = { params: { site: 'testhost', tid: 'VCMINVLSIP0' } };
    const body = { nextOutcome: 'DCN' };
    assert.equal((await local.get('changeTerminal', { ...machine, body })).nextOutcome, 'DCN');
    const counter = await till();
    const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 100 };
    const results = [await counter.request('sale', sale), await counter.request('sale', sale)];
    assert.deepEqual(
      results.map(({ result }) => [result.transactionResult, result.paymentMethod]),
      [
        ['DECLINED', 'CONTACTLESS'],
        ['SUCCESSFUL', 'ICC_CHIP'],
      ],
    );
    const { terminals } = await local.get('listTerminals', { params: { site: 'testhost' } });
    assert.ok(terminals.every((one) => one.nextOutcome === undefined));
    await counter.close();
  });

  test('a virtual card machine keeps the pace that was set until another is set', async (t) => {
    const clock = new TestClock();
    const { local, till } = await startApiServer(t, { clock, settings: { pace: 'realistic' } });
    const machine = { params: { site: 'testhost', tid: 'VCMINVLSIP0' } };
    const counter = await till();
    const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 100 };
    const changed = await local.get('changeTerminal', { ...machine, body: { pace: 'instant' } });
    assert.equal(changed.pace, 'instant');
    const first = counter.request('sale', sale);
    await counter.until(({ method }) => method === 'terminalNotification');
    const before = clock.now();
    await clock.advance(10);
    assert.equal((await first).result.transactionResult, 'SUCCESSFUL');
    assert.ok(clock.now() - before < 100);
    const usual = await local.get('changeTerminal', { ...machine, body: { pace: null } });
    assert.equal(usual.pace, undefined);
    await counter.close();
  });

  test('a linked card machine is enrolled, listed with its state, and revoked', async (t) => {
    const { local, gateway } = await startApiServer(t);
    const site = { params: { site: 'testhost' } };
    const body = { tid: '12345678', label: 'bar' };
    const { pairingCode, expiresAt } = await local.get('addTerminal', { ...site, body });
    const listed = async () =>
      (await local.get('listTerminals', site)).terminals.find(({ tid }) => tid === '12345678');
    const shown = { tid: '12345678', kind: 'link', connected: false, label: 'bar' };
    assert.deepEqual(await listed(), { ...shown, paired: false, pairingUntil: expiresAt });
    const pairing = { site: 'testhost', tid: '12345678', code: pairingCode };
    const paired = await fetch(`${gateway.httpUrl}/terminal/pair`, {
      method: 'POST',
      body: JSON.stringify(pairing),
    });
    assert.equal(paired.status, 201);
    const { pairedAt, ...rest } = (await listed()) ?? {};
    assert.deepEqual(rest, { ...shown, paired: true });
    assert.match(String(pairedAt), /^\d{4}-.*Z$/);
    const machine = { params: { site: 'testhost', tid: '12345678' } };
    const pace = { ...machine, body: { pace: 'instant' } };
    assert.equal(await local.problem('changeTerminal', pace), 'notPossible');
    await local.get('removeTerminal', machine);
    assert.equal(await listed(), undefined);
    assert.equal(await local.problem('removeTerminal', machine), 'notFound');
  });

  test('a linked card machine is listed with its activity, the time it last sent something, and its transactions', async (t) => {
    const { harness, machine, sale } = await startLinkedMachine(t);
    const client = clientOf(harness.server);
    const listed = async () => {
      const { terminals } = await client.get('listTerminals', { params: { site: 'testhost' } });
      return terminals.find(({ tid }) => tid === TID);
    };
    const { lastHeardAt, ...shown } = (await listed()) ?? {};
    assert.deepEqual(shown, {
      ...{ tid: TID, kind: 'link', connected: true, status: 'AVAILABLE', currency: 'GBP' },
      ...{ paired: true, pairedAt: new Date(0).toISOString() },
    });
    assert.equal(lastHeardAt, new Date(harness.clock.now()).toISOString());
    sale();
    await harness.settled();
    assert.equal((await listed())?.status, 'BUSY');
    const [open] = (await client.get('listTransactions')).transactions;
    const { tid = '', number = 0 } = open ?? {};
    const story = await client.get('readTransaction', {
      params: { site: 'testhost', tid, number },
    });
    const lines = new Set(story.frames.map(({ integration }) => integration));
    assert.deepEqual(lines, new Set(['pac', 'terminal']));
    await client.get('removeTerminal', { params: { site: 'testhost', tid: TID } });
    assert.equal((await machine.socket.closed).code, 4003);
  });

  test('a virtual card machine of the site is enrolled to be operated by hand, listed so, and released [C-10.22]', async (t) => {
    const { local, gateway } = await startApiServer(t);
    const site = { params: { site: 'testhost' } };
    const tid = 'VCMINVLSIP0';
    const shown = async () => {
      const { terminals } = await local.get('listTerminals', site);
      const { kind, connected, paired } = terminals.find((one) => one.tid === tid) ?? {};
      return [kind, connected, paired];
    };
    assert.deepEqual(await shown(), ['virtual', true, undefined]);
    const { pairingCode: code } = await local.get('addTerminal', { ...site, body: { tid } });
    assert.deepEqual(await shown(), ['virtual', true, false]);
    const body = JSON.stringify({ site: 'testhost', tid, code });
    await fetch(`${gateway.httpUrl}/terminal/pair`, { method: 'POST', body });
    assert.deepEqual(await shown(), ['virtual', false, true]);
    await local.get('removeTerminal', { params: { site: 'testhost', tid } });
    assert.deepEqual(await shown(), ['virtual', true, undefined]);
  });

  test('an invalid terminal id is neither enrolled nor changed', async (t) => {
    const { local } = await startApiServer(t);
    const site = { params: { site: 'testhost' } };
    const virtual = { ...site, body: { tid: 'VCMINVLSIP3' } };
    assert.equal(await local.problem('addTerminal', virtual), 'unfit');
    const missing = { params: { site: 'testhost', tid: 'nope' } };
    assert.equal(await local.problem('changeTerminal', { ...missing, body: {} }), 'notFound');
    assert.equal(await local.problem('removeTerminal', missing), 'notFound');
  });
});
