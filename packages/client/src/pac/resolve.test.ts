// What resolve() finds after a dropped connection: the result itself, or by asking the card machine.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, available, cutSale, lookTwice } from '../testing/cut-sale.ts';
import { settle } from '../testing/manual-timing.ts';
import {
  params,
  payment,
  refusal,
  ScriptedGateway,
  tid,
  timedOut,
} from '../testing/scripted-gateway.ts';
import type { UnknownOutcome } from './outcome.ts';

const busy = { ...available, status: 'BUSY' };

const steps = ['TRANSACTION_STARTED', 'PRESENT_CARD', 'PIN_ENTRY', 'APPROVED'];
for (let shown = 0; shown <= steps.length; shown += 1) {
  test(`a sale cut after ${shown} values settles at once; its result comes on the next connection [C-7.26]`, async () => {
    const { gateway, id, unknown } = await cutSale(steps.slice(0, shown));
    assert.equal(unknown.reason, 'connectionLost');
    assert.equal(unknown.handedOver, shown === 0 ? 'maybe' : 'yes');
    assert.equal(unknown.machineMayBeAtWork, true);
    assert.equal(unknown.requestId, id);
    const resolving = unknown.resolve();
    const line = await gateway.reconnect();
    await line.say({ id, result: payment() });
    assert.deepEqual(await resolving, { outcome: 'approved', payment: payment() });
    assert(line.received.every((message) => message.method !== 'sale'));
  });
}

test('a result that came before resolve was called is not asked for again', async () => {
  const { gateway, id, unknown } = await cutSale(steps);
  const line = await gateway.reconnect();
  await line.say({ id, result: payment({ transactionResult: 'DECLINED' }) });
  assert.equal((await unknown.resolve()).outcome, 'declined');
  assert.deepEqual(line.received, []);
});

test('a result that comes twice is used once [C-4.42]', async () => {
  const { gateway, id, unknown } = await cutSale(steps);
  const line = await gateway.reconnect();
  await line.say({ id, result: payment() });
  await line.cut();
  const next = await gateway.reconnect();
  await next.say({ id, result: payment() });
  assert.equal((await unknown.resolve()).outcome, 'approved');
});

test('without a result the machine is asked until it is free, then for its last payment', async () => {
  const { gateway, unknown } = await cutSale([], { eposId: false });
  const resolving = unknown.resolve();
  const line = await gateway.reconnect();
  await gateway.timing.advance(3_000);
  await answer(line, 'terminalDetails', busy);
  await gateway.timing.advance(3_000);
  await answer(line, 'terminalDetails', available);
  await answer(line, 'duplicate', payment());
  assert.equal((await resolving).outcome, 'approved');
  assert.deepEqual(line.received, []);
});

test('a duplicate refused as busy is asked for again later [C-4.20]', async () => {
  const { gateway, unknown } = await cutSale(steps, { eposId: false });
  const line = await gateway.reconnect();
  const resolving = unknown.resolve();
  await answer(line, 'terminalDetails', available);
  const { id } = await line.next('duplicate');
  await line.say({ id, error: refusal(-32071) });
  await gateway.timing.advance(3_000);
  await answer(line, 'terminalDetails', available);
  await answer(line, 'duplicate', payment());
  assert.equal((await resolving).outcome, 'approved');
});

test('another payment on the machine is not taken for this one [C-4.18]', async () => {
  for (const other of [{ amountBase: 1 }, { transactionType: 'REFUND' as const }]) {
    const { gateway, unknown } = await cutSale(steps);
    await gateway.reconnect();
    const resolving = unknown.resolve();
    await lookTwice(gateway, { result: payment(other) });
    const outcome = await resolving;
    assert(outcome.outcome === 'unknown');
    assert.match(outcome.advice, /Another payment has ended on card machine 12345678/);
    assert.equal(outcome.machineMayBeAtWork, false);
  }
});

test('an equal payment that was seen before is not taken for this one', async () => {
  const gateway = new ScriptedGateway();
  const till = await gateway.connect();
  const first = till.sale(params);
  await answer(gateway.connection, 'sale', payment());
  await first;
  const second = till.sale(params);
  await gateway.connection.next('sale');
  await gateway.connection.cut();
  const unknown = await second;
  assert(unknown.outcome === 'unknown');
  await gateway.reconnect();
  const resolving = unknown.resolve();
  await lookTwice(gateway, { result: payment() });
  const outcome = await resolving;
  assert(outcome.outcome === 'unknown');
  assert.equal(outcome.handedOver, 'no');
  assert.match(outcome.advice, /can be taken again/);
});

for (const [what, siteMs, tillMs] of [
  ['summer time begins at the site', 3_600_000, 0],
  ['summer time ends at the site', -3_600_000, 0],
  ['the clock of the till is set forward', 0, 7 * 60_000],
  ['the clock of the till is set back by years', 0, -3 * 365 * 86_400_000],
] as const) {
  test(`a sale is found as its own payment after ${what} [C-4.18]`, async () => {
    const gateway = new ScriptedGateway();
    const { timing } = gateway;
    const till = await gateway.connect({ eposId: false });
    let site = Date.UTC(2026, 2, 29, 0, 59, 0);
    const at = (ms: number) => ({ transactionTime: new Date(ms).toISOString().slice(0, 19) });
    const first = till.sale(params);
    await answer(gateway.connection, 'sale', payment({ transactionId: '1', ...at(site) }));
    await first;
    timing.setClock(tillMs);
    site += siteMs;
    const second = till.sale(params);
    await gateway.connection.next('sale');
    await gateway.connection.show(...steps);
    await gateway.connection.cut();
    const unknown = (await second) as UnknownOutcome;
    const line = await gateway.reconnect();
    const resolving = unknown.resolve();
    await answer(line, 'terminalDetails', available);
    const own = payment({ transactionId: '2', ...at(site + 2_000) });
    await answer(line, 'duplicate', own);
    assert.deepEqual(await resolving, { outcome: 'approved', payment: own });
  });
}

for (const byMs of [86_400_000, -86_400_000]) {
  test(`resolve keeps its limit while the clock is set by ${byMs} ms`, async () => {
    const { gateway, unknown } = await cutSale([], { eposId: false });
    const line = await gateway.reconnect();
    let isSettled = false;
    const resolving = unknown.resolve({ limitMs: 60_000 }).finally(() => {
      isSettled = true;
    });
    gateway.timing.setClock(byMs);
    await answer(line, 'terminalDetails', busy);
    await gateway.timing.advance(59_000);
    assert.equal(isSettled, false);
    await gateway.timing.advance(1_000);
    assert.equal((await resolving).outcome, 'unknown');
  });
}

test('an equal payment of unknown age, on a machine that showed nothing, stays unclear', async () => {
  const { gateway, unknown } = await cutSale([], { eposId: false });
  await gateway.reconnect();
  const resolving = unknown.resolve();
  await lookTwice(gateway, { result: payment() });
  const outcome = await resolving;
  assert(outcome.outcome === 'unknown');
  assert.match(outcome.advice, /Compare the time on its last receipt/);
  const again = outcome.resolve();
  await lookTwice(gateway, { result: payment({ amountBase: 5 }) });
  assert.equal((await again).outcome, 'unknown');
});

test('a machine that never made a transaction has not made this one [C-4.21]', async () => {
  const { gateway, unknown } = await cutSale([]);
  await gateway.reconnect();
  const resolving = unknown.resolve();
  await lookTwice(gateway, { error: refusal(-32074) });
  const outcome = await resolving;
  assert(outcome.outcome === 'unknown');
  assert.equal(outcome.handedOver, 'no');
});

test('a result that comes between two polls is the outcome', async () => {
  const { gateway, id, unknown } = await cutSale([]);
  const line = await gateway.reconnect();
  const resolving = unknown.resolve();
  await answer(line, 'terminalDetails', available);
  await answer(line, 'duplicate', payment({ amountBase: 3 }));
  await line.say({ id, result: payment({ transactionResult: 'CANCELLED' }) });
  assert.equal((await resolving).outcome, 'cancelled');
});

test('duplicate returns the outcome of a timed-out sale later, or never [C-4.19]', async () => {
  for (const told of [payment(), timedOut()]) {
    const gateway = new ScriptedGateway();
    const till = await gateway.connect();
    const sale = till.sale(params);
    await answer(gateway.connection, 'sale', timedOut());
    const unknown = await sale;
    assert(unknown.outcome === 'unknown');
    const resolving = unknown.resolve();
    await answer(gateway.connection, 'terminalDetails', available);
    await answer(gateway.connection, 'duplicate', told);
    const outcome = await resolving;
    if (told.transactionResult === 'SUCCESSFUL') assert.equal(outcome.outcome, 'approved');
    else assert.match((outcome as UnknownOutcome).advice, /finished, but not said how/);
  }
});

test('without a connection resolve gives up after its limit, and may be called again', async () => {
  const { gateway, id, unknown } = await cutSale(steps);
  gateway.refusals.push(...Array.from({ length: 30 }, () => new Error('no network')));
  const resolving = unknown.resolve();
  await gateway.timing.advance(290_000);
  const outcome = await resolving;
  assert(outcome.outcome === 'unknown');
  assert.match(outcome.advice, /There is no connection/);
  gateway.refusals.length = 0;
  await gateway.timing.advance(30_000);
  const again = outcome.resolve();
  await gateway.connection.say({ id, result: payment() });
  assert.equal((await again).outcome, 'approved');
});

test('an unreachable machine is polled every 10 s [C-11.21]', async () => {
  const { gateway, unknown } = await cutSale(steps);
  const line = await gateway.reconnect();
  const resolving = unknown.resolve({ limitMs: 15_000 });
  const first = await line.next('terminalDetails');
  await line.say({ id: first.id, error: refusal(-32070) });
  await gateway.timing.advance(9_000);
  assert.deepEqual(line.received, []);
  await gateway.timing.advance(3_000);
  const second = await line.next('terminalDetails');
  await line.say({ id: second.id, error: refusal(-32070) });
  await gateway.timing.advance(5_000);
  const outcome = await resolving;
  assert(outcome.outcome === 'unknown');
  assert.match(outcome.advice, /busy or cannot be reached/);
});

test('resolve of a closed till returns an unknown outcome, and its calls reject with NotSent', async () => {
  const gateway = new ScriptedGateway();
  const till = await gateway.connect();
  const sale = till.sale(params);
  await gateway.connection.next('sale');
  till.close();
  const unknown = await sale;
  assert(unknown.outcome === 'unknown');
  assert.equal(unknown.reason, 'connectionLost');
  assert.equal((await unknown.resolve()).outcome, 'unknown');
  await assert.rejects(till.sale(params), { name: 'NotSent' });
  await assert.rejects(till.duplicate({ tid }), { name: 'NotSent' });
});

test('a refusal that comes late says that nothing was handed over [C-3.21]', async () => {
  const { gateway, id, unknown } = await cutSale([]);
  const line = await gateway.reconnect();
  await line.say({ id, error: refusal(-32071) });
  await assert.rejects(unknown.resolve(), { name: 'TillError', code: -32071 });
});

test('without a connection nothing is sent and every open call is settled', async () => {
  const gateway = new ScriptedGateway();
  const till = await gateway.connect();
  const report = assert.rejects(till.reportXBalance({ tid }), { name: 'ConnectionLost' });
  const details = assert.rejects(till.terminal({ tid }), { name: 'ConnectionLost' });
  await settle();
  await gateway.connection.cut();
  await Promise.all([report, details]);
  await assert.rejects(till.sale(params), { name: 'NotSent', method: 'sale' });
});
