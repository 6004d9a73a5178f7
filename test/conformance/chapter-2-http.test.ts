// Chapter 2 of PROTOCOL.md over real sockets: the order of its checks, tokens that end while sockets
// are open, and what is ours beside the contract.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectTill, TestClock } from 'tillgate/testing';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import { handshake } from '../support/gateway/handshake.ts';
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

  test('the checks are made in the order of the table', async (t) => {
    const records = [tokenRecord('testhost', TEMPORARY)];
    const site = { versions: ['v1'] };
    const harness = await startHarness(t, {
      records,
      site,
      settings: { maxConnectionsPerSite: 1 },
    });
    await harness.till();
    const broken = '/nowhere?token=no&api-version=v7&installer-id=&installer-id=';
    const url = new URL(`${harness.server.gateway.url}${broken}`);
    for (const [status, error, mend] of steps) {
      mend(url);
      const answer = await handshake(url.href);
      assert.deepEqual([answer.status, JSON.parse(answer.body).error], [status, error]);
    }
  });

  test('a wrong path without upgrade gets 404 before 426', async (t) => {
    const harness = await startHarness(t);
    const answer = await handshake(`${harness.server.gateway.httpUrl}/nowhere`, { upgrade: false });
    assert.equal(answer.status, 404);
    assert.equal(answer.body.trim(), '{"error":"not_found","message":"No such site or path."}');
  });
});

test('C-2.2 a host that only begins or ends like an address or localhost does not lead to the default site', async (t) => {
  const harness = await startHarness(t);
  const statusOf = async (host: string) =>
    (await handshake(harness.server.uri(), { headers: { host } })).status;
  const others = [
    ...['[::1]evil.example', '[::1].evil.example', '[::1', '[testhost]', '[]', 'x:y:z', 'x:y'],
    ...['1.2.3.4.evil.example', '1.2.3.4x', 'localhost.evil.example', 'localhost/', 'x\tlocalhost'],
  ];
  for (const host of others) assert.equal(await statusOf(host), 404, host);
  const addresses = [
    '[::1]',
    '[::ffff:127.0.0.1]:80',
    '[fe80::1%25eth0]',
    '::1:8765',
    '10.0.0.5:1',
  ];
  for (const host of addresses) assert.equal(await statusOf(host), 101, host);
});

describe('C-2.4, tokens that end', () => {
  test('revoking a token closes the connections of that token with 4003, and no others', async (t) => {
    const record = tokenRecord('testhost', TEMPORARY);
    const harness = await startHarness(t, { records: [record] });
    const revoked = await harness.till({ token: TEMPORARY });
    const other = await harness.till();
    const { collection, key } = record;
    const revokedAt = harness.clock.now();
    await harness.store.write({ remove: [{ collection, key }] });
    assert.equal((await revoked.closed).code, 4003);
    assert.equal(harness.clock.now(), revokedAt, 'the close waits for no timer');
    assert.ok((await harness.request(other, 'connectedTerminals')).result);
  });

  test('a connection is closed within a second of the revocation, although the tokens cannot be read at first', async (t) => {
    const record = tokenRecord('testhost', TEMPORARY);
    const harness = await startHarness(t, { records: [record] });
    const till = await harness.till({ token: TEMPORARY });
    const { store } = harness;
    const list = store.list.bind(store);
    let failed = false;
    store.list = async (...given) => {
      if (given[0] !== 'tokens' || failed) return list(...given);
      failed = true;
      throw new Error('The tokens cannot be read.');
    };
    const { collection, key } = record;
    await store.write({ remove: [{ collection, key }] });
    await harness.advance(999);
    assert.deepEqual([failed, till.socket.readyState], [true, 1]);
    await harness.advance(1);
    assert.equal((await till.closed).code, 4003);
  });

  test('a token that expires closes its connections with 4003 at that moment', async (t) => {
    const expiresAt = new TestClock().now() + 90_000;
    const records = [tokenRecord('testhost', TEMPORARY, { expiresAt })];
    const harness = await startHarness(t, { records });
    const till = await harness.till({ token: TEMPORARY });
    await harness.advance(89_999);
    assert.equal(till.socket.readyState, 1);
    await harness.advance(1);
    assert.equal((await till.closed).code, 4003);
  });

  test('removing a site closes its connections with 4003, and its address is no longer found', async (t) => {
    const site = siteRecord('shop2');
    const harness = await startHarness(t, { records: [site, tokenRecord('shop2', TEMPORARY)] });
    const headers = { host: 'shop2.example' };
    const uri = harness.server.uri('pac', { token: TEMPORARY });
    const till = await harness.connect(uri, { headers });
    await harness.store.write({ remove: [{ collection: site.collection, key: site.key }] });
    assert.equal((await till.closed).code, 4003);
    assert.equal((await handshake(uri, { headers })).status, 404);
  });

  test('a transaction goes on when the token of its till is revoked', async (t) => {
    const record = tokenRecord('testhost', TEMPORARY);
    const harness = await startHarness(t, { records: [record] });
    const till = await harness.till({ token: TEMPORARY });
    const other = await harness.till();
    till.ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 });
    await harness.shown(till, 'PRESENT_CARD');
    const { collection, key } = record;
    await harness.store.write({ remove: [{ collection, key }] });
    await till.closed;
    await harness.advance(20_000);
    const { result } = await harness.request(other, 'duplicate', { tid: 'VCMINVLSIP0' });
    assert.deepEqual([result.transactionResult, result.amountTotal], ['SUCCESSFUL', 1250]);
  });

  test('the store holds no token in clear, only its SHA-256', async (t) => {
    const harness = await startHarness(t);
    await harness.till();
    const records = await harness.store.list('tokens', '');
    assert.equal(records.length, 1);
    assert.doesNotMatch(JSON.stringify(records), /00000000-0000-0000-0000-000000000000/);
    assert.match(records[0]?.key ?? '', /^testhost\/[0-9a-f]{64}$/);
  });
});

describe('wrong tokens are throttled by address', () => {
  const settings = { failedAttempts: 3 };

  test('an address with too many wrong tokens gets 429 with Retry-After, and a right token is still accepted', async (t) => {
    const harness = await startHarness(t, { settings });
    const wrong = harness.server.uri('pac', { token: 'wrong' });
    for (const _ of [1, 2, 3]) assert.equal((await handshake(wrong)).status, 401);
    const answer = await handshake(wrong);
    assert.equal(answer.status, 429);
    const { error, message } = JSON.parse(answer.body) as Record<string, string>;
    assert.equal(error, 'too_many_attempts');
    const wait = Number(answer.headers['retry-after']);
    assert.ok(wait >= 1 && wait <= 60, `Retry-After: ${wait}`);
    assert.match(message ?? '', new RegExp(`${wait} seconds`));
    assert.equal((await handshake(harness.server.uri())).status, 101);
  });

  test('a wrong token after the minute gets 401 again', async (t) => {
    const harness = await startHarness(t, { settings });
    const wrong = harness.server.uri('pac', { token: 'wrong' });
    for (const _ of [1, 2, 3, 4]) await handshake(wrong);
    assert.equal((await handshake(wrong)).status, 429);
    await harness.advance(60_000);
    assert.equal((await handshake(wrong)).status, 401);
  });
});

describe('/handshake gives a browser the reason of a refusal', () => {
  const cases = [
    ['/handshake/pac', {}, 204],
    ['/handshake/pac', { token: 'wrong' }, 401],
    ['/handshake/pac', { 'api-version': 'v9' }, 400],
    ['/handshake/pac', { 'installer-id': '' }, 422],
    ['/handshake/elsewhere', {}, 404],
  ] as const;
  for (const [path, given, status] of cases) {
    test(`${path} with ${JSON.stringify(given)} gets ${status}`, async (t) => {
      const harness = await startHarness(t);
      const url = harness.server.uri('pac', given);
      const page = await handshake(url.replace('/pac?', `${path}?`), { upgrade: false });
      assert.equal(page.status, status);
      assert.equal(page.headers['access-control-allow-origin'], '*');
      const socket = await handshake(url.replace('/pac?', `${path.slice('/handshake'.length)}?`));
      assert.equal(page.body, socket.body);
      assert.equal(page.headers['content-type'], socket.headers['content-type']);
    });
  }
});

test('C-2.4 a request sent after the token was revoked is not carried out', async (t) => {
  const record = tokenRecord('testhost', TEMPORARY);
  const harness = await startHarness(t, { records: [record] });
  const other = await harness.till();
  const till = await connectTill(harness.server.uri('pac', { token: TEMPORARY }));
  // The till has not read the close frame when it sends.
  till.socket.pause();
  const { collection, key } = record;
  await harness.store.write({ remove: [{ collection, key }] });
  await harness.settled();
  till.ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 });
  await harness.advance(20_000);
  till.socket.resume();
  assert.equal((await till.closed).code, 4003);
  const { error } = await harness.request(other, 'duplicate', { tid: 'VCMINVLSIP0' });
  assert.equal(error?.code, -32074);
});
