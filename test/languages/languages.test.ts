// The tills of examples/languages, each written on a WebSocket library of its language, against a gateway:
// what PROTOCOL.md asks of a till can be done with each.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { after, before, describe, test } from 'node:test';
import type { Frame, TestGateway } from 'tillgate/testing';
import { connectTill, startTestGateway, TestClock } from 'tillgate/testing';
import { startCuttingProxy } from '../support/scenario/cutting-proxy.ts';
import type { Running } from '../support/scenario/program.ts';
import { startProgram } from '../support/scenario/program.ts';
import { eventually, within } from '../support/wait.ts';
import { makeCertificates } from './certificates.ts';
import type { Language } from './languages.ts';
import { buildTill, languages } from './languages.ts';
import { startOtherGateway } from './other-gateway.ts';

const SIGNED = 'VCMINVLSIS0';
const PIN = 'VCMINVLSIP0';
/** Fast, but slow enough that a connection can be cut during a sale. */
const PACE = '20';
const PING_MS = 20_000;

const here = mkdtempSync(join(tmpdir(), 'tillgate-languages-'));
after(() => rmSync(here, { recursive: true, force: true }));
const certificates = makeCertificates(here);

for (const language of languages) describe(language.name, () => suite(language));

test('a till whose tools are missing fails with the packages to install', () => {
  const language = { ...languages[0]!, probe: ['no-such-tool'] };
  assert.throws(() => buildTill(language, tmpdir()), {
    message:
      'The till in Java, java.net.http needs Debian packages. Install them: ' +
      'apt-get install --no-install-recommends default-jdk-headless libgoogle-gson-java',
  });
});

function suite(language: Language): void {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-language-'));
  let gateway: TestGateway;
  before(async () => {
    buildTill(language, folder);
    gateway = await startTestGateway({ settings: { pace: PACE } });
  });
  after(async () => {
    await gateway?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Start {
    readonly t: TestContext;
    readonly uri: string;
    readonly args: readonly string[];
    readonly env?: NodeJS.ProcessEnv;
  }

  function start(program: 'sale' | 'tables', { t, uri, args, env }: Start): Running {
    const command = [...language.programs(folder)[program], ...args];
    const running = startProgram(command, { env: { ...process.env, ...env, TILLGATE_URI: uri } });
    t.after(() => running.child.kill('SIGKILL'));
    return running;
  }

  const sell = (t: TestContext, uri: string, args: readonly string[]) =>
    start('sale', { t, uri, args });
  const serve = (t: TestContext, uri: string, file: string) =>
    start('tables', { t, uri, args: [file] });
  const till = (name: string) => gateway.uri('pac', { 'epos-id': name });

  for (const [amount, signature, code, outcome, rule] of [
    ['50.00', 'accept', 0, 'SUCCESSFUL: 5000', 'C-4.34'],
    // 19.99 * 100 is 1998.9999999999998 in floating point.
    ['19.99', 'reject', 1, 'VOID: 1999', 'C-4.35'],
  ] as const) {
    test(`a sale whose signature is answered with ${signature} ends ${outcome} [${rule}]`, async (t) => {
      const ran = await end(sell(t, till(signature), [SIGNED, amount, signature]));
      assert.deepEqual([ran.code, ran.out.trim().split('\n').at(-1)], [code, outcome], ran.err);
      assert.equal(ran.err, '');
    });
  }

  test('a sale goes on over lost connections, and its result comes once [C-4.40]', async (t) => {
    const proxy = await startCuttingProxy(till('cut'));
    t.after(() => proxy.close());
    // A notification; then the question, so that it is asked again; then the result before it arrives.
    const cuts = proxy.cutAt({ at: 2, arrives: true }, { at: 2, arrives: true });
    const ran = await end(sell(t, proxy.uri, [SIGNED, '50.00', 'accept']));
    assert.ok(cuts.cut);
    assert.equal(ran.code, 0, ran.err);
    assert.equal(ran.out.match(/^connected$/gm)?.length, 3);
    assert.equal(ran.out.match(/^SUCCESSFUL: 5000$/gm)?.length, 1);
  });

  test('pings are answered while the cashier looks at a signature, and at a till without work [C-3.47]', async (t) => {
    const clock = new TestClock();
    const slow = await startTestGateway({ clock });
    t.after(() => slow.stop());
    const tables = serve(t, slow.uri(), join(folder, 'idle.json'));
    const sale = sell(t, slow.uri('pac', { 'epos-id': 'pinged' }), [SIGNED, '50.00']);
    await within('the till at the tables', tables.shown('connected'));
    const asked = sale.shown('Does the signature match');
    let shown = false;
    void asked.then(() => {
      shown = true;
    });
    await eventually('the question to the cashier', async () => {
      await clock.advance(10);
      return shown || undefined;
    });
    const before = await pongs(slow);
    for (let turn = 1; turn <= 3; turn += 1) {
      await clock.advance(PING_MS);
      await eventually('a pong of both tills', async () =>
        (await pongs(slow)) >= before + 2 * turn ? true : undefined,
      );
    }
    sale.child.stdin.end('y\n');
    await eventually('the end of the sale', async () => {
      await clock.advance(10);
      return sale.child.exitCode === null ? undefined : true;
    });
    const ran = await end(sale);
    assert.deepEqual([ran.code, ran.err], [0, '']);
    tables.child.kill();
    for (const { out } of [ran, await end(tables)])
      assert.equal(out.match(/connected/g)?.length, 1);
  });

  test('a table is listed, locked, printed, paid and unlocked, over a lost connection and a restart [C-9.23]', async (t) => {
    const file = join(folder, 'tables.json');
    const proxy = await startCuttingProxy(gateway.uri());
    t.after(() => proxy.close());
    const first = serve(t, proxy.uri, file);
    await within('the till', first.shown('connected'));
    const waiter = await connectTill(gateway.uri('waiter', { tid: PIN }));
    t.after(() => waiter.socket.terminate());
    const ask = async (method: string, params?: object) =>
      (await waiter.request(method, params)).result as Frame['result'];
    assert.deepEqual((await ask('tables')).tables, ['1', '12']);
    assert.equal((await ask('lock', { tableId: '12' })).amount, 6640);
    assert.match(JSON.stringify(await ask('bill')), /Table 12.*To pay +66\.40/);
    await ask('pay', { by: 'card', amount: 2000, amountGratuity: 200 });
    // Right after it arrived, so that it may or may not be booked; it is told again.
    const cut = proxy.cutAt({ at: 1, arrives: true });
    await ask('leave');
    await within('the table free', first.shown(`${PIN} unlocks table 12`));
    assert.ok(cut.cut);
    first.child.kill();
    await end(first);

    const second = serve(t, proxy.uri, file);
    await within('the till', second.shown('connected'));
    assert.equal((await ask('lock', { tableId: '12' })).amount, 4640);
    await ask('pay', { by: 'other', amount: 4640 });
    await ask('leave');
    await within('the table free', second.shown(`${PIN} unlocks table 12`));
    assert.deepEqual((await ask('tables')).tables, ['1']);
    const { payments } = JSON.parse(readFileSync(file, 'utf8'))['12'];
    const booked = Object.values<{ amountPaid: number }>(payments);
    assert.deepEqual(booked.map(({ amountPaid }) => amountPaid).toSorted(), [2000, 4640]);
  });

  test('a till answers under the id that came, takes its own answer although both have one id, and null for absent [C-3.11] [C-3.14]', async (t) => {
    const other = await startOtherGateway(t);
    const ran = await end(sell(t, other.uri, [SIGNED, '50.00', 'accept']));
    assert.deepEqual(
      [ran.code, ran.out.trim().split('\n').at(-1)],
      [0, 'SUCCESSFUL: 5000'],
      ran.err,
    );
    const [sale = '', first = '', second = ''] = other.received;
    assert.equal(JSON.parse(sale).method, 'sale');
    assert.deepEqual(JSON.parse(first), {
      ...{ jsonrpc: '2.0', id: JSON.parse(sale).id, result: { accepted: true } },
    });
    assert.match(second, /"id": ?9007199254740993[,}]/);
  });

  test('a till connects by wss to a gateway whose CA is among its roots, and to no other [C-2.3]', async (t) => {
    const { ca, ...files } = certificates;
    const secure = await startTestGateway({ settings: { pace: PACE, ...files } });
    t.after(() => secure.stop());
    // Mono takes no address of IP from a certificate.
    const uri = secure.uri().replace('127.0.0.1', 'localhost');
    const sale = { t, uri, args: [PIN, '12.50'] };
    const careful = start('sale', sale);
    await within('the failure', careful.shown('not connected'));
    careful.child.kill();
    assert.equal((await end(careful)).out, '');
    const ran = await end(start('sale', { ...sale, env: language.trusting(ca, folder) }));
    assert.deepEqual(
      [ran.code, ran.out.trim().split('\n').at(-1)],
      [0, 'SUCCESSFUL: 1250'],
      ran.err,
    );
  });

  test('a refusal of the gateway ends the till with its reason [C-2.14]', async (t) => {
    const ran = await end(sell(t, gateway.uri('pac', { token: 'wrong' }), [SIGNED, '50.00']));
    assert.notEqual(ran.code, 0);
    assert.match(ran.err, /refused: The token is missing or wrong\./);
  });

  test("a proxy's own refusal does not end the till", async (t) => {
    const proxy = await startRefusingProxy(t);
    const { child } = sell(t, proxy.uri, [SIGNED, '50.00']);
    await within('two attempts', proxy.attempts(2));
    assert.equal(child.exitCode, null);
  });

  test('a till waits as long as its refused handshake says [C-11.22]', async (t) => {
    const proxy = await startRefusingProxy(t, 503, { 'Retry-After': '2' });
    sell(t, proxy.uri, [SIGNED, '50.00']);
    const [first = 0, second = 0] = await within('two attempts', proxy.attempts(2));
    assert.ok(second - first >= 2_000, `It waited ${second - first} ms.`);
  });

  test('a till that a newer one supersedes ends [C-9.24]', async (t) => {
    const older = serve(t, gateway.uri(), join(folder, 'older.json'));
    await within('the older till', older.shown('connected'));
    serve(t, gateway.uri(), join(folder, 'newer.json'));
    assert.match((await end(older)).err, /refused: .*Connection Discontinued/);
  });
}

/**
 * A proxy that answers every request with a page of its own, as one without its gateway does; `headers` are further ones of
 * all its answers, as a till may ask why its handshake is refused.
 */
async function startRefusingProxy(
  t: TestContext,
  status = 404,
  headers: Readonly<Record<string, string>> = {},
) {
  const page = '<h1>No gateway</h1>';
  const times: number[] = [];
  const all = {
    ...{ 'Content-Type': 'text/html', 'Content-Length': page.length, Connection: 'close' },
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const server = createServer((_request, response) =>
    response.writeHead(status, headers).end(page),
  );
  server.on('upgrade', (_request, socket) => {
    times.push(performance.now());
    socket.on('error', () => {});
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${page}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  /** When they came. */
  const attempts = async (wanted: number): Promise<readonly number[]> => {
    while (times.length < wanted) await once(server, 'upgrade');
    return times;
  };
  return { uri: `ws://127.0.0.1:${port}/pac?token=any&api-version=v1`, attempts };
}

const end = ({ ended }: Running) => within('the end of the program', ended);

/** How many pings the gateway's tills have answered. */
async function pongs({ gateway }: TestGateway): Promise<number> {
  const text = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
  return Number(/^tillgate_ping_seconds_count (\d+)/m.exec(text)?.[1] ?? 0);
}
