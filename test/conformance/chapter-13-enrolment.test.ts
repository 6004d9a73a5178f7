// Chapter 13.1 of PROTOCOL.md over real sockets: who may link, and how a machine gets its key.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import {
  enrolTerminal,
  listLinked,
  revokeTerminal,
} from '../../packages/server/src/application/admin/linked-terminals.ts';
import type { Shop } from '../support/gateway/gateway-harness.ts';
import { openShop, TOKEN } from '../support/gateway/gateway-harness.ts';
import { knock } from '../support/gateway/handshake.ts';
import { siteRecord } from '../support/gateway/site-records.ts';
import {
  addressOf,
  KEY,
  linkedRecord,
  TestMachine,
  TID,
} from '../support/terminal/linked-machine.ts';

const MINUTE_MS = 60_000;
const WRONG = { error: 'unauthorized', message: 'The token is missing or wrong.' };
const WRONG_CODE = {
  error: 'unauthorized',
  message: 'The pairing code is wrong, used or too old.',
};

const worldOf = ({ store, clock }: Shop) => ({ store, clock });
const enrol = async (shop: Shop, tid = TID) =>
  (await enrolTerminal(worldOf(shop), commandLine, { site: 'testhost', tid })).code;
const revoke = (shop: Shop, tid = TID) =>
  revokeTerminal(worldOf(shop), commandLine, { site: 'testhost', tid });

async function pair(shop: Shop, body: unknown, method = 'POST') {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${shop.house.gateway.httpUrl}/terminal/pair`, {
    method,
    ...(method === 'POST' ? { body: text } : {}),
  });
  const told = (await answer.json()) as { token?: string; error?: string };
  return { status: answer.status, told, headers: answer.headers };
}

const ofTid = (code: string, tid = TID) => ({ site: 'testhost', tid, code });

describe('C-13.1, the address', () => {
  test('a machine with its own key is let in, whatever other parameters there are', async (t) => {
    const shop = await openShop(t, { records: [linkedRecord()] });
    const uri = addressOf(shop);
    assert.equal((await knock(uri)).status, 101);
    assert.equal((await knock(`${uri}&api-version=v7&api-version=v8&epos-id=!`)).status, 101);
    assert.equal((await knock(uri.replace('/terminal', '/TERMINAL/'))).status, 101);
    assert.equal((await knock(uri, { upgrade: false })).status, 426);
  });

  test('whatever is wrong with key or tid has one and the same answer', async (t) => {
    const OTHERS = '88888888-2222-4333-8444-555555555555';
    const records = [
      siteRecord('shop2'),
      ...[linkedRecord(), linkedRecord('22', OTHERS), linkedRecord('33', null)],
      linkedRecord('44', OTHERS, 'shop2'),
    ];
    const shop = await openShop(t, { records });
    const uri = addressOf(shop);
    const wrong = [
      addressOf(shop, { token: OTHERS }),
      addressOf(shop, { tid: '22' }),
      addressOf(shop, { tid: '33' }),
      addressOf(shop, { tid: '33', token: '' }),
      addressOf(shop, { tid: '44', token: OTHERS }),
      addressOf(shop, { tid: '99' }),
      addressOf(shop, { tid: '' }),
      addressOf(shop, { tid: 'VCMINVLSIP0', token: TOKEN }),
      addressOf(shop, { tid: TID, token: TOKEN }),
      uri.replace(/tid=\d+/, ''),
      uri.replace(/token=[^&]+/, ''),
      `${uri}&tid=${TID}`,
      `${uri}&token=${KEY}`,
    ];
    for (const one of wrong) {
      const { status, body } = await knock(one);
      assert.deepEqual([status, JSON.parse(body)], [401, WRONG], one);
    }
    // Nor does its key open anything else.
    assert.equal((await knock(shop.house.uri('pac', { token: KEY }))).status, 401);
  });
});

describe('C-13.2, pairing', () => {
  test('a code gives a key, once; dashes, spaces and case do not matter', async (t) => {
    const shop = await openShop(t);
    const code = await enrol(shop);
    assert.match(code, /^[2-9A-HJKMNPQRSTWXYZ]{8}$/);
    const typed = ` ${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase();
    const { status, told, headers } = await pair(shop, ofTid(typed));
    assert.equal(status, 201);
    assert.deepEqual(Object.keys(told), ['token']);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal((await knock(addressOf(shop, { token: told.token }))).status, 101);
    const again = await pair(shop, ofTid(code));
    assert.deepEqual([again.status, again.told], [401, WRONG_CODE]);
  });

  test('of two that use one code at once, one gets a key', async (t) => {
    const shop = await openShop(t);
    const code = await enrol(shop);
    const answers = await Promise.all(Array.from({ length: 5 }, () => pair(shop, ofTid(code))));
    const statuses = answers.map(({ status }) => status);
    assert.deepEqual(statuses.toSorted(), [201, 401, 401, 401, 401]);
  });

  test('a code is good for 15 minutes', async (t) => {
    const shop = await openShop(t);
    const [early, late] = [await enrol(shop, '1'), await enrol(shop, '2')];
    await shop.clock.advance(15 * MINUTE_MS - 1);
    assert.equal((await pair(shop, ofTid(early, '1'))).status, 201);
    await shop.clock.advance(1);
    assert.deepEqual((await pair(shop, ofTid(late, '2'))).told, WRONG_CODE);
  });

  test('whatever is wrong with site, tid or code has one and the same answer', async (t) => {
    const shop = await openShop(t, { records: [siteRecord('shop2'), linkedRecord('22')] });
    const code = await enrol(shop);
    const wrong = [
      ofTid(`${code}X`),
      ofTid('ABCDEFGH'),
      ofTid(code, '22'),
      ofTid(code, '99'),
      ofTid(code, '__proto__'),
      { ...ofTid(code), site: 'shop2' },
      { ...ofTid(code), site: 'nowhere' },
      { ...ofTid(code), site: `testhost/${TID}` },
    ];
    for (const one of wrong) {
      const { status, told } = await pair(shop, one);
      assert.deepEqual([status, told], [401, WRONG_CODE], JSON.stringify(one));
    }
    assert.equal((await pair(shop, ofTid(code))).status, 201);
  });

  test('a body that is no such object is 400, another method 405', async (t) => {
    const shop = await openShop(t);
    const code = await enrol(shop);
    const rubbish = [
      ...['', 'null', '[]', '"x"', '{', '{"site":"testhost"}', 'site=testhost'],
      { ...ofTid(code), tid: 12345678 },
      { ...ofTid(code), code: [code] },
      { ...ofTid(code), code: '' },
      { ...ofTid(code), site: 'x'.repeat(129) },
      JSON.stringify({ ...ofTid(code), more: 'x'.repeat(5000) }),
    ];
    for (const one of rubbish) {
      const { status, told } = await pair(shop, one);
      assert.deepEqual([status, told.error], [400, 'bad_request'], JSON.stringify(one));
    }
    const read = await pair(shop, '', 'GET');
    assert.deepEqual([read.status, read.headers.get('allow')], [405, 'POST']);
  });

  test('C-2.20 guesses are counted, and a right code is taken all the same', async (t) => {
    const shop = await openShop(t);
    const code = await enrol(shop);
    for (let count = 0; count < 30; count += 1) {
      assert.equal((await pair(shop, ofTid('ABCDEFGH'))).status, 401);
    }
    const { status, told, headers } = await pair(shop, ofTid('ABCDEFGH'));
    assert.deepEqual([status, told.error], [429, 'too_many_attempts']);
    assert.equal(headers.get('retry-after'), '60');
    assert.equal((await knock(addressOf(shop))).status, 429);
    assert.equal((await pair(shop, ofTid(code))).status, 201);
  });

  for (const tid of ['VCMINVLSIP1', 'VCM', 'a/b', 'a b', '', 'x'.repeat(33), 'ü', '..\n']) {
    test(`a machine cannot be enrolled as ${JSON.stringify(tid)}`, async (t) => {
      const shop = await openShop(t);
      await assert.rejects(enrol(shop, tid));
    });
  }
});

describe('C-13.3, the key', () => {
  test('of code and key only SHA-256 is kept, and neither is in the trail', async (t) => {
    const shop = await openShop(t);
    const code = await enrol(shop);
    const { told } = await pair(shop, ofTid(code));
    const collections = ['terminals', 'terminal-uses', 'audit'];
    const kept = await Promise.all(collections.map((name) => shop.store.list(name, '')));
    const text = JSON.stringify(kept);
    assert.ok(text.includes('terminal.add'));
    assert.ok(!text.includes(code));
    assert.ok(!text.includes(told.token ?? 'no token'));
  });

  test('to be revoked closes the connection with 4003, and the machine stays out', async (t) => {
    const shop = await openShop(t, { records: [linkedRecord()] });
    const till = await shop.till();
    const machine = await TestMachine.link(shop);
    await revoke(shop);
    assert.equal((await machine.socket.closed).code, 4003);
    assert.equal((await knock(addressOf(shop))).status, 401);
    const { error } = await till.request('terminalDetails', { tid: TID });
    assert.equal(error.code, -32070);
    await assert.rejects(revoke(shop));
  });

  test('a revoked machine may be enrolled again', async (t) => {
    const shop = await openShop(t, { records: [linkedRecord()] });
    await revoke(shop);
    const { told } = await pair(shop, ofTid(await enrol(shop)));
    assert.equal((await knock(addressOf(shop, { token: told.token }))).status, 101);
    assert.equal((await knock(addressOf(shop))).status, 401);
  });

  test('a new code leaves the key as it is; used, it makes the key before it void', async (t) => {
    const shop = await openShop(t, { records: [linkedRecord()] });
    const machine = await TestMachine.link(shop);
    const code = await enrol(shop);
    await shop.quiet();
    assert.equal(machine.socket.socket.readyState, 1);
    await pair(shop, ofTid(code));
    assert.equal((await machine.socket.closed).code, 4003);
  });

  test('a site that is removed takes its machines with it', async (t) => {
    const shop = await openShop(t, { records: [linkedRecord()] });
    const machine = await TestMachine.link(shop);
    await shop.store.write({ remove: [{ collection: 'sites', key: 'testhost' }] });
    assert.equal((await machine.socket.closed).code, 4003);
  });
});

describe('C-13.18, when a machine was last heard', () => {
  test('is told to the till when the machine is out of reach, and kept to the minute', async (t) => {
    const shop = await openShop(t, { records: [linkedRecord()] });
    const till = await shop.till();
    const heardAt = async () =>
      (await listLinked(worldOf(shop), commandLine, 'testhost'))[0]?.lastHeardAt;
    const silent = await till.request('terminalDetails', { tid: TID });
    assert.ok(!silent.error.data.userMessage.includes('heard'));
    const start = shop.clock.now();
    const machine = await TestMachine.link(shop);
    assert.equal(await heardAt(), start);
    await shop.pass(59_000);
    await machine.tell('hello', {
      currency: 'GBP',
      cashback: false,
      transactions: [],
      reports: [],
    });
    assert.equal(await heardAt(), start);
    machine.socket.cut();
    await machine.socket.closed;
    await shop.pass(MINUTE_MS);
    const { error } = await till.request('terminalDetails', { tid: TID });
    assert.equal(error.code, -32070);
    assert.match(error.data.userMessage, /it was last heard at 2026-03-14 12:00:59\./);
  });

  test('is known after a restart', async (t) => {
    const shop = await openShop(t, { records: [linkedRecord()] });
    await TestMachine.link(shop);
    await shop.restart();
    const till = await shop.till();
    const { error } = await till.request('terminalDetails', { tid: TID });
    assert.match(error.data.userMessage, /last heard at 2026-03-14 12:00:00/);
  });
});
