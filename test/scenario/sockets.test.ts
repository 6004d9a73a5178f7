// Sockets of clients that are broken, slow or hostile: each is ended within its limit, whatever the client
// does, and none keeps the gateway from stopping.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { TestGatewayOptions } from 'tillgate/testing';
import { connectTill, startTestGateway, TestClock } from 'tillgate/testing';
import { CountingClock } from '../support/counting-clock.ts';
import { keptLog } from '../support/gateway/log-lines.ts';
import type { RawClient } from '../support/gateway/raw-client.ts';
import { REFUSED_UPGRADE, rawClient, upgradeWith } from '../support/gateway/raw-client.ts';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { startGatewayProcess, temporaryFolder } from '../support/scenario/gateway-process.ts';
import { eventually, within } from '../support/wait.ts';

type Settings = NonNullable<TestGatewayOptions['settings']>;

const PAGE = '/schemas/asyncapi.json';
/** More than the kernel keeps for a client that does not read. */
const MANY_PAGES = get(PAGE).repeat(40);
const MANY_PAGES_BYTES = 40 * 500_000;
/** The gateway looks at its sockets every second. */
const LOOK_MS = 1_000;
/** Times so long that no timer of Node falls due in a test. */
const LONG = { handshakeTimeout: 10_000, keepAliveTimeout: 10_000, closeTimeout: 10_000 };
const TILL_QUERY =
  '?token=00000000-0000-0000-0000-000000000000&api-version=v1&software-house-id=S&installer-id=I';
const TEST_TOKEN = '00000000-0000-0000-0000-000000000000';

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
}

async function started(t: TestContext, settings: Settings) {
  const clock = new TestClock();
  const { log, lines } = keptLog();
  const { gateway, stop } = await startTestGateway({ clock, log, settings });
  const clients: RawClient[] = [];
  t.after(async () => {
    for (const { socket } of clients) socket.destroy();
    await stop();
  });
  const client = async (bytes?: string, url = gateway.httpUrl) => {
    const one = await rawClient(url, bytes);
    clients.push(one);
    return one;
  };
  return {
    ...{ gateway, clock, client },
    /** A client that stays below TLS. */
    tcpClient: () => client('', gateway.httpUrl.replace('https:', 'http:')),
    /** The details of the warnings that sockets were cut. */
    cuts: () =>
      lines
        .filter((line) => line.msg === 'sockets were cut' && line.level === 'warn')
        .map(({ time: _, level: __, msg: ___, ...details }) => details),
    /** How many sockets were dropped, by the warnings of that. */
    drops: () =>
      lines
        .filter(({ kind, level }) => /^pendingSocket/.test(String(kind)) && level === 'warn')
        .map(({ kind, count, from }) => ({ kind, count, from })),
  };
}

/** Lets time pass until `end` is fulfilled; gives the milliseconds that took. */
async function elapsed(
  clock: TestClock,
  end: Promise<void>,
  meanwhile: () => Promise<void> = async () => {},
): Promise<number> {
  const begin = clock.now();
  let over = false;
  const ended = end.then(() => {
    over = true;
  });
  while (!over) {
    await meanwhile();
    await clock.advance(LOOK_MS);
  }
  await ended;
  return clock.now() - begin;
}

for (const [how, secure] of [
  ['TCP', {}],
  ['TLS', { tls: 'self-signed' }],
] as const) {
  describe(`a socket (${how}) that is no WebSocket yet [C-2.29]`, () => {
    test('is dropped after closeTimeout if it was refused and the client keeps it open', async (t) => {
      const { client, clock } = await started(t, { ...secure, ...LONG, closeTimeout: 7 });
      const one = await client(REFUSED_UPGRADE);
      await one.received('unauthorized');
      assert.ok((await elapsed(clock, one.ended())) >= 7_000);
    });

    test('is closed at once if it was refused and the client closes, even after sending more', async (t) => {
      const { client } = await started(t, { ...secure, ...LONG });
      const one = await client(REFUSED_UPGRADE);
      await one.received('unauthorized');
      const closed = one.once('close');
      one.socket.end('y'.repeat(200));
      await closed;
    });

    test('is dropped after handshakeTimeout without a complete request, though bytes trickle in', async (t) => {
      const { client } = await started(t, { ...secure, handshakeTimeout: 0.2 });
      const silent = await client();
      const header = await client('GET /pac HTTP/1.1\r\nHost: a');
      const body = await client(
        'POST /terminal/pair HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n',
      );
      for (const one of [silent, header, body]) await one.ended('x');
    });

    test('is closed after keepAliveTimeout without another request', async (t) => {
      const { client } = await started(t, { ...secure, keepAliveTimeout: 0.2 });
      const one = await client(get('/livez'));
      const closing = one.once('end');
      await one.received('live');
      await closing;
    });

    test('is dropped after keepAliveTimeout and handshakeTimeout if only empty lines follow', async (t) => {
      const settings = { ...secure, keepAliveTimeout: 300, handshakeTimeout: 200 };
      const { client, clock } = await started(t, settings);
      const one = await client(get('/livez'));
      await one.received('live');
      await clock.advance(499_000);
      one.socket.write(`\r\n${get('/readyz')}`);
      await one.received('ready');
      assert.ok((await elapsed(clock, one.ended())) >= 500_000);
    });

    test('is dropped after responseTimeout if a response is not read', async (t) => {
      const { client, clock } = await started(t, { ...secure, ...LONG, responseTimeout: 20 });
      const one = await client(MANY_PAGES);
      one.socket.pause();
      assert.ok((await elapsed(clock, one.ended())) >= 20_000);
    });

    test('is dropped after responseTimeout if a response is read too slowly', async (t) => {
      const { client, clock } = await started(t, { ...secure, ...LONG, responseTimeout: 20 });
      const one = await client(MANY_PAGES);
      const slowly = () => one.readOnce();
      assert.ok((await elapsed(clock, one.ended(), slowly)) >= 20_000);
      assert.ok(one.bytesReceived < MANY_PAGES_BYTES);
    });
  });
}

test('a TLS handshake that is not finished is dropped after handshakeTimeout [C-2.29]', async (t) => {
  const { tcpClient } = await started(t, { tls: 'self-signed', handshakeTimeout: 0.2 });
  const [silent, partial] = [await tcpClient(), await tcpClient()];
  partial.socket.write(Buffer.from([0x16, 3, 1, 1, 0x2c, 1, 0, 1, 0x28, 3, 3]));
  const closed = silent.once('end');
  await partial.ended('\0');
  await closed;
});

describe('too many sockets that are no WebSockets yet [C-2.29]', () => {
  const refusedTill = async (one: RawClient) => {
    one.socket.write(REFUSED_UPGRADE);
    await one.received('unauthorized');
  };

  test('of one address: the one that waits longest is dropped for a newer one', async (t) => {
    const limits = { ...LONG, maxPendingSocketsPerAddress: 2 };
    const { client, drops } = await started(t, limits);
    const till = await client(upgradeWith(TEST_TOKEN));
    await till.received('101 Switching');
    const first = await client(get('/livez'));
    await first.received('live');
    const second = await client();
    const third = await client();
    await first.ended();
    for (const one of [second, third]) await refusedTill(one);
    till.socket.write(Buffer.from([0x89, 0x80, 0, 0, 0, 0]));
    await till.received('\x8a');
    const from = { '127.0.0.1': 1 };
    assert.deepEqual(drops(), [{ kind: 'pendingSocketsPerAddress', count: 1, from }]);
  });

  test('in total: the same; behind a proxy there is no limit for one address', async (t) => {
    const limits = { maxPendingSocketsPerAddress: 1, maxPendingSockets: 3 };
    const { client, clock, drops } = await started(t, { ...LONG, ...limits, behindProxy: true });
    const first = await client();
    const others = [await client(), await client(), await client()];
    await first.ended();
    for (const one of others) await refusedTill(one);
    for (let more = 0; more < 4; more += 1) await client();
    for (const one of others) await one.ended();
    await clock.advance(60_000);
    assert.deepEqual(drops(), [
      { kind: 'pendingSockets', count: 1, from: { '127.0.0.1': 1 } },
      { kind: 'pendingSockets', count: 4, from: { '127.0.0.1': 4 } },
    ]);
  });

  test('a live stream that is read does not count as waiting', async (t) => {
    const { client } = await started(t, { ...LONG, maxPendingSocketsPerAddress: 2 });
    const stream = await client(get('/api/v1/traffic'));
    await stream.received('retry');
    const waiting = [await client(), await client()];
    await waiting[0]?.ended();
    const till = await client(upgradeWith(TEST_TOKEN));
    await till.received('101 Switching');
    await stream.received('opened');
  });
});

describe('stop() [C-3.46]', () => {
  for (const [how, secure] of [
    ['TCP', {}],
    ['TLS', { tls: 'self-signed' }],
  ] as const) {
    /** One of each kind that keeps its socket open. */
    async function crowd(t: TestContext) {
      const all = await started(t, { ...secure, ...LONG, closeTimeout: 30 });
      const { client, tcpClient } = all;
      const refused = await client(REFUSED_UPGRADE);
      await refused.received('unauthorized');
      const till = await client(upgradeWith(TEST_TOKEN));
      await till.received('101 Switching');
      const unread = await client(MANY_PAGES);
      await unread.received('200 OK');
      unread.socket.pause();
      const idle = await client(get('/livez'));
      await idle.received('live');
      const partial = await client('GET /livez HTTP/1.1\r\n');
      const below = secure.tls ? [await tcpClient()] : [];
      const stream = await client(get('/api/v1/traffic'));
      await stream.received('retry');
      return { ...all, stream, idle, clients: [refused, till, unread, partial, ...below] };
    }
    const cut = { refused: 1, webSocket: 1, response: 1, request: 1 };
    const counts = { ...cut, ...(secure.tls && { tlsHandshake: 1 }) };

    test(`ends all sockets (${how}) within closeTimeout and says how many of which kind it cut`, async (t) => {
      const { gateway, clock, cuts, clients, idle, stream } = await crowd(t);
      const closing = [idle.once('end'), stream.received('0\r\n\r\n')];
      assert.ok((await elapsed(clock, gateway.stop())) >= 30_000);
      await Promise.all(closing);
      for (const one of clients) await one.ended();
      assert.deepEqual(cuts(), [counts]);
    });

    test(`and stopNow() at any time ends all sockets (${how}) at once`, async (t) => {
      const { gateway, cuts, clients } = await crowd(t);
      const [, till] = clients;
      const stopping = gateway.stop();
      await till?.received('Going down');
      await gateway.stopNow();
      await stopping;
      for (const one of clients) await one.ended();
      assert.deepEqual(cuts(), [counts]);
    });
  }

  test('and stopNow() leave no timer that keeps the process from ending', async (t) => {
    for (const end of ['stop', 'stopNow'] as const) {
      const clock = new CountingClock();
      const settings = { failedAttempts: 1, maxPendingSocketsPerAddress: 6 };
      const { gateway } = await startTestGateway({ clock, settings });
      t.after(() => gateway.stopNow());
      const till = await connectTill(`${gateway.url}/pac${TILL_QUERY}`);
      till.ask('terminalDetails', { tid: 'VCMINVLSIP0' });
      const requests = [
        REFUSED_UPGRADE,
        REFUSED_UPGRADE,
        '',
        get('/livez'),
        get('/api/v1/traffic'),
      ];
      for (const request of [...requests, ...requests]) {
        const { socket } = await rawClient(gateway.httpUrl, request);
        t.after(() => socket.destroy());
      }
      const stopped = gateway[end]();
      await elapsed(clock, stopped);
      assert.equal(clock.timers, 0, end);
    }
  });

  test('cuts nothing if all clients close, and says nothing then', async (t) => {
    const { gateway, client, cuts } = await started(t, LONG);
    const till = await client(upgradeWith(TEST_TOKEN));
    await till.received('101 Switching');
    const idle = await client(get('/livez'));
    await idle.received('live');
    const stopping = gateway.stop();
    await till.received('Going down');
    // A close frame with code 1001, masked with zeros.
    till.socket.write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]));
    await till.once('end');
    till.socket.end();
    await stopping;
    assert.deepEqual(cuts(), []);
  });
});

describe('a gateway in a process of its own', () => {
  test('has as many open files after refused upgrades as before [C-2.29]', async (t) => {
    const gateway = await startedProcess(t);
    const before = openFiles(gateway);
    for (let count = 0; count < 100; count += 1) {
      const one = await rawClient(gateway.http, REFUSED_UPGRADE);
      await one.received('{"error"');
      const closed = one.once('close');
      one.socket.end('y'.repeat(200));
      await closed;
    }
    await eventually('the end of all sockets', () => openFiles(gateway) <= before || undefined);
  });

  test('ends on SIGTERM within closeTimeout, whatever clients do [C-3.46]', async (t) => {
    const gateway = await startedProcess(t, ['--close-timeout', '0.2']);
    const clients = [
      await rawClient(gateway.http, REFUSED_UPGRADE),
      await rawClient(gateway.http, upgradeWith(TEST_TOKEN)),
    ];
    await clients[0]?.received('unauthorized');
    await clients[1]?.received('101 Switching');
    gateway.kill('SIGTERM');
    assert.deepEqual(await within('the end', gateway.exited), { code: 0, signal: null });
    const cut = /"refused":1,"webSocket":1,"msg":"sockets were cut"/;
    assert.match(gateway.written.stderr, cut);
    for (const { socket } of clients) socket.destroy();
  });

  test('ends at once on a second SIGTERM, whatever clients do [C-3.46]', async (t) => {
    const gateway = await startedProcess(t, ['--close-timeout', '100000']);
    const till = await rawClient(gateway.http, upgradeWith(TEST_TOKEN));
    await till.received('101 Switching');
    gateway.kill('SIGTERM');
    await till.received('Going down');
    gateway.kill('SIGTERM');
    assert.deepEqual(await within('the end', gateway.exited), { code: 0, signal: null });
    till.socket.destroy();
  });

  test('drops the socket that waits longest, and warns, when too many files are open', async (t) => {
    const gateway = await startedProcess(t, ['--handshake-timeout', '1000'], { openFiles: 120 });
    const clients: RawClient[] = [];
    for (let count = 0; count < 150; count += 1) clients.push(await rawClient(gateway.http));
    const warning = /"kind":"descriptors","count":\d+/g;
    await eventually('a warning', () => warning.test(gateway.written.stderr) || undefined);
    const till = await eventually('a till', () => connectTill(gateway.pac).catch(() => undefined));
    assert.equal((await till.request('connectedTerminals')).result.length, 6);
    till.cut();
    for (const { socket } of clients) socket.destroy();
    assert.equal(gateway.written.stderr.match(warning)?.length, 1);
  });
});

async function startedProcess(
  t: TestContext,
  flags: readonly string[] = [],
  limits: { readonly openFiles?: number } = {},
): Promise<GatewayProcess> {
  const data = ['--port', '0', '--data', temporaryFolder(t)];
  const gateway = await startGatewayProcess([...data, ...flags], limits);
  t.after(() => gateway.stop());
  return gateway;
}

function openFiles({ pid }: GatewayProcess): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
