// Chapter 2 of PROTOCOL.md over real sockets: the public token of the test site, which pages and machines
// elsewhere must not be able to use.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { startTestGateway } from 'tillgate/testing';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import { listAudit } from '../../packages/server/src/application/admin/audit.ts';
import { enrolTerminal } from '../../packages/server/src/application/admin/linked-terminals.ts';
import { listTokens, revokeToken } from '../../packages/server/src/application/admin/tokens.ts';
import { startHarness, TOKEN } from '../support/gateway/gateway-harness.ts';
import { handshake } from '../support/gateway/handshake.ts';
import { MemoryStore, shareStore } from '../support/gateway/shared-store.ts';
import { tokenRecord } from '../support/gateway/site-records.ts';
import { addressOf, KEY, linkedRecord } from '../support/terminal/linked-machine.ts';

const OWN_TOKEN = '66666666-2222-4333-8444-555555555555';
const MACHINE = { tid: 'VCMINVLSIP0' };
const REFUSED = {
  error: 'foreign_origin',
  message:
    'The public test token is for programs and pages of this machine. Create a token of your own: ' +
    'tillgate token add --site testhost.',
};

describe('C-2.30, the public test token', () => {
  const own: readonly (readonly [string, Record<string, string>])[] = [
    ['a program, which sends no Origin', {}],
    ['a page from a file', { Origin: 'null' }],
    ['a page from a file in an older browser', { Origin: 'file://' }],
    ['a page of this gateway', { Origin: 'http://127.0.0.1:8765' }],
    ['a page of another port', { Origin: 'http://localhost:3000' }],
    ['a page over TLS', { Origin: 'https://LOCALHOST' }],
    ['a page of a name below localhost', { Origin: 'http://testhost.localhost:8765' }],
    ['a page of another loopback address', { Origin: 'http://127.1.2.3' }],
    ['a page of the IPv6 loopback address', { Origin: 'http://[::1]:8765' }],
    ['a program with another Host', { Host: 'testhost.pay.example' }],
  ];
  const foreign: readonly (readonly [string, Record<string, string>])[] = [
    ['a page of the web', { Origin: 'https://shop.example' }],
    ['a page whose name resolves to this machine', { Origin: 'http://evil.example:8765' }],
    ['a page whose name begins like localhost', { Origin: 'http://localhost.evil.example' }],
    ['a page whose name ends like localhost', { Origin: 'http://evillocalhost' }],
    ['a page whose name begins like 127.0.0.1', { Origin: 'http://127.0.0.1.evil.example' }],
    ['a page whose name ends like 127.0.0.1', { Origin: 'http://evil.127.0.0.1.example' }],
    ['a page in the same network', { Origin: 'http://192.168.1.7:8765' }],
    ['an Origin with a user', { Origin: 'http://localhost@evil.example' }],
    ['an Origin with a path', { Origin: 'https://evil.example/http://localhost' }],
    ['two Origins', { Origin: 'http://localhost, https://evil.example' }],
    ['an Origin that is no address', { Origin: 'localhost' }],
    ['an empty Origin', { Origin: '' }],
    ['a browser extension', { Origin: 'chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb' }],
    ['a proxy that names the client', { 'X-Forwarded-For': '203.0.113.7' }],
    ['a proxy that names the scheme', { 'X-Forwarded-Proto': 'https' }],
    ['a proxy that names the host', { 'X-Forwarded-Host': 'shop.example' }],
    ['a proxy by RFC 7239', { Forwarded: 'for=203.0.113.7' }],
    ['a proxy by RFC 9110', { Via: '1.1 proxy.example' }],
    ['nginx with X-Real-IP', { 'X-Real-IP': '203.0.113.7' }],
    ['a proxy for a page of this machine', { Origin: 'http://localhost', Via: '1.1 proxy' }],
  ];
  const records = [linkedRecord(), tokenRecord('testhost', OWN_TOKEN)];
  const lines = ['pac', 'pat', 'waiter'] as const;

  for (const line of lines) {
    test(`${line} is opened by what runs on this machine`, async (t) => {
      const { server } = await startHarness(t, { records });
      for (const [who, headers] of own) {
        const { status } = await handshake(server.uri(line, MACHINE), { headers });
        assert.equal(status, 101, who);
      }
    });

    test(`${line} is refused to pages and machines elsewhere, whatever the version`, async (t) => {
      const { server } = await startHarness(t, { records });
      for (const [who, headers] of foreign) {
        for (const version of ['v1', 'v0']) {
          const uri = server.uri(line, { ...MACHINE, 'api-version': version });
          const { status, body } = await handshake(uri, { headers });
          assert.deepEqual([status, JSON.parse(body)], [403, REFUSED], who);
        }
      }
    });
  }

  test('every spelling of the token is refused elsewhere [C-2.26]', async (t) => {
    const { server } = await startHarness(t);
    for (const token of [TOKEN.replaceAll('-', ''), `{${TOKEN}}`, `urn:uuid:${TOKEN}`]) {
      const headers = { Origin: 'https://shop.example' };
      assert.equal((await handshake(server.uri('pac', { token }))).status, 101);
      assert.equal((await handshake(server.uri('pac', { token }), { headers })).status, 403);
    }
  });

  test("a site's own token and a card machine's key open from anywhere [C-2.6]", async (t) => {
    const harness = await startHarness(t, { records });
    const uris = lines.map((line) => harness.server.uri(line, { ...MACHINE, token: OWN_TOKEN }));
    for (const uri of [...uris, addressOf(harness, { token: KEY })]) {
      for (const [who, headers] of foreign) {
        assert.equal((await handshake(uri, { headers })).status, 101, who);
      }
    }
  });

  test('a wrong token is refused as such before the Origin is looked at', async (t) => {
    const { server } = await startHarness(t);
    const headers = { Origin: 'https://shop.example' };
    assert.equal((await handshake(server.uri('pac', { token: 'x' }), { headers })).status, 401);
  });

  test('the page that says how a handshake would end says so too [C-2.22]', async (t) => {
    const { server } = await startHarness(t);
    const page = server.uri('pac').replace('/pac?', '/handshake/pac?');
    const answer = (headers: Record<string, string>) =>
      handshake(page, { headers, upgrade: false });
    const { status, body } = await answer({ Origin: 'https://shop.example' });
    assert.deepEqual([status, JSON.parse(body)], [403, REFUSED]);
    assert.equal((await answer({ Origin: 'http://localhost:3000' })).status, 204);
  });
});

describe('the public test token is made once and stays revoked', () => {
  const actor = { ...commandLine };
  const tokenOf = async (store: MemoryStore) => (await startOn(store)).testSite?.token;

  async function startOn(store: MemoryStore) {
    const { gateway, stop } = await startTestGateway({ store: shareStore(store) });
    await stop();
    return gateway;
  }

  async function revoke(t: TestContext, store: MemoryStore) {
    const deps = { store, clock: { now: () => Date.now() } };
    const [token] = await listTokens(deps, actor, 'testhost');
    assert.ok(token, t.name);
    await revokeToken(deps, actor, { site: 'testhost', id: token.hash.slice(0, 12) });
  }

  test('a revoked test token is not made again at the next start', async (t) => {
    const store = new MemoryStore();
    assert.equal(await tokenOf(store), TOKEN);
    assert.equal(await tokenOf(store), TOKEN);
    await revoke(t, store);
    assert.equal(await tokenOf(store), undefined);
    assert.equal(await tokenOf(store), undefined);
    const { uri, stop } = await startTestGateway({ store: shareStore(store) });
    t.after(stop);
    assert.equal((await handshake(uri('pac', { token: TOKEN }))).status, 401);
  });

  test('making the test site and its token stands in the audit trail, once', async () => {
    const store = new MemoryStore();
    await startOn(store);
    await startOn(store);
    const { entries } = await listAudit({ store }, actor, { limit: 10 });
    assert.deepEqual(
      entries.map(({ by, via, action, site }) => ({ by, via, action, site })).toReversed(),
      ['site.add', 'token.add'].map((action) => ({
        by: 'gateway',
        via: 'start',
        action,
        site: 'testhost',
      })),
    );
    assert.ok(!JSON.stringify(entries).includes(TOKEN));
  });
});

test('each pairing of a card machine stands in the audit trail, with the address it came from', async (t) => {
  const { store, clock, server } = await startHarness(t);
  const { code } = await enrolTerminal({ store, clock }, commandLine, {
    site: 'testhost',
    tid: 'T1',
  });
  const answer = await fetch(`${server.gateway.httpUrl}/terminal/pair`, {
    method: 'POST',
    body: JSON.stringify({ site: 'testhost', tid: 'T1', code }),
  });
  const { token } = (await answer.json()) as { token: string };
  const { entries } = await listAudit({ store }, commandLine, { limit: 10 });
  const { id: _, at: __, ...entry } = entries[0] ?? { id: '', at: '' };
  assert.deepEqual(entry, {
    by: 'T1',
    via: 'pairing-code',
    from: '127.0.0.1',
    action: 'terminal.pair',
    site: 'testhost',
    subject: 'T1',
  });
  assert.ok(![code, token].some((secret) => JSON.stringify(entries).includes(secret)));
});
