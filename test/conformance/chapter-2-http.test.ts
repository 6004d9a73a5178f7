// Chapter 2 of PROTOCOL.md over real sockets: the order of its checks, tokens that end while sockets
// are open, and what is ours beside the contract.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectTill, TestClock } from 'tillgate/testing';
import { openShop } from '../support/gateway/gateway-harness.ts';
import { knock } from '../support/gateway/handshake.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';

const TEMPORARY = '55555555-2222-4333-8444-555555555555';

describe('C-2.9, the first check that fails answers', () => {
  /** Each step mends what the one before was refused for. */
  const steps: readonly (readonly [number, string, (url: URL) => void])[] = [
    [404, 'not_found', () => {}],
    [401, 'unauthorized', (url) => Object.assign(url, { pathname: '/pac' })],
    [400, 'repeated_parameter', (url) => url.searchParams.set('token', TEMPORARY)],
    [400, 'unknown_api_version', (url) => url.searchParams.delete('installer-id')],
    [403, 'v0_closed', (url) => url.searchParams.set('api-version', 'v0')],
    [422, 'missing_parameter', (url) => url.searchParams.set('api-version', 'v1')],
    [
      429,
      'too_many_connections',
      (url) => {
        url.searchParams.set('installer-id', 'I');
        url.searchParams.set('software-house-id', 'S');
      },
    ],
  ];

  test('in the order of the table', async (t) => {
    const records = [tokenRecord('testhost', TEMPORARY)];
    const site = { versions: ['v1'] };
    const shop = await openShop(t, { records, site, settings: { maxConnectionsPerSite: 1 } });
    await shop.till();
    const broken = '/nowhere?token=no&api-version=v7&installer-id=&installer-id=';
    const url = new URL(`${shop.house.gateway.url}${broken}`);
    for (const [status, error, mend] of steps) {
      mend(url);
      const answer = await knock(url.href);
      assert.deepEqual([answer.status, JSON.parse(answer.body).error], [status, error]);
    }
  });

  test('a wrong path without upgrade is 404 before 426', async (t) => {
    const shop = await openShop(t);
    const answer = await knock(`${shop.house.gateway.httpUrl}/nowhere`, { upgrade: false });
    assert.equal(answer.status, 404);
    assert.equal(answer.body.trim(), '{"error":"not_found","message":"No such site or path."}');
  });
});

describe('C-2.4, tokens that end', () => {
  test('revoking closes the connections of that token with 4003, and no other', async (t) => {
    const record = tokenRecord('testhost', TEMPORARY);
    const shop = await openShop(t, { records: [record] });
    const revoked = await shop.till({ token: TEMPORARY });
    const other = await shop.till();
    const { collection, key } = record;
    await shop.store.write({ remove: [{ collection, key }] });
    assert.equal((await revoked.closed).code, 4003);
    assert.ok((await shop.request(other, 'connectedTerminals')).result);
  });

  test('a token that expires closes its connections with 4003 at that moment', async (t) => {
    const expiresAt = new TestClock().now() + 90_000;
    const records = [tokenRecord('testhost', TEMPORARY, { expiresAt })];
    const shop = await openShop(t, { records });
    const till = await shop.till({ token: TEMPORARY });
    await shop.pass(89_999);
    assert.equal(till.socket.readyState, 1);
    await shop.pass(1);
    assert.equal((await till.closed).code, 4003);
  });

  test('a site that is removed closes its connections with 4003 and is not found again', async (t) => {
    const site = siteRecord('shop2');
    const shop = await openShop(t, { records: [site, tokenRecord('shop2', TEMPORARY)] });
    const headers = { host: 'shop2.example' };
    const uri = shop.house.uri('pac', { token: TEMPORARY });
    const till = await shop.connect(uri, { headers });
    await shop.store.write({ remove: [{ collection: site.collection, key: site.key }] });
    assert.equal((await till.closed).code, 4003);
    assert.equal((await knock(uri, { headers })).status, 404);
  });

  test('a transaction goes on when the token of its till is revoked', async (t) => {
    const record = tokenRecord('testhost', TEMPORARY);
    const shop = await openShop(t, { records: [record] });
    const till = await shop.till({ token: TEMPORARY });
    const other = await shop.till();
    till.ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 });
    await shop.shown(till, 'PRESENT_CARD');
    const { collection, key } = record;
    await shop.store.write({ remove: [{ collection, key }] });
    await till.closed;
    await shop.pass(20_000);
    const { result } = await shop.request(other, 'duplicate', { tid: 'VCMINVLSIP0' });
    assert.deepEqual([result.transactionResult, result.amountTotal], ['SUCCESSFUL', 1250]);
  });

  test('the store holds no token in clear, only its SHA-256', async (t) => {
    const shop = await openShop(t);
    await shop.till();
    const records = await shop.store.list('tokens', '');
    assert.equal(records.length, 1);
    assert.doesNotMatch(JSON.stringify(records), /00000000-0000-0000-0000-000000000000/);
    assert.match(records[0]?.key ?? '', /^testhost\/[0-9a-f]{64}$/);
  });
});

describe('wrong tokens are throttled by address', () => {
  const settings = { failedAttempts: 3 };

  test('beyond so many a minute: 429 with Retry-After; a right token is still let in', async (t) => {
    const shop = await openShop(t, { settings });
    const wrong = shop.house.uri('pac', { token: 'wrong' });
    for (const _ of [1, 2, 3]) assert.equal((await knock(wrong)).status, 401);
    const answer = await knock(wrong);
    assert.equal(answer.status, 429);
    const { error, message } = JSON.parse(answer.body) as Record<string, string>;
    assert.equal(error, 'too_many_attempts');
    const wait = Number(answer.headers['retry-after']);
    assert.ok(wait >= 1 && wait <= 60, `Retry-After: ${wait}`);
    assert.match(message ?? '', new RegExp(`${wait} seconds`));
    assert.equal((await knock(shop.house.uri())).status, 101);
  });

  test('after the minute a wrong token is merely wrong again', async (t) => {
    const shop = await openShop(t, { settings });
    const wrong = shop.house.uri('pac', { token: 'wrong' });
    for (const _ of [1, 2, 3, 4]) await knock(wrong);
    assert.equal((await knock(wrong)).status, 429);
    await shop.pass(60_000);
    assert.equal((await knock(wrong)).status, 401);
  });
});

describe('/handshake tells a browser why it would be refused', () => {
  const cases = [
    ['/handshake/pac', {}, 204],
    ['/handshake/pac', { token: 'wrong' }, 401],
    ['/handshake/pac', { 'api-version': 'v9' }, 400],
    ['/handshake/pac', { 'installer-id': '' }, 422],
    ['/handshake/elsewhere', {}, 404],
  ] as const;
  for (const [path, given, status] of cases) {
    test(`${path} with ${JSON.stringify(given)} is ${status}`, async (t) => {
      const shop = await openShop(t);
      const url = shop.house.uri('pac', given);
      const page = await knock(url.replace('/pac?', `${path}?`), { upgrade: false });
      assert.equal(page.status, status);
      assert.equal(page.headers['access-control-allow-origin'], '*');
      const socket = await knock(url.replace('/pac?', `${path.slice('/handshake'.length)}?`));
      assert.equal(page.body, socket.body);
      assert.equal(page.headers['content-type'], socket.headers['content-type']);
    });
  }
});

test('C-2.4 what a till sends after its token was revoked is not carried out', async (t) => {
  const record = tokenRecord('testhost', TEMPORARY);
  const shop = await openShop(t, { records: [record] });
  const other = await shop.till();
  const till = await connectTill(shop.house.uri('pac', { token: TEMPORARY }));
  // The till has not read the close frame when it sends.
  till.socket.pause();
  const { collection, key } = record;
  await shop.store.write({ remove: [{ collection, key }] });
  await shop.quiet();
  till.ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 });
  await shop.pass(20_000);
  till.socket.resume();
  assert.equal((await till.closed).code, 4003);
  const { error } = await shop.request(other, 'duplicate', { tid: 'VCMINVLSIP0' });
  assert.equal(error?.code, -32074);
});
