// Operators and the trail of changes from the command line, beside a running gateway.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ApiClient } from '../support/api/api-client.ts';
import { casesAtDepth } from '../support/depth.ts';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { startGatewayProcess } from '../support/scenario/gateway-process.ts';
import { eventually } from '../support/wait.ts';
import { jsonLines, run } from './command-line.ts';

const data = mkdtempSync(join(tmpdir(), 'tillgate-operators-'));
const env = { TILLGATE_DATA: data };
/** Each attempt before the gateway has read a new key counts as a failed one. */
const patient = ['--failed-attempts', '100000'];
const flags = ['--port', '0', '--log-level', 'silent', '--no-open-on-loopback', ...patient];
let gateway: GatewayProcess | undefined;
let user: ApiClient;

before(async () => {
  gateway = await startGatewayProcess(['--data', data, ...flags]);
  user = new ApiClient(gateway.http);
});
after(async () => {
  gateway?.kill('SIGTERM');
  await gateway?.exited;
  rmSync(data, { recursive: true, force: true });
});

const tillgate = (...args: string[]) => run(args, { env });
const withKey = (key: string) => user.withHeaders({ Authorization: `Bearer ${key}` });

describe('operators beside a running gateway', () => {
  test('a key opens the API soon after it was added, and not after its operator was removed', async () => {
    assert.equal(await user.problem('listSites'), 'notSignedIn');
    const added = await tillgate('operator', 'add', 'anna', '--site', 'testhost');
    assert.equal(added.code, 0);
    const key = added.out.trim();
    assert.match(key, /^[0-9a-f-]{36}$/);
    const session = await eventually('the key to open', async () => {
      const { status, body } = await withKey(key).request('readSession');
      return status === 200 ? body : undefined;
    });
    assert.deepEqual(session.operator, { name: 'anna', sites: ['testhost'] });
    const listed = await tillgate('operator', 'list');
    assert.match(listed.out, /^anna +testhost +\d{4}-/m);
    assert.ok(!`${listed.out}${listed.err}${added.err}`.includes(key));
    assert.equal((await tillgate('operator', 'remove', 'anna')).code, 0);
    await eventually('the key to be void', async () => {
      const problem = await withKey(key).problem('readSession');
      return problem === 'wrongKey' ? true : undefined;
    });
  });

  test('an invalid command ends with 2', async () => {
    await tillgate('operator', 'add', 'ben');
    const wrong = [
      ['operator', 'add', 'ben'],
      ['operator', 'add', 'Ben'],
      ['operator', 'add', 'local'],
      ['operator', 'add', 'eve', '--site', 'nowhere'],
      ['operator', 'remove', 'nobody'],
      ['operator', 'add'],
      ['audit', '--limit', '0'],
    ];
    const cases = casesAtDepth(wrong, 3);
    const all = await Promise.all(cases.map((args) => tillgate(...args)));
    for (const [index, { code, out, err }] of all.entries()) {
      assert.deepEqual([code, out], [2, ''], `${cases[index]?.join(' ')}: ${err}`);
    }
    const names = jsonLines((await tillgate('operator', 'list', '--json')).out);
    assert.deepEqual(
      names.map(({ name }) => name),
      ['ben'],
    );
  });

  test('the audit trail lists the changes of the command line', async () => {
    await tillgate('site', 'add', 'shop1', '--title', 'The Shop');
    await tillgate('token', 'add', '--site', 'shop1', '--label', 'till 3');
    await tillgate('site', 'remove', 'shop1');
    const { out } = await tillgate('audit', '--site', 'shop1', '--json');
    assert.deepEqual(
      jsonLines(out).map(({ by, action }) => [by, action]),
      [
        ['command-line', 'site.add'],
        ['command-line', 'token.add'],
        ['command-line', 'site.remove'],
      ],
    );
    const last = await tillgate('audit', '--limit', '1');
    assert.match(last.out, /command-line +command-line +site\.remove +shop1/);
  });
});
