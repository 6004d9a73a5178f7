// `tillgate serve` at a terminal: what it prints there, Ctrl-C, also through npm, and a terminal that goes away.

import assert from 'node:assert/strict';
import { exec } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connectTill, startTestGateway } from 'tillgate/testing';
import { newCertificate } from '../../packages/server/src/adapters/http/self-signed.ts';
import { casesAtDepth } from '../support/depth.ts';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import type { AtTerminal } from '../support/scenario/pseudo-terminal.ts';
import { CTRL_C, startAtTerminal } from '../support/scenario/pseudo-terminal.ts';
import { eventually, within } from '../support/wait.ts';
import { COMMAND } from './command-line.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
const env = { PATH, HOME, NODE_COMPILE_CACHE, NODE_NO_WARNINGS: '1', NO_COLOR: '1' };
/** A sale waits for its card until it is cancelled. */
const WITHOUT_CARD = ['--port', '0', '--virtual-card', '1000', '--virtual-start', '0'];
const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };

interface ServedAtTerminal extends AtTerminal {
  readonly pac: string;
  readonly pid: number;
}

/** Starts `tillgate serve` by the words of a command and waits until it accepts connections. */
async function served(
  t: TestContext,
  flags: readonly string[],
  through: readonly string[] = [process.execPath, COMMAND],
): Promise<ServedAtTerminal> {
  const folder = temporaryFolder(t);
  const words = [...through, 'serve', '--data', folder, ...flags];
  const terminal = startAtTerminal(words, { env });
  t.after(() => terminal.child.kill('SIGKILL'));
  let shown = '';
  terminal.child.stdout.on('data', (text: string) => {
    shown += text;
  });
  await within('a gateway ready', terminal.shown('/metrics'));
  const pac = /pay at counter {2}(\S+)/.exec(shown)?.[1] ?? '';
  return { ...terminal, pac, pid: pidOf(terminal) };
}

/** Of the program that `script` runs: the shell, which becomes the command. */
function pidOf({ child: { pid } }: AtTerminal): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

/** Whether the process is there and has not ended; its parent may not have asked for its end yet. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('on a terminal each payment is one line, and Ctrl-C shows what the gateway waits for', async (t) => {
  const gateway = await served(t, WITHOUT_CARD);
  const till = await connectTill(gateway.pac);
  const id = till.ask('sale', sale);
  await till.shown('PRESENT_CARD');
  gateway.type(CTRL_C);
  await gateway.shown(' s left for VCMINVLSIP0 at testhost to finish. Ctrl-C again ends at once.');
  await till.request('cancelTransaction', { tid: sale.tid });
  assert.equal((await till.answer(id)).result.transactionResult, 'CANCELLED');
  assert.equal((await within('the close', till.closed)).code, 1001);
  const { code, out } = await within('the end', gateway.ended);
  assert.equal(code, 0);
  assert.match(out, /^\S+ \S+ {2}Cancelled: SALE on VCMINVLSIP0 at testhost, \d+\.\d s\r$/m);
  assert.match(out, /The gateway is draining\r\n/);
  assert.doesNotMatch(out, /\{"level"/);
});

test('a gateway in the foreground stops when its terminal goes away, once open payments have ended', async (t) => {
  const gateway = await served(t, WITHOUT_CARD);
  const till = await connectTill(gateway.pac);
  const id = till.ask('sale', sale);
  await till.shown('PRESENT_CARD');
  gateway.hangUp();
  await eventually('the drain', async () => {
    const { status } = await fetch(new URL('/readyz', gateway.pac.replace('ws:', 'http:')));
    return status === 503 || undefined;
  });
  await till.request('cancelTransaction', { tid: sale.tid });
  assert.equal((await till.answer(id)).result.transactionResult, 'CANCELLED');
  assert.equal((await within('the close', till.closed)).code, 1001);
  await eventually('the end', () => !isRunning(gateway.pid) || undefined);
});

/** Options with the files of a new certificate. */
async function withCertificate(t: TestContext): Promise<readonly string[]> {
  const folder = temporaryFolder(t);
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const { cert, key } = newCertificate();
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  return ['--port', '0', '--tls-cert', certFile, '--tls-key', keyFile];
}

test('SIGHUP renews the certificate of a gateway whose terminal is still there', async (t) => {
  const gateway = await served(t, await withCertificate(t));
  process.kill(gateway.pid, 'SIGHUP');
  await within('the renewal', gateway.shown('The certificate was renewed'));
  const till = await connectTill(gateway.pac);
  assert.equal((await till.request('connectedTerminals')).result.length, 6);
  till.cut();
});

test('a gateway under nohup goes on without its terminal, and renews its certificate', async (t) => {
  const output = join(temporaryFolder(t), 'output');
  const words = ['nohup', process.execPath, COMMAND, 'serve', '--data', 'memory'];
  const flags = [...(await withCertificate(t)), `>${output}`, '2>&1'];
  const terminal = startAtTerminal([...words, ...flags], { env });
  const written = () => {
    try {
      return readFileSync(output, 'utf8');
    } catch {
      return '';
    }
  };
  const pac = await eventually(
    'a gateway ready',
    () => /pay at counter {2}(\S+)[\s\S]*\/metrics/.exec(written())?.[1],
  );
  const pid = pidOf(terminal);
  t.after(() => process.kill(pid, 'SIGKILL'));
  terminal.hangUp();
  await eventually('SIGHUP', () => written().includes('the certificate was renewed') || undefined);
  const till = await connectTill(pac);
  assert.equal((await till.request('connectedTerminals')).result.length, 6);
  till.cut();
});

test('through npm and npx one Ctrl-C drains the gateway, and the exit code is 0', async (t) => {
  const ways = [
    ['npm', 'run', '--silent', '--prefix', root, 'tillgate', '--'],
    ['npx', '--prefix', root, 'tillgate'],
  ];
  for (const through of casesAtDepth(ways, 2)) {
    const gateway = await served(t, WITHOUT_CARD, through);
    const till = await connectTill(gateway.pac);
    const id = till.ask('sale', sale);
    await till.shown('PRESENT_CARD');
    gateway.type(CTRL_C);
    await gateway.shown(' s left for VCMINVLSIP0');
    await till.request('cancelTransaction', { tid: sale.tid });
    assert.equal((await till.answer(id)).result.transactionResult, 'CANCELLED');
    assert.equal((await within('the end', gateway.ended)).code, 0);
  }
});

test('through npm one Ctrl-C cancels a sale, and the exit code says that it was not approved', async (t) => {
  const shop = await startTestGateway({ settings: { pace: 'realistic', virtualCard: 1000 } });
  t.after(() => shop.stop());
  const words = ['npm', 'run', '--silent', '--prefix', root, 'tillgate', '--', 'sale', '5'];
  const terminal = startAtTerminal(words, { env: { ...env, TILLGATE_URI: shop.uri() } });
  t.after(() => terminal.child.kill('SIGKILL'));
  await within('the sale', terminal.shown('Present the card'));
  terminal.type(CTRL_C);
  const { code, out } = await within('the end', terminal.ended);
  assert.equal(code, 1, out);
  assert.match(out, /CANCELLED/);
});

test('the command that the welcome and the admin API name works where the gateway was started', async (t) => {
  const { pac, shown } = await served(t, WITHOUT_CARD);
  await within('the command', shown('npm run tillgate -- sale 12.34'));
  const answer = await fetch(`${pac.replace(/^ws(.*)\/pac.*$/, 'http$1')}/api/v1/gateway`);
  const { command = '' } = (await answer.json()) as { command?: string };
  const { stdout } = await promisify(exec)(`${command} --version`, { cwd: root });
  assert.match(stdout, /^\d+\.\d+\.\d+$/m);
});
