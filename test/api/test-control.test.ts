// What programs that test tills do with a gateway: moving its clock and clearing up, over HTTP.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultSettings, startGateway } from 'tillgate';
import type { TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import { startApiServer } from '../support/api/api-client.ts';
import { MemoryStore, shareStore } from '../support/gateway/shared-store.ts';

const site = { params: { site: 'testhost' } };
const TID = 'VCMINVLSIS0';
const sale = { tid: TID, currency: 'GBP', amount: 1250 };
const testControl = { settings: { testControl: true, data: 'memory' } };

const advance = (seconds: unknown) => ({ body: { advance: seconds } });

describe('the clock of a gateway with test control', () => {
  test('is moved past the time of a signature: the sale ends at once, and the till stays connected', async (t) => {
    const { local, till } = await startApiServer(t, testControl);
    const { now: before } = await local.get('advanceClock', advance(0));
    const counter = await till();
    const id = counter.ask('sale', sale);
    await counter.until(({ method }) => method === 'signatureVerificationRequest');
    const { now } = await local.get('advanceClock', advance(80));
    assert.ok(Date.parse(now) - Date.parse(before) >= 80_000);
    assert.equal((await counter.answer(id)).result.transactionResult, 'SUCCESSFUL');
    const { transactions } = await local.get('listTransactions');
    const { startedAt = '', endedAt = '' } = transactions[0] ?? {};
    assert.ok(Date.parse(endedAt) - Date.parse(startedAt) >= 80_000);
    await counter.request('connectedTerminals');
    await counter.close();
  });

  test('is moved by a part of a second, and by days', async (t) => {
    const { local } = await startApiServer(t, testControl);
    const { now: first } = await local.get('advanceClock', advance(0.25));
    const { now: second } = await local.get('advanceClock', advance(604_800));
    assert.ok(Date.parse(second) - Date.parse(first) >= 604_800_000);
  });

  test('is not moved back, by more than a week, or by what is no number', async (t) => {
    const { local } = await startApiServer(t, testControl);
    for (const wrong of [-1, 604_801, '80', null]) {
      const { problem, body } = await local.request('advanceClock', advance(wrong));
      assert.equal(problem, 'unfit');
      assert.equal(body.errors[0].path, '/advance');
    }
  });

  test('is not moved where a site is no test site', async (t) => {
    const { local } = await startApiServer(t, testControl);
    await local.get('addSite', { body: { name: 'shop1' } });
    const { problem, body } = await local.request('advanceClock', advance(1));
    assert.equal(problem, 'notPossible');
    assert.equal(body.detail, '"shop1" is no test site, so the clock is not moved.');
    assert.equal(await local.problem('resetAfterTest'), 'notPossible');
  });

  test('is moved by operators of all sites only', async (t) => {
    const settings = { ...testControl.settings, openOnLoopback: false };
    const { local, operator } = await startApiServer(t, { settings });
    const { client } = await operator('ben', ['testhost']);
    assert.equal(await local.problem('advanceClock', advance(1)), 'notSignedIn');
    assert.equal(await client.problem('advanceClock', advance(1)), 'notAllowed');
  });
});

describe('clearing up after a test', () => {
  test('removes faults, restores card machines and ends what they do', async (t) => {
    const { local, till } = await startApiServer(t, testControl);
    const when = { kind: 'time', seconds: 0 };
    const action = { kind: 'terminal', tid: TID, state: 'silent' };
    const terminal = { params: { ...site.params, tid: TID } };
    await local.get('changeTerminal', { ...terminal, body: { nextOutcome: 'DIP' } });
    const counter = await till();
    counter.ask('sale', sale);
    await counter.shown('TRANSACTION_STARTED');
    await local.get('addFault', { ...site, body: { when, action } });
    const status = async () => {
      const asking = await till();
      const { result } = await asking.request('terminalDetails', { tid: TID });
      await asking.close();
      return result.status;
    };
    assert.equal(await status(), 'BUSY');
    assert.equal((await local.get('listFaults', site)).faults.length, 1);
    counter.cut();
    await local.get('resetAfterTest');
    assert.deepEqual((await local.get('listFaults', site)).faults, []);
    const { terminals } = await local.get('listTerminals', site);
    const machine = terminals.find(({ tid }) => tid === TID);
    assert.equal(machine?.nextOutcome, undefined);
    assert.notEqual(await status(), 'BUSY');
    const { entries } = await local.get('listAudit');
    assert.deepEqual(
      entries.filter(({ action: done }) => done === 'fault.remove').map(({ subject }) => subject),
      ['f1'],
    );
  });

  test('drops a result that no till has got, also for a gateway that starts again with its journal', async (t) => {
    const store = new MemoryStore();
    const { local, till, stop } = await startApiServer(t, {
      ...testControl,
      store: shareStore(store),
    });
    const eposId = { 'epos-id': 'till-1' };
    const undelivered = await till(eposId);
    undelivered.ask('sale', { ...sale, tid: 'VCMINVLSIP0' });
    await undelivered.shown('TRANSACTION_STARTED');
    undelivered.cut();
    await local.get('resetAfterTest');
    const { transactions } = await local.get('listTransactions');
    assert.deepEqual(
      transactions.map(({ result, delivered }) => [result, delivered]),
      [['SUCCESSFUL', false]],
    );
    const receivedBy = async (counter: TestTill) => {
      await counter.request('connectedTerminals');
      return counter.received.length;
    };
    assert.equal(await receivedBy(await till(eposId)), 1);
    await stop();
    const again = await startApiServer(t, { ...testControl, store: shareStore(store) });
    assert.equal(await receivedBy(await again.till(eposId)), 1);
  });

  test('drops what the till at the table has not got', async (t) => {
    const { local, uri } = await startApiServer(t, testControl);
    const tables = await connectTill(uri('pat'));
    const waiter = await connectTill(uri('waiter', { tid: TID }));
    waiter.ask('lock', { tableId: '12' });
    const { id } = await tables.until(({ method }) => method === 'tableLockRequest');
    const result = { confirmed: true, amount: 4820, currency: 'GBP' };
    tables.send({ jsonrpc: '2.0', id, result });
    await waiter.until((frame) => frame.result?.answer === 'locked');
    tables.cut();
    await tables.closed;
    waiter.ask('leave');
    await local.get('resetAfterTest');
    const next = await connectTill(uri('pat'));
    const other = await connectTill(uri('waiter', { tid: 'VCMINVLSIP0' }));
    other.ask('lock', { tableId: '13' });
    await next.until(({ method }) => method === 'tableLockRequest');
    assert.deepEqual(
      next.received.map(({ method }) => method),
      ['tableLockRequest'],
    );
  });
});

describe('without test control', () => {
  test('the clock is not moved and nothing is cleared up', async (t) => {
    const { local } = await startApiServer(t);
    const { problem, body } = await local.request('advanceClock', advance(1));
    assert.equal(problem, 'notPossible');
    assert.equal(body.detail, 'Only a gateway with --test-control can do that.');
    assert.equal(await local.problem('resetAfterTest'), 'notPossible');
  });

  for (const [name, more, sentence] of [
    ['other machines reach', { host: '0.0.0.0', allowPlain: true }, /reachable from this machine/],
    ['is behind a proxy', { behindProxy: true }, /reachable from this machine/],
    ['keeps its journal', { data: '/nowhere' }, /which must not touch payments that are kept/],
    ['shares a database', { store: 'postgres://a@127.0.0.1:1/b' }, /payments that are kept/],
  ] as const) {
    test(`a gateway that ${name} does not start with it`, async () => {
      const settings = { ...defaultSettings(), port: 0, data: 'memory', testControl: true };
      await assert.rejects(startGateway({ ...settings, ...more }), sentence);
    });
  }
});
