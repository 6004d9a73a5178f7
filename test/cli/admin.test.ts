// Sites, tokens and the journal from the command line, beside a running gateway.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectTill, Refused } from 'tillgate/testing';
import { casesAtDepth } from '../support/depth.ts';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { startGatewayProcess } from '../support/scenario/gateway-process.ts';
import { eventually } from '../support/wait.ts';
import { jsonLines, run } from './command-line.ts';

const data = mkdtempSync(join(tmpdir(), 'tillgate-cli-'));
const env = { TILLGATE_DATA: data };
/** Each attempt before the gateway has read a new token counts as a failed one. */
const patient = ['--failed-attempts', '100000'];
const quiet = ['--port', '0', '--pace', 'instant', '--log-level', 'silent', ...patient];
let gateway: GatewayProcess | undefined;
let pac: string;

before(async () => {
  gateway = await startGatewayProcess(['--data', data, ...quiet]);
  ({ pac } = gateway);
});
after(async () => {
  gateway?.kill('SIGTERM');
  await gateway?.exited;
  rmSync(data, { recursive: true, force: true });
});

const tillgate = (...args: string[]) => run(args, { env });

describe('sites and tokens beside a running gateway', () => {
  test('a token opens the site soon after it was added, and not after it was revoked', async () => {
    const added = await tillgate('token', 'add', '--site', 'testhost', '--label', 'till 3');
    assert.equal(added.code, 0);
    const token = added.out.trim();
    const uri = pac.replace(/token=[^&]*/, `token=${token}`);
    const till = await eventually('the token to work', () =>
      connectTill(uri).catch(() => undefined),
    );
    const revoked = await tillgate('token', 'revoke', 'till 3', '--site', 'testhost');
    assert.equal(revoked.code, 0);
    assert.equal((await till.closed).code, 4003);
    await assert.rejects(connectTill(uri), Refused);
    const listed = await tillgate('token', 'list');
    assert.ok(!`${listed.out}${listed.err}${revoked.out}`.includes(token));
  });

  test('a site is added, shown, listed and removed with its tokens', async () => {
    const terminal = ['--terminal', 'VCM1SIP0', '--terminal', 'VCM2SIP0:EUR:10.00'];
    const added = await tillgate('site', 'add', 'shop1', '--title', 'Shop One', ...terminal);
    assert.equal(added.code, 0);
    const again = await tillgate('site', 'add', 'shop1', '--title', 'Other');
    assert.deepEqual([again.code, again.out], [2, '']);
    await tillgate('token', 'add', '--site', 'shop1', '--scope', 'pac', '--expires', '30d');
    const [shown] = jsonLines((await tillgate('site', 'show', 'shop1', '--json')).out);
    assert.equal(shown.title, 'Shop One');
    assert.deepEqual(shown.terminals, {
      VCM1SIP0: {},
      VCM2SIP0: { currency: 'EUR', cashback: 1000 },
    });
    assert.deepEqual([shown.versions, shown.tokens[0].scopes], [['v1', 'v0'], ['pac']]);
    assert.match((await tillgate('site', 'list')).out, /^shop1 +Shop One +GBP +2 +1$/m);
    assert.equal((await tillgate('site', 'remove', 'shop1')).code, 0);
    assert.equal((await tillgate('site', 'show', 'shop1')).code, 2);
    assert.ok(!(await tillgate('token', 'list')).out.includes('shop1'));
  });

  test('a site may be closed to v0 from the start [C-2.17]', async () => {
    await tillgate('site', 'add', 'shop2', '--versions', 'v1');
    assert.match((await tillgate('site', 'show', 'shop2')).out, /^Versions +v1$/m);
    await tillgate('site', 'remove', 'shop2');
  });

  test('a label of two tokens revokes neither', async () => {
    const add = ['token', 'add', '--site', 'testhost', '--label', 'twin'];
    await tillgate(...add);
    await tillgate(...add);
    const { code, err } = await tillgate('token', 'revoke', 'twin', '--site', 'testhost');
    assert.equal(code, 2);
    assert.match(err, /names several tokens.*Nothing was changed/);
    const twins = jsonLines((await tillgate('token', 'list', '--json')).out).filter(
      ({ label }) => label === 'twin',
    );
    assert.equal(twins.length, 2);
    const one = await tillgate('token', 'revoke', twins[0].id.slice(0, 8), '--site', 'testhost');
    assert.equal(one.code, 0);
  });

  const wrong: readonly (readonly string[])[] = [
    ['site', 'add', 'Shop_1'],
    ['site', 'add', 'x', '--time-zone', 'Mars/One'],
    ['site', 'add', 'x', '--terminal', '12345678'],
    ['site', 'add', 'x', '--versions', 'v1,v2'],
    ['site', 'add', 'x', '--versions', ''],
    ['site', 'remove', 'nowhere'],
    ['site'],
    ['token', 'add', '--site', 'nowhere'],
    ['token', 'add', '--site', 'testhost', '--expires', '2020-01-01'],
    ['token', 'add', '--site', 'testhost', '--scope', 'all'],
    ['token', 'revoke', 'ffffffff', '--site', 'testhost'],
    ['transactions', '--data', join(data, 'nowhere')],
    ['transaction', 'testhost/VCMINVLSIP0/999'],
  ];
  test('an invalid command ends with 2 and changes nothing', async () => {
    const before = (await tillgate('site', 'list', '--json')).out;
    const cases = casesAtDepth(wrong, 4);
    const all = await Promise.all(cases.map((args) => tillgate(...args)));
    for (const [index, { code, out, err }] of all.entries()) {
      assert.deepEqual([code, out], [2, ''], `${cases[index]?.join(' ')}: ${err}`);
    }
    assert.equal((await tillgate('site', 'list', '--json')).out, before);
  });
});

describe('the journal beside a running gateway', () => {
  test('a sale is listed and shown as a timeline', async () => {
    await run(['sale', '12.34', '--uri', pac]);
    await run(['sale', '1', '--tid', 'VCMINVLDIP0', '--uri', pac]);
    const { out } = await tillgate('transactions', '--result', 'successful', '--json');
    const [sale] = jsonLines(out);
    assert.deepEqual([sale.type, sale.amountTotal, sale.result], ['SALE', 1234, 'SUCCESSFUL']);
    const timeline = await tillgate('transaction', sale.id);
    assert.equal(timeline.code, 0);
    assert.match(
      timeline.out,
      /SALE of GBP 12\.34 at VCMINVLSIP0\.\n[\s\S]*\+\d\.\d{3} s {2}Ended: SUCC/,
    );
    assert.match(timeline.out, /CUSTOMER COPY/);
    const [story] = jsonLines((await tillgate('transaction', sale.id, '--json')).out);
    assert.equal(story.events[0].event, 'started');
    assert.equal(story.payment.amountTotal, 1234);
  });

  test('the picture of a sale is written to a new file, and never over another', async () => {
    await run(['sale', '7.77', '--uri', pac]);
    const { out } = await tillgate('transactions', '--amount', '7.77', '--json');
    const [sale] = jsonLines(out);
    const file = join(data, 'sale.svg');
    const written = await tillgate('transaction', sale.id, '--picture', file);
    assert.equal(written.out, `The picture of ${sale.id} was written to ${file}.\n`);
    const svg = readFileSync(file, 'utf8');
    assert.match(svg, /^<svg [\s\S]*Start: SALE £7\.77[\s\S]*Result: SUCCESSFUL £7\.77/);
    const again = await tillgate('transaction', sale.id, '--picture', file);
    assert.deepEqual([again.code, again.out], [2, '']);
    assert.match(again.err, /expected a new file, got ".*sale\.svg": it exists already/);
    const nowhere = join(data, 'nowhere', 'sale.svg');
    assert.equal((await tillgate('transaction', sale.id, '--picture', nowhere)).code, 2);
    assert.equal(readFileSync(file, 'utf8'), svg);
  });

  test('the settings are shown with their sources', async () => {
    const { out } = await run(['config', '--sources', '--port', '99'], { env });
    const { port, data: folder, host } = JSON.parse(out);
    assert.deepEqual(port, { value: 99, source: '--port' });
    assert.deepEqual(folder, { value: data, source: 'TILLGATE_DATA' });
    assert.equal(host.source, 'default');
  });

  test('every command has a help text', async () => {
    const overview = (await tillgate('--help')).out;
    assert.match(overview, /outcome is not known/);
    const verbs = ['serve', 'site add', 'token revoke', 'transactions', 'sale', 'send'];
    const helps = await Promise.all(verbs.map((verb) => tillgate(...verb.split(' '), '--help')));
    for (const [index, { code, out }] of helps.entries()) {
      assert.equal(code, 0);
      assert.ok(out.startsWith(`tillgate ${verbs[index]}`), out);
    }
    assert.match((await tillgate('--version')).out, /^\d+\.\d+\.\d+\n$/);
  });
});
