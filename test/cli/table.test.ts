// A waiter on the command line against a whole gateway and a till with tables.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Frame, TestGateway, TestTill } from 'tillgate/testing';
import { connectTill, startTestGateway } from 'tillgate/testing';
import { casesAtDepth } from '../support/depth.ts';
import { begin, jsonLines, run } from './command-line.ts';

let gateway: TestGateway;
let till: TestTill;
let env: Record<string, string>;

const bill = { receiptLines: [{ value: '2 Dinner           48.20' }] };
const finalReceipt = { receiptLines: [{ value: 'Table 12 PAID' }] };

/** What the till has to say, by method. */
const replies: Readonly<Record<string, (asked: Frame) => object>> = {
  tableListRequest: () => ({ tables: ['1', '12'], currency: 'GBP' }),
  tableLockRequest: ({ params }) =>
    params.tableId === '12'
      ? { confirmed: true, amount: 4820, currency: 'GBP' }
      : { confirmed: false, userMessage: `Table ${params.tableId} is open on the till.` },
  posReceiptRequest: () => bill,
  finalPosReceiptRequest: () => finalReceipt,
};

before(async () => {
  gateway = await startTestGateway();
  env = { TILLGATE_URI: gateway.uri() };
  till = await connectTill(gateway.uri('pat', { 'final-pos-receipt-request': '' }));
  till.socket.on('message', (data: Buffer) => {
    const asked = JSON.parse(data.toString()) as Frame;
    const reply = asked.method === undefined ? undefined : replies[asked.method];
    if (reply) till.send({ jsonrpc: '2.0', id: asked.id, result: reply(asked) });
  });
});
beforeEach(() => {
  till.received.length = 0;
});
after(() => gateway.stop());

const messageOf = (method: string) => till.until((frame) => frame.method === method);
const methods = () => till.received.map(({ method }) => method);

describe('a waiter on the command line', () => {
  test('table list prints the tables of the till', async () => {
    const args = ['table', 'list', '--tid', 'VCMLISTSIP0', '--waiter', '001'];
    const [words, json] = [await run(args, { env }), await run([...args, '--json'], { env })];
    assert.deepEqual([words.code, words.out], [0, '1\n12\n']);
    assert.deepEqual(jsonLines(json.out), [{ tables: ['1', '12'] }]);
    assert.deepEqual(till.received[0]?.params, { tid: 'VCMLISTSIP0', waiterId: '001' });
  });

  test('table pay takes three card payments with a gratuity on each', async () => {
    const args = ['--tid', 'VCMPAYSIP0', '--table', '12', '--split', '3', '--gratuity', '10%'];
    const ran = await run(['table', 'pay', ...args, '--print-bill'], { env });
    assert.equal(ran.code, 0, ran.err);
    const places = [
      'Table 12 at card machine VCMPAYSIP0: GBP 48.20 to pay',
      '2 Dinner           48.20',
      'Payment 1 of 3: GBP 16.07, gratuity GBP 1.61, by card',
      'Present the card',
      'Paid; GBP 32.13 left to pay',
      'Payment 3 of 3: GBP 16.06, gratuity GBP 1.61, by card',
      'Paid; GBP 0.00 left to pay',
      'Table 12 PAID',
    ];
    const found = places.map((text) => ran.out.indexOf(text));
    assert.ok(!found.includes(-1), ran.out);
    assert.deepEqual(
      found,
      found.toSorted((one, other) => one - other),
    );
    await messageOf('tableUnlock');
    assert.deepEqual(methods(), [
      'tableLockRequest',
      'posReceiptRequest',
      'transactionResponse',
      'finalPosReceiptRequest',
      'tableUnlock',
    ]);
    const { params } = await messageOf('transactionResponse');
    assert.deepEqual(
      [params.amountPaid, params.amountGratuity, params.payments.length],
      [4820, 483, 3],
    );
  });

  test('table pay records cash, and a card pays the rest', async () => {
    const args = ['--tid', 'VCMCASHSIP0', '--table', '12', '--cash', '20', '--cashback', '10'];
    const { code, out } = await run(['table', 'pay', ...args, '--json'], { env });
    assert.equal(code, 0);
    const payments = jsonLines(out).filter(({ event }) => event === 'payment');
    assert.deepEqual(
      payments.map(({ by, amount, amountCashback, left }) => [by, amount, amountCashback, left]),
      [
        ['other', 2000, 0, 2820],
        ['card', 2820, 1000, 0],
      ],
    );
    assert.deepEqual(jsonLines(out).at(-1), { event: 'left', ...finalReceipt });
    const { params } = await messageOf('transactionResponse');
    assert.deepEqual([params.amountPaid, params.amountCashback], [5820, 1000]);
  });

  test('table pay takes a part and leaves the rest', async () => {
    const args = ['--tid', 'VCMPARTSIP0', '--table', '12', '--amount', '20'];
    const { code, out } = await run(['table', 'pay', ...args], { env });
    assert.equal(code, 0);
    assert.match(out, /Paid; GBP 28\.20 left to pay/);
    await messageOf('tableUnlock');
    assert.equal((await messageOf('transactionResponse')).params.amountPaid, 2000);
  });

  test('a declined card ends with 1, and the table is unlocked', async () => {
    const args = ['--tid', 'VCMPAYDIP0', '--table', '12', '--split', '2'];
    const { code, out } = await run(['table', 'pay', ...args], { env });
    assert.equal(code, 1);
    assert.match(out, /Declined[\s\S]*NOT PAID; GBP 48\.20 left to pay/);
    await messageOf('tableUnlock');
    assert.deepEqual(methods(), ['tableLockRequest', 'tableUnlock']);
  });

  test('a table that the till refuses ends with 1 and the reason', async () => {
    const args = ['table', 'pay', '--tid', 'VCMNOSIP0', '--table', '2'];
    const { code, err } = await run(args, { env });
    assert.equal(code, 1);
    assert.equal(err, 'Table 2 is open on the till.\n');
  });

  test('a payment with an unknown outcome ends with 3, and the table is left', async () => {
    const args = ['table', 'pay', '--tid', 'VCMLOSTTIP0', '--table', '12'];
    const { code, err } = await run(args, { env });
    assert.equal(code, 3);
    assert.match(err, /It is not known whether the card was charged\./);
    await messageOf('tableUnlock');
  });

  test('Ctrl-C leaves the table after the current payment', async () => {
    const slow = await startTestGateway({ settings: { pace: '4' } });
    const line = await connectTill(slow.uri('pat'));
    line.socket.on('message', (data: Buffer) => {
      const { id, method } = JSON.parse(data.toString()) as Frame;
      const result = { confirmed: true, amount: 4820, currency: 'GBP' };
      if (method === 'tableLockRequest') line.send({ jsonrpc: '2.0', id, result });
    });
    const args = ['table', 'pay', '--tid', 'VCMSIP0', '--table', '12', '--split', '2'];
    const { child, ended, shown } = begin(args, { env: { TILLGATE_URI: slow.uri() } });
    await shown('Present the card');
    child.kill('SIGINT');
    const { code, out } = await ended;
    assert.equal(code, 1);
    assert.match(out, /Paid; GBP 24\.10 left to pay/);
    assert.doesNotMatch(out, /Payment 2 of 2/);
    const paid = await line.until(({ method }) => method === 'transactionResponse');
    assert.equal(paid.params.amountPaid, 2410);
    await line.until(({ method }) => method === 'tableUnlock');
    await slow.stop();
  });
});

describe('a waiter on the command line with a wrong address or wrong arguments', () => {
  test('a missing card machine or token ends with 4', async () => {
    const pay = (...args: readonly string[]) =>
      run(['table', 'pay', '--table', '12', ...args], { env });
    const stranger = gateway.uri('waiter', { token: '11111111-2222-4333-8444-555555555555' });
    const all = await Promise.all([
      pay('--tid', '12345678'),
      pay('--tid', 'VCMSIP0', '--uri', stranger),
      pay('--tid', 'VCMSIP0', '--uri', 'ws://127.0.0.1:9/waiter?token=x'),
    ]);
    assert.deepEqual(
      all.map(({ code }) => code),
      [4, 4, 4],
    );
    assert.match(all[0]?.err ?? '', /404 not_found/);
    assert.match(all[1]?.err ?? '', /401 unauthorized/);
  });

  const wrong: readonly (readonly string[])[] = [
    ['table'],
    ['table', 'pay'],
    ['table', 'pay', '--table', '12', '--amount', '1,5'],
    ['table', 'pay', '--table', '12', '--split', '1'],
    ['table', 'pay', '--table', '12', '--split', '2', '--amount', '5'],
    ['table', 'pay', '--table', '12', '--tip', '5'],
    ['table', 'list', '--waiter', 'x'.repeat(17)],
    ['table', 'list', '--uri', 'not an address'],
  ];
  test('wrong arguments end with 2 before a connection is made', async () => {
    const cases = casesAtDepth(wrong, 4);
    const all = await Promise.all(cases.map((args) => run(args, { env })));
    for (const [index, { code, out, err }] of all.entries()) {
      assert.equal(code, 2, `${cases[index]}: ${err}`);
      assert.equal(out, '');
      assert.notEqual(err, '');
    }
    assert.deepEqual(till.received, []);
  });
});
