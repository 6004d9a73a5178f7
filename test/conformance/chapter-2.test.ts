// Chapter 2 of PROTOCOL.md over real sockets: who is let in, and what the others get as a refusal.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { connectTill, TestClock } from 'tillgate/testing';
import type { GatewayHarness, HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import type { HandshakeOptions } from '../support/gateway/handshake.ts';
import { handshake } from '../support/gateway/handshake.ts';
import { cardPayment, startWithLock } from '../support/gateway/restaurant-harness.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';
import { KEY, linkedRecord, TID } from '../support/terminal/linked-machine.ts';

const STRANGER = '11111111-2222-4333-8444-555555555555';
const OF_SHOP2 = '22222222-2222-4333-8444-555555555555';
const PAC_ONLY = '33333333-2222-4333-8444-555555555555';
const EXPIRING = '44444444-2222-4333-8444-555555555555';
const START = new TestClock().now();

const records = [
  siteRecord('shop2'),
  tokenRecord('shop2', OF_SHOP2),
  tokenRecord('testhost', PAC_ONLY, { scopes: ['pac'] }),
  tokenRecord('testhost', EXPIRING, { expiresAt: START + 60_000 }),
];

type Given = Record<string, string | undefined>;

/** A gateway and handshakes with it; `raw` is appended to the address as it is. */
async function door(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, { records, ...options });
  const at = (given: Given = {}, raw = '', options: HandshakeOptions = {}) =>
    handshake(harness.server.uri('pac', given) + raw, options);
  return { harness, at };
}

function path(harness: GatewayHarness, wanted: string): string {
  return harness.server.uri('pac').replace('/pac?', `${wanted}?`);
}

const refused = {
  notFound: '{"error":"not_found","message":"No such site or path."}',
  unauthorized: '{"error":"unauthorized","message":"The token is missing or wrong."}',
  upgrade: '{"error":"upgrade_required","message":"This address speaks WebSocket only."}',
  version: '{"error":"unknown_api_version","message":"api-version must be v1 or v0."}',
  v0: '{"error":"v0_closed","message":"This site no longer accepts v0. Connect with api-version=v1."}',
  partner: '{"error":"missing_parameter","message":"v1 needs software-house-id and installer-id."}',
  shuttingDown:
    '{"error":"shutting_down","message":"The gateway is shutting down. Connect again in a few seconds."}',
};
const repeated = (name: string) =>
  `{"error":"repeated_parameter","message":"The parameter ${name} was given more than once."}`;

type Answer = Awaited<ReturnType<typeof handshake>>;

function mustRefuse(answer: Answer, status: number, body: string): void {
  assert.deepEqual([answer.status, answer.body], [status, body]);
  assert.equal(answer.headers['content-type'], 'application/json');
}

function mustOpen(answer: Answer): void {
  assert.deepEqual([answer.status, answer.body], [101, '']);
}

describe('C-2.2, the address', () => {
  test('host-address: an IP address and localhost lead to the default site', async (t) => {
    const { at } = await door(t);
    mustOpen(await at());
    for (const host of ['localhost', 'localhost:8765', 'LOCALHOST', '127.0.0.1:9', '[::1]:80']) {
      mustOpen(await at({}, '', { headers: { host } }));
    }
  });

  test('host-address: the first label names the site, in any case, with or without port', async (t) => {
    const { at } = await door(t);
    const token = OF_SHOP2;
    for (const host of ['shop2.pay.example', 'SHOP2.Connect.Example:8443', 'shop2']) {
      mustOpen(await at({ token }, '', { headers: { host } }));
    }
    mustRefuse(
      await at({}, '', { headers: { host: 'shop2.a.example' } }),
      401,
      refused.unauthorized,
    );
  });

  test('integration-type: /pac and /pat are accepted in any case, with one trailing slash', async (t) => {
    const { harness } = await door(t);
    for (const wanted of ['/pac', '/PAC', '/Pac/', '/pat', '/PAT/', '/pAt']) {
      mustOpen(await handshake(path(harness, wanted)));
    }
    for (const wanted of ['/pac//', '/pacs', '/pac/x', '//pac', '/', '/v1/pac', '/pa%63']) {
      mustRefuse(await handshake(path(harness, wanted)), 404, refused.notFound);
    }
  });

  test('token: an Authorization header is ignored', async (t) => {
    const { harness, at } = await door(t);
    const bearer = {
      Authorization: `Bearer ${new URL(harness.server.uri()).searchParams.get('token')}`,
    };
    const none = await at({ token: undefined }, '', { headers: bearer });
    mustRefuse(none, 401, refused.unauthorized);
    mustOpen(await at({}, '', { headers: { Authorization: 'Basic bm86' } }));
  });

  test('software-house-id and installer-id have 1 to 128 characters and may be equal', async (t) => {
    const { at } = await door(t);
    mustOpen(await at({ 'software-house-id': 'x'.repeat(128), 'installer-id': 'x'.repeat(128) }));
    mustOpen(await at({ 'software-house-id': 'Ä é', 'installer-id': '1' }));
    mustRefuse(await at({ 'installer-id': 'x'.repeat(129) }), 422, refused.partner);
  });
});

describe('C-2.5, mistakes that are not refused', () => {
  const harmless: readonly (readonly [string, string, Given?])[] = [
    ['the flag on pac', '&final-pos-receipt-request'],
    ['the flag in brackets', '&[final-pos-receipt-request]'],
    ['the flag with a value', '&final-pos-receipt=true'],
    ['an unknown parameter, even twice', '&color=red&color=blue'],
    ['a malformed epos-id', '&epos-id=till%203'],
    ['an empty epos-id', '&epos-id='],
    ['an epos-id of 65 characters', `&epos-id=${'x'.repeat(65)}`],
  ];
  for (const [what, raw] of harmless) {
    test(`an address with ${what} is accepted`, async (t) => {
      const { at } = await door(t);
      mustOpen(await at({}, raw));
    });
  }

  test('an epos-id and the flag on pat are accepted', async (t) => {
    const { harness } = await door(t);
    const flag = '&final-pos-receipt-request&epos-id=T1';
    mustOpen(await handshake(harness.server.uri('pat') + flag));
  });

  test('a malformed epos-id is ignored: two such sockets stay open', async (t) => {
    const { harness } = await door(t);
    const [one, other] = [
      await harness.till({ 'epos-id': 'a b' }),
      await harness.till({ 'epos-id': 'a b' }),
    ];
    for (const till of [one, other]) {
      assert.ok((await harness.request(till, 'connectedTerminals')).result);
    }
  });
});

for (const offered of ['', ' ', 'connect.v1', 'a,', 'a, a', 'über']) {
  test(`C-2.6 the subprotocols ${JSON.stringify(offered)} are not read`, async (t) => {
    const { at } = await door(t);
    const headers = { 'Sec-WebSocket-Protocol': offered };
    const answer = await at({}, '', { headers });
    mustOpen(answer);
    assert.equal(answer.headers['sec-websocket-protocol'], undefined);
  });
}

test('C-2.6 the answer is 101 without subprotocol and compression, whatever the Origin', async (t) => {
  const { at } = await door(t);
  const token = PAC_ONLY;
  const headers = {
    Origin: 'https://elsewhere.example',
    'Sec-WebSocket-Protocol': 'jsonrpc, other',
    'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
  };
  const answer = await at({ token }, '', { headers });
  mustOpen(answer);
  assert.equal(answer.headers['sec-websocket-protocol'], undefined);
  assert.equal(answer.headers['sec-websocket-extensions'], undefined);
  assert.equal(answer.headers['sec-websocket-accept'], 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

test('C-2.7 no message comes after 101, and the till may send at once', async (t) => {
  const { harness } = await door(t);
  const till = await harness.till();
  await harness.advance(5_000);
  assert.deepEqual(await harness.summaries(till), []);
  assert.ok((await harness.request(till, 'connectedTerminals')).result);
});

test('C-2.8 a site may hold many pac connections, which share its card machines', async (t) => {
  const { harness } = await door(t);
  const tills = [await harness.till(), await harness.till(), await harness.till()];
  const id = tills[0]!.ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 });
  await harness.shown(tills[0]!, 'PRESENT_CARD');
  for (const till of tills) {
    const { result } = await harness.request(till, 'terminalDetails', { tid: 'VCMINVLSIP0' });
    assert.equal(result.status, 'BUSY');
  }
  assert.equal((await harness.answer(tills[0]!, id)).result.transactionResult, 'SUCCESSFUL');
});

describe('C-2.27, names of parameters in other spellings', () => {
  const names = ['token', 'api-version', 'software-house-id', 'installer-id'] as const;
  /** The address of a v1 till with every name in another spelling. */
  const spelt = (uri: string, spell: (name: string) => string, separator = '&') => {
    const url = new URL(uri);
    const all = names.map((name) => `${spell(name)}=${url.searchParams.get(name)}`);
    return `${url.origin}${url.pathname}?${all.join(separator)}`;
  };
  const camel = (name: string) =>
    name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const spellings: readonly (readonly [string, (name: string) => string, string?])[] = [
    ['in capitals', (name) => name.toUpperCase()],
    ['with capital initials', (name) => name.replace(/\b./g, (letter) => letter.toUpperCase())],
    ['in camel case', camel],
    ['with underscores', (name) => name.replaceAll('-', '_')],
    ['with escaped dashes', (name) => name.replaceAll('-', '%2D')],
    ['with blanks', (name) => `%20${name}+`],
    ['after &amp;', (name) => name, '&amp;'],
    ['after &amp;amp;', (name) => name, '&amp;amp;'],
    ['after &AMP;', (name) => name, '&AMP;'],
    ['after &#38;', (name) => name, '&#38;'],
    ['after &&', (name) => name, '&&'],
  ];
  for (const [what, spell, separator] of spellings) {
    test(`parameters ${what} are taken as meant`, async (t) => {
      const { harness } = await door(t, { site: { versions: ['v1'] } });
      const url = new URL(spelt(harness.server.uri(), spell, separator));
      // The fragment is sent as it is written, as some libraries do.
      const target = url.pathname + url.search + url.hash;
      mustOpen(await handshake(url.href, { target }));
      const wrong = target.replace(/(version[^=]*=)v1/i, '$1v7');
      mustRefuse(await handshake(url.href, { target: wrong }), 400, refused.version);
    });
  }

  test('a name in two spellings was given twice', async (t) => {
    const { at } = await door(t);
    mustRefuse(await at({}, '&API-Version=v1'), 400, repeated('api-version'));
    mustRefuse(await at({}, '&amp;EPOS_ID=1&epos-id=1'), 400, repeated('epos-id'));
    mustRefuse(await at({}, '&Token=x'), 401, refused.unauthorized);
  });

  test('a waiter and a card machine spell their parameters as freely', async (t) => {
    const { harness } = await door(t);
    await harness.store.write({ put: [linkedRecord()] });
    await harness.settled();
    const uris = [
      harness.server.uri('waiter', { tid: 'VCMINVLSIP0' }),
      harness.server.uri('terminal', { tid: TID, token: KEY }),
    ];
    for (const uri of uris) {
      mustOpen(await handshake(uri.replace('&tid=', '&amp;TID=').replace('token=', 'Token=')));
    }
  });

  for (const name of ['EPOS-ID', 'eposId', 'epos_id', 'Epos-Id']) {
    test(`${name} is an epos-id: a second socket with it supersedes the first`, async (t) => {
      const { harness } = await door(t);
      const till = await harness.connect(`${harness.server.uri()}&amp;${name}=T1`);
      await harness.till({ 'epos-id': 'T1' });
      assert.equal((await till.closed).code, 4001);
    });
  }

  for (const name of ['FINAL-POS-RECEIPT-REQUEST', 'finalPosReceiptRequest', 'Final_Pos_Receipt']) {
    test(`${name} asks for a final receipt`, async (t) => {
      const { till, waiter } = await startWithLock(t, { parameters: { [name]: '' } });
      await waiter.payByCard(cardPayment(4820));
      assert.equal(till.received('finalPosReceiptRequest').length, 1);
    });
  }

  const today = [
    '&[final-pos-receipt-request]',
    '&%5Bfinal-pos-receipt-request%5D',
    '&final%2Dpos%2Dreceipt%2Drequest',
    '&final-pos-receipt-request&',
    '&final-pos-receipt-request&[final-pos-receipt-request]',
    '&',
    '&&',
  ];
  for (const raw of today) {
    test(`an address that ends in ${raw} is accepted on pat`, async (t) => {
      const { harness } = await door(t);
      mustOpen(await handshake(harness.server.uri('pat') + raw));
    });
  }
});

describe('C-2.9, refusals', () => {
  test('C-2.10 a handshake during shutdown gets 503 with Retry-After: 5', async (t) => {
    const { harness, at } = await door(t);
    const till = await harness.till();
    till.ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 });
    await harness.shown(till, 'PRESENT_CARD');
    const stopped = harness.server.gateway.stop();
    const answer = await at({ token: 'wrong' });
    mustRefuse(answer, 503, refused.shuttingDown);
    assert.equal(answer.headers['retry-after'], '5');
    await harness.until(() => till.received.some((frame) => frame.result));
    await harness.clock.advance(100);
    await stopped;
  });

  test('C-2.11 a host of no site gets 404', async (t) => {
    const { at } = await door(t);
    for (const host of ['nowhere.example', 'shop3', 'constructor', '__proto__']) {
      mustRefuse(await at({}, '', { headers: { host } }), 404, refused.notFound);
    }
  });

  test('C-2.13 /pac and /pat without a WebSocket upgrade get 426, whatever the parameters', async (t) => {
    const { harness } = await door(t);
    for (const wanted of ['/pac', '/pat', '/PAC/']) {
      const answer = await handshake(path(harness, wanted), { upgrade: false });
      mustRefuse(answer, 426, refused.upgrade);
    }
    const bare = await handshake(`${harness.server.gateway.httpUrl}/pac`, { upgrade: false });
    mustRefuse(bare, 426, refused.upgrade);
    const h2c = { Connection: 'Upgrade', Upgrade: 'h2c' };
    mustRefuse(
      await handshake(path(harness, '/pac'), { upgrade: false, headers: h2c }),
      426,
      refused.upgrade,
    );
  });

  const wrongTokens: readonly (readonly [string, Given, string])[] = [
    ['missing', { token: undefined }, ''],
    ['empty', { token: '' }, ''],
    ['given twice, both right', {}, '&token=00000000-0000-0000-0000-000000000000'],
    ['unknown', { token: STRANGER }, ''],
    ['of another site', { token: OF_SHOP2 }, ''],
    ['right but for its last digit', { token: OF_SHOP2.replace(/.$/, '4') }, ''],
    ['right but for a digit more', { token: `${OF_SHOP2}5` }, ''],
    ['very long', { token: 'x'.repeat(4_000) }, ''],
  ];
  for (const [what, given, raw] of wrongTokens) {
    test(`C-2.14 a token that is ${what} gets one and the same 401`, async (t) => {
      const { at } = await door(t);
      mustRefuse(await at(given, raw), 401, refused.unauthorized);
    });
  }

  const uuid = 'A5b0c7a2-0d3e-4f6b-9a41-2f8f0c1d7e9F';
  const spellings: readonly (readonly [string, string])[] = [
    ['in capitals', uuid.toUpperCase()],
    ['in mixed case', uuid],
    ['without dashes', uuid.replaceAll('-', '')],
    ['in braces', `{${uuid}}`],
    ['in escaped braces', `%7B${uuid.toUpperCase()}%7D`],
    ['in parentheses', `(${uuid})`],
    ['with blanks around it', `%20+${uuid}%09`],
    ['with a line end', `${uuid}%0D%0A`],
    ['in quotes', `%22${uuid}%22`],
    ['as a URN', `urn:uuid:${uuid}`],
  ];
  for (const [what, token] of spellings) {
    test(`C-2.26 a token that was issued as a UUID is accepted ${what}`, async (t) => {
      const record = tokenRecord('testhost', uuid.toLowerCase());
      const { harness, at } = await door(t, { records: [record] });
      mustOpen(await at({ token: undefined }, `&token=${token}`));
      await harness.store.write({ remove: [record] });
      mustRefuse(await at({ token: undefined }, `&token=${token}`), 401, refused.unauthorized);
    });
  }

  test('C-2.26 a token that is no UUID is accepted as it was issued only', async (t) => {
    const { at } = await door(t, { records: [tokenRecord('testhost', 'Till-3')] });
    mustOpen(await at({ token: 'Till-3' }));
    for (const token of ['till-3', 'Till3', ' Till-3', '{Till-3}']) {
      mustRefuse(await at({ token }), 401, refused.unauthorized);
    }
  });

  test('C-2.14 a token that is revoked, expired or for pat only gets the same 401', async (t) => {
    const { harness, at } = await door(t);
    mustOpen(await at({ token: PAC_ONLY }));
    mustRefuse(
      await handshake(harness.server.uri('pat', { token: PAC_ONLY })),
      401,
      refused.unauthorized,
    );
    mustOpen(await at({ token: EXPIRING }));
    await harness.advance(60_000);
    mustRefuse(await at({ token: EXPIRING }), 401, refused.unauthorized);
    const { collection, key } = tokenRecord('testhost', PAC_ONLY);
    await harness.store.write({ remove: [{ collection, key }] });
    mustRefuse(await at({ token: PAC_ONLY }), 401, refused.unauthorized);
  });

  const names = ['api-version', 'software-house-id', 'installer-id', 'epos-id'];
  for (const name of [...names, 'final-pos-receipt-request']) {
    test(`C-2.15 ${name} given twice gets 400, even with the same value`, async (t) => {
      const { at } = await door(t);
      const raw = `&${name}=v1&${name}=v1`;
      mustRefuse(await at({ [name]: undefined }, raw), 400, repeated(name));
    });
  }

  test('C-2.16 an api-version other than v1 and v0 gets 400, also an empty one', async (t) => {
    const { at } = await door(t);
    for (const version of ['V1', 'V0', 'v2', '1', '', ' v1', 'v1 ', 'constructor']) {
      mustRefuse(await at({ 'api-version': version }), 400, refused.version);
    }
  });

  test('C-2.17 v0 on a site closed to it gets 403, also by default', async (t) => {
    const { harness, at } = await door(t, { site: { versions: ['v1'] } });
    for (const version of ['v0', undefined]) {
      mustRefuse(await at({ 'api-version': version }), 403, refused.v0);
      const pat = await handshake(harness.server.uri('pat', { 'api-version': version }));
      mustRefuse(pat, 403, refused.v0);
    }
    mustOpen(await at());
  });

  test('C-2.18 v1 with a missing or blank id gets 422', async (t) => {
    const { at } = await door(t);
    for (const name of ['software-house-id', 'installer-id']) {
      for (const value of [undefined, '', ' ', '\t ']) {
        mustRefuse(await at({ [name]: value }), 422, refused.partner);
      }
    }
  });

  test('C-2.19 a pac connection beyond the maximum gets 429 until another is closed', async (t) => {
    const { harness, at } = await door(t, { settings: { maxConnectionsPerSite: 2 } });
    const tills = [await harness.till(), await harness.till()];
    const full =
      '{"error":"too_many_connections","message":"This site already has 2 connections."}';
    mustRefuse(await at(), 429, full);
    mustOpen(await handshake(harness.server.uri('pat')));
    mustOpen(await at({ token: OF_SHOP2 }, '', { headers: { host: 'shop2.example' } }));
    await tills[0]!.close();
    await harness.settled();
    mustOpen(await at());
  });

  describe('C-2.25 what does not count for the limit', () => {
    const settings = { maxConnectionsPerSite: 2 };
    /** A till whose socket is open and says nothing any more. */
    const ghost = (harness: GatewayHarness, given: Given = {}) =>
      connectTill(harness.server.uri('pac', given), { autoPong: false });

    for (const version of ['v1', 'v0']) {
      test(`a ${version} till takes the place of its dead connection by its epos-id`, async (t) => {
        const { harness, at } = await door(t, { settings });
        const [one, other] = ['TILL-1', 'TILL-2'].map((id) => ({
          'epos-id': id,
          'api-version': version,
        }));
        await ghost(harness, one);
        await ghost(harness, other);
        assert.equal((await at()).status, 429);
        assert.equal((await at({ 'epos-id': 'TILL-3', 'api-version': version })).status, 429);
        // The dead sockets do not answer the close frame; they do not count while they close.
        await ghost(harness, one);
        await ghost(harness, other);
        await ghost(harness, one);
        assert.equal((await at()).status, 429);
      });
    }

    test('the page /handshake says the same of a till that comes back', async (t) => {
      const { harness } = await door(t, { settings });
      const till = { 'epos-id': 'TILL-1' };
      await ghost(harness, till);
      await ghost(harness);
      const page = (given: Given) =>
        handshake(harness.server.uri('pac', given).replace('/pac', '/handshake/pac'), {
          upgrade: false,
        });
      assert.deepEqual([(await page(till)).status, (await page({})).status], [204, 429]);
    });

    test('a connection with the epos-id of another version or site keeps its place', async (t) => {
      const { harness, at } = await door(t, { settings });
      await ghost(harness, { 'epos-id': 'TILL-1' });
      await ghost(harness, { 'epos-id': 'TILL-2' });
      assert.equal((await at({ 'epos-id': 'TILL-1', 'api-version': 'v0' })).status, 429);
    });

    test('a connection that has missed a ping does not count, and counts again with its next sign of life', async (t) => {
      const { harness, at } = await door(t, { settings });
      const silent = await ghost(harness);
      await harness.till();
      await harness.advance(20_000);
      assert.equal((await at()).status, 429, 'its pong may still come');
      await harness.advance(20_000);
      mustOpen(await at());
      await harness.settled();
      assert.ok((await silent.request('connectedTerminals')).result);
      assert.equal((await at()).status, 429);
    });
  });
});
