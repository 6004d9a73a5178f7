// Backups of the journal, made while a gateway writes to it, and gateways that start from them.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectTill } from 'tillgate/testing';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { startGatewayProcess, temporaryFolder } from '../support/scenario/gateway-process.ts';
import type { TestEnd } from '../support/wait.ts';
import { atEnd, eventually } from '../support/wait.ts';
import { jsonLines, run } from './command-line.ts';

const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };

async function started(t: TestEnd, data: string): Promise<GatewayProcess> {
  const flags = ['--port', '0', '--pace', 'instant', '--log-level', 'error'];
  const gateway = await startGatewayProcess(['--data', data, ...flags]);
  atEnd(t, () => gateway.stop());
  return gateway;
}

const transactions = async (data: string) =>
  jsonLines((await run(['transactions', '--data', data, '--limit', '1000', '--json'])).out);

test('a backup of a gateway that takes payments has all that ended before it, and a gateway starts from it', async (t) => {
  const [data, elsewhere, target] = [temporaryFolder(t), temporaryFolder(t), temporaryFolder(t)];
  const file = join(elsewhere, 'backup.db');
  const gateway = await started(t, data);
  const till = await connectTill(gateway.pac);
  await till.request('sale', sale);
  let isDone = false;
  const selling = (async () => {
    while (!isDone) await till.request('sale', sale);
  })();
  const before = (await transactions(data)).map(({ id }) => id);
  const made = await run(['backup', file, '--data', data]);
  isDone = true;
  await selling;
  assert.deepEqual([made.code, made.err], [0, '']);
  assert.deepEqual(readdirSync(elsewhere), ['backup.db']);
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);

  const restored = await run(['restore', file, '--data', target]);
  assert.deepEqual([restored.code, restored.err], [0, '']);
  const found = new Set((await transactions(target)).map(({ id }) => id));
  assert.ok(before.length > 0);
  for (const id of before) assert.ok(found.has(id), `${id} is in the backup`);
  const again = await started(t, target);
  assert.equal(statSync(join(target, 'tillgate.db')).mode & 0o077, 0);
  const next = await connectTill(again.pac);
  // A sale that was open in the backup occupies the machine until it has an end.
  const { result } = await eventually('a free machine', async () => {
    const answer = await next.request('sale', sale);
    return answer.error ? undefined : answer;
  });
  assert.equal(result.transactionResult, 'SUCCESSFUL');
});

test('neither a backup nor a restore replaces a file, and what is no journal is not copied', async (t) => {
  const [data, target] = [temporaryFolder(t), temporaryFolder(t)];
  await (await started(t, data)).stop();
  const file = join(target, 'backup.db');
  const refused = async (message: RegExp, ...args: string[]) => {
    const ran = await run(args);
    assert.notEqual(ran.code, 0);
    assert.match(ran.err, message);
  };
  writeFileSync(file, 'kept');
  await refused(/There is a file already/, 'backup', file, '--data', data);
  await refused(/not a Tillgate journal/, 'restore', file, '--data', target);
  assert.equal(readFileSync(file, 'utf8'), 'kept');
  const good = join(target, 'good.db');
  // Of a copy that was killed.
  writeFileSync(`${good}.part`, '');
  await refused(
    /good\.db\.part\. Unless a copy is being made now, remove it/,
    'backup',
    good,
    '--data',
    data,
  );
  rmSync(`${good}.part`);
  assert.equal((await run(['backup', good, '--data', data])).code, 0);
  const journal = readFileSync(join(data, 'tillgate.db'));
  await refused(/There is a file already/, 'restore', good, '--data', data);
  assert.deepEqual(readFileSync(join(data, 'tillgate.db')), journal);
  // A write-ahead log without its journal.
  writeFileSync(join(target, 'tillgate.db-wal'), '');
  await refused(/tillgate\.db-wal/, 'restore', good, '--data', target);
  assert.ok(!existsSync(join(target, 'tillgate.db')));
  await refused(/no journal/, 'backup', join(target, 'b.db'), '--data', join(target, 'none'));
  await refused(/pg_dump/, 'backup', join(target, 'b.db'), '--store', 'postgres://db/tillgate');
});

test('a damaged journal is not copied', async (t) => {
  const [data, target] = [temporaryFolder(t), temporaryFolder(t)];
  const gateway = await started(t, data);
  const till = await connectTill(gateway.pac);
  for (let number = 0; number < 20; number += 1) await till.request('sale', sale);
  gateway.kill('SIGTERM');
  await gateway.exited;
  const path = join(data, 'tillgate.db');
  const bytes = readFileSync(path);
  bytes.fill(0xff, 8192, bytes.length - 4096);
  writeFileSync(path, bytes);
  const ran = await run(['backup', join(target, 'b.db'), '--data', data]);
  assert.notEqual(ran.code, 0);
  assert.match(ran.err, /damaged|malformed/);
  assert.deepEqual(readdirSync(target), []);
});
