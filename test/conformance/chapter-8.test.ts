// Chapter 8 of PROTOCOL.md over real sockets: what differs for a v0 till in requests and answers.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { notifications, startHarness } from '../support/gateway/gateway-harness.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';
import { ScriptedDriver, ScriptedMachine } from '../support/terminal/scripted-machine.ts';

const V0 = { 'api-version': 'v0', 'software-house-id': undefined, 'installer-id': undefined };
const tpi = 'VCMINVLSIP0';
const sale = { tpi, currency: 'GBP', amount: 1250 };
const capabilities = [
  ...['SALE', 'REFUND', 'DUPLICATE', 'CANCEL_TRANSACTION', 'REPORT_END_OF_DAY', 'REPORT_BANKING'],
  ...['REPORT_X_BALANCE', 'REPORT_Z_BALANCE', 'TERMINAL_STATUS'],
];

async function counter(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, options);
  const till = await harness.till(V0);
  const request = (method: string, params?: object) => harness.request(till, method, params);
  return { harness, till, request };
}

const namesOf = (list: readonly { readonly tpi: string }[]) => list.map((one) => one.tpi);

describe('C-8.1, connectedTerminals', () => {
  test('the result has terminal objects with tpi and capabilities, ordered by tpi', async (t) => {
    const { request } = await counter(t);
    const { result } = await request('connectedTerminals');
    assert.equal(result.length, 6);
    assert.deepEqual(namesOf(result), namesOf(result).toSorted());
    assert.deepEqual(result[2], { tpi, status: 'AVAILABLE', currency: 'GBP', capabilities });
  });

  const poor = new ScriptedMachine('1', { transactions: ['SALE', 'PRE_AUTH'], reports: [] });
  const rich = new ScriptedMachine('2');
  const banker = new ScriptedMachine('3', { reports: ['BANKING', 'END_OF_DAY'] });
  const driver = new ScriptedDriver(poor, rich, banker);

  test('a machine has only the capabilities that it offers', async (t) => {
    const { request } = await counter(t, { driver });
    const { result } = await request('connectedTerminals');
    assert.deepEqual(result[0].capabilities, [
      ...['SALE', 'DUPLICATE', 'CANCEL_TRANSACTION', 'TERMINAL_STATUS'],
    ]);
  });

  const filters: readonly (readonly [readonly string[], readonly string[]])[] = [
    [[], ['1', '2', '3']],
    [['SALE'], ['1', '2', '3']],
    [
      ['DUPLICATE', 'CANCEL_TRANSACTION', 'TERMINAL_STATUS'],
      ['1', '2', '3'],
    ],
    [
      ['REFUND', 'REPORT_BANKING', 'REPORT_END_OF_DAY'],
      ['2', '3'],
    ],
    [['REFUND', 'REPORT_Z_BALANCE'], ['2']],
    [['REPORT_X_BALANCE', 'REPORT_X_BALANCE'], ['2']],
  ];
  for (const [wanted, found] of filters) {
    test(`the filter ${wanted.join(' and ') || 'none'} lists terminals with all of these capabilities`, async (t) => {
      const { request } = await counter(t, { driver });
      const { result } = await request('connectedTerminals', { capabilities: wanted });
      assert.deepEqual(namesOf(result), found);
    });
  }

  test('status and currency filter as in v1, together with capabilities', async (t) => {
    const { till, request } = await counter(t);
    till.ask('sale', sale);
    const filter = { status: 'BUSY', currency: 'GBP', capabilities: ['SALE'] };
    assert.deepEqual(namesOf((await request('connectedTerminals', filter)).result), [tpi]);
    const euro = { ...filter, currency: 'EUR' };
    assert.deepEqual((await request('connectedTerminals', euro)).result, []);
  });

  test('C-3.26 an unknown capability is refused, with the schema of v0', async (t) => {
    const { harness, request } = await counter(t);
    const { error } = await request('connectedTerminals', { capabilities: ['SALE', 'PRE_AUTH'] });
    assert.equal(error.code, -32602);
    assert.equal(error.data.errors[0].path, '/params/capabilities/1');
    const { pathname } = new URL(error.data.schema);
    assert.equal(pathname, '/schemas/v0/pac/connectedTerminals.request.json');
    const served = await fetch(`${harness.server.gateway.httpUrl}${pathname}`);
    const schema = (await served.json()) as { $id: string };
    assert.equal(schema.$id, 'urn:tillgate:v0:pac:connectedTerminals.request');
  });
});

describe('C-8.1, terminalsDetails', () => {
  test('the result has each connected terminal once, in the order of the request', async (t) => {
    const { request } = await counter(t);
    const tpis = ['VCMINVLTIP0', '99999999', tpi, 'VCMINVLTIP0', ' '];
    const { result } = await request('terminalsDetails', { tpis });
    assert.deepEqual(namesOf(result), ['VCMINVLTIP0', tpi]);
    assert.deepEqual(result[1], { tpi, status: 'AVAILABLE', currency: 'GBP', capabilities });
    assert.deepEqual((await request('terminalsDetails', { tpis: ['99999999'] })).result, []);
  });

  test('C-10.2 a machine of a test site exists once it is named', async (t) => {
    const { request } = await counter(t);
    const { result } = await request('terminalsDetails', { tpis: ['VCMfrontDeskSIP0'] });
    assert.equal(result.length, 1);
    assert.equal((await request('connectedTerminals')).result.length, 7);
  });

  test('C-4.44 a disconnected machine is left out until it reconnects', async (t) => {
    const [here, gone] = [new ScriptedMachine('1'), new ScriptedMachine('2')];
    const { request } = await counter(t, { driver: new ScriptedDriver(here, gone) });
    const tpis = ['1', '2', tpi];
    assert.equal((await request('terminalsDetails', { tpis })).result.length, 2);
    gone.disconnect();
    assert.deepEqual(namesOf((await request('terminalsDetails', { tpis })).result), ['1']);
    gone.connect();
    assert.equal((await request('terminalsDetails', { tpis })).result.length, 2);
  });

  test('C-12.20 a machine of another site is left out', async (t) => {
    const other = siteRecord('shop2', { test: false, terminals: { VCM9SIP0: {} } });
    const { request } = await counter(t, {
      records: [other, tokenRecord('shop2', 'key')],
      site: { test: false, terminals: { VCM1SIP0: {} } },
    });
    const { result } = await request('terminalsDetails', { tpis: ['VCM9SIP0', 'VCM1SIP0'] });
    assert.deepEqual(namesOf(result), ['VCM1SIP0']);
  });

  test('a request names 1 to 100 terminals', async (t) => {
    const { request } = await counter(t, { site: { test: false } });
    const many = (count: number) => Array.from({ length: count }, (_, index) => `T${index}`);
    assert.deepEqual((await request('terminalsDetails', { tpis: many(100) })).result, []);
    for (const tpis of [[], many(101), [1], [''], ['x'.repeat(33)], 'VCM1SIP0']) {
      assert.equal((await request('terminalsDetails', { tpis })).error.code, -32602);
    }
  });

  test('a busy terminal is shown as BUSY', async (t) => {
    const { harness, till, request } = await counter(t);
    till.ask('sale', sale);
    await harness.shown(till, 'PRESENT_CARD');
    assert.equal((await request('terminalsDetails', { tpis: [tpi] })).result[0].status, 'BUSY');
  });
});

describe('C-8.1, transactions', () => {
  for (const [method, type] of [
    ['sale', 'SALE'],
    ['refund', 'REFUND'],
  ]) {
    test(`${method} has the keys of C-5.2 with tpi, and the values of C-7.1`, async (t) => {
      const { harness, till, request } = await counter(t);
      const { result } = await request(method ?? '', sale);
      assert.equal(Object.keys(result).length, 22);
      const { transactionType, transactionResult, amountTotal } = result;
      assert.deepEqual(
        [result.tpi, transactionType, transactionResult, amountTotal],
        [tpi, type, 'SUCCESSFUL', 1250],
      );
      assert.deepEqual((await harness.summaries(till)).slice(0, -1), [
        ...notifications('TRANSACTION_STARTED, PRESENT_CARD, PLEASE_WAIT, PIN_ENTRY, PLEASE_WAIT'),
        ...notifications(
          'CONNECTING, CONNECTION_MADE, APPROVED, REMOVE_CARD, TRANSACTION_FINISHED',
        ),
      ]);
      assert.equal(till.received[0]?.params.tpi, tpi);
    });
  }

  for (const method of ['preAuth', 'completion', 'accountVerification', 'terminalDetails']) {
    test(`C-3.25 ${method} is unknown`, async (t) => {
      const { request } = await counter(t);
      const { error } = await request(method, { ...sale, tid: tpi });
      assert.deepEqual([error.code, error.message], [-32601, `Unknown method: ${method}.`]);
    });
  }

  const tooMany = { amountCashback: 100, cardholderNotPresent: true, tid: tpi };
  for (const [key, value] of Object.entries(tooMany)) {
    test(`C-3.5 ${key} is refused, and dropped where the site is lenient`, async (t) => {
      const { request } = await counter(t);
      const { error } = await request('refund', { ...sale, [key]: value });
      assert.deepEqual([error.code, error.data.errors[0].path], [-32602, `/params/${key}`]);
      const { request: ask } = await counter(t, { site: { strict: false } });
      assert.ok((await ask('refund', { ...sale, [key]: value })).result);
    });
  }

  test('tid is not accepted for tpi, strict or not', async (t) => {
    for (const strict of [true, false]) {
      const { request } = await counter(t, { site: { strict } });
      const { error } = await request('sale', { tid: tpi, currency: 'GBP', amount: 1250 });
      const paths = error.data.errors.map((one: { readonly path: string }) => one.path);
      assert.deepEqual([error.code, paths.includes('/params/tpi')], [-32602, true]);
    }
  });

  test('the errors are those of v1, in the same order', async (t) => {
    const { harness, till, request } = await counter(t);
    assert.equal((await request('sale', { ...sale, tpi: '99999999' })).error.code, -32070);
    assert.equal((await request('sale', { ...sale, currency: 'EUR' })).error.code, -32073);
    assert.equal((await request('duplicate', { tpi })).error.code, -32074);
    till.ask('sale', sale);
    await harness.shown(till, 'PRESENT_CARD');
    const { error } = await request('sale', sale);
    assert.deepEqual([error.code, error.message], [-32071, `Terminal ${tpi} is busy.`]);
  });

  test('an unknown verification method is NONE', async (t) => {
    const { request } = await counter(t);
    for (const one of ['VCMINVLTIP0', 'VCMINVLCIP0']) {
      const { result } = await request('sale', { ...sale, tpi: one });
      assert.equal(result.cardholderVerificationMethod, 'NONE');
      assert.equal(result.paymentMethod, 'UNKNOWN');
      assert.equal(
        (await request('duplicate', { tpi: one })).result.cardholderVerificationMethod,
        'NONE',
      );
    }
  });

  test('C-6.2 cashback typed at the machine is paid out, and ENTER_CASHBACK is not sent', async (t) => {
    const site = { terminals: { [tpi]: { cashback: 1000 } } };
    const { till, request } = await counter(t, { site });
    const { result } = await request('sale', sale);
    assert.deepEqual([result.amountCashback, result.amountTotal], [1000, 2250]);
    assert.deepEqual(till.values.slice(0, 2), ['TRANSACTION_STARTED', 'PRESENT_CARD']);
  });

  test('C-6.2 REPLACE_PAPER is not sent', async (t) => {
    const machine = new ScriptedMachine('1');
    const { harness, till } = await counter(t, { driver: new ScriptedDriver(machine) });
    const id = till.ask('sale', { ...sale, tpi: '1' });
    await harness.settled();
    machine.show('PLEASE_WAIT', 'REPLACE_PAPER', 'CARD_ERROR');
    machine.finish();
    await harness.answer(till, id);
    assert.deepEqual(till.values, [
      ...['TRANSACTION_STARTED', 'PLEASE_WAIT', 'CARD_ERROR', 'TRANSACTION_FINISHED'],
    ]);
  });
});

describe('C-8.1, the same keys with tpi', () => {
  const reports = {
    reportEndOfDay: 'END_OF_DAY',
    reportBanking: 'BANKING',
    reportXBalance: 'X_BALANCE',
    reportZBalance: 'Z_BALANCE',
  };
  for (const [method, type] of Object.entries(reports)) {
    test(`${method} has the keys of v1 with tpi`, async (t) => {
      const { request } = await counter(t);
      await request('sale', sale);
      const { result } = await request(method, { tpi });
      assert.deepEqual([result.tpi, result.reportType], [tpi, type]);
      assert.deepEqual(Object.keys(result).length, 7);
    });
  }

  for (const [accepted, end] of [
    [true, 'SUCCESSFUL'],
    [false, 'VOID'],
  ] as const) {
    test(`a signatureVerificationRequest answered ${accepted} ends ${end}`, async (t) => {
      const { harness, till } = await counter(t);
      const id = till.ask('sale', { ...sale, tpi: 'VCMINVLSIS0' });
      await harness.shown(till, 'SIGNATURE_VERIFICATION_IN_PROGRESS');
      const { params } = await till.judgeSignature(accepted);
      assert.deepEqual([params.tpi, Object.keys(params).length], ['VCMINVLSIS0', 10]);
      assert.equal(params.cardholderVerificationMethod, 'SIGNATURE');
      assert.equal((await harness.answer(till, id)).result.transactionResult, end);
    });
  }

  test('C-3.16 a batch is answered with one array', async (t) => {
    const { harness, till } = await counter(t);
    till.send([
      { jsonrpc: '2.0', id: 1, method: 'terminalsDetails', params: { tpis: [tpi] } },
      { jsonrpc: '2.0', id: 2, method: 'terminalDetails', params: { tpi } },
    ]);
    await harness.settled();
    const codes = till.received.map(({ id, error }) => [id, error?.code]);
    assert.deepEqual(codes.toSorted(), [
      [1, undefined],
      [2, -32601],
    ]);
  });
});
