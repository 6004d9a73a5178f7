// A gateway's comings and goings as its operator sees them: signals, certificates, who may start it
// where, and tokens that end.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import test from 'node:test';
import { connect as connectTls } from 'node:tls';
import { connectTill, Refused } from 'tillgate/testing';
import { newCertificate } from '../../packages/server/src/adapters/http/self-signed.ts';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import { addToken } from '../../packages/server/src/application/admin/tokens.ts';
import { openJournal } from '../../packages/server/src/gateway-context.ts';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import {
  runCommand,
  startGatewayProcess,
  temporaryFolder,
} from '../support/scenario/gateway-process.ts';
import { eventually, within } from '../support/wait.ts';

const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
const EXAMPLE_TOKEN = '00000000-0000-0000-0000-000000000000';

async function started(t: TestContext, ...flags: readonly string[]): Promise<GatewayProcess> {
  const quiet = ['--port', '0', '--log-level', 'error'];
  const gateway = await startGatewayProcess([...quiet, '--data', temporaryFolder(t), ...flags]);
  t.after(() => gateway.stop());
  return gateway;
}

/** Waits until new sockets are refused: the signal has arrived. */
function untilDraining(uri: string): Promise<Refused> {
  return eventually('the drain', () =>
    connectTill(uri).then(
      (till) => void till.cut(),
      (cause: unknown) => {
        if (cause instanceof Refused) return cause;
        throw cause;
      },
    ),
  );
}

test('on SIGTERM open requests may finish and no new ones begin [C-3.46]', async (t) => {
  const gateway = await started(t, '--pace', '5');
  const [till, other] = [await connectTill(gateway.pac), await connectTill(gateway.pac)];
  const id = till.ask('sale', sale);
  await till.shown('PRESENT_CARD');
  gateway.kill('SIGTERM');
  const refused = await untilDraining(gateway.pac);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers['retry-after'], '5');
  assert.equal((await fetch(`${gateway.http}/readyz`)).status, 503);
  const tooLate = await other.request('sale', { ...sale, tid: 'VCMINVLSCD0' });
  assert.equal(tooLate.error.code, -32070);
  const { result } = await till.answer(id);
  assert.equal(result.transactionResult, 'SUCCESSFUL');
  assert.equal(till.values.at(-1), 'TRANSACTION_FINISHED');
  for (const { closed } of [till, other]) {
    assert.equal((await within('the close', closed)).code, 1001);
  }
  assert.deepEqual(await within('the end', gateway.exited), { code: 0, signal: null });
});

test('a second SIGTERM ends the gateway at once, and the sale ends after the next start [C-4.45]', async (t) => {
  const data = temporaryFolder(t);
  const gateway = await startGatewayProcess([
    '--port',
    '0',
    '--data',
    data,
    '--log-level',
    'error',
  ]);
  t.after(() => gateway.stop());
  const till = await connectTill(`${gateway.pac}&epos-id=TILL-1`);
  const id = till.ask('sale', sale, 7);
  await till.shown('TRANSACTION_STARTED');
  gateway.kill('SIGTERM');
  await untilDraining(gateway.pac);
  gateway.kill('SIGTERM');
  assert.equal((await within('the close', till.closed)).code, 1001);
  assert.equal((await within('the end', gateway.exited)).code, 0);
  assert.ok(till.received.every((frame) => frame.id !== id));

  const next = await startGatewayProcess(['--port', '0', '--data', data, '--log-level', 'error']);
  t.after(() => next.stop());
  const again = await connectTill(`${next.pac}&epos-id=TILL-1`);
  assert.equal((await again.answer(id)).result.transactionResult, 'TIMED_OUT');
  again.cut();
});

test('a second gateway on the same journal ends with a message', async (t) => {
  const data = temporaryFolder(t);
  const gateway = await startGatewayProcess([
    '--port',
    '0',
    '--data',
    data,
    '--log-level',
    'error',
  ]);
  t.after(() => gateway.stop());
  const { code, stderr } = await runCommand(['serve', '--port', '0', '--data', data]);
  assert.notEqual(code, 0);
  assert.match(stderr, /another gateway|in use|already/i);
  const till = await connectTill(gateway.pac);
  assert.equal((await till.request('connectedTerminals')).result.length, 6);
  till.cut();
});

test('a second gateway on the same port ends with a message', async (t) => {
  const gateway = await started(t);
  const flags = ['--port', String(gateway.port), '--data', temporaryFolder(t)];
  const { code, stderr } = await runCommand(['serve', ...flags]);
  assert.notEqual(code, 0);
  assert.match(stderr, new RegExp(`listen.*port ${gateway.port}`, 'i'));
});

test('SIGHUP reloads the certificate and closes no socket', async (t) => {
  const files = temporaryFolder(t);
  const [cert, key] = [join(files, 'cert.pem'), join(files, 'key.pem')];
  await writeCertificate(cert, key);
  const gateway = await started(t, '--log-level', 'info', '--tls-cert', cert, '--tls-key', key);
  assert.match(gateway.pac, /^wss:/);
  const till = await connectTill(gateway.pac);
  const before = await fingerprint(gateway.port);
  await writeCertificate(cert, key);
  gateway.kill('SIGHUP');
  await eventually('the new certificate', async () =>
    (await fingerprint(gateway.port)) === before ? undefined : true,
  );
  assert.equal((await till.request('connectedTerminals')).result.length, 6);

  writeFileSync(cert, 'not a certificate');
  gateway.kill('SIGHUP');
  await eventually('a complaint', () => /"where":"tls"/.test(gateway.written.stderr) || undefined);
  assert.match(
    gateway.written.stderr,
    /"certificateValidUntil":"\d{4}-.*the certificate was renewed/,
  );
  assert.equal((await till.request('connectedTerminals')).result.length, 6, 'the old one goes on');
  assert.ok(await fingerprint(gateway.port));
  till.cut();
});

test('--tls self-signed serves wss on this machine, with a certificate that clients trust over restarts', async (t) => {
  const flags = ['--tls', 'self-signed', '--log-level', 'info', '--data', temporaryFolder(t)];
  const first = await started(t, ...flags, '--pace', 'instant');
  assert.match(first.pac, /^wss:/);
  const till = await connectTill(first.pac);
  assert.equal((await till.request('sale', sale)).result.transactionResult, 'SUCCESSFUL');
  const { error } = await till.request('sale', {});
  assert.match(error.data.schema, /^https:/);
  till.cut();
  const { file, certificateSha256 } = madeBy(first);
  await first.stop();

  const again = await started(t, ...flags);
  const ca = readFileSync(file);
  assert.equal(await fingerprint(again.port, { ca }), certificateSha256);
  const logged = `"certificateSha256":"${certificateSha256}"`;
  await eventually('its line', () => again.written.stderr.includes(logged) || undefined);
  rmSync(file);
  again.kill('SIGHUP');
  await eventually('a renewal', () => /was renewed/.test(again.written.stderr) || undefined);
  await assert.rejects(fingerprint(again.port, { ca }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  assert.ok(await fingerprint(again.port, { ca: readFileSync(file) }));
});

test('--tls self-signed with a journal in memory keeps no certificate', async (t) => {
  const gateway = await started(t, '--tls', 'self-signed', '--data', 'memory');
  const { certificateSha256, file } = madeBy(gateway);
  assert.deepEqual([await fingerprint(gateway.port), file], [certificateSha256, undefined]);
});

test('a gateway beyond this machine does not start without TLS unless it is allowed [C-2.3]', async (t) => {
  const flags = ['--host', '0.0.0.0', '--port', '0', '--data', temporaryFolder(t)];
  const { code, stderr } = await runCommand(['serve', ...flags]);
  assert.notEqual(code, 0);
  assert.match(stderr, /without TLS.*--tls-cert.*--allow-plain/s);
});

test('a gateway beyond this machine refuses the public example token and prints another', async (t) => {
  const gateway = await started(t, '--host', '0.0.0.0', '--allow-plain');
  const uri = new URL(gateway.pac);
  uri.hostname = '127.0.0.1';
  const token = uri.searchParams.get('token') ?? '';
  assert.match(token, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.notEqual(token, EXAMPLE_TOKEN);
  const till = await connectTill(uri.href);
  assert.equal((await till.request('connectedTerminals')).result.length, 6);
  till.cut();
  uri.searchParams.set('token', EXAMPLE_TOKEN);
  await assert.rejects(connectTill(uri.href), { status: 401 });
});

test('a journal that was used on this machine only does not accept the example token beyond it', async (t) => {
  const data = temporaryFolder(t);
  const flags = ['--port', '0', '--data', data, '--log-level', 'error'];
  const local = await startGatewayProcess(flags);
  assert.match(local.pac, new RegExp(EXAMPLE_TOKEN));
  await local.stop();
  const open = await startGatewayProcess([...flags, '--host', '0.0.0.0', '--allow-plain']);
  t.after(() => open.stop());
  const uri = new URL(open.pac);
  uri.hostname = '127.0.0.1';
  assert.notEqual(uri.searchParams.get('token'), EXAMPLE_TOKEN);
  (await connectTill(uri.href)).cut();
  uri.searchParams.set('token', EXAMPLE_TOKEN);
  await assert.rejects(connectTill(uri.href), { status: 401 });
});

test('a token revoked by another process closes its sockets [C-2.4]', async (t) => {
  const data = temporaryFolder(t);
  const gateway = await startGatewayProcess([
    '--port',
    '0',
    '--data',
    data,
    '--log-level',
    'error',
  ]);
  t.after(() => gateway.stop());
  const till = await connectTill(gateway.pac);
  const store = await openJournal({ data });
  t.after(() => store.close());
  await store.write({ remove: await store.list('tokens', 'testhost/') });
  const { code } = await within('the close', till.closed);
  assert.equal(code, 4003);
  await assert.rejects(connectTill(gateway.pac), { status: 401 });
});

test('a token that another process has just made opens the gateway at once [C-2.4]', async (t) => {
  const data = temporaryFolder(t);
  const gateway = await started(t, '--data', data);
  (await connectTill(gateway.pac)).cut();
  const store = await openJournal({ data });
  t.after(() => store.close());
  const uri = new URL(gateway.pac);
  for (let made = 0; made < 5; made += 1) {
    const { token } = await addToken({ store, clock: Date }, commandLine, { site: 'testhost' });
    uri.searchParams.set('token', token);
    (await connectTill(uri.href)).cut();
  }
});

async function writeCertificate(certFile: string, keyFile: string): Promise<void> {
  const { cert, key } = newCertificate();
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
}

/** What a gateway says of the certificate that it made itself. */
function madeBy({ written }: GatewayProcess) {
  return JSON.parse(written.stdout).selfSigned as { certificateSha256: string; file: string };
}

/** Of the certificate that a new connection gets. */
function fingerprint(port: number, trust?: { readonly ca: Buffer }): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = trust ?? { rejectUnauthorized: false };
    const socket = connectTls({ port, host: '127.0.0.1', ...options }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
