// `tillgate trigger` against a whole gateway and a till with tables.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Frame, TestGateway, TestTill } from 'tillgate/testing';
import { connectTill, startTestGateway } from 'tillgate/testing';
import { casesAtDepth } from '../support/depth.ts';
import { jsonLines, run } from './command-line.ts';

let gateway: TestGateway;
let till: TestTill;
let env: Record<string, string>;

const replies: Readonly<Record<string, (asked: Frame) => object>> = {
  tableListRequest: () => ({ tables: ['1', '12'], currency: 'GBP' }),
  tableLockRequest: ({ params }) =>
    params.tableId === '13'
      ? { confirmed: false, userMessage: 'Table 13 is open on the till.' }
      : { confirmed: true, amount: 3000, currency: 'GBP' },
  posReceiptRequest: () => ({ receiptLines: [{ value: '2 Dinner           30.00' }] }),
};

before(async () => {
  gateway = await startTestGateway();
  env = { TILLGATE_URI: gateway.uri() };
  till = await connectTill(gateway.uri('pat'));
  till.socket.on('message', (data: Buffer) => {
    const asked = JSON.parse(data.toString()) as Frame;
    const reply = asked.method === undefined ? undefined : replies[asked.method];
    if (reply) till.send({ jsonrpc: '2.0', id: asked.id, result: reply(asked) });
  });
});
after(() => gateway.stop());

/** The kind, the results of the payments in it, and a word that is shown. */
const counter: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['approved', ['SUCCESSFUL'], /GBP 12\.50/],
  ['signature-rejected', ['VOID'], /REVERSED/],
  ['dropped-till', ['SUCCESSFUL'], /APPROVED/],
  ['unknown', ['TIMED_OUT'], /NOT KNOWN/],
  ['completion', ['SUCCESSFUL', 'SUCCESSFUL'], /RESERVED[\s\S]*COMPLETED/],
  ['gratuity', ['SUCCESSFUL'], /Gratuity +GBP 1\.25/],
  ['cashback', ['SUCCESSFUL'], /Cashback +GBP 5\.00/],
  ['contactless', ['SUCCESSFUL'], /CONTACTLESS/],
  ['signature', ['SUCCESSFUL'], /SIGNATURE/],
  ['declined', ['DECLINED'], /DECLINED/],
  ['cancelled', ['CANCELLED'], /CANCELLED/],
  ['reversed', ['VOID'], /REVERSED/],
  ['unsuccessful', ['UNSUCCESSFUL'], /NOT DONE/],
  ['refund', ['SUCCESSFUL'], /REFUNDED/],
  ['pre-auth', ['SUCCESSFUL'], /RESERVED/],
  ['verify', ['SUCCESSFUL'], /CARD IS GOOD/],
];
const atTable = ['table-list', 'table-left', 'table-paid', 'table-split', 'table-declined'];

describe('tillgate trigger', () => {
  test('without a kind it lists them all', async () => {
    const { code, out } = await run(['trigger', '--json']);
    assert.equal(code, 0);
    assert.deepEqual(
      jsonLines(out)
        .map(({ kind }) => kind)
        .toSorted(),
      [...counter.map(([kind]) => kind), ...atTable].toSorted(),
    );
    assert.match((await run(['trigger'])).out, /^ {2}approved +A sale by chip and PIN\.$/m);
  });

  test('each kind at the counter ends as it says, with 0', async () => {
    for (const [kind, results, shown] of casesAtDepth(counter, 2)) {
      const ran = await run(['trigger', kind], { env });
      assert.equal(ran.code, 0, `${kind}: ${ran.err}${ran.out}`);
      assert.match(ran.out, shown, kind);
      const json = jsonLines((await run(['trigger', kind, '--json'], { env })).out);
      const outcomes = json.filter(({ event }) => event === 'outcome');
      assert.deepEqual(
        outcomes.map(({ payment }) => payment.transactionResult),
        results,
        kind,
      );
    }
  });

  test('a kind that ends otherwise on the card machine that was named does not end with 0', async () => {
    const args = ['trigger', 'approved', '--tid', 'VCMOTHERDIP0', '--amount', '5'];
    const { code, out } = await run(args, { env });
    assert.equal(code, 1);
    assert.match(out, /DECLINED[\s\S]*GBP 5\.00[\s\S]*VCMOTHERDIP0/);
  });

  const tables: readonly (readonly [string, readonly string[], object])[] = [
    ['table-list', ['tableListRequest'], {}],
    [
      'table-left',
      ['tableListRequest', 'tableLockRequest', 'posReceiptRequest', 'tableUnlock'],
      {},
    ],
    [
      'table-split',
      [
        ...['tableListRequest', 'tableLockRequest', 'posReceiptRequest'],
        ...['transactionResponse', 'tableUnlock'],
      ],
      { amountPaid: 3000, amountGratuity: 300, payments: 3 },
    ],
    [
      'table-paid',
      [
        ...['tableListRequest', 'tableLockRequest', 'posReceiptRequest'],
        ...['transactionResponse', 'tableUnlock'],
      ],
      { amountPaid: 3000, amountGratuity: 0, payments: 1 },
    ],
    [
      'table-declined',
      ['tableListRequest', 'tableLockRequest', 'posReceiptRequest', 'tableUnlock'],
      {},
    ],
  ];
  for (const [kind, methods, paid] of tables) {
    test(`${kind} arrives at the till at the table`, async () => {
      till.received.length = 0;
      const { code, err, out } = await run(['trigger', kind, '--waiter', '001'], { env });
      assert.equal(code, 0, `${err}${out}`);
      assert.match(out, /lists the tables: 1, 12/);
      if (methods.length > 1) await till.until(({ method }) => method === 'tableUnlock');
      assert.deepEqual(
        till.received.map(({ method }) => method),
        methods,
      );
      const notice = till.received.find(({ method }) => method === 'transactionResponse');
      const { amountPaid, amountGratuity, payments } = notice?.params ?? {};
      const found = notice ? { amountPaid, amountGratuity, payments: payments.length } : {};
      assert.deepEqual(found, paid);
      assert.equal(till.received[0]?.params.waiterId, '001');
    });
  }

  test('a table that the till refuses is not called declined', async () => {
    const { code, err } = await run(['trigger', 'table-declined', '--table', '13'], { env });
    assert.equal(code, 1);
    assert.match(err, /Table 13 is open on the till\./);
  });

  test('what cannot be is refused with what was expected', async () => {
    for (const [args, message] of [
      [
        ['aproved'],
        /Unknown kind "aproved"\. Did you mean "approved"\?\nKinds: npm run tillgate -- trigger/,
      ],
      [['toString'], /Unknown kind "toString"/],
      [['approved', '--amount', '1,5'], /--amount: "1,5" is no amount/],
      [['approved', '--tid', ''], /--tid: expected 1 to 32 characters/],
      [['approved', 'twice'], /"twice" is one word too many/],
    ] as const) {
      const { code, err } = await run(['trigger', ...args], { env });
      assert.equal(code, 2, err);
      assert.match(err, message);
    }
  });

  test('without a till at the table the reason is shown, with 1', async () => {
    const alone = await startTestGateway();
    const { code, err } = await run(['trigger', 'table-paid'], {
      env: { TILLGATE_URI: alone.uri() },
    });
    assert.equal(code, 1);
    assert.match(err, /till/i);
    await alone.stop();
  });
});
