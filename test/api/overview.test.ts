// The overview: what runs, the payments of the last day, what somebody should look at, and how each site is.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { paymentResults } from '@tillgate/protocol';
import { TestClock } from 'tillgate/testing';
import { startApiServer, startProxiedApiServer } from '../support/api/api-client.ts';
import { EventStream } from '../support/api/event-stream.ts';
import { shiftedClock } from '../support/shifted-clock.ts';

const SALE = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
const HOUR_MS = 3_600_000;
const MIDDLE_OF_HOUR = Date.UTC(2026, 2, 14, 12, 30);
const none = Object.fromEntries(paymentResults.map((result) => [result, 0]));

describe('the overview', () => {
  test('the overview says what runs, and that nothing is counted yet', async (t) => {
    const clock = new TestClock();
    const { local } = await startApiServer(t, { clock });
    const seen = await local.get('readOverview');
    const { version } = await local.get('readGateway');
    const at = new Date(clock.now()).toISOString();
    assert.equal(seen.version, version);
    assert.deepEqual([seen.at, seen.startedAt, seen.countedSince], [at, at, at]);
    assert.deepEqual([seen.ready, seen.node, seen.nodes], [{ ok: true }, undefined, undefined]);
    assert.deepEqual(seen.lastDay, { results: none });
    assert.equal(seen.hours.length, 24);
    assert.deepEqual([seen.attention, seen.moreAttention, seen.moreSites], [[], false, false]);
    const [site] = seen.sites;
    assert.equal(site?.name, 'testhost');
    assert.equal(site?.here, true);
    assert.equal(site?.tills, 0);
    assert.ok((site?.terminals?.available ?? 0) > 0);
    assert.deepEqual(
      [site?.terminals?.busy, site?.lastPayment, site?.oldestOpen],
      [0, undefined, undefined],
    );
  });

  test('payments are counted by hour and result, reports are not, and after a day they are gone', async (t) => {
    const clock = shiftedClock(MIDDLE_OF_HOUR);
    const { local, till } = await startApiServer(t, { clock });
    const counter = await till({ 'epos-id': 'TILL-1' });
    await counter.request('sale', SALE);
    await counter.request('sale', { ...SALE, tid: 'VCMINVLDIP0' });
    await counter.request('xBalanceReport', { tid: SALE.tid }).catch(() => {});
    clock.shift(HOUR_MS);
    await counter.request('sale', SALE);
    const seen = await local.get('readOverview');
    assert.deepEqual(seen.lastDay.results, { ...none, SUCCESSFUL: 2, DECLINED: 1 });
    assert.deepEqual(
      seen.hours.slice(-2).map(({ results }) => results),
      [
        { ...none, SUCCESSFUL: 1, DECLINED: 1 },
        { ...none, SUCCESSFUL: 1 },
      ],
    );
    assert.ok(seen.lastDay.p50Ms !== undefined && seen.lastDay.p95Ms !== undefined);
    const [site] = seen.sites;
    assert.equal(site?.tills, 1);
    assert.equal(site?.lastPayment?.result, 'SUCCESSFUL');
    await counter.close();
    clock.shift(24 * HOUR_MS);
    assert.deepEqual((await local.get('readOverview')).lastDay, { results: none });
  });

  test('an unknown payment and an undelivered one call for attention, and their site comes first', async (t) => {
    const clock = shiftedClock(MIDDLE_OF_HOUR);
    const { local, till } = await startApiServer(t, { clock });
    await local.get('addSite', { body: { name: 'another' } });
    const calm = await local.get('readOverview');
    assert.deepEqual(
      calm.sites.map(({ name }) => name),
      ['another', 'testhost'],
    );
    const counter = await till({ 'epos-id': 'TILL-1' });
    await counter.request('sale', { ...SALE, tid: 'VCMINVLTIP0' });
    await counter.close();
    // A till that is gone before its result comes.
    const gone = await till({ 'epos-id': 'TILL-2' }, { autoPong: false });
    await gone.request('sale', SALE);
    gone.socket.terminate();
    clock.shift(11_000);
    const seen = await local.get('readOverview');
    assert.deepEqual(
      seen.attention.map(({ why, transaction }) => [why, transaction.tid, transaction.result]),
      [
        ['unknown', 'VCMINVLTIP0', 'TIMED_OUT'],
        ['undelivered', SALE.tid, 'SUCCESSFUL'],
      ],
    );
    const [first, second] = seen.sites;
    assert.deepEqual(
      [first?.name, first?.unknown, first?.undelivered, second?.name],
      ['testhost', 1, 1, 'another'],
    );
    clock.shift(24 * HOUR_MS);
    assert.deepEqual((await local.get('readOverview')).attention, []);
  });

  test('an operator of some sites sees the counts, payments and sites of those only', async (t) => {
    const clock = shiftedClock(MIDDLE_OF_HOUR);
    const { local, operator, till } = await startApiServer(t, { clock });
    await local.get('addSite', { body: { name: 'shop1' } });
    const counter = await till({ 'epos-id': 'TILL-1' });
    await counter.request('sale', SALE);
    await counter.request('sale', { ...SALE, tid: 'VCMINVLTIP0' });
    await counter.close();
    const ben = (await operator('ben', ['shop1'])).client;
    const seen = await ben.get('readOverview');
    assert.deepEqual(seen.lastDay, { results: none });
    assert.deepEqual([seen.attention, seen.moreAttention], [[], false]);
    assert.deepEqual(
      seen.sites.map(({ name }) => name),
      ['shop1'],
    );
    const anna = (await operator('anna', ['shop1', 'testhost'])).client;
    const hers = await anna.get('readOverview');
    assert.equal(hers.lastDay.results.SUCCESSFUL, 1);
    assert.deepEqual(
      hers.sites.map(({ name }) => name),
      ['testhost', 'shop1'],
    );
  });

  test('no more sites are read than asked for, and it says that there are more', async (t) => {
    const { local } = await startApiServer(t);
    await local.get('addSite', { body: { name: 'shop1' } });
    const seen = await local.get('readOverview', { query: { limit: 1 } });
    assert.deepEqual([seen.sites.length, seen.moreSites], [1, true]);
  });
});

describe('the stream of overviews', () => {
  test('an overview comes at once, when something is said on a connection, and at most once a second', async (t) => {
    const clock = new TestClock();
    const { gateway, till } = await startApiServer(t, { clock });
    const stream = await EventStream.overview(gateway.httpUrl);
    await stream.until(({ events }) => events.length === 1);
    const counter = await till({ 'epos-id': 'TILL-1' });
    await counter.request('connectedTerminals');
    assert.equal(stream.events.length, 1);
    await clock.advance(1_000);
    await stream.until(({ events }) => events.length === 2);
    assert.equal(stream.events[1]?.sites[0]?.tills, 1);
    await counter.close();
    stream.close();
  });

  test('an overview with the payment comes when a payment has ended', async (t) => {
    const { gateway, till } = await startApiServer(t);
    const stream = await EventStream.overview(gateway.httpUrl);
    const counter = await till({ 'epos-id': 'TILL-1' });
    await counter.request('sale', SALE);
    await stream.until(({ events }) => events.at(-1)?.lastDay.results.SUCCESSFUL === 1);
    assert.equal(stream.events.at(-1)?.sites[0]?.lastPayment?.result, 'SUCCESSFUL');
    await counter.close();
    stream.close();
  });

  test('without traffic an overview comes every ten seconds', async (t) => {
    const clock = new TestClock();
    const { gateway } = await startApiServer(t, { clock });
    const stream = await EventStream.overview(gateway.httpUrl, '?limit=1');
    await stream.until(({ events }) => events.length === 1);
    await clock.advance(9_000);
    assert.equal(stream.events.length, 1);
    await clock.advance(1_000);
    await stream.until(({ events }) => events.length === 2);
    stream.close();
  });

  test('the streams of an operator are limited together with those of the traffic', async (t) => {
    const { gateway, local } = await startApiServer(t);
    const eight = Array.from({ length: 8 }, (_, index) =>
      index % 2 === 0 ? EventStream.listen(gateway.httpUrl) : EventStream.overview(gateway.httpUrl),
    );
    const open = await Promise.all(eight);
    assert.equal(await local.problem('followOverview'), 'tooManyListeners');
    assert.equal(await local.problem('followTraffic'), 'tooManyListeners');
    for (const stream of open) stream.close();
  });

  test('an operator of other sites is not woken by their traffic', async (t) => {
    const clock = new TestClock();
    const { gateway, local, operator, till } = await startProxiedApiServer(t, { clock });
    assert.equal(await local.problem('followOverview'), 'notSignedIn');
    const anna = await operator('anna');
    await anna.client.get('addSite', { body: { name: 'shop1' } });
    const { key } = await operator('ben', ['shop1']);
    const headers = { Authorization: `Bearer ${key}`, 'X-Forwarded-Proto': 'https' };
    const stream = await EventStream.overview(gateway.httpUrl, '', headers);
    await stream.until(({ events }) => events.length === 1);
    await clock.advance(1_000);
    const counter = await till();
    await counter.request('connectedTerminals');
    await counter.close();
    await clock.advance(1_000);
    assert.equal(stream.events.length, 1);
    stream.close();
  });
});

test('an overview holds no token and no card number', async (t) => {
  const { local, till, gateway } = await startApiServer(t);
  const counter = await till();
  await counter.request('sale', SALE);
  await counter.close();
  const { text } = await local.request('readOverview');
  assert.ok(!text.includes(gateway.testSite?.token ?? '-'));
  assert.doesNotMatch(text, /\d{12,}/);
});
