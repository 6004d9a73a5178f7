// Chapter 4 of PROTOCOL.md over real sockets: terminals, transactions, their limits, and duplicate.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { startHarness } from '../support/gateway/gateway-harness.ts';
import { siteRecord, tokenRecord } from '../support/gateway/site-records.ts';

const tid = 'VCMINVLSIP0';
const silent = 'VCMINVLTIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };

async function counter(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, options);
  const till = await harness.till();
  const request = (method: string, params?: object) => harness.request(till, method, params);
  return { harness, till, request };
}

describe('4.2, connectedTerminals and terminalDetails', () => {
  const known = [
    'VCMINVLDIP0',
    'VCMINVLSCD0',
    'VCMINVLSIP0',
    'VCMINVLSIS0',
    'VCMINVLTIP0',
    'VCMINVLUIP0',
  ];

  test('C-4.3 the result is a bare array of terminal objects, ordered by tid', async (t) => {
    const { request } = await counter(t);
    const { result } = await request('connectedTerminals');
    const all = known.map((one) => ({ tid: one, status: 'AVAILABLE', currency: 'GBP' }));
    assert.deepEqual(result, all);
  });

  test('C-4.3 only terminals that pass every filter are listed, and none is [] without an error', async (t) => {
    const { till, request } = await counter(t);
    till.ask('sale', sale);
    const { result: busy } = await request('connectedTerminals', { status: 'BUSY' });
    assert.deepEqual(busy, [{ tid, status: 'BUSY', currency: 'GBP' }]);
    const { result: free } = await request('connectedTerminals', { status: 'AVAILABLE' });
    assert.equal(free.length, 5);
    const both = { status: 'BUSY', currency: 'GBP' };
    assert.equal((await request('connectedTerminals', both)).result.length, 1);
    assert.deepEqual((await request('connectedTerminals', { currency: 'EUR' })).result, []);
  });

  test('C-10.2 a machine of a test site exists from the moment it is first named', async (t) => {
    const { request } = await counter(t);
    const { result } = await request('terminalDetails', { tid: 'VCMfrontDeskSIP0' });
    assert.deepEqual(result, { tid: 'VCMfrontDeskSIP0', status: 'AVAILABLE', currency: 'GBP' });
    assert.equal((await request('connectedTerminals')).result.length, 7);
  });

  test('C-10.2 another site has only the machines that its settings name, in their currency', async (t) => {
    const site = { test: false, terminals: { VCM1SIP0: { currency: 'EUR' }, VCM2SIP0: {} } };
    const { request } = await counter(t, { site });
    assert.deepEqual((await request('connectedTerminals')).result, [
      { tid: 'VCM1SIP0', status: 'AVAILABLE', currency: 'EUR' },
      { tid: 'VCM2SIP0', status: 'AVAILABLE', currency: 'GBP' },
    ]);
    const { result } = await request('connectedTerminals', { currency: 'EUR' });
    assert.deepEqual(
      result.map((one: { tid: string }) => one.tid),
      ['VCM1SIP0'],
    );
    assert.equal((await request('terminalDetails', { tid })).error.code, -32070);
  });

  test('C-4.4, C-12.20 a machine of another site gets -32070', async (t) => {
    const records = [
      siteRecord('shop2', { test: false, terminals: { VCM9SIP0: {} } }),
      tokenRecord('shop2', 'key'),
    ];
    const { harness, request } = await counter(t, {
      records,
      site: { test: false, terminals: { VCM1SIP0: {} } },
    });
    const headers = { host: 'shop2.example' };
    const other = await harness.connect(harness.server.uri('pac', { token: 'key' }), { headers });
    assert.ok((await harness.request(other, 'terminalDetails', { tid: 'VCM9SIP0' })).result);
    assert.equal((await request('terminalDetails', { tid: 'VCM9SIP0' })).error.code, -32070);
    other.ask('sale', { ...sale, tid: 'VCM9SIP0' });
    await harness.shown(other, 'TRANSACTION_FINISHED');
    assert.equal((await request('connectedTerminals')).result.length, 1);
  });
});

describe('4.3, transactions', () => {
  const types = [
    ['sale', 'SALE', {}],
    ['refund', 'REFUND', {}],
    ['preAuth', 'PRE_AUTH', {}],
    ['accountVerification', 'ACCOUNT_VERIFICATION', {}],
  ] as const;
  for (const [method, type, more] of types) {
    test(`C-4.9 ${method} ends as ${type}`, async (t) => {
      const { request } = await counter(t);
      const { result } = await request(method, { ...sale, ...more });
      assert.deepEqual([result.transactionType, result.transactionResult], [type, 'SUCCESSFUL']);
    });
  }

  test('C-4.5 cardholderNotPresent may be given to all but accountVerification', async (t) => {
    const { request } = await counter(t);
    const absent = { ...sale, cardholderNotPresent: true };
    for (const method of ['sale', 'refund', 'preAuth']) {
      assert.equal((await request(method, absent)).result.paymentMethod, 'KEYED', method);
    }
    const { result: held } = await request('preAuth', absent);
    const { authCode } = held;
    const { result } = await request('completion', { ...absent, authCode });
    assert.deepEqual([result.paymentMethod, result.transactionResult], ['KEYED', 'SUCCESSFUL']);
  });

  test('C-4.5 the greatest amounts fit', async (t) => {
    const { request } = await counter(t);
    const { result } = await request('sale', {
      ...sale,
      amount: 99_999_999,
      amountCashback: 10_000,
    });
    assert.equal(result.amountTotal, 100_009_999);
  });

  test('C-4.6 a declined, void, unsuccessful or cancelled transaction has a result, not an error', async (t) => {
    const { request } = await counter(t);
    const letters = { D: 'DECLINED', V: 'VOID', U: 'UNSUCCESSFUL', C: 'CANCELLED', T: 'TIMED_OUT' };
    for (const [letter, result] of Object.entries(letters)) {
      const answer = await request('sale', { ...sale, tid: `VCM${letter}IP0` });
      assert.equal(answer.result.transactionResult, result);
    }
  });

  test('C-4.12 all amounts of an accountVerification are 0, whatever was sent', async (t) => {
    const { request } = await counter(t);
    for (const one of [tid, silent, 'VCMINVLDIP0']) {
      const { result } = await request('accountVerification', { ...sale, tid: one, amount: 500 });
      const { amountBase, amountCashback, amountGratuity, amountTotal } = result;
      assert.deepEqual([amountBase, amountCashback, amountGratuity, amountTotal], [0, 0, 0, 0]);
    }
  });

  test('C-4.10 amountCashback has a value only if cashback was given', async (t) => {
    const { request } = await counter(t);
    const { result } = await request('sale', { ...sale, tid: 'VCMINVLDIP0', amountCashback: 1000 });
    assert.deepEqual([result.amountCashback, result.amountTotal], [0, 1250]);
  });

  test('C-4.14, C-12.7 the next transaction may start the moment the result is there', async (t) => {
    const { harness, till } = await counter(t);
    let count = 0;
    till.socket.on('message', (data: Buffer) => {
      if (!data.toString().includes('"transactionResult"')) return;
      count += 1;
      if (count < 4) till.ask('sale', sale, 100 + count);
    });
    till.ask('sale', sale, 100);
    assert.equal((await harness.answer(till, 103)).result.transactionResult, 'SUCCESSFUL');
    const numbers = till.received
      .filter(({ result }) => result)
      .map(({ result }) => result.transactionNumber);
    assert.deepEqual(numbers, ['0001', '0002', '0003', '0004']);
  });
});

describe('C-4.13, the limit', () => {
  const limits = [
    { what: 'a sale', more: {}, seconds: 200 },
    { what: 'a sale without the cardholder', more: { cardholderNotPresent: true }, seconds: 400 },
  ];
  for (const { what, more, seconds } of limits) {
    test(`a ${what} without an outcome ends TIMED_OUT after ${seconds} s`, async (t) => {
      const { harness, till } = await counter(t, { settings: { virtualSilence: 0 } });
      const since = harness.clock.now();
      const { result } = await harness.request(till, 'sale', { ...sale, tid: silent, ...more });
      assert.equal(harness.clock.now() - since, seconds * 1000);
      assert.equal(result.transactionResult, 'TIMED_OUT');
      assert.equal(
        result.transactionTime,
        seconds === 200 ? '2026-03-14T12:03:20' : '2026-03-14T12:06:40',
      );
      assert.deepEqual(till.values.slice(-1), ['TRANSACTION_FINISHED']);
    });
  }

  test('C-5.3 a TIMED_OUT payment has no data of a card', async (t) => {
    const { request } = await counter(t);
    const { result } = await request('sale', { ...sale, tid: silent, amountCashback: 1000 });
    const { receiptLines, userMessage, transactionTime, ...keys } = result;
    assert.deepEqual(receiptLines, {});
    assert.match(userMessage, /^It is not known/);
    assert.match(transactionTime, /^2026-03-14T12:00:1\d$/);
    assert.deepEqual(keys, {
      ...{ tid: silent, transactionType: 'SALE', transactionResult: 'TIMED_OUT' },
      ...{ transactionId: '', transactionNumber: '', currency: 'GBP' },
      ...{ amountBase: 1250, amountCashback: 0, amountGratuity: 0, amountTotal: 1250 },
      ...{ paymentMethod: 'UNKNOWN', cardholderVerificationMethod: 'UNKNOWN', authCode: '' },
      ...{ cardSchemeName: '', applicationId: '', applicationLabel: '' },
      ...{ primaryAccountNumber: '', primaryAccountNumberSequence: '' },
      ...{ dateOfStart: '', dateOfExpiry: '' },
    });
  });

  test('the limit waits for an open signature window', async (t) => {
    const { harness, till } = await counter(t, { settings: { transactionLimit: 10 } });
    const id = till.ask('sale', { ...sale, tid: 'VCMINVLSIS0' });
    await harness.shown(till, 'SIGNATURE_VERIFICATION_IN_PROGRESS');
    await harness.advance(70_000);
    assert.equal(till.values.at(-1), 'SIGNATURE_VERIFICATION_IN_PROGRESS');
    await till.judgeSignature(true);
    assert.equal((await harness.answer(till, id)).result.transactionResult, 'SUCCESSFUL');
  });

  const late = { settings: { transactionLimit: 10, virtualPin: 60 } };

  test('C-4.14 after TIMED_OUT the terminal stays BUSY until the machine is known to be idle', async (t) => {
    const { harness, till, request } = await counter(t, late);
    const { result } = await request('sale', sale);
    assert.equal(result.transactionResult, 'TIMED_OUT');
    assert.equal((await request('terminalDetails', { tid })).result.status, 'BUSY');
    assert.equal((await request('sale', sale)).error.code, -32071);
    assert.equal((await request('duplicate', { tid })).error.code, -32071);
    assert.equal((await request('cancelTransaction', { tid })).error.code, -32072);
    await harness.advance(60_000);
    assert.equal((await request('terminalDetails', { tid })).result.status, 'AVAILABLE');
    assert.equal(till.values.at(-1), 'TRANSACTION_FINISHED');
  });

  test('C-4.13, C-12.10 a later outcome is not sent; C-4.19 duplicate returns it', async (t) => {
    const { harness, till, request } = await counter(t, late);
    const { result: first } = await request('sale', sale);
    const before = till.received.length;
    await harness.advance(120_000);
    assert.equal(till.received.length, before);
    const { result } = await request('duplicate', { tid });
    assert.deepEqual(
      [first.transactionResult, result.transactionResult],
      ['TIMED_OUT', 'SUCCESSFUL'],
    );
    assert.equal(result.amountTotal, 1250);
    assert.ok(!('userMessage' in result));
  });
});

describe('4.4, duplicate', () => {
  test('C-4.18 duplicate returns the last ended transaction, whatever its result and starter', async (t) => {
    const { harness, till, request } = await counter(t);
    const other = await harness.till();
    await request('sale', sale);
    const id = other.ask('refund', { ...sale, amount: 300 });
    await harness.shown(other, 'PRESENT_CARD');
    await harness.request(till, 'cancelTransaction', { tid });
    await harness.answer(other, id);
    const { result } = await request('duplicate', { tid });
    assert.deepEqual(
      [result.transactionType, result.transactionResult, result.amountBase],
      ['REFUND', 'CANCELLED', 300],
    );
  });

  test('C-4.18 a refused request or a report changes nothing', async (t) => {
    const { request } = await counter(t);
    const { result: sold } = await request('sale', sale);
    await request('sale', { ...sale, currency: 'EUR' });
    await request('reportZBalance', { tid });
    const { result } = await request('duplicate', { tid, currency: 'GBP' });
    assert.equal(result.transactionId, sold.transactionId);
  });

  test('C-4.19 a TIMED_OUT transaction is returned as such, if the machine does not know better', async (t) => {
    const { request } = await counter(t);
    await request('sale', { ...sale, tid: silent });
    const { result } = await request('duplicate', { tid: silent });
    assert.equal(result.transactionResult, 'TIMED_OUT');
    assert.deepEqual(result.receiptLines, {});
  });

  test('C-4.20 the terminal stays AVAILABLE, and duplicate may be repeated', async (t) => {
    const { request } = await counter(t);
    await request('sale', sale);
    const { result: first } = await request('duplicate', { tid });
    assert.equal((await request('terminalDetails', { tid })).result.status, 'AVAILABLE');
    assert.deepEqual((await request('duplicate', { tid })).result, first);
  });
});
