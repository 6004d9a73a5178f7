// The executable as somebody runs it who has neither Node nor the repository: in an empty folder, with an empty
// environment.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePort, SECRET } from '../support/cluster/processes.ts';
import { buildExecutable, serving } from '../support/deploy/executable.ts';
import { postgresServer } from '../support/postgres/postgres-test.ts';
import { temporaryFolder } from '../support/scenario/gateway-process.ts';
import { startProgram } from '../support/scenario/program.ts';

const top = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'tillgate-executable-'));
let built = '';

before(async () => {
  built = await buildExecutable(home);
});
after(() => rmSync(home, { recursive: true, force: true }));

/** A folder with nothing but the program. */
function installed(t: Parameters<typeof temporaryFolder>[0]): string {
  const cwd = temporaryFolder(t);
  copyFileSync(built, join(cwd, 'tillgate'));
  return cwd;
}

const run = (cwd: string, words: readonly string[]) =>
  startProgram(['./tillgate', ...words], { cwd, env: {} }).ended;

test('the executable takes a payment, and its journal has it after a restart', async (t) => {
  const cwd = installed(t);
  const first = await serving(t, ['./tillgate'], { cwd, env: {} });
  const sale = await run(cwd, ['sale', '12.34', '--uri', first.pac]);
  assert.equal(sale.code, 0, sale.err);
  assert.match(sale.out, /approved/i);
  await first.stop();
  const second = await serving(t, ['./tillgate'], { cwd, env: {} });
  const again = await run(cwd, ['duplicate', '--uri', second.pac]);
  assert.match(again.out, /12\.34/, again.err);
  await second.stop();
  const { out } = await run(cwd, ['transactions', '--json']);
  assert.equal(JSON.parse(out.split('\n')[0] ?? '').amountTotal, 1234);
});

const server = postgresServer();

test('the executable takes a payment with a journal in PostgreSQL', async (t) => {
  const cwd = installed(t);
  const env = {
    TILLGATE_STORE: server().url(await server().createDatabase()),
    TILLGATE_CLUSTER_SECRET: SECRET,
    TILLGATE_NODE_PORT: String(await freePort()),
  };
  const { pac } = await serving(t, ['./tillgate'], { cwd, env });
  const sale = await run(cwd, ['sale', '12.34', '--uri', pac]);
  assert.equal(sale.code, 0, sale.err);
  const { out } = await startProgram(['./tillgate', 'transactions'], { cwd, env }).ended;
  assert.match(out, /12\.34/);
});

test('the executable serves the console, the card machine and the documentation', async (t) => {
  const cwd = installed(t);
  const { http, stop } = await serving(t, ['./tillgate'], { cwd, env: {} });
  for (const path of ['/console/', '/machine/', '/docs/', '/docs/deployment', '/readyz']) {
    assert.equal((await fetch(http + path)).status, 200, path);
  }
  const page = await (await fetch(`${http}/console/`)).text();
  const [, asset = ''] = /src="(?:\.\/)?(assets\/[^"]+\.js)"/.exec(page) ?? [];
  const script = await fetch(`${http}/console/${asset}`);
  assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8');
  assert.ok((await script.text()).length > 10_000);
  await stop();
});

test('the executable names itself as it was called, and knows its version', async (t) => {
  const cwd = installed(t);
  const called = async (program: string, env = { PATH: '/usr/bin' }) => {
    const words = [program, 'serve', '--port', '0', '--data', 'memory'];
    const running = startProgram(words, { cwd, env });
    await running.shown(' sale 12.34 ');
    running.child.kill('SIGTERM');
    const { out } = await running.ended;
    return /try +(.*) sale/.exec(out)?.[1];
  };
  assert.equal(await called('./tillgate'), './tillgate');
  const bin = join(cwd, 'bin');
  mkdirSync(bin);
  symlinkSync(join(cwd, 'tillgate'), join(bin, 'tillgate'));
  assert.equal(await called(join(bin, 'tillgate'), { PATH: bin }), 'tillgate');
  const { version } = JSON.parse(readFileSync(join(top, 'packages/server/package.json'), 'utf8'));
  assert.equal((await run(cwd, ['--version'])).out.trim(), version);
});

test('the licences of what is inside are beside the executable', () => {
  const licences = readFileSync(join(home, 'tillgate.licenses.md'), 'utf8');
  for (const name of ['Node.js', 'pino', 'pg', 'ws'])
    assert.match(licences, new RegExp(`^## ${name} `, 'm'));
});
