// Card machines that link, from the command line beside a running gateway.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectTill, Refused } from 'tillgate/testing';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { startGatewayProcess } from '../support/scenario/gateway-process.ts';
import { eventually } from '../support/wait.ts';
import { jsonLines, run } from './command-line.ts';

const data = mkdtempSync(join(tmpdir(), 'tillgate-cli-'));
const env = { TILLGATE_DATA: data };
const quiet = ['--port', '0', '--pace', 'instant', '--log-level', 'silent'];
let gateway: GatewayProcess | undefined;
let host: string;

before(async () => {
  gateway = await startGatewayProcess(['--data', data, ...quiet]);
  ({ host } = new URL(gateway.pac));
});
after(async () => {
  gateway?.kill('SIGTERM');
  await gateway?.exited;
  rmSync(data, { recursive: true, force: true });
});

const tillgate = (...args: string[]) => run(args, { env });
const add = (tid: string, ...more: string[]) =>
  tillgate('terminal', 'add', '--site', 'testhost', '--tid', tid, ...more);

async function pair(tid: string, code: string): Promise<string> {
  const body = JSON.stringify({ site: 'testhost', tid, code });
  const answer = await fetch(`http://${host}/terminal/pair`, { method: 'POST', body });
  const { token } = (await answer.json()) as { token?: string };
  assert.ok(token, `${answer.status}`);
  return token;
}

describe('card machines beside a running gateway', () => {
  test('a scenario is set for a virtual card machine, shown, and removed [C-10.24]', async () => {
    const gatewayUrl = ['--gateway', `http://${host}`];
    const behave = (...more: string[]) =>
      tillgate('terminal', 'behave', '--site', 'testhost', ...gatewayUrl, ...more);
    const tid = ['--tid', 'VCMCLISIP0'];
    const set = await behave(...tid, '--scenario', 'merchant-copy-only', '--json');
    assert.deepEqual(
      [set.code, jsonLines(set.out)[0].scenario],
      [0, 'merchant-copy-only'],
      set.err,
    );
    const more = await behave(...tid, '--next-outcome', 'DIP', '--pace', '10');
    assert.match(more.out, /^VCMCLISIP0: scenario merchant-copy-only, next outcome DIP, pace 10$/m);
    const none = await behave(...tid, '--scenario', 'none');
    assert.match(none.out, /^VCMCLISIP0: scenario none, next outcome DIP, pace 10$/m);
    for (const [args, code, why] of [
      [[...tid, '--scenario', 'on-fire'], 2, /card-left-in/],
      [['--tid', '12345678', '--scenario', 'standalone'], 1, /no such/],
      [tid, 2, /Nothing to set/],
    ] as const) {
      const refused = await behave(...args);
      assert.deepEqual([refused.code, refused.out], [code, '']);
      assert.match(refused.err, why);
    }
    const nobody = ['--site', 'testhost', ...tid, '--scenario', 'none'];
    const away = await tillgate('terminal', 'behave', ...nobody, '--gateway', 'http://127.0.0.1:9');
    assert.equal(away.code, 4);
  });

  test('a card machine is enrolled, paired, linked and listed, and its connection is closed when it is revoked', async () => {
    const added = await add('12345678', '--label', 'bar');
    assert.equal(added.code, 0, added.err);
    const code = added.out.trim();
    assert.match(code, /^[A-Z0-9]{8}$/);
    assert.match(
      (await tillgate('terminal', 'list')).out,
      /12345678 +testhost +bar +Waiting for its code until/,
    );
    assert.match((await tillgate('site', 'show', 'testhost')).out, /12345678 +testhost +bar/);
    const [site] = jsonLines((await tillgate('site', 'show', 'testhost', '--json')).out);
    assert.deepEqual(
      site.linked.map(({ tid }: { tid: string }) => tid),
      ['12345678'],
    );
    const token = await pair('12345678', code);
    const uri = `ws://${host}/terminal?token=${token}&tid=12345678`;
    const machine = await connectTill(uri);
    const [listed] = await eventually('the time it last sent something', async () => {
      const lines = jsonLines((await tillgate('terminal', 'list', '--json')).out);
      return lines[0].lastHeardAt ? lines : undefined;
    });
    assert.deepEqual(Object.keys(listed).toSorted(), [
      ...['enrolledAt', 'label', 'lastHeardAt', 'pairedAt', 'site', 'tid'],
    ]);
    const revoked = await tillgate('terminal', 'revoke', '12345678', '--site', 'testhost');
    assert.equal(revoked.code, 0, revoked.err);
    assert.equal((await machine.closed).code, 4003);
    await assert.rejects(connectTill(uri), Refused);
    assert.match((await tillgate('terminal', 'list')).out, /Revoked \d{4}-/);
    assert.ok(!`${JSON.stringify(listed)}${revoked.out}`.includes(token));
  });

  test('an invalid command is refused and changes nothing', async () => {
    const none = '--site nowhere --tid 1';
    for (const [args, says] of [
      [['terminal', 'add', '--tid', '1'], '--site is missing'],
      [['terminal', 'add', '--site', 'testhost'], '--tid is missing'],
      [['terminal', 'add', ...none.split(' ')], 'There is no site "nowhere"'],
      [['terminal', 'add', '--site', 'testhost', '--tid', 'VCM1'], 'virtual card machine'],
      [['terminal', 'revoke', '99', '--site', 'testhost'], 'No card machine "99"'],
      [['terminal', 'revoke', '12345678', '--site', 'testhost'], 'The site has none.'],
    ] as const) {
      const { code, err, out } = await tillgate(...args);
      assert.deepEqual([code, out], [2, ''], args.join(' '));
      assert.ok(err.includes(says), err);
    }
  });

  test('--json prints the pairing code with its expiry', async () => {
    const [printed] = jsonLines((await add('7', '--json')).out);
    assert.deepEqual(Object.keys(printed), ['site', 'tid', 'pairingCode', 'expiresAt']);
    const lasts = Date.parse(printed.expiresAt) - Date.now();
    assert.ok(lasts > 14 * 60_000 && lasts <= 15 * 60_000);
  });

  test('a virtual card machine that was paired is listed as operated by hand', async () => {
    await pair('VCMHANDSIP0', (await add('VCMHANDSIP0')).out.trim());
    const { out } = await tillgate('terminal', 'list');
    assert.match(out, /VCMHANDSIP0 +testhost +- +Operated by hand \d{4}-/);
  });
});
