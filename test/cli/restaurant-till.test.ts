// A restaurant till and a waiter, both on the command line, against a whole gateway.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TestGateway } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { begin, jsonLines, run } from './command-line.ts';

describe('a restaurant till on the command line', () => {
  let gateway: TestGateway;
  let env: Record<string, string>;
  let folder: string;
  let file: string;
  before(async () => {
    gateway = await startTestGateway();
    env = { TILLGATE_URI: gateway.uri() };
    folder = mkdtempSync(join(tmpdir(), 'tillgate-restaurant-'));
    file = join(folder, 'tables.json');
    writeFileSync(file, '{"tables":[{"tableId":"7","amount":1250},{"tableId":"8","amount":900}]}');
  });
  after(async () => {
    await gateway.stop();
    rmSync(folder, { recursive: true });
  });

  test('a restaurant till takes parts of a bill over a restart, shows each message, and keeps its file [C-9.30]', async () => {
    const till = begin(['till', '--tables', file, '--save'], { env });
    await till.shown('Connected');
    const part = await run(['table', 'pay', '--table', '7', '--amount', '5'], { env });
    assert.equal(part.code, 0, part.err);
    await till.shown('unlocks table 7');
    till.child.kill('SIGINT');
    const { code, out } = await till.ended;
    assert.equal(code, 0);
    assert.match(out, /VCMINVLSIP0 locks table 7: GBP 12\.50 to pay/);
    assert.match(out, /GBP 5\.00, ICC_CHIP, VISA, auth code \w{6}\n {2}GBP 7\.50 left to pay/);

    const again = begin(['till', '--tables', file, '--save', '--json'], { env });
    await again.shown('Connected');
    const rest = await run(['table', 'pay', '--table', '7', '--gratuity', '1'], { env });
    assert.equal(rest.code, 0, rest.err);
    assert.match(rest.out, /Gratuity {12}1\.00/);
    await again.shown('"unlock"');
    again.child.kill('SIGINT');
    const events = jsonLines((await again.ended).out);
    assert.deepEqual(
      events.map(({ event }) => event),
      ['lock', 'paid', 'finalReceipt', 'unlock'],
    );
    assert.deepEqual([events[0].amount, events[1].left, events[3].held], [750, 0, true]);
    const [seven] = JSON.parse(readFileSync(file, 'utf8')).tables;
    assert.deepEqual(
      seven.payments.map(({ amountPaid }: { amountPaid: number }) => amountPaid),
      [500, 750],
    );
  });

  test('a restaurant till without --save leaves its file unchanged, and without --receipt prints none', async () => {
    const before = readFileSync(file, 'utf8');
    const till = begin(['till', '--tables', file, '--without-receipt'], { env });
    await till.shown('Connected');
    const list = await run(['table', 'list'], { env });
    assert.equal(list.out.trim(), '8');
    const { code, out } = await run(['table', 'pay', '--table', '8'], { env });
    assert.equal(code, 0);
    assert.doesNotMatch(out, /Thank you/);
    await till.shown('unlocks table 8');
    till.child.kill('SIGTERM');
    assert.equal((await till.ended).code, 0);
    assert.equal(readFileSync(file, 'utf8'), before);
  });

  test('a restaurant till that a newer connection supersedes ends with 4 [C-9.24]', async () => {
    const older = begin(['till', '--tables', file], { env });
    await older.shown('Connected');
    const newer = begin(['till', '--tables', file], { env });
    const { code, err } = await older.ended;
    assert.deepEqual([code, /A newer connection has taken over/.test(err)], [4, true]);
    newer.child.kill('SIGINT');
    assert.equal((await newer.ended).code, 0);
  });

  test('a wrong file and a missing gateway are reported at once', async () => {
    const bad = join(folder, 'bad.json');
    writeFileSync(bad, '{"tables":[{"tableId":"7","amount":"12.50"}]}');
    const wrong = await run(['till', '--tables', bad], { env });
    assert.equal(wrong.code, 2);
    assert.match(
      wrong.err,
      /\/tables\/0\/amount: expected integer 0\.\.99999999 pence or cents, got string/,
    );
    const nobody = { TILLGATE_URI: 'ws://127.0.0.1:1/pac?token=none' };
    const lost = await run(['till', '--tables', file], { env: nobody });
    assert.equal(lost.code, 4);
    assert.match(lost.err, /^Could not connect: [^\n]*\n$/);
    assert.equal((await run(['till'], { env })).code, 2);
  });
});
