// Chapter 2 of PROTOCOL.md beyond one machine: TLS, proxies, public tokens and odd HTTP.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import type { TestGatewayOptions } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { startHarness, TOKEN } from '../support/gateway/gateway-harness.ts';
import { handshake, rawExchange, rawHandshake } from '../support/gateway/handshake.ts';
import { keptLog } from '../support/gateway/log-lines.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';

const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };

async function startServer(t: TestContext, settings: TestGatewayOptions['settings'] = {}) {
  const started = await startTestGateway({ settings });
  t.after(() => started.stop());
  return started;
}

const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';

/** The answer to a request, given without its last line, over TLS. */
function tlsExchange(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const trust = { host: hostname, port: Number(port), rejectUnauthorized: false };
    const socket = connectTls(trust, () => socket.write(`${request}Connection: close\r\n\r\n`));
    socket.on('error', reject);
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    socket.on('end', () => {
      socket.end();
      resolve(text);
    });
  });
}

describe('C-2.3, TLS', () => {
  test('the gateway serves wss itself, and names its schemas by https', async (t) => {
    const gateway = await startServer(t, { tls: 'self-signed' });
    assert.match(gateway.uri(), /^wss:/);
    const till = await gateway.till();
    const { result } = await till.request('sale', sale);
    assert.equal(result.transactionResult, 'SUCCESSFUL');
    const { error } = await till.request('sale', {});
    assert.match(error.data.schema, /^https:\/\/127\.0\.0\.1:\d+\/schemas\/v1\/pac\//);
  });

  test('the gateway does not start beyond loopback without TLS, unless it is allowed', async (t) => {
    await assert.rejects(startTestGateway({ settings: { host: '0.0.0.0' } }), /in clear/);
    await startServer(t, { host: '0.0.0.0', allowPlain: true });
  });
});

describe('C-2.32, Strict-Transport-Security', () => {
  const paths = ['/livez', '/nowhere', '/pac', '/api/v1/sites', '/handshake/pac', '/docs/', '/x y'];

  test('every answer over TLS of the gateway has the header', async (t) => {
    const { gateway, uri } = await startServer(t, { tls: 'self-signed' });
    const { host } = new URL(gateway.httpUrl);
    const upgrade = uri('pac', { token: 'wrong' }).replace(gateway.url, '');
    const requests = [
      ...paths.map((path) => `GET ${encodeURI(path)} HTTP/1.1\r\nHost: ${host}\r\n`),
      `POST /terminal/pair HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n`,
      `GET ${upgrade} HTTP/1.1\r\nHost: ${host}\r\n${UPGRADE}`,
      `GET ${upgrade} HTTP/1.1\r\nHost: ${host}\r\nHost: ${host}\r\n${UPGRADE}`,
      'GET /livez HTTP/1.1\r\n',
    ];
    for (const request of requests) {
      const answer = await tlsExchange(gateway.httpUrl, request);
      assert.match(answer, /^HTTP\/1\.1 [245]\d\d /, request);
      assert.match(answer, /^strict-transport-security: max-age=31536000\r$/im, request);
    }
  });

  for (const behindProxy of [false, true]) {
    const how = behindProxy ? 'from a proxy' : 'in clear';
    test(`no answer ${how} has the header`, async (t) => {
      const { gateway, uri } = await startServer(t, { behindProxy });
      const headers = { 'X-Forwarded-Proto': 'https' };
      const urls = paths.map((path) => gateway.httpUrl + encodeURI(path));
      const answers = [
        ...(await Promise.all(urls.map((url) => handshake(url, { headers, upgrade: false })))),
        await handshake(uri('pac', { token: 'wrong' }), { headers }),
      ];
      for (const answer of answers) {
        assert.equal(answer.headers['strict-transport-security'], undefined);
      }
    });
  }
});

describe('the token of the example in the specification', () => {
  const token = '00000000-0000-0000-0000-000000000000';

  test('the example token is accepted on loopback only', async (t) => {
    const gateway = await startServer(t, { host: '0.0.0.0', allowPlain: true });
    const own = new URL(gateway.uri());
    own.hostname = '127.0.0.1';
    assert.notEqual(own.searchParams.get('token'), token);
    assert.equal((await handshake(own.href)).status, 101);
    own.searchParams.set('token', token);
    assert.equal((await handshake(own.href)).status, 401);
  });
});

describe('behind a proxy', () => {
  const settings = { behindProxy: true, failedAttempts: 1 };

  test('wrong tokens are counted by X-Forwarded-For, and schemas are named by X-Forwarded-Proto', async (t) => {
    const gateway = await startServer(t, settings);
    const wrong = gateway.uri('pac', { token: 'wrong' });
    const from = (address: string) =>
      handshake(wrong, { headers: { 'X-Forwarded-For': `1.1.1.1, ${address}` } });
    const statuses = [await from('10.0.0.1'), await from('10.0.0.1'), await from('10.0.0.2')];
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [401, 429, 401],
    );
    const till = await gateway.till({}, { headers: { 'X-Forwarded-Proto': 'https' } });
    assert.match((await till.request('sale', {})).error.data.schema, /^https:/);
  });

  const spellings: readonly (readonly [string, (index: number) => string])[] = [
    ['an IPv4 address with a port', (index) => `203.0.113.7:${50_000 + index}`],
    ['an IPv6 address in brackets with a port', (index) => `[2001:db8::7]:${50_000 + index}`],
    ['an IPv6 address of one /64', (index) => `2001:db8:0:7:${index + 1}::${index + 1}`],
    [
      'an IPv4 address in several spellings',
      (index) => ['203.0.113.9', '::ffff:203.0.113.9', '[::FFFF:cb00:7109]:80'][index] ?? '',
    ],
  ];
  for (const [what, from] of spellings) {
    test(`wrong tokens, pairing codes and operators' keys from ${what} are throttled [C-2.20]`, async (t) => {
      const gateway = await startServer(t, { ...settings, failedAttempts: 2 });
      const wrong = gateway.uri('pac', { token: 'wrong' });
      const page = (path: string, body: object, index: number) =>
        fetch(gateway.gateway.httpUrl + path, {
          method: 'POST',
          headers: {
            'Content-Type': 'application/json',
            'X-Forwarded-Proto': 'https',
            'X-Forwarded-For': from(index),
          },
          body: JSON.stringify(body),
        });
      const rounds = [0, 1, 2];
      const byToken: number[] = [];
      const byKey: number[] = [];
      for (const index of rounds) {
        const headers = { 'X-Forwarded-For': from(index) };
        byToken.push((await handshake(wrong, { headers })).status);
        byKey.push((await page('/api/v1/session', { key: 'wrong' }, index)).status);
      }
      assert.deepEqual([byToken, byKey].flat(), [401, 401, 429, 401, 401, 429]);
      const code = { site: 'testhost', tid: '12345678', code: 'WRONGONE' };
      assert.equal((await page('/terminal/pair', code, 1)).status, 429);
    });
  }

  for (const proto of ['https', 'HTTPS', 'wss', 'https, http']) {
    test(`schemas are named by https when X-Forwarded-Proto is ${proto}`, async (t) => {
      const gateway = await startServer(t, settings);
      const till = await gateway.till({}, { headers: { 'X-Forwarded-Proto': proto } });
      assert.match((await till.request('sale', {})).error.data.schema, /^https:/);
    });
  }

  for (const proto of ['http', 'httpsx', 'https-evil', 'http, https', 'x https']) {
    test(`schemas are named by http when X-Forwarded-Proto is ${proto}`, async (t) => {
      const gateway = await startServer(t, settings);
      const till = await gateway.till({}, { headers: { 'X-Forwarded-Proto': proto } });
      assert.match((await till.request('sale', {})).error.data.schema, /^http:/);
    });
  }

  test('X-Forwarded-For is ignored without a proxy', async (t) => {
    const gateway = await startServer(t, { failedAttempts: 1 });
    const wrong = gateway.uri('pac', { token: 'wrong' });
    const from = (address: string) => handshake(wrong, { headers: { 'X-Forwarded-For': address } });
    assert.deepEqual(
      [(await from('10.0.0.1')).status, (await from('10.0.0.2')).status],
      [401, 429],
    );
  });
});

test('C-2.24 an upgrade that breaks RFC 6455 gets 400 with the reason', async (t) => {
  const { uri, stop } = await startTestGateway();
  t.after(stop);
  const { status, body } = await handshake(uri(), { headers: { 'Sec-WebSocket-Key': 'short' } });
  assert.equal(status, 400);
  assert.equal(JSON.parse(body).error, 'bad_handshake');
  assert.match(JSON.parse(body).message, /Sec-WebSocket-Key/);
});

describe('unusual HTTP requests', () => {
  const address =
    '/pac?token=22222222-2222-4333-8444-555555555555&api-version=v1&software-house-id=A&installer-id=B';
  const records = [
    siteRecord('shop2'),
    tokenRecord('shop2', '22222222-2222-4333-8444-555555555555'),
  ];

  const requests: readonly (readonly [string, string, readonly string[]])[] = [
    ['an absolute ws address', `ws://shop2.example${address}`, ['Host: shop2.example']],
    ['an absolute http address', `http://shop2.example:80${address}`, ['Host: shop2.example']],
    ['an absolute address of another scheme', `WSS://SHOP2.example${address}`, ['Host: other']],
    ['an absolute address that overrides Host', `http://shop2.example${address}`, ['Host: other']],
    ['an absolute address with a user', `ws://u:p@shop2.example${address}`, ['Host: other']],
    ['a fragment', `${address}#top`, ['Host: shop2.example']],
    ['a dot after the host', address, ['Host: shop2.example.']],
    ['a dot after the host and a port', address, ['Host: shop2.example.:8765']],
    ['a bare label and a dot', address, ['Host: shop2.']],
    ['a host in capitals', address, ['HOST: SHOP2.PAY.EXAMPLE.']],
  ];
  for (const [what, target, headers] of requests) {
    for (const version of ['1.1', '1.0']) {
      test(`C-2.2 a handshake in HTTP/${version} with ${what} comes to its site`, async (t) => {
        const { server } = await startHarness(t, { records });
        const line = `GET ${target} HTTP/${version}`;
        assert.equal(await rawHandshake(server.gateway.url, line, headers), 101);
        const wrong = line.replace('token=2', 'token=3');
        assert.equal(await rawHandshake(server.gateway.url, wrong, headers), 401);
      });
    }
  }

  test('C-2.2 the Host of an absolute address counts, not the header', async (t) => {
    const { server } = await startHarness(t, { records });
    const line = `GET http://nowhere.example${address} HTTP/1.1`;
    assert.equal(await rawHandshake(server.gateway.url, line, ['Host: shop2.example']), 404);
  });

  test('C-2.2 a handshake in HTTP/1.0 without Host comes to the default site', async (t) => {
    const { server } = await startHarness(t);
    const line = `GET ${server.uri().replace(server.gateway.url, '')} HTTP/1.0`;
    assert.equal(await rawHandshake(server.gateway.url, line), 101);
    assert.equal(await rawHandshake(server.gateway.url, line, ['Host:']), 101);
    assert.equal(await rawHandshake(server.gateway.url, line.replace(TOKEN, 'x')), 401);
  });

  const twoHosts: readonly (readonly [string, string, readonly string[]])[] = [
    ['two Host headers', '1.1', ['Host: shop2.example', 'Host: testhost.example']],
    ['the same Host twice', '1.1', ['Host: shop2.example', 'host: shop2.example']],
    ['an empty Host and another', '1.1', ['Host:', 'HOST: shop2.example']],
    ['two Host headers in HTTP/1.0', '1.0', ['Host: shop2.example', 'Host: shop2.example']],
    ['no Host', '1.1', []],
  ];
  for (const [what, version, hosts] of twoHosts) {
    test(`C-2.31 a handshake and a page with ${what} are refused with 400`, async (t) => {
      const { log, lines } = keptLog();
      const { server } = await startHarness(t, { records, log });
      const { httpUrl } = server.gateway;
      const body = '{"error":"bad_host","message":"A request needs exactly one Host header."}';
      // An absolute target does not make up for it (RFC 9112 3.2).
      const targets = [`GET ${address}`, `GET http://shop2.example${address}`];
      for (const target of targets) {
        const line = `${target} HTTP/${version}`;
        assert.equal(await rawHandshake(httpUrl, line, hosts), 400, line);
      }
      for (const page of ['GET /livez', 'GET /pac', 'GET /api/v1/sites', 'POST /terminal/pair']) {
        const head = [`${page} HTTP/${version}`, ...hosts, '', ''].join('\r\n');
        const answer = await rawExchange(httpUrl, head);
        assert.match(answer, /^HTTP\/1\.1 400 /, page);
        assert.ok(answer.endsWith(`\r\n\r\n${body}`), answer);
      }
      const refused = lines.filter(({ error }) => error === 'bad_host');
      assert.equal(refused.length, targets.length);
      assert.ok(refused.every(({ site }) => site === undefined));
    });
  }

  for (const host of ['localhost.', '127.0.0.1.', 'LOCALHOST.:8765']) {
    test(`C-2.2 the host ${host} leads to the default site`, async (t) => {
      const { server } = await startHarness(t);
      assert.equal((await handshake(server.uri(), { headers: { host } })).status, 101);
    });
  }

  test('pages are found by an absolute address too', async (t) => {
    const { server } = await startHarness(t);
    const { httpUrl } = server.gateway;
    for (const path of ['/livez', '/schemas', '/api/v1/openapi.json', '/handshake/pac?token=x']) {
      const plain = await handshake(httpUrl + path, { upgrade: false });
      for (const target of [httpUrl + path, `http://elsewhere.example${path}`]) {
        const absolute = await handshake(httpUrl, { upgrade: false, target });
        const isSame = absolute.status === plain.status && absolute.body === plain.body;
        // The host of the address names another site, which there is not.
        const isElsewhere = path.startsWith('/handshake') && absolute.status === 404;
        assert.ok(isSame || isElsewhere, target);
      }
    }
  });

  const pairing = JSON.stringify({ site: 'testhost', tid: '1', code: 'WRONG' });
  const plain: readonly (readonly [string, number, string?])[] = [
    ['GET /livez', 200],
    ['GET /schemas/v1/pac/sale.request.json', 200],
    ['GET /protocol/timings.json', 200],
    ['GET /api/v1/sites', 200],
    ['GET /nowhere', 404],
    ['GET /pac', 426],
    ['GET /handshake/pac?token=x', 401],
    ['POST /terminal/pair', 401, pairing],
    ['POST /api/v1/sites', 422, '{"name":"Shop 1"}'],
  ];
  for (const [what, status, body = ''] of plain) {
    test(`C-2.28 ${what} that offers HTTP/2 is answered as without the offer`, async (t) => {
      const { server } = await startHarness(t);
      const { host } = new URL(server.gateway.httpUrl);
      const request = (...headers: readonly string[]) => {
        const all = [`Host: ${host}`, `Content-Length: ${body.length}`, ...headers];
        if (body !== '') all.push('Content-Type: application/json');
        return `${[`${what} HTTP/1.1`, ...all].join('\r\n')}\r\n\r\n${body}`;
      };
      // As Java's HttpClient asks by default.
      const offer = ['Upgrade: h2c', 'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA'];
      const offered = request(...offer, 'Connection: Upgrade, HTTP2-Settings');
      const plainly = request('Connection: close');
      const text = await rawExchange(server.gateway.httpUrl, offered, plainly);
      const [first, second] = text.split(/(?=HTTP\/1\.1 )/).map(withoutConnection);
      assert.match(first ?? '', new RegExp(`^HTTP/1.1 ${status} `));
      assert.equal(first, second);
    });
  }

  test('C-2.28 an address with several protocols in Upgrade is no WebSocket', async (t) => {
    const harness = await startHarness(t);
    const headers = { Upgrade: 'h2c, websocket' };
    assert.equal((await handshake(harness.server.uri(), { headers })).status, 426);
  });

  test('C-2.13 the connection is closed after 426 if the client asks for it', async (t) => {
    const { server } = await startHarness(t);
    const { host } = new URL(server.gateway.httpUrl);
    const asked = `GET /pac HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    const answer = await rawExchange(server.gateway.httpUrl, asked);
    assert.match(answer, /^HTTP\/1\.1 426 /);
    assert.match(answer, /^connection: Upgrade, close\r$/im);
  });

  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    test(`C-2.13 ${method} of /pac without an upgrade gets 426`, async (t) => {
      const harness = await startHarness(t);
      const answer = await handshake(harness.server.uri(), { upgrade: false, method });
      assert.deepEqual(
        [answer.status, answer.body.trim()],
        [426, '{"error":"upgrade_required","message":"This address speaks WebSocket only."}'],
      );
    });
  }

  test('C-2.10 a page of /pac gets 503 during shutdown, before 404 and 426', async (t) => {
    const harness = await startHarness(t);
    const till = await harness.till();
    till.ask('sale', sale, 7);
    await harness.shown(till, 'PRESENT_CARD');
    const stopped = harness.server.gateway.stop();
    for (const path of ['/pac', '/nowhere']) {
      const answer = await handshake(`${harness.server.gateway.httpUrl}${path}`, {
        upgrade: false,
      });
      assert.deepEqual([path, answer.status, answer.headers['retry-after']], [path, 503, '5']);
    }
    await harness.answer(till, 7);
    await harness.clock.advance(1_000);
    await stopped;
  });

  test('C-2.9 a refused upgrade closes the connection and has a length', async (t) => {
    const harness = await startHarness(t);
    const { headers, body } = await handshake(harness.server.uri('pac', { token: 'wrong' }));
    assert.equal(headers['content-length'], String(body.length));
    assert.equal(headers.connection, 'close');
  });

  test('C-2.14 thousands of parameters, broken escapes and long addresses do no harm', async (t) => {
    const harness = await startHarness(t);
    const base = harness.server.uri('pac', { token: undefined });
    const many = Array.from({ length: 500 }, (_, index) => `p${index}=%zz`).join('&');
    assert.equal((await handshake(`${base}&token=%zz&${many}`)).status, 401);
    assert.equal((await handshake(harness.server.uri())).status, 101);
  });
});

/** A response without the headers that differ with the connection and the moment. */
function withoutConnection(text: string): string {
  return text.replaceAll(/^(Date|Connection|Keep-Alive): .*\r\n/gim, '');
}
