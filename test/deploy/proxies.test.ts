// The files for nginx, HAProxy and Caddy, each started as Debian has it: a till connects through TLS under a host name of its site, and
// payments end while the proxy reads its file again and while the gateway stops.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import { connect } from 'node:tls';
import { connectTill, Refused } from 'tillgate/testing';
import { newCertificate } from '../../packages/server/src/adapters/http/self-signed.ts';
import { freePort } from '../support/cluster/processes.ts';
import { succeed } from '../support/packages.ts';
import { startGatewayProcess, temporaryFolder } from '../support/scenario/gateway-process.ts';
import { startProgram } from '../support/scenario/program.ts';
import { atEnd, eventually, within } from '../support/wait.ts';

const top = join(import.meta.dirname, '../..');
const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
const HOST = 'testhost.pay.example';

interface Proxy {
  readonly name: string;
  readonly file: string;
  readonly command: (folder: string) => readonly string[];
  readonly check: (folder: string) => readonly string[];
  /** A signal to the program, or a command. */
  readonly reload: NodeJS.Signals | ((folder: string) => readonly string[]);
  readonly keepsSockets: boolean;
  /** What is around the file. */
  readonly around?: (text: string, folder: string) => string;
}

const proxies: readonly Proxy[] = [
  {
    name: 'nginx',
    file: 'nginx.conf',
    command: (folder) => ['nginx', '-p', folder, '-e', 'stderr', '-c', 'nginx.conf'],
    check: (folder) => ['nginx', '-p', folder, '-e', 'stderr', '-t', '-c', 'nginx.conf'],
    reload: 'SIGHUP',
    keepsSockets: true,
    around: (text, folder) =>
      [
        process.getuid?.() === 0 ? 'user root;' : '',
        `daemon off; pid ${folder}/pid; error_log stderr; events {} http {`,
        ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
          (name) => `${name}_temp_path ${folder}/${name};`,
        ),
        `access_log ${folder}/access.log; ${text} }`,
      ].join('\n'),
  },
  {
    name: 'HAProxy',
    file: 'haproxy.cfg',
    command: (folder) => ['haproxy', '-W', '-db', '-f', join(folder, 'haproxy.cfg')],
    check: (folder) => ['haproxy', '-c', '-f', join(folder, 'haproxy.cfg')],
    reload: 'SIGUSR2',
    keepsSockets: true,
  },
  {
    name: 'Caddy',
    file: 'Caddyfile',
    command: (folder) => [
      'caddy',
      'run',
      '--adapter',
      'caddyfile',
      '--config',
      join(folder, 'Caddyfile'),
    ],
    check: (folder) => [
      'caddy',
      'validate',
      '--adapter',
      'caddyfile',
      '--config',
      join(folder, 'Caddyfile'),
    ],
    reload: (folder) => [
      ...['caddy', 'reload', '--force', '--adapter', 'caddyfile'],
      ...['--config', join(folder, 'Caddyfile'), '--address', `unix/${folder}/admin`],
    ],
    keepsSockets: false,
    // The address of the test is no name that could be sent with the TLS handshake.
    around: (text, folder) => `{\n admin unix/${folder}/admin\n default_sni ${HOST}\n}\n${text}`,
  },
];

/** A new certificate, as the files name it. */
async function writeCertificate({ file }: Proxy, folder: string): Promise<void> {
  const { cert, key } = newCertificate();
  const isOneFile = file === 'haproxy.cfg';
  writeFileSync(join(folder, 'site.pem'), isOneFile ? `${cert}\n${key}` : cert);
  if (!isOneFile) writeFileSync(join(folder, 'site.key'), key);
}

/** Of the certificate that is shown at this port. */
async function fingerprintAt(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername: HOST, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

/** The file with the ports and certificate of the test in place of its own. */
function writeFile(proxy: Proxy, folder: string, ports: { gateway: number; proxy: number }): void {
  const text = readFileSync(join(top, 'deploy/proxies', proxy.file), 'utf8')
    .replace(/10\.0\.0\.\d:8765/g, `127.0.0.1:${ports.gateway}`)
    .replace(/\/etc\/\w+\/site/g, join(folder, 'site'))
    .replace('listen 443', `listen ${ports.proxy}`)
    .replace('bind :443', `bind :${ports.proxy}`)
    .replace('*.pay.example', `*.pay.example:${ports.proxy}`);
  writeFileSync(join(folder, proxy.file), proxy.around?.(text, folder) ?? text);
}

async function started(t: TestContext, proxy: Proxy) {
  const folder = temporaryFolder(t);
  const flags = ['--port', '0', '--behind-proxy', '--pace', '5', '--data', join(folder, 'data')];
  const gateway = await startGatewayProcess(flags);
  atEnd(t, () => gateway.stop());
  const port = await freePort();
  await writeCertificate(proxy, folder);
  writeFile(proxy, folder, { gateway: gateway.port, proxy: port });
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  await succeed(proxy.check(folder), folder);
  const program = startProgram(proxy.command(folder), { cwd: folder, env });
  let isOver = false;
  void program.ended.finally(() => {
    isOver = true;
  });
  atEnd(t, async () => {
    program.child.kill('SIGTERM');
    await within('the end of the proxy', program.ended);
  });
  const till = (parameters: Readonly<Record<string, string>> = {}, headers = {}) => {
    const address = new URL(gateway.pac.replace(/^ws.*\/pac/, `wss://127.0.0.1:${port}/pac`));
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    return connectTill(address.href, { headers: { ...headers, host: `${HOST}:${port}` } });
  };
  await eventually('the proxy', async () => {
    if (isOver) throw new Error(`${proxy.name} ended: ${(await program.ended).err}`);
    return till().then(
      (one) => one.cut() ?? true,
      () => undefined,
    );
  });
  /** Fulfilled when new sockets get another certificate. */
  const reload = async () => {
    const before = await fingerprintAt(port);
    await writeCertificate(proxy, folder);
    if (typeof proxy.reload === 'string') program.child.kill(proxy.reload);
    else await succeed(proxy.reload(folder), folder);
    await eventually('the new certificate', async () => {
      const now = await fingerprintAt(port).catch(() => before);
      return now !== before || undefined;
    });
  };
  return { folder, gateway, program, till, reload };
}

for (const proxy of proxies) {
  describe(proxy.name, () => {
    test('a till pays through it, a refusal comes back, and neither tokens nor invented addresses get through', async (t) => {
      const { folder, gateway, program, till } = await started(t, proxy);
      const paid = await (await till()).request('sale', sale);
      assert.equal(paid.result.transactionResult, 'SUCCESSFUL');
      const token = new URL(gateway.pac).searchParams.get('token') ?? '';
      const forged = { 'x-forwarded-for': '203.0.113.9' };
      const refused = await till({ token: 'wrong' }, forged).catch((cause: unknown) => cause);
      assert.ok(refused instanceof Refused, String(refused));
      assert.equal(refused.status, 401);
      const named = /"from":\{"127\.0\.0\.1":1\}/;
      await eventually('the warning', () => named.test(gateway.written.stderr) || undefined);
      assert.doesNotMatch(gateway.written.stderr, /203\.0\.113\.9/);
      program.child.kill('SIGTERM');
      const { out, err } = await within('the end of the proxy', program.ended);
      const log = join(folder, 'access.log');
      assert.ok(token.length > 20);
      assert.ok(!`${out}${err}${existsSync(log) ? readFileSync(log, 'utf8') : ''}`.includes(token));
    });

    test('a payment ends while the proxy reads its file and a renewed certificate again', async (t) => {
      const { till, reload } = await started(t, proxy);
      const first = await till({ 'epos-id': 'T1' });
      const id = first.ask('sale', sale, 7);
      await first.shown('PRESENT_CARD');
      await reload();
      if (!proxy.keepsSockets) await within('the close', first.closed);
      const last = proxy.keepsSockets
        ? first
        : await eventually('the new file', () => till({ 'epos-id': 'T1' }).catch(() => undefined));
      assert.equal((await last.answer(id)).result.transactionResult, 'SUCCESSFUL');
      const next = await eventually('a till', () => till().catch(() => undefined));
      for (const one of [last, next]) {
        assert.equal((await one.request('sale', sale)).result.transactionResult, 'SUCCESSFUL');
      }
    });

    test('a payment ends while the gateway stops, and the close code comes through', async (t) => {
      const { gateway, till } = await started(t, proxy);
      const one = await till();
      const id = one.ask('sale', sale);
      await one.shown('PRESENT_CARD');
      gateway.kill('SIGTERM');
      assert.equal((await one.answer(id)).result.transactionResult, 'SUCCESSFUL');
      assert.equal((await within('the close', one.closed)).code, 1001);
    });
  });
}

test('the guide quotes the files as they are', () => {
  const guide = readFileSync(join(top, 'docs/cluster.md'), 'utf8');
  for (const { file } of proxies) {
    const text = readFileSync(join(top, 'deploy/proxies', file), 'utf8');
    assert.ok(guide.includes(`\n${text}\`\`\``), `docs/cluster.md does not quote ${file}`);
  }
});
