// `tillgate listen` against a whole gateway.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from 'tillgate/testing';
import { commandLine } from '../../packages/server/src/application/admin/actor.ts';
import { addOperator } from '../../packages/server/src/application/admin/operators.ts';
import { within } from '../support/wait.ts';
import { begin, jsonLines, run } from './command-line.ts';

test('tillgate listen shows the messages of one card machine until Ctrl-C', async (t) => {
  const shop = await startTestGateway();
  t.after(() => shop.stop());
  const till = await shop.till();
  for (const tid of ['VCMINVLSIP0', 'VCMINVLDIP0']) {
    await till.request('sale', { tid, currency: 'GBP', amount: 500 });
  }
  const filter = ['--tid', 'VCMINVLDIP0', '--gateway', shop.gateway.httpUrl, '--json'];
  const { child, ended, shown } = begin(['listen', ...filter]);
  await within('the result', shown('DECLINED'));
  child.kill('SIGINT');
  const { code, out } = await within('its end', ended);
  assert.equal(code, 0);
  const frames = jsonLines(out);
  assert.ok(frames.every(({ event, text }) => event === 'frame' && text.includes('VCMINVLDIP0')));
  await till.close();
});

test('tillgate listen ends with 4 where no gateway answers, and when the gateway stops', async (t) => {
  const { code, err } = await run(['listen', '--gateway', 'http://127.0.0.1:9']);
  assert.equal(code, 4);
  assert.match(err, /No gateway answers at http:\/\/127\.0\.0\.1:9\./);
  const shop = await startTestGateway();
  t.after(() => shop.stop());
  const till = await shop.till();
  const { ended, shown } = begin(['listen', '--gateway', shop.gateway.httpUrl]);
  // The request of the till is in memory, or comes while the command listens.
  await till.request('connectedTerminals');
  await within('a message', shown('connectedTerminals'));
  await shop.stop();
  const ran = await within('its end', ended);
  assert.equal(ran.code, 4);
  assert.match(ran.err, /The gateway ended the stream\./);
});

test('a wrong option of tillgate listen ends with 2 and says what was expected', async (t) => {
  const shop = await startTestGateway();
  t.after(() => shop.stop());
  const gateway = ['--gateway', shop.gateway.httpUrl];
  for (const [args, message] of [
    [['--backlog', 'many', ...gateway], /\/backlog: expected integer/],
    [['--backlog', '5001', ...gateway], /\/backlog: expected .*5000/],
    [['--tid', 'x'.repeat(200), ...gateway], /\/tid: expected/],
    [['--gateway', 'pay.example'], /--gateway: expected an address such as https:/],
    [['--sites', 'shop1'], /Unknown option --sites\. Did you mean --site\?/],
    [['shop1'], /"shop1" is one word too many/],
  ] as const) {
    const { code, err } = await run(['listen', ...args]);
    assert.equal(code, 2, err);
    assert.match(err, message);
  }
});

test('tillgate listen needs the key of an operator where the gateway does, by option or variable', async (t) => {
  const shop = await startTestGateway({ settings: { openOnLoopback: false } });
  t.after(() => shop.stop());
  const { key } = await addOperator({ store: shop.store, clock: Date }, commandLine, {
    name: 'anna',
    sites: ['testhost'],
  });
  const till = await shop.till();
  await till.request('connectedTerminals');
  const listen = ['listen', '--gateway', shop.gateway.httpUrl];
  const without = await run(listen);
  assert.equal(without.code, 1);
  assert.notEqual(without.err, '');
  const wrong = await run([...listen, '--key', '11111111-2222-4333-8444-555555555555']);
  assert.equal(wrong.code, 1);
  assert.ok(!wrong.err.includes('11111111'));
  const elsewhere = await run([...listen, '--key', key, '--site', 'shop1']);
  assert.equal(elsewhere.code, 1);
  for (const running of [
    begin([...listen, '--key', key, '--site', 'testhost']),
    begin(listen, { env: { TILLGATE_KEY: key } }),
  ]) {
    await within('a message', running.shown('connectedTerminals'));
    running.child.kill('SIGINT');
    const { code, out, err } = await within('its end', running.ended);
    assert.equal(code, 0);
    assert.ok(!`${out}${err}`.includes(key));
  }
  await till.close();
});
