// What operators read in the log of a whole gateway.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startTestGateway, TestClock } from 'tillgate/testing';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import { handshake } from '../support/gateway/handshake.ts';
import type { LogLine } from '../support/gateway/log-lines.ts';
import { keptLog } from '../support/gateway/log-lines.ts';
import { cardPayment, startWithPayment } from '../support/gateway/restaurant-harness.ts';
import { linkedRecord, TID } from '../support/terminal/linked-machine.ts';

const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };

const named = (lines: readonly LogLine[], msg: string) => lines.filter((line) => line.msg === msg);
const refusals = (lines: readonly LogLine[]) => named(lines, 'a handshake was refused');

/** The details of the one refusal in the log. */
function onlyRefusal(lines: readonly LogLine[]): object {
  const [{ time: _, msg: __, ...details } = {} as LogLine, ...others] = refusals(lines);
  assert.equal(others.length, 0);
  return details;
}

describe('a proxy that does not pass on the Host', () => {
  const advice = /proxy_set_header Host/;

  test('the advice to pass on the Host is logged once', async (t) => {
    const { log, lines } = keptLog();
    const { uri, stop } = await startTestGateway({ log, settings: { behindProxy: true } });
    t.after(stop);
    const { host, port } = new URL(uri());
    for (const own of [host, `localhost:${port}`, `LOCALHOST.:${port}`]) {
      assert.equal((await handshake(uri(), { headers: { host: own } })).status, 101);
    }
    const given = lines.filter(({ msg }) => advice.test(msg));
    assert.deepEqual(
      given.map((line) => [line.level, line.host]),
      [['warn', host]],
    );
  });

  test('no advice is logged for the Host of a client, or without a proxy', async (t) => {
    for (const behindProxy of [true, false]) {
      const { log, lines } = keptLog();
      const { uri, stop } = await startTestGateway({ log, settings: { behindProxy } });
      t.after(stop);
      const { port } = new URL(uri());
      const hosts = ['localhost', 'testhost.example', `testhost.example:${port}`, '192.0.2.1'];
      if (!behindProxy) hosts.push(`127.0.0.1:${port}`);
      for (const host of hosts) {
        assert.equal((await handshake(uri(), { headers: { host } })).status, 101);
      }
      assert.ok(!lines.some(({ msg }) => advice.test(msg)));
    }
  });
});

describe('a refused handshake', () => {
  const settings = { behindProxy: true, refusalLines: 3 };
  const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } });

  async function door(t: { after(then: () => Promise<void>): void }) {
    const { log, lines } = keptLog();
    const clock = new TestClock();
    const server = await startTestGateway({ log, clock, settings });
    t.after(server.stop);
    return { server, lines, clock };
  }

  test('leaves one warn line with status, reason, site, address and partner ids, without the token', async (t) => {
    const { server, lines } = await door(t);
    const token = 'not-the-right-one';
    await handshake(server.uri('pac', { token, 'epos-id': 'TILL-1' }), from('203.0.113.7:50123'));
    assert.deepEqual(onlyRefusal(lines), {
      level: 'warn',
      status: 401,
      error: 'unauthorized',
      reason: 'The token is missing or wrong.',
      integration: 'pac',
      version: 'v1',
      address: '203.0.113.7',
      host: new URL(server.uri()).host,
      site: 'testhost',
      softwareHouseId: 'SH1001',
      installerId: 'IN2002',
      eposId: 'TILL-1',
    });
    assert.ok(!JSON.stringify(lines).includes(token));
  });

  const others: readonly (readonly [string, string, object, object])[] = [
    [
      'an unknown path',
      '/nowhere',
      {},
      { status: 404, integration: 'unknown', version: 'unknown' },
    ],
    ['an unknown version', '/pat', { 'api-version': 'v7' }, { status: 400, version: 'unknown' }],
    [
      'a card machine',
      '/terminal',
      { tid: '1' },
      { status: 401, integration: 'terminal', tid: '1' },
    ],
    ['no partner ids', '/pac', { 'installer-id': '' }, { status: 422, softwareHouseId: 'SH1001' }],
  ];
  for (const [what, path, given, wanted] of others) {
    test(`with ${what} leaves one too`, async (t) => {
      const { server, lines } = await door(t);
      const uri = server.uri('pac', given as Record<string, string>).replace('/pac?', `${path}?`);
      await handshake(uri);
      const [line] = refusals(lines);
      assert.deepEqual({ ...line, ...wanted }, line);
    });
  }

  test('without an upgrade, or with a broken one, leaves one too; pages and the page /handshake leave none', async (t) => {
    const { server, lines } = await door(t);
    await handshake(server.uri(), { upgrade: false });
    await handshake(server.uri(), { headers: { 'Sec-WebSocket-Key': 'short' } });
    for (const path of ['/nowhere', '/livez', '/handshake/pac?token=x']) {
      await handshake(server.gateway.httpUrl + path, { upgrade: false });
    }
    assert.deepEqual(
      refusals(lines).map(({ status, error }) => [status, error]),
      [
        [426, 'upgrade_required'],
        [400, 'bad_handshake'],
      ],
    );
  });

  test('leaves no more lines a minute than the setting refusalLines for one network', async (t) => {
    const { server, lines, clock } = await door(t);
    const wrong = server.uri('pac', { token: 'wrong' });
    for (let index = 0; index < 9; index += 1) await handshake(wrong, from('203.0.113.7'));
    for (let index = 0; index < 9; index += 1) await handshake(wrong, from(`2001:db8::${index}`));
    assert.equal(refusals(lines).length, 6);
    await clock.advance(60_000);
    await handshake(wrong, from('203.0.113.7'));
    assert.equal(refusals(lines).length, 7);
  });

  test('does not show a token that stands in the place of another parameter', async (t) => {
    const { server, lines } = await door(t);
    const token = 'Till-3-secret';
    await handshake(server.uri('pac', { token, 'installer-id': token, 'epos-id': `x${token}` }));
    const uuid = '9f0c7a52-0d3e-4f6b-9a41-2f8f0c1d7e90';
    await handshake(server.uri('pac', { token: 'wrong', 'installer-id': uuid.toUpperCase() }));
    assert.equal(refusals(lines).length, 2);
    assert.doesNotMatch(JSON.stringify(lines), /secret|9f0c7a52/i);
  });

  test('with a wrong pairing code leaves one too, without the code', async (t) => {
    const { log, lines } = keptLog();
    const { server } = await startHarness(t, { log, settings, records: [linkedRecord()] });
    const pair = (tid: string, site: string, code: string) =>
      fetch(`${server.gateway.httpUrl}/terminal/pair`, {
        method: 'POST',
        body: JSON.stringify({ site, tid, code }),
        headers: from('203.0.113.7').headers,
      });
    const code = 'K7M2-Q9XD';
    assert.equal((await pair(TID, 'testhost', code)).status, 401);
    assert.deepEqual(onlyRefusal(lines), {
      level: 'warn',
      status: 401,
      error: 'unauthorized',
      reason: 'The pairing code is wrong, used or too old.',
      integration: 'terminal',
      version: 'v1',
      address: '203.0.113.7',
      host: new URL(server.uri()).host,
      site: 'testhost',
      tid: TID,
    });
    for (let count = 0; count < 9; count += 1) await pair(code, code, TID);
    assert.equal(refusals(lines).length, 3);
    assert.ok(!JSON.stringify(lines).includes(code));
  });

  test('is cut where the address is very long', async (t) => {
    const { server, lines } = await door(t);
    await handshake(server.uri('pac', { token: 'x', 'installer-id': 'y'.repeat(5_000) }));
    assert.ok(JSON.stringify(refusals(lines)).length < 1_000);
  });
});

test('start, drain and stop are info lines with version, addresses and journal', async (t) => {
  const { log, lines } = keptLog();
  const harness = await startHarness(t, { log, settings: { drain: 30 } });
  const till = await harness.till();
  till.ask('sale', sale, 7);
  await harness.shown(till, 'PRESENT_CARD');
  const { gateway } = harness.server;
  const stopped = gateway.stop();
  await harness.answer(till, 7);
  await harness.clock.advance(1_000);
  await stopped;
  const own = lines.filter(({ msg }) => msg.startsWith('the gateway'));
  assert.deepEqual(
    own.map(({ level, msg }) => [level, msg]),
    [
      ['info', 'the gateway has started'],
      ['info', 'the gateway is draining'],
      ['info', 'the gateway has stopped'],
    ],
  );
  const [start, drain, stop] = own;
  assert.match(String(start?.version), /^\d+\.\d+\.\d+/);
  assert.deepEqual([start?.url, start?.httpUrl], [gateway.url, gateway.httpUrl]);
  assert.match(String(start?.journal), /tillgate\.db$/);
  assert.equal(drain?.limitSeconds, 30);
  assert.equal(stop?.transactionsLeftOpen, false);
});

test('a renewed certificate is an info line', async (t) => {
  const { log, lines } = keptLog();
  const { gateway, stop } = await startTestGateway({ log, settings: { tls: 'self-signed' } });
  t.after(stop);
  assert.match(
    String(named(lines, 'the gateway has started')[0]?.certificateValidUntil),
    /^\d{4}-\d\d-\d\dT/,
  );
  await gateway.renewTls();
  const [renewed] = named(lines, 'the certificate was renewed');
  assert.equal(renewed?.level, 'info');
  assert.match(String(renewed?.certificateValidUntil), /^\d{4}-\d\d-\d\dT/);
});

describe('an ended payment', () => {
  const ended = (lines: readonly LogLine[]) =>
    named(lines, 'a transaction ended').map(({ time: _, msg: __, ...line }) => line);

  test('is one info line with site, tid, type, result and duration, without the amount', async (t) => {
    const { log, lines } = keptLog();
    const harness = await startHarness(t, { log });
    const till = await harness.till();
    await harness.request(till, 'sale', sale);
    await harness.request(till, 'refund', { ...sale, tid: 'VCMINVLDIP0' });
    await harness.request(till, 'reportXBalance', { tid: sale.tid });
    await harness.request(till, 'duplicate', { tid: sale.tid });
    const lasted = ended(lines).map(({ durationMs }) => Number(durationMs));
    assert.ok(lasted.every((one) => one > 500 && one < 20_000));
    const site = 'testhost';
    const level = 'info';
    assert.deepEqual(
      ended(lines).map(({ durationMs: _, ...line }) => line),
      [
        { level, site, tid: sale.tid, type: 'SALE', result: 'SUCCESSFUL' },
        { level, site, tid: 'VCMINVLDIP0', type: 'REFUND', result: 'DECLINED' },
        { level, site, tid: sale.tid, type: 'X_BALANCE', result: 'COMPLETE' },
      ],
    );
    assert.ok(!lines.some((line) => JSON.stringify(line).includes('1250')));
  });

  test('names its amount with the setting logAmounts', async (t) => {
    const { log, lines } = keptLog();
    const harness = await startHarness(t, { log, settings: { logAmounts: true } });
    const till = await harness.till();
    await harness.request(till, 'sale', sale);
    const [line] = ended(lines);
    assert.deepEqual([line?.amount, line?.currency], [1250, 'GBP']);
  });

  test('at the table is one line for each part by card', async (t) => {
    const { log, lines } = keptLog();
    const { harness, machine } = await startWithPayment(t, { log, amount: 500 });
    assert.deepEqual(ended(lines), []);
    machine.finish();
    await harness.settled();
    machine.request(cardPayment(700));
    await harness.advance(300_000);
    assert.deepEqual(
      ended(lines).map(({ type, result, tid }) => [type, result, tid]),
      [
        ['SALE', 'SUCCESSFUL', '12345678'],
        ['SALE', 'TIMED_OUT', '12345678'],
      ],
    );
  });
});

describe('metrics', () => {
  async function page(url: string): Promise<readonly string[]> {
    return (await (await fetch(`${url}/metrics`)).text()).split('\n');
  }

  test('counters whose first event is an alarm are there from the start with 0', async (t) => {
    const { gateway, stop } = await startTestGateway();
    t.after(stop);
    const samples = await page(gateway.httpUrl);
    const wanted = [
      'tillgate_faults_total{where="journal"} 0',
      'tillgate_faults_total{where="terminal"} 0',
      'tillgate_faults_total{where="tls"} 0',
      'tillgate_transactions_total{type="SALE",result="TIMED_OUT"} 0',
      'tillgate_transactions_total{type="END_OF_DAY",result="TIMED_OUT"} 0',
      'tillgate_errors_total{code="-32603",direction="sent"} 0',
      'tillgate_errors_total{code="-32070",direction="sent"} 0',
      'tillgate_handshakes_total{integration="pac",version="v0",status="401"} 0',
      'tillgate_handshakes_total{integration="terminal",version="v1",status="429"} 0',
      'tillgate_connections{integration="pat",version="v1"} 0',
    ];
    for (const sample of wanted) assert.ok(samples.includes(sample), sample);
  });

  test('handshakes are counted by integration, version and status', async (t) => {
    const server = await startTestGateway();
    t.after(server.stop);
    const addresses = [
      server.uri(),
      server.uri('pat', { 'api-version': undefined }),
      server.uri('pac', { token: 'wrong' }),
      server.uri('pac', { token: 'wrong' }),
      server.uri().replace('/pac?', '/nowhere?'),
    ];
    for (const address of addresses) await handshake(address);
    await handshake(server.uri(), { upgrade: false });
    const counted = (await page(server.gateway.httpUrl))
      .filter((line) => line.startsWith('tillgate_handshakes_total') && !line.endsWith(' 0'))
      .map((line) => line.replace('tillgate_handshakes_total', ''));
    assert.deepEqual(
      new Set(counted),
      new Set([
        '{integration="pac",version="v1",status="101"} 1',
        '{integration="pat",version="v0",status="101"} 1',
        '{integration="pac",version="v1",status="401"} 2',
        '{integration="unknown",version="unknown",status="404"} 1',
        '{integration="pac",version="v1",status="426"} 1',
      ]),
    );
  });

  test('name no site, card machine or till', async (t) => {
    const server = await startTestGateway();
    t.after(server.stop);
    const till = await server.till({ 'epos-id': 'EPOS-77', 'software-house-id': 'HOUSE-77' });
    await till.request('sale', sale);
    await handshake(server.uri('pac', { token: 'wrong' }));
    await till.close();
    const samples = (await page(server.gateway.httpUrl)).join('\n');
    assert.match(samples, /method="sale",direction="received"\} 1/);
    for (const name of [
      'testhost',
      sale.tid,
      'EPOS-77',
      'HOUSE-77',
      '127.0.0.1',
      'Tillgate test',
    ]) {
      assert.ok(!samples.includes(name), name);
    }
  });
});
