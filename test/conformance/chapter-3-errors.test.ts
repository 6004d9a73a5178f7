// Chapter 3 of PROTOCOL.md over real sockets: what the error of each refusal says, and which of
// several faults it names.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { Frame } from 'tillgate/testing';
import type { HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';

const tid = 'VCMINVLSIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };

async function counter(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, options);
  const till = await harness.till();
  const request = (method: string, params?: object) => harness.request(till, method, params);
  return { harness, till, request };
}

function mustSay(answer: Frame, code: number, ...texts: readonly [string, string]): void {
  const [message, userMessage] = texts;
  assert.deepEqual(answer.error, { code, message, data: { userMessage } });
}

test('C-3.26, C-3.18 every fault is listed with path, expected and got, and the address of the schema', async (t) => {
  const { harness, till } = await counter(t);
  const params = { ...sale, amount: '12.50', table: '4' };
  till.ask('sale', params, 4);
  const answer = await harness.answer(till, 4);
  const { host } = new URL(harness.server.gateway.httpUrl);
  assert.deepEqual(answer, {
    jsonrpc: '2.0',
    id: 4,
    error: {
      code: -32602,
      message: 'Invalid params for sale.',
      data: {
        userMessage: 'The till sent a wrong value. Please tell your till supplier.',
        errors: [
          {
            path: '/params/amount',
            expected: 'integer 1..99999999 pence or cents',
            got: 'string "12.50"',
          },
          { path: '/params/table', expected: 'no such key', got: 'string "4"' },
        ],
        schema: `http://${host}/schemas/v1/pac/sale.request.json`,
      },
    },
  });
});

test('C-3.18 the schema is named by the host that the till connected to', async (t) => {
  const records = [siteRecord('shop1'), tokenRecord('shop1', 'key')];
  const harness = await startHarness(t, { records });
  const headers = { host: 'shop1.pay.example' };
  const till = await harness.connect(harness.server.uri('pac', { token: 'key' }), { headers });
  const { error } = await harness.request(till, 'sale', {});
  assert.equal(error.data.schema, 'http://shop1.pay.example/schemas/v1/pac/sale.request.json');
});

test('C-3.18 the value in got is cut at 80 characters', async (t) => {
  const { request } = await counter(t);
  const { error } = await request('sale', { ...sale, currency: 'x'.repeat(500) });
  assert.ok(error.data.errors[0].got.length <= 80);
  assert.ok(error.data.errors[0].got.length > 40);
});

test('C-3.25 an unknown method is refused', async (t) => {
  const { request } = await counter(t);
  const advice =
    'The till asked for something this gateway does not know. Please tell your till supplier.';
  mustSay(await request('purchase'), -32601, 'Unknown method: purchase.', advice);
  for (const method of ['Sales', 'constructor', '__proto__', 'toString', 'rpc.discover', '']) {
    const answer = await request(method);
    mustSay(answer, -32601, `Unknown method: ${method}.`, advice);
  }
});

test('C-3.25 a method in other capitals is refused with its name', async (t) => {
  const { request } = await counter(t);
  for (const method of ['Sale', 'SALE', 'CONNECTEDTERMINALS']) {
    const { error } = await request(method);
    const expected = method === 'CONNECTEDTERMINALS' ? 'connectedTerminals' : 'sale';
    const errors = [{ path: '/method', expected, got: `string "${method}"` }];
    assert.deepEqual([error.code, error.data.errors], [-32601, errors]);
  }
});

test('C-4.1 a method of the gateway, or of the table, is refused as a request of a till', async (t) => {
  const { request } = await counter(t);
  for (const method of ['terminalNotification', 'signatureVerificationRequest', 'tableList']) {
    assert.equal((await request(method, {})).error.code, -32601);
  }
});

test('C-3.28 an unknown terminal, a malformed tid and a terminal of another site get the same text', async (t) => {
  const { request } = await counter(t);
  for (const one of ['99999999', 'VCMINVLSIP3', 'vcminvlsip0', 'x'.repeat(32), '../etc', 'a b']) {
    const advice =
      `Card machine ${one} cannot be reached. Try again in 10 seconds. If that does not help, ` +
      'check that it is not in standalone mode, look at its screen and cables or restart it, then call support.';
    for (const method of ['terminalDetails', 'cancelTransaction', 'duplicate', 'reportXBalance']) {
      const answer = await request(method, { tid: one });
      mustSay(answer, -32070, `Terminal ${one} is unavailable.`, advice);
    }
    const answer = await request('sale', { ...sale, tid: one });
    mustSay(answer, -32070, `Terminal ${one} is unavailable.`, advice);
  }
});

test('C-3.29 a request to a busy terminal is refused', async (t) => {
  const { harness, till, request } = await counter(t);
  till.ask('sale', sale);
  await harness.settled();
  const advice = `Card machine ${tid} is busy. Wait until it has finished, or use another one.`;
  const methods = [
    'duplicate',
    'reportEndOfDay',
    'reportBanking',
    'reportXBalance',
    'reportZBalance',
  ];
  for (const method of methods) {
    mustSay(await request(method, { tid }), -32071, `Terminal ${tid} is busy.`, advice);
  }
  mustSay(await request('sale', sale), -32071, `Terminal ${tid} is busy.`, advice);
});

test('C-3.30 a cancel is refused when there is nothing to cancel', async (t) => {
  const { request } = await counter(t);
  const message = `There is no transaction to cancel on terminal ${tid}.`;
  const answer = await request('cancelTransaction', { tid });
  mustSay(answer, -32072, message, `There is nothing to cancel on card machine ${tid}.`);
});

test('C-3.31 another currency is refused', async (t) => {
  const { request } = await counter(t);
  const words = [`Terminal ${tid} works in GBP.`, `Card machine ${tid} takes GBP only.`] as const;
  for (const method of ['sale', 'refund', 'preAuth', 'accountVerification']) {
    mustSay(await request(method, { ...sale, currency: 'EUR' }), -32073, ...words);
  }
  const completion = { ...sale, currency: 'EUR', authCode: 'P3X9D5' };
  mustSay(await request('completion', completion), -32073, ...words);
  mustSay(await request('duplicate', { tid, currency: 'EUR' }), -32073, ...words);
});

test('C-3.32 a duplicate without a previous transaction is refused', async (t) => {
  const { request } = await counter(t);
  const advice = `Card machine ${tid} has not made a transaction yet, so there is nothing to repeat.`;
  const answer = await request('duplicate', { tid });
  mustSay(answer, -32074, `Terminal ${tid} has no previous transaction.`, advice);
});

test('C-3.27 a request gets -32603 and is not started if the journal cannot be written, and reading goes on', async (t) => {
  const { harness, request } = await counter(t);
  await request('terminalDetails', { tid });
  harness.store.breakDown('the disk is full');
  const advice =
    'Something went wrong in the payment gateway. Try again; if it happens again, call support.';
  mustSay(await request('sale', sale), -32603, 'Internal error.', advice);
  assert.equal((await request('terminalDetails', { tid })).result.status, 'AVAILABLE');
  harness.store.mend();
  assert.equal((await request('duplicate', { tid })).error.code, -32074);
  assert.equal((await request('sale', sale)).result.transactionResult, 'SUCCESSFUL');
});

describe('C-3.20, the first check that fails answers', () => {
  test('method is checked before params, params before terminal, terminal before its offers, then busy', async (t) => {
    const { harness, till, request } = await counter(t);
    till.ask('sale', sale);
    await harness.settled();
    const codes = [
      await request('purchase', { amount: -1 }),
      await request('sale', { tid: '99999999', currency: 'EUR', amount: -1 }),
      await request('sale', { tid: '99999999', currency: 'EUR', amount: 1 }),
      await request('sale', { ...sale, currency: 'EUR' }),
      await request('sale', sale),
    ].map(({ error }) => error.code);
    assert.deepEqual(codes, [-32601, -32602, -32070, -32073, -32071]);
  });

  test('duplicate checks currency before busy, and busy before a missing transaction', async (t) => {
    const { harness, till, request } = await counter(t);
    till.ask('sale', sale);
    await harness.settled();
    assert.equal((await request('duplicate', { tid, currency: 'EUR' })).error.code, -32073);
    assert.equal((await request('duplicate', { tid })).error.code, -32071);
  });
});

describe('C-3.5, unknown keys', () => {
  const extra = { ...sale, table: '4', waiter: { id: 7 } };

  test('unknown keys get -32602 with the name of each by default', async (t) => {
    const { request } = await counter(t);
    const { error } = await request('sale', extra);
    const paths = error.data.errors.map(({ path }: { path: string }) => path);
    assert.deepEqual(paths, ['/params/table', '/params/waiter']);
  });

  test('unknown keys outside of params are refused too', async (t) => {
    const { harness, till } = await counter(t);
    till.send({ jsonrpc: '2.0', id: 1, method: 'terminalDetails', params: { tid }, extra: 1 });
    const { error } = await harness.answer(till, 1);
    assert.deepEqual([error.code, error.data.errors[0].path], [-32602, '/extra']);
  });

  test('unknown keys are dropped with strict false, and missing keys and wrong types are still refused', async (t) => {
    const { request } = await counter(t, { site: { strict: false } });
    assert.equal((await request('sale', extra)).result.transactionResult, 'SUCCESSFUL');
    const { error } = await request('sale', { tid, currency: 'GBP', table: '4' });
    assert.equal(error.code, -32602);
    assert.equal((await request('sale', { ...extra, amount: '1250' })).error.code, -32602);
  });

  test('the setting may change while the socket is open', async (t) => {
    const { harness, request } = await counter(t);
    assert.equal((await request('connectedTerminals', { foo: 1 })).error.code, -32602);
    await harness.store.write({ put: [siteRecord('testhost', { strict: false })] });
    await harness.settled();
    assert.equal((await request('connectedTerminals', { foo: 1 })).result.length, 6);
  });
});

describe('C-3.6, C-3.7, C-3.37 values that do not fit get -32602', () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['sale', [tid, 'GBP', 1250]],
    ['sale', { ...sale, amount: '1250' }],
    ['sale', { ...sale, amount: 12.5 }],
    ['sale', { ...sale, amount: 0 }],
    ['sale', { ...sale, amount: -1 }],
    ['sale', { ...sale, amount: 100_000_000 }],
    ['sale', { ...sale, amount: 2 ** 53 }],
    ['sale', { ...sale, amount: null }],
    ['sale', { ...sale, amountCashback: 10_001 }],
    ['sale', { ...sale, amountCashback: -1 }],
    ['sale', { ...sale, currency: 'gbp' }],
    ['sale', { ...sale, currency: 'USD' }],
    ['sale', { ...sale, cardholderNotPresent: 'true' }],
    ['sale', { ...sale, tid: '' }],
    ['sale', { ...sale, tid: 'x'.repeat(33) }],
    ['sale', { ...sale, tid: 12_345_678 }],
    ['sale', { ...sale, authCode: 'P3X9D5' }],
    ['sale', undefined],
    ['refund', { ...sale, amountCashback: 1 }],
    ['preAuth', { ...sale, amountCashback: 1 }],
    ['completion', sale],
    ['completion', { ...sale, authCode: '' }],
    ['completion', { ...sale, authCode: 'x'.repeat(17) }],
    ['completion', { ...sale, authCode: 'A', amountPreAuthorisedTotal: 0 }],
    ['accountVerification', { ...sale, authCode: 'P3X9D5' }],
    ['accountVerification', { ...sale, amount: -1 }],
    ['connectedTerminals', { status: 'FREE' }],
    ['connectedTerminals', { currency: 'USD' }],
    ['connectedTerminals', []],
    ['terminalDetails', {}],
    ['terminalDetails', { tpi: tid }],
    ['reportEndOfDay', { tid, reportType: 'END_OF_DAY' }],
  ];

  test('each such value is refused with the name of its method', async (t) => {
    const { harness, till } = await counter(t);
    for (const [index, [method, params]] of wrong.entries()) {
      till.send({ jsonrpc: '2.0', id: index, method, params });
      const { error } = await harness.answer(till, index);
      const what = `${method} ${JSON.stringify(params)}`;
      assert.deepEqual(
        [error?.code, error?.message],
        [-32602, `Invalid params for ${method}.`],
        what,
      );
      assert.ok(error.data.errors.length > 0, what);
    }
    assert.equal(till.values.length, 0);
  });

  /** As serializers write absent values, and as tills write that send all params with every method. */
  const neutral = { amountCashback: 0, authCode: '', cardholderNotPresent: false };
  const accepted: readonly (readonly [string, object])[] = [
    ['sale', { ...sale, amountCashback: null, cardholderNotPresent: null, authCode: null }],
    ['sale', { ...sale, ...neutral, amountPreAuthorisedTotal: 0 }],
    ['refund', { ...sale, ...neutral }],
    ['preAuth', { ...sale, ...neutral, amountPreAuthorisedTotal: null }],
    ['completion', { ...sale, ...neutral, authCode: 'P3X9D5', amountPreAuthorisedTotal: null }],
    ['accountVerification', { ...sale, ...neutral }],
    ['duplicate', { ...sale, ...neutral, currency: null }],
    ['connectedTerminals', { status: null, currency: null }],
  ];

  test('C-3.6, C-4.5 null and values that say nothing count as absent', async (t) => {
    const { harness, till } = await counter(t);
    for (const [index, [method, params]] of accepted.entries()) {
      till.send({ jsonrpc: '2.0', id: index, method, params });
      const { error, result } = await harness.answer(till, index);
      assert.equal(error, undefined, `${method} ${JSON.stringify(error)}`);
      assert.ok(result);
    }
  });

  test('1250.0 is accepted as the whole number 1250', async (t) => {
    const { harness, till } = await counter(t);
    till.send(
      `{"jsonrpc":"2.0","id":1,"method":"sale","params":{"tid":"${tid}","currency":"GBP","amount":1250.0}}`,
    );
    assert.equal((await harness.answer(till, 1)).result.amountTotal, 1250);
  });
});

describe('3.5, nesting', () => {
  const nested = (levels: number) => {
    let value: unknown = 1;
    for (let level = 2; level <= levels; level += 1) value = [value];
    return { jsonrpc: '2.0', id: 1, method: 'terminalDetails', params: value };
  };

  test('C-3.36 32 levels are read, and the 33rd gets -32600', async (t) => {
    const { harness, till } = await counter(t);
    till.send(nested(32));
    till.send(nested(33));
    await harness.settled();
    assert.deepEqual(await harness.summaries(till), ['error 1 -32602', 'error 1 -32600']);
  });

  test('C-3.36 a thousand levels, in a batch or alone, do no harm', async (t) => {
    const { harness, till } = await counter(t);
    till.send('['.repeat(1000) + ']'.repeat(1000));
    till.send('['.repeat(60_000));
    till.ask('terminalDetails', { tid }, 2);
    await harness.settled();
    assert.deepEqual(await harness.summaries(till), ['error -32600', 'error -32700', 'result 2']);
  });
});
