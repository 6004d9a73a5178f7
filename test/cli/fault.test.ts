// `tillgate fault`: faults of a test site of a running gateway, from the command line.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { TestGatewayOptions } from 'tillgate/testing';
import { startTestGateway } from 'tillgate/testing';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import { addOperator } from '../../packages/server/src/application/admin/operators.ts';
import { addSite } from '../../packages/server/src/application/admin/sites.ts';
import { within } from '../support/wait.ts';
import { jsonLines, run } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillgate-fault-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const fault = {
  when: {
    ...{ kind: 'message', direction: 'sent', method: 'terminalNotification' },
    value: 'PRESENT_CARD',
  },
  action: { kind: 'cut' },
};
const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 500 };

async function start(t: { after(then: () => Promise<void>): void }, options?: TestGatewayOptions) {
  const shop = await startTestGateway(options);
  t.after(() => shop.stop());
  const address = ['--gateway', shop.gateway.httpUrl];
  const tillgate = (...args: string[]) => run(['fault', ...args, ...address]);
  return { shop, address, tillgate };
}

function fileWith(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('tillgate fault', () => {
  test('a fault is added from a file, stdin and text, listed, happens, and is removed', async (t) => {
    const { shop, address, tillgate } = await start(t);
    const text = JSON.stringify(fault);
    const added = await tillgate('add', fileWith('cut.json', text));
    assert.equal(added.code, 0, added.err);
    assert.equal(
      added.out,
      'f1  terminalNotification PRESENT_CARD is sent: cut the connection after it\n',
    );
    const till = await shop.till();
    till.ask('sale', sale);
    assert.equal((await within('the cut', till.closed)).code, 1006);
    const input = JSON.stringify({ ...fault, standing: true });
    const piped = await run(['fault', 'add', '-', '--json', ...address], { input });
    assert.deepEqual(
      [piped.code, jsonLines(piped.out)],
      [0, [{ id: 'f2', ...fault, standing: true, fired: 0 }]],
    );
    const hold = {
      when: { kind: 'message', direction: 'sent', method: 'sale', part: 'response', nth: 2 },
      action: { kind: 'hold', seconds: 30 },
    };
    await tillgate('add', JSON.stringify(hold), '--site', 'testhost');
    const listed = await tillgate('list');
    assert.match(listed.out, /^ID +WHEN +THEN +STATE$/m);
    assert.match(listed.out, /^f1 .* happened$/m);
    assert.match(listed.out, /^f2 .* is sent, each time +cut the connection after it +waiting$/m);
    assert.match(
      listed.out,
      /^f3 +response to sale is sent, number 2 +hold it for 30 s +waiting$/m,
    );
    const removed = await tillgate('remove', 'f1');
    assert.deepEqual([removed.code, removed.out], [0, 'Removed f1.\n']);
    const all = await tillgate('remove', '--all', '--json');
    assert.deepEqual(jsonLines(all.out), [{ id: 'f2' }, { id: 'f3' }]);
    const none = await tillgate('list');
    assert.deepEqual([none.code, none.out], [0, '']);
    assert.match(none.err, /The site has no fault/);
  });

  test('what does not fit is refused with each path, what was expected and what came', async (t) => {
    const { shop, tillgate } = await start(t);
    await addSite({ store: shop.store, clock: Date }, commandLine, { name: 'shop1' });
    const other = { ...fault, when: { ...fault.when, method: 'explode' } };
    for (const [args, code, why] of [
      [['add', JSON.stringify(other)], 2, /^\/when\/method: expected a method .*, got "explode"$/m],
      [['add', '{"when":{},"action":{"kind":"cut"}}'], 2, /^\/when.*: expected /m],
      [['add', '{"when":'], 2, /^The fault: expected JSON: /],
      [['add', fileWith('bad.json', 'no')], 2, /bad\.json: expected JSON: /],
      [['add', join(folder, 'nothing.json')], 2, /Cannot read .*nothing\.json/],
      [['add', folder], 2, /Cannot read /],
      [['add', fileWith('big.json', ' '.repeat(70_000))], 2, /expected 65536 bytes at most/],
      [['add', JSON.stringify(fault), '--site', 'shop1'], 1, /Only a test site has faults/],
      [['add', JSON.stringify(fault), '--site', 'nowhere'], 1, /no such/],
      [['add'], 2, /FILE\|-\|JSON is missing/],
      [['remove', 'f9'], 1, /no such fault/],
      [['remove'], 2, /ID of one fault, or --all/],
      [['remove', 'f1', '--all'], 2, /ID of one fault, or --all/],
    ] as const) {
      const refused = await tillgate(...args);
      assert.deepEqual([refused.code, refused.out], [code, ''], `${args}: ${refused.err}`);
      assert.match(refused.err, why);
    }
    assert.equal((await tillgate('list')).out, '');
    const away = await run(['fault', 'list', '--gateway', 'http://127.0.0.1:9']);
    assert.equal(away.code, 4);
  });

  test('the key of an operator is needed where the gateway needs one', async (t) => {
    const { shop, tillgate } = await start(t, { settings: { openOnLoopback: false } });
    const { key } = await addOperator({ store: shop.store, clock: Date }, commandLine, {
      name: 'anna',
      sites: ['testhost'],
    });
    assert.equal((await tillgate('list')).code, 1);
    assert.equal((await tillgate('add', JSON.stringify(fault), '--key', key)).code, 0);
    assert.match((await tillgate('list', '--key', key)).out, /^f1 /m);
  });
});
