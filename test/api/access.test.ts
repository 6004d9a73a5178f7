// Who may use the admin API, and from where.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { api } from '@tillgate/protocol';
import { TestClock } from 'tillgate/testing';
import { cookieIn, startApiServer, startProxiedApiServer } from '../support/api/api-client.ts';
import { MemoryStore, shareStore } from '../support/gateway/shared-store.ts';

const HOUR_MS = 3_600_000;
const site = { params: { site: 'testhost' } };

describe('beyond this machine', () => {
  test('a request without a key is refused', async (t) => {
    const { local } = await startProxiedApiServer(t);
    const answered = await local.request('listSites');
    assert.equal(answered.problem, 'notSignedIn');
    assert.match(String(answered.headers['www-authenticate']), /^Bearer/);
  });

  test('each route needs a key, but those to sign in and to read the description of the API', async (t) => {
    const { local } = await startProxiedApiServer(t);
    const params = { site: 'testhost', tid: 'VCMINVLSIP0', number: 1, id: 'x', name: 'x' };
    const open: string[] = [];
    for (const name of Object.keys(api.routes) as api.RouteName[]) {
      const { problem } = await local.request(name, { params });
      if (problem !== 'notSignedIn') open.push(name);
    }
    assert.deepEqual(open.toSorted(), ['openSession', 'readOpenApi']);
  });

  test('no answer may be framed, kept, taken for a page, or read by a page of another origin', async (t) => {
    const { local, operator } = await startProxiedApiServer(t);
    const { client } = await operator('anna');
    const answers = [
      await client.request('listSites'),
      await client.request('readOpenApi'),
      await local.request('listSites'),
      await client.raw({ method: 'GET', path: '/api/v1/nothing' }),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 401, 404],
    );
    for (const { headers } of answers) {
      assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
      assert.equal(headers['access-control-allow-origin'], undefined);
    }
  });

  test('a key is accepted, whatever the case of its scheme, and any other scheme is refused', async (t) => {
    const { operator, client } = await startProxiedApiServer(t);
    const { key } = await operator('anna');
    for (const scheme of ['Bearer', 'bearer']) {
      const { status } = await client({ Authorization: `${scheme} ${key}` }).request('listSites');
      assert.equal(status, 200);
    }
    for (const same of [key.toUpperCase(), key.replaceAll('-', ''), `{${key}}`]) {
      const { status } = await client({ Authorization: `Bearer ${same}` }).request('listSites');
      assert.equal(status, 200, 'C-2.26');
    }
    const wrong = [
      `Bearer ${key}x`,
      'Bearer',
      'Bearer ',
      `Basic ${key}`,
      key,
      `Bearer ${key} ${key}`,
    ];
    for (const authorization of wrong) {
      assert.equal(await client({ Authorization: authorization }).problem('listSites'), 'wrongKey');
    }
  });

  test('a session is a cookie that no script and no other site can use', async (t) => {
    const { operator, client } = await startProxiedApiServer(t);
    const { key } = await operator('anna');
    const opened = await client().request('openSession', { body: { key } });
    assert.equal(opened.status, 201);
    const [cookie = '', ...more] = opened.headers['set-cookie'] ?? [];
    assert.equal(more.length, 0);
    const [pair, ...rules] = cookie.split('; ');
    assert.match(pair ?? '', /^__Host-tillgate=[A-Za-z0-9_-]{43}$/);
    assert.deepEqual(
      new Set(rules),
      new Set(['Max-Age=43200', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict']),
    );
    assert.ok(!opened.text.includes(cookieIn(opened).split('=')[1] ?? ''));
    const session = await client({ Cookie: `a=b; ${cookieIn(opened)}; c=d` }).get('readSession');
    assert.deepEqual(session.operator, { name: 'anna', sites: null });
    assert.equal(session.via, 'session');
    assert.equal(session.csrf, opened.body.csrf);
  });

  test('a wrong key opens no session, and after several its address must wait', async (t) => {
    const { operator, client } = await startProxiedApiServer(t, {
      settings: { failedAttempts: 3 },
    });
    const { key } = await operator('anna');
    const wrong = { body: { key: 'guess' } };
    for (const _ of [1, 2, 3])
      assert.equal(await client().problem('openSession', wrong), 'wrongKey');
    const answered = await client().request('openSession', wrong);
    assert.equal(answered.problem, 'tooManyAttempts');
    assert.match(String(answered.headers['retry-after']), /^[1-9]\d?$/);
    assert.equal(
      await client({ Authorization: 'Bearer x' }).problem('listSites'),
      'tooManyAttempts',
    );
    const elsewhere = client({ 'X-Forwarded-For': '192.0.2.8' });
    assert.equal(await elsewhere.problem('openSession', wrong), 'wrongKey');
    assert.equal((await client().request('openSession', { body: { key } })).status, 201);
  });

  test('a change in a session needs the token that only its own pages can read', async (t) => {
    const { operator, client } = await startProxiedApiServer(t);
    const { key } = await operator('anna');
    const opened = await client().request('openSession', { body: { key } });
    const inSession = client({ Cookie: cookieIn(opened) });
    const other = await client().request('openSession', { body: { key } });
    const body = { name: 'shop1' };
    for (const token of [undefined, '', 'x', other.body.csrf, `${opened.body.csrf}x`]) {
      const headers = token === undefined ? {} : { 'X-CSRF-Token': token };
      assert.equal(await inSession.problem('addSite', { body, headers }), 'noCsrfToken');
    }
    const headers = { 'X-CSRF-Token': opened.body.csrf };
    assert.equal((await inSession.request('addSite', { body, headers })).status, 201);
    assert.equal(await inSession.problem('closeSession'), 'noCsrfToken');
  });

  test('a change with a key needs no such token', async (t) => {
    const { operator } = await startProxiedApiServer(t);
    const { client } = await operator('anna');
    assert.equal((await client.request('addSite', { body: { name: 'shop1' } })).status, 201);
  });

  test('an operator must sign in again after signing out and after the session expires', async (t) => {
    const clock = new TestClock();
    const { operator, client } = await startProxiedApiServer(t, { clock });
    const { key } = await operator('anna');
    const begin = async () => {
      const opened = await client().request('openSession', { body: { key } });
      return client({ Cookie: cookieIn(opened), 'X-CSRF-Token': opened.body.csrf });
    };
    const first = await begin();
    const second = await begin();
    const closed = await first.request('closeSession');
    assert.equal(closed.status, 204);
    assert.match(String(closed.headers['set-cookie']), /^__Host-tillgate=; Max-Age=0; .*Secure/);
    assert.equal(await first.problem('readSession'), 'notSignedIn');
    await clock.advance(12 * HOUR_MS - 1);
    assert.equal((await second.request('readSession')).status, 200);
    await clock.advance(1);
    assert.equal(await second.problem('readSession'), 'notSignedIn');
  });

  test('signing in and out stand in the audit trail, with the address', async (t) => {
    const { operator, client } = await startProxiedApiServer(t);
    const { key, client: withKey } = await operator('anna');
    const opened = await client().request('openSession', { body: { key } });
    const headers = { Cookie: cookieIn(opened), 'X-CSRF-Token': opened.body.csrf };
    await client(headers).request('closeSession');
    const { entries } = await withKey.get('listAudit', { query: { limit: 2 } });
    assert.deepEqual(
      entries.map(({ by, via, action }) => [by, via, action]),
      [
        ['anna', 'session', 'session.close'],
        ['anna', 'session', 'session.open'],
      ],
    );
    for (const { from } of entries) assert.match(from ?? '', /^\d+\./);
  });

  test("removing an operator ends the operator's key and sessions, and a new operator of that name has neither", async (t) => {
    const { operator, client } = await startProxiedApiServer(t);
    const anna = await operator('anna');
    const ben = await operator('ben');
    const opened = await client().request('openSession', { body: { key: ben.key } });
    const inSession = client({ Cookie: cookieIn(opened) });
    await anna.client.get('removeOperator', { params: { name: 'ben' } });
    assert.equal(await ben.client.problem('readSession'), 'wrongKey');
    assert.equal(await inSession.problem('readSession'), 'notSignedIn');
    await anna.client.get('addOperator', { body: { name: 'ben' } });
    assert.equal(await inSession.problem('readSession'), 'notSignedIn');
  });

  test('a session outlives a restart of the gateway', async (t) => {
    const store = new MemoryStore();
    const first = await startProxiedApiServer(t, { store: shareStore(store) });
    const { key } = await first.operator('anna');
    const opened = await first.client().request('openSession', { body: { key } });
    await first.stop();
    const second = await startProxiedApiServer(t, { store: shareStore(store) });
    assert.equal(
      (await second.client({ Cookie: cookieIn(opened) }).request('readSession')).status,
      200,
    );
  });

  test('a session is refused where the key would travel unencrypted', async (t) => {
    const { operator, client } = await startProxiedApiServer(t);
    const { key } = await operator('anna');
    const plain = client({ 'X-Forwarded-Proto': 'http', Host: 'pay.example' });
    assert.equal(await plain.problem('openSession', { body: { key } }), 'notSecure');
  });

  test('the oldest sessions of an operator end when there are too many', async (t) => {
    const clock = new TestClock();
    const { operator, client, store } = await startProxiedApiServer(t, { clock });
    const { key } = await operator('anna');
    const cookies: string[] = [];
    for (let number = 0; number < 22; number += 1) {
      cookies.push(cookieIn(await client().request('openSession', { body: { key } })));
      await clock.advance(1000);
    }
    assert.equal((await store.list('operator-sessions', '')).length, 20);
    const who = (index: number) => client({ Cookie: cookies.at(index) ?? '' });
    assert.equal(await who(0).problem('readSession'), 'notSignedIn');
    assert.equal(await who(1).problem('readSession'), 'notSignedIn');
    assert.equal((await who(2).request('readSession')).status, 200);
    assert.equal((await who(-1).request('readSession')).status, 200);
  });
});

describe('at this machine alone', () => {
  test('a session opens without a key and belongs to "local"', async (t) => {
    const { local } = await startApiServer(t);
    const session = await local.get('readSession');
    assert.deepEqual(session.operator, { name: 'local', sites: null });
    assert.equal(session.via, 'loopback');
    assert.equal((await local.get('readGateway')).testSite?.name, 'testhost');
  });

  const elsewhere = [
    ['under a name that leads here from elsewhere', { Host: 'evil.example' }],
    ['under a name that only looks local', { Host: 'localhost.evil.example' }],
    ['under an address with more behind it', { Host: '[::1]evil.example' }],
    ['under a path with a local end', { Host: 'evil.example/.localhost' }],
    ['under an address and a name', { Host: '127.0.0.1.evil.example' }],
    ['through a proxy', { 'X-Forwarded-For': '192.0.2.7' }],
    ['through a proxy of another kind', { Forwarded: 'for=192.0.2.7' }],
  ] as const;
  for (const [how, headers] of elsewhere) {
    test(`a key is needed ${how}`, async (t) => {
      const { client } = await startApiServer(t);
      assert.equal(await client(headers).problem('listSites'), 'notSignedIn');
    });
  }

  test('every name of this machine is accepted', async (t) => {
    const { client } = await startApiServer(t);
    for (const name of [
      'localhost',
      'LOCALHOST:8765',
      'shop1.localhost',
      '127.0.0.1:1',
      '[::1]:80',
    ]) {
      assert.equal((await client({ Host: name }).request('listSites')).status, 200, name);
    }
  });

  test('a setting demands a key on loopback', async (t) => {
    const { local, operator } = await startApiServer(t, { settings: { openOnLoopback: false } });
    assert.equal(await local.problem('listSites'), 'notSignedIn');
    const { client } = await operator('anna');
    assert.equal((await client.request('listSites')).status, 200);
  });

  test("the gateway's own page may sign in, however a proxy writes the Host", async (t) => {
    const { operator, client } = await startProxiedApiServer(t);
    const { key } = await operator('anna');
    for (const Host of ['pay.example', 'pay.example:443', 'PAY.Example']) {
      const page = client({ Host, Origin: 'https://pay.example', 'X-Forwarded-Proto': 'https' });
      const { status } = await page.request('openSession', { body: { key } });
      assert.equal(status, 201, Host);
    }
  });

  test('a page of another web site can neither read nor change anything', async (t) => {
    const { client, gateway } = await startApiServer(t);
    const host = new URL(gateway.httpUrl).host;
    const foreign = [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `https://${host}` },
      { Origin: `http://${host}.evil.example` },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ];
    for (const headers of foreign) {
      assert.equal(await client(headers).problem('listSites'), 'foreignOrigin');
      const adding = { body: { name: 'shop1' } };
      assert.equal(await client(headers).problem('addSite', adding), 'foreignOrigin');
      const signing = { body: { key: 'x' } };
      assert.equal(await client(headers).problem('openSession', signing), 'foreignOrigin');
    }
  });

  test('a change by a browser needs the token here too, a change by a script does not', async (t) => {
    const { local, client, gateway } = await startApiServer(t);
    const { csrf } = await local.get('readSession');
    const browser = client({ Origin: gateway.httpUrl, 'Sec-Fetch-Site': 'same-origin' });
    const body = { name: 'shop1' };
    assert.equal(await browser.problem('addSite', { body }), 'noCsrfToken');
    const headers = { 'X-CSRF-Token': csrf };
    assert.equal((await browser.request('addSite', { body, headers })).status, 201);
    assert.equal((await local.request('removeSite', { params: { site: 'shop1' } })).status, 204);
  });
});

describe('an operator of some sites', () => {
  test('an operator of some sites sees those and no others, whatever the request', async (t) => {
    const { local, operator } = await startApiServer(t);
    for (const name of ['shop1', 'shop2']) await local.get('addSite', { body: { name } });
    const { client } = await operator('ben', ['shop1']);
    assert.deepEqual((await client.get('readSession')).operator, { name: 'ben', sites: ['shop1'] });
    const { sites } = await client.get('listSites');
    assert.deepEqual(
      sites.map(({ name }) => name),
      ['shop1'],
    );
    const other = { params: { site: 'shop2' } };
    for (const route of ['readSite', 'listTokens', 'listTerminals'] as const) {
      assert.equal((await client.request(route, { params: { site: 'shop1' } })).status, 200);
      assert.equal(await client.problem(route, other), 'notFound');
    }
    assert.equal(await client.problem('changeSite', { ...other, body: {} }), 'notFound');
    assert.equal(await client.problem('addToken', { ...other, body: {} }), 'notFound');
    assert.equal(await client.problem('addTerminal', { ...other, body: { tid: '1' } }), 'notFound');
    assert.equal(await client.problem('followTraffic', { query: { site: 'shop2' } }), 'notFound');
    assert.equal(
      await client.problem('listTransactions', { query: { site: 'shop2' } }),
      'notFound',
    );
    assert.equal(await client.problem('listAudit', { query: { site: 'shop2' } }), 'notFound');
    assert.equal((await client.get('readGateway')).testSite, undefined);
  });

  test('an operator of some sites may change those, but may not add sites or operators', async (t) => {
    const { local, operator } = await startApiServer(t);
    await local.get('addSite', { body: { name: 'shop1' } });
    const { client } = await operator('ben', ['shop1']);
    const shop1 = { params: { site: 'shop1' } };
    assert.equal(
      (await client.get('changeSite', { ...shop1, body: { title: 'One' } })).title,
      'One',
    );
    const { token, id } = await client.get('addToken', { ...shop1, body: {} });
    assert.match(token, /^[0-9a-f-]{36}$/);
    await client.get('revokeToken', { params: { site: 'shop1', id } });
    assert.equal(await client.problem('addSite', { body: { name: 'shop3' } }), 'notAllowed');
    assert.equal(await client.problem('removeSite', shop1), 'notAllowed');
    assert.equal(await client.problem('listOperators'), 'notAllowed');
    assert.equal(await client.problem('addOperator', { body: { name: 'eve' } }), 'notAllowed');
    const ben = { params: { name: 'ben' } };
    assert.equal(await client.problem('removeOperator', ben), 'notAllowed');
  });

  test('an operator of some sites sees only their payments and audit entries', async (t) => {
    const { local, operator, till } = await startApiServer(t);
    await local.get('addSite', { body: { name: 'shop1' } });
    const { client } = await operator('ben', ['shop1']);
    const counter = await till();
    await counter.request('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 });
    const [sale] = (await local.get('listTransactions')).transactions;
    assert.deepEqual((await client.get('listTransactions')).transactions, []);
    const { tid = '', number = 0 } = sale ?? {};
    const story = { params: { site: 'testhost', tid, number } };
    assert.equal(await client.problem('readTransaction', story), 'notFound');
    assert.equal((await local.request('readTransaction', story)).status, 200);
    await local.get('addToken', { ...site, body: {} });
    const seen = (await client.get('listAudit')).entries.map((entry) => entry.site);
    assert.deepEqual(seen, ['shop1']);
    await counter.close();
  });
});
