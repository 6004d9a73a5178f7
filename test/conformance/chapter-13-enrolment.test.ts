// Chapter 13.1 of PROTOCOL.md over real sockets: who may link, and how a machine gets its key.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import { listAudit } from '../../packages/server/src/application/admin/audit.ts';
import {
  enrolTerminal,
  listLinked,
  revokeTerminal,
} from '../../packages/server/src/application/admin/linked-terminals.ts';
import type { GatewayHarness } from '../support/gateway/gateway-harness.ts';
import { startHarness, TOKEN } from '../support/gateway/gateway-harness.ts';
import { handshake } from '../support/gateway/handshake.ts';
import { keptLog } from '../support/gateway/log-lines.ts';
import { siteRecord } from '../support/gateway/site-records.ts';
import {
  addressOf,
  KEY,
  LinkedMachine,
  linkedRecord,
  TID,
} from '../support/terminal/linked-machine.ts';

const MINUTE_MS = 60_000;
const WRONG = { error: 'unauthorized', message: 'The token is missing or wrong.' };
const WRONG_CODE = {
  error: 'unauthorized',
  message: 'The pairing code is wrong, used or too old.',
};

const worldOf = ({ store, clock }: GatewayHarness) => ({ store, clock });
const enrol = async (harness: GatewayHarness, tid = TID) =>
  (await enrolTerminal(worldOf(harness), commandLine, { site: 'testhost', tid })).code;
const revoke = (harness: GatewayHarness, tid = TID) =>
  revokeTerminal(worldOf(harness), commandLine, { site: 'testhost', tid });

async function pair(
  harness: GatewayHarness,
  request: unknown,
  { method = 'POST', from }: { readonly method?: string; readonly from?: string } = {},
) {
  const text = typeof request === 'string' ? request : JSON.stringify(request);
  const answer = await fetch(`${harness.server.gateway.httpUrl}/terminal/pair`, {
    method,
    ...(from === undefined ? {} : { headers: { 'X-Forwarded-For': from } }),
    ...(method === 'POST' ? { body: text } : {}),
  });
  const body = (await answer.json()) as { token?: string; error?: string };
  return { status: answer.status, body, headers: answer.headers };
}

const ofTid = (code: string, tid = TID) => ({ site: 'testhost', tid, code });

/** Pairs with a wrong code, one time after the other. */
async function guess(harness: GatewayHarness, times: number, tid = TID): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    const { status, body } = await pair(harness, ofTid('ABCDEFGH', tid));
    assert.deepEqual([status, body], [401, WRONG_CODE]);
  }
}

async function auditOf({ store }: GatewayHarness) {
  return (await listAudit({ store }, commandLine, { limit: 50 })).entries;
}

describe('C-13.1, the address of a linked machine', () => {
  test('a machine with its own key is let in, whatever other parameters there are', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    const uri = addressOf(harness);
    assert.equal((await handshake(uri)).status, 101);
    assert.equal((await handshake(`${uri}&api-version=v7&api-version=v8&epos-id=!`)).status, 101);
    assert.equal((await handshake(uri.replace('/terminal', '/TERMINAL/'))).status, 101);
    assert.equal((await handshake(uri, { upgrade: false })).status, 426);
  });

  test('a key is accepted in every spelling of its UUID [C-2.26]', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    for (const token of [KEY.toUpperCase(), KEY.replaceAll('-', ''), `{${KEY}}`, ` ${KEY} `]) {
      assert.equal((await handshake(addressOf(harness, { token }))).status, 101, token);
    }
  });

  test('a wrong key and a wrong tid get one and the same answer', async (t) => {
    const OTHERS = '88888888-2222-4333-8444-555555555555';
    const records = [
      siteRecord('shop2'),
      ...[linkedRecord(), linkedRecord('22', OTHERS), linkedRecord('33', null)],
      linkedRecord('44', OTHERS, 'shop2'),
    ];
    const harness = await startHarness(t, { records });
    const uri = addressOf(harness);
    const wrong = [
      addressOf(harness, { token: OTHERS }),
      addressOf(harness, { tid: '22' }),
      addressOf(harness, { tid: '33' }),
      addressOf(harness, { tid: '33', token: '' }),
      addressOf(harness, { tid: '44', token: OTHERS }),
      addressOf(harness, { tid: '99' }),
      addressOf(harness, { tid: '' }),
      addressOf(harness, { tid: 'VCMINVLSIP0', token: TOKEN }),
      addressOf(harness, { tid: TID, token: TOKEN }),
      uri.replace(/tid=\d+/, ''),
      uri.replace(/token=[^&]+/, ''),
      `${uri}&tid=${TID}`,
      `${uri}&token=${KEY}`,
    ];
    for (const one of wrong) {
      const { status, body } = await handshake(one);
      assert.deepEqual([status, JSON.parse(body)], [401, WRONG], one);
    }
    // Nor does its key open anything else.
    assert.equal((await handshake(harness.server.uri('pac', { token: KEY }))).status, 401);
  });
});

describe('C-13.2, pairing', () => {
  test('a code gives a key once, whatever its dashes, spaces and case', async (t) => {
    const harness = await startHarness(t);
    const code = await enrol(harness);
    assert.match(code, /^[2-9A-HJKMNPQRSTWXYZ]{8}$/);
    const typed = ` ${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase();
    const { status, body, headers } = await pair(harness, ofTid(typed));
    assert.equal(status, 201);
    assert.deepEqual(Object.keys(body), ['token']);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal((await handshake(addressOf(harness, { token: body.token }))).status, 101);
    const again = await pair(harness, ofTid(code));
    assert.deepEqual([again.status, again.body], [401, WRONG_CODE]);
  });

  test('one of two machines that use one code at once gets a key', async (t) => {
    const harness = await startHarness(t);
    const code = await enrol(harness);
    const answers = await Promise.all(Array.from({ length: 5 }, () => pair(harness, ofTid(code))));
    const statuses = answers.map(({ status }) => status);
    assert.deepEqual(statuses.toSorted(), [201, 401, 401, 401, 401]);
  });

  test('a code is valid for 15 minutes', async (t) => {
    const harness = await startHarness(t);
    const [early, late] = [await enrol(harness, '1'), await enrol(harness, '2')];
    await harness.clock.advance(15 * MINUTE_MS - 1);
    assert.equal((await pair(harness, ofTid(early, '1'))).status, 201);
    await harness.clock.advance(1);
    assert.deepEqual((await pair(harness, ofTid(late, '2'))).body, WRONG_CODE);
  });

  test('a wrong site, tid and code get one and the same answer', async (t) => {
    const harness = await startHarness(t, { records: [siteRecord('shop2'), linkedRecord('22')] });
    const code = await enrol(harness);
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
      const { status, body } = await pair(harness, one);
      assert.deepEqual([status, body], [401, WRONG_CODE], JSON.stringify(one));
    }
    assert.equal((await pair(harness, ofTid(code))).status, 201);
  });

  test('an invalid body gets 400 and another method 405', async (t) => {
    const harness = await startHarness(t);
    const code = await enrol(harness);
    const rubbish = [
      ...['', 'null', '[]', '"x"', '{', '{"site":"testhost"}', 'site=testhost'],
      { ...ofTid(code), tid: 12345678 },
      { ...ofTid(code), code: [code] },
      { ...ofTid(code), code: '' },
      { ...ofTid(code), site: 'x'.repeat(129) },
      JSON.stringify({ ...ofTid(code), more: 'x'.repeat(5000) }),
    ];
    for (const one of rubbish) {
      const { status, body } = await pair(harness, one);
      assert.deepEqual([status, body.error], [400, 'bad_request'], JSON.stringify(one));
    }
    const read = await pair(harness, '', { method: 'GET' });
    assert.deepEqual([read.status, read.headers.get('allow')], [405, 'POST']);
  });

  test('C-2.20 wrong codes are counted, and a right code is still accepted', async (t) => {
    const harness = await startHarness(t);
    const code = await enrol(harness);
    await guess(harness, 30, '99');
    const { status, body, headers } = await pair(harness, ofTid('ABCDEFGH'));
    assert.deepEqual([status, body.error], [429, 'too_many_attempts']);
    assert.equal(headers.get('retry-after'), '60');
    assert.equal((await handshake(addressOf(harness))).status, 429);
    assert.equal((await pair(harness, ofTid(code))).status, 201);
  });

  test('twenty wrong codes for a machine, from whatever addresses, make its code void', async (t) => {
    const { log, lines } = keptLog();
    const harness = await startHarness(t, { log, settings: { behindProxy: true } });
    const code = await enrol(harness);
    for (let count = 0; count < 20; count += 1) {
      const { status, body } = await pair(harness, ofTid('ABCDEFGH'), { from: `192.0.2.${count}` });
      assert.deepEqual([status, body], [401, WRONG_CODE]);
    }
    const right = await pair(harness, ofTid(code), { from: '198.51.100.7' });
    assert.deepEqual([right.status, right.body], [401, WRONG_CODE]);
    const [listed] = await listLinked(worldOf(harness), commandLine, 'testhost');
    assert.equal(listed?.pairing, undefined);
    // Said once, and no further try is counted.
    const voids = (await auditOf(harness)).filter(({ action }) => action === 'terminal.voidCode');
    assert.deepEqual(
      voids.map(({ id: _, at: __, ...entry }) => entry),
      [
        {
          ...{ by: 'gateway', via: 'wrong-codes', from: '192.0.2.19' },
          ...{ action: 'terminal.voidCode', site: 'testhost', subject: TID },
        },
      ],
    );
    const warnings = lines.filter(({ kind }) => kind === 'voidPairingCode');
    assert.deepEqual(
      warnings.map(({ count, from }) => [count, from]),
      [[1, { testhost: 1 }]],
    );
    assert.equal((await pair(harness, ofTid(await enrol(harness)))).status, 201);
  });

  test('nineteen wrong codes leave the right one good, and a new code starts from none', async (t) => {
    const harness = await startHarness(t, { settings: { failedAttempts: 100 } });
    const first = await enrol(harness);
    await guess(harness, 19);
    const second = await enrol(harness);
    await guess(harness, 19);
    assert.equal((await pair(harness, ofTid(first))).status, 401);
    assert.equal((await pair(harness, ofTid(second))).status, 401);
    const third = await enrol(harness);
    await guess(harness, 19);
    assert.equal((await pair(harness, ofTid(third))).status, 201);
    assert.deepEqual(await harness.store.list('wrong-codes', ''), []);
  });

  test('wrong codes are counted over a restart', async (t) => {
    const harness = await startHarness(t);
    const code = await enrol(harness);
    await guess(harness, 12);
    await harness.restart();
    await guess(harness, 8);
    await harness.restart();
    assert.equal((await pair(harness, ofTid(code))).status, 401);
  });

  test('a void code does not come back, and a wrong code undoes no revocation', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    const code = await enrol(harness);
    await guess(harness, 20);
    assert.equal((await handshake(addressOf(harness))).status, 101);
    await revoke(harness);
    await guess(harness, 3);
    assert.equal((await handshake(addressOf(harness))).status, 401);
    assert.equal((await pair(harness, ofTid(code))).status, 401);
  });

  test('wrong codes that come at once do not pass the limit', async (t) => {
    const harness = await startHarness(t);
    const code = await enrol(harness);
    await Promise.all(Array.from({ length: 20 }, () => guess(harness, 1)));
    assert.equal((await pair(harness, ofTid(code))).status, 401);
    assert.equal((await auditOf(harness)).length, 2);
  });

  test('a wrong code stores nothing where no code is open', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord('22')] });
    await enrol(harness, '33');
    await harness.clock.advance(15 * MINUTE_MS);
    for (const tid of ['22', '33', '99', '__proto__']) {
      assert.equal((await pair(harness, ofTid('ABCDEFGH', tid))).status, 401);
    }
    assert.deepEqual(await harness.store.list('wrong-codes', ''), []);
  });

  for (const tid of ['VCMINVLSIP3', 'VCM', 'a/b', 'a b', '', 'x'.repeat(33), 'ü', '..\n']) {
    test(`a machine cannot be enrolled as ${JSON.stringify(tid)}`, async (t) => {
      const harness = await startHarness(t);
      await assert.rejects(enrol(harness, tid));
    });
  }
});

describe('C-13.3, the key', () => {
  test('only the SHA-256 of code and key is stored, and neither is in the audit trail', async (t) => {
    const harness = await startHarness(t);
    const code = await enrol(harness);
    const { body } = await pair(harness, ofTid(code));
    await enrol(harness);
    await guess(harness, 1);
    const collections = ['terminals', 'terminal-uses', 'wrong-codes', 'audit'];
    const kept = await Promise.all(collections.map((name) => harness.store.list(name, '')));
    const text = JSON.stringify(kept);
    assert.ok(text.includes('terminal.add'));
    assert.ok(![code, 'ABCDEFGH'].some((secret) => text.includes(secret)));
    assert.ok(!text.includes(body.token ?? 'no token'));
  });

  test('revoking the key closes the connection with 4003, and the machine cannot reconnect', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    const till = await harness.till();
    const machine = await LinkedMachine.link(harness);
    await revoke(harness);
    assert.equal((await machine.socket.closed).code, 4003);
    assert.equal((await handshake(addressOf(harness))).status, 401);
    const { error } = await till.request('terminalDetails', { tid: TID });
    assert.equal(error.code, -32070);
    await assert.rejects(revoke(harness));
  });

  test('a revoked machine may be enrolled again', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    await revoke(harness);
    const { body } = await pair(harness, ofTid(await enrol(harness)));
    assert.equal((await handshake(addressOf(harness, { token: body.token }))).status, 101);
    assert.equal((await handshake(addressOf(harness))).status, 401);
  });

  test('a new code leaves the key valid until the code is used', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    const machine = await LinkedMachine.link(harness);
    const code = await enrol(harness);
    await harness.settled();
    assert.equal(machine.socket.socket.readyState, 1);
    await pair(harness, ofTid(code));
    assert.equal((await machine.socket.closed).code, 4003);
  });

  test('removing a site removes its machines', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    const machine = await LinkedMachine.link(harness);
    await harness.store.write({ remove: [{ collection: 'sites', key: 'testhost' }] });
    assert.equal((await machine.socket.closed).code, 4003);
  });
});

describe('C-13.18, the time at which a machine last sent something', () => {
  test('the time is sent to the till while the machine is disconnected, and kept to the minute', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    const till = await harness.till();
    const heardAt = async () =>
      (await listLinked(worldOf(harness), commandLine, 'testhost'))[0]?.lastHeardAt;
    const silent = await till.request('terminalDetails', { tid: TID });
    assert.ok(!silent.error.data.userMessage.includes('heard'));
    const start = harness.clock.now();
    const machine = await LinkedMachine.link(harness);
    assert.equal(await heardAt(), start);
    await harness.advance(59_000);
    await machine.notify('hello', {
      currency: 'GBP',
      cashback: false,
      transactions: [],
      reports: [],
    });
    assert.equal(await heardAt(), start);
    machine.socket.cut();
    await machine.socket.closed;
    await harness.advance(MINUTE_MS);
    const { error } = await till.request('terminalDetails', { tid: TID });
    assert.equal(error.code, -32070);
    assert.match(error.data.userMessage, /it was last heard at 2026-03-14 12:00:59\./);
  });

  test('the time is kept over a restart', async (t) => {
    const harness = await startHarness(t, { records: [linkedRecord()] });
    await LinkedMachine.link(harness);
    await harness.restart();
    const till = await harness.till();
    const { error } = await till.request('terminalDetails', { tid: TID });
    assert.match(error.data.userMessage, /last heard at 2026-03-14 12:00:00/);
  });
});
