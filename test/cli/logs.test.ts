// `tillgate logs` against a whole gateway.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from 'tillgate/testing';
import { within } from '../support/wait.ts';
import { begin, jsonLines, run } from './command-line.ts';

test('tillgate logs shows the last payments, then each that begins and ends, until Ctrl-C', async (t) => {
  const shop = await startTestGateway({
    settings: { pace: 'realistic', virtualReport: 0, virtualCard: 1000 },
  });
  t.after(() => shop.stop());
  const till = await shop.till();
  await till.request('reportXBalance', { tid: 'VCMINVLSIP0' });
  const args = ['logs', '--reports', '--gateway', shop.gateway.httpUrl, '--backlog', '1'];
  const words = begin(args);
  const json = begin([...args, '--json']);
  // Each follows by the time that it shows the last payment.
  await within('the last payment', words.shown('Complete  X_BALANCE'));
  await within('the same as JSON', json.shown('"type":"X_BALANCE"'));
  const id = till.ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 500 });
  await within('a payment that begins', words.shown('Under way  SALE GBP 5.00'));
  await within('the same as JSON', json.shown('"result":"OPEN"'));
  await till.shown('PRESENT_CARD');
  await till.request('cancelTransaction', { tid: 'VCMINVLSIP0' });
  await till.answer(id);
  await within('its end', words.shown('Cancelled  SALE GBP 5.00'));
  await within('the same as JSON', json.shown('"result":"CANCELLED"'));
  for (const { child } of [words, json]) child.kill('SIGINT');
  const [{ code, out }, ended] = await Promise.all([words.ended, json.ended]);
  assert.deepEqual([code, ended.code], [0, 0]);
  assert.equal(out.trimEnd().split('\n').length, 3, out);
  assert.match(out, /, \d+\.\d s {2}testhost\/VCMINVLSIP0\/\d+$/m);
  assert.deepEqual(
    jsonLines(ended.out).map(({ type, result }) => [type, result]),
    [
      ['X_BALANCE', 'COMPLETE'],
      ['SALE', 'OPEN'],
      ['SALE', 'CANCELLED'],
    ],
  );
  await till.close();
});

test('tillgate logs shows only what its filters let through', async (t) => {
  const shop = await startTestGateway();
  t.after(() => shop.stop());
  const till = await shop.till();
  const sell = (tid: string, amount: number) =>
    till.request('sale', { tid, currency: 'GBP', amount });
  await sell('VCMINVLDIP0', 200);
  await sell('VCMINVLSIP0', 777);
  await sell('VCMINVLSCD0', 300);
  const gateway = ['--gateway', shop.gateway.httpUrl, '--backlog', '1', '--json'];
  const all = [
    { filter: ['--result', 'declined'], first: 'VCMINVLDIP0', next: ['VCMOTHERDIP0'] },
    { filter: ['--amount', '7.77'], first: 'VCMINVLSIP0', next: ['VCMOTHERSIP0'] },
    { filter: ['--tid', 'VCMINVLSCD0', '--reports'], first: 'SALE', next: ['X_BALANCE', '301'] },
  ].map((one) => ({ ...one, running: begin(['logs', ...gateway, ...one.filter]) }));
  for (const { first, running } of all) await within('the last payment', running.shown(first));
  await sell('VCMOTHERDIP0', 201);
  await sell('VCMOTHERSIP0', 777);
  await sell('VCMINVLSCD0', 301);
  await till.request('reportXBalance', { tid: 'VCMINVLSCD0' });
  for (const { next, running } of all) {
    for (const text of next) await within(text, running.shown(text));
    running.child.kill('SIGINT');
  }
  const [declined, amount, machine] = await Promise.all(
    all.map(async ({ running }) => jsonLines((await running.ended).out)),
  );
  assert.ok(declined?.every(({ result }) => result === 'DECLINED'));
  assert.ok(amount?.every(({ amountTotal }) => amountTotal === 777));
  assert.ok(machine?.every(({ tid }) => tid === 'VCMINVLSCD0'));
  await till.close();
});

test('tillgate logs ends with 4 where no gateway answers, and with 2 where an option is wrong', async () => {
  const { code, err } = await run(['logs', '--gateway', 'http://127.0.0.1:9']);
  assert.equal(code, 4);
  assert.match(err, /No gateway answers/);
  for (const [args, message] of [
    [['--backlog', '201'], /--backlog: expected a whole number from 0 to 200\./],
    [['--result', 'good'], /--result: expected one of OPEN, /],
    [['--card', '12'], /--card: expected the last four digits/],
    [['--gateway', 'pay.example'], /--gateway: expected an address/],
  ] as const) {
    const wrong = await run(['logs', ...args]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, message);
  }
});
