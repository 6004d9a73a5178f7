// Chapter 4 of PROTOCOL.md over real sockets: cancelling, reports, notifications and signatures.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { Frame, TestTill } from 'tillgate/testing';
import type { GatewayHarness, HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { startHarness } from '../support/gateway/gateway-harness.ts';

const tid = 'VCMINVLSIP0';
const sale = { tid, currency: 'GBP', amount: 1250 };
const signed = { ...sale, tid: 'VCMINVLSIS0' };
const ASKED = 'SIGNATURE_VERIFICATION_IN_PROGRESS';

async function counter(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, options);
  const till = await harness.till();
  return { harness, till };
}

const cancel = (harness: GatewayHarness, till: TestTill) =>
  harness.request(till, 'cancelTransaction', { tid });

describe('4.5, cancelTransaction', () => {
  const moments = [
    ['TRANSACTION_STARTED', 'CANCELLED'],
    ['PRESENT_CARD', 'CANCELLED'],
    ['PLEASE_WAIT', 'SUCCESSFUL'],
    ['PIN_ENTRY', 'SUCCESSFUL'],
    ['CONNECTING', 'SUCCESSFUL'],
    ['APPROVED', 'SUCCESSFUL'],
    ['REMOVE_CARD', 'SUCCESSFUL'],
  ] as const;
  for (const [value, wanted] of moments) {
    test(`C-4.23, C-10.8 a cancel at ${value} ends: ${wanted}`, async (t) => {
      const { harness, till } = await counter(t);
      const id = till.ask('sale', sale);
      await harness.shown(till, value);
      assert.deepEqual((await cancel(harness, till)).result, { cancelling: true });
      const { result } = await harness.answer(till, id);
      assert.equal(result.transactionResult, wanted);
      const word = wanted === 'CANCELLED' ? 'CANCELLING' : 'UNABLE_TO_CANCEL';
      assert.deepEqual(
        till.values.filter((one) => one.includes('CANCEL')),
        ['ATTEMPTING_CANCEL', word],
      );
    });
  }

  test('C-4.24 the answer comes before ATTEMPTING_CANCEL', async (t) => {
    const { harness, till } = await counter(t);
    till.ask('sale', sale, 7);
    await harness.shown(till, 'PRESENT_CARD');
    const before = till.received.length;
    till.ask('cancelTransaction', { tid }, 8);
    await harness.settled();
    assert.deepEqual((await harness.summaries(till)).slice(before), [
      ...['result 8', 'N: ATTEMPTING_CANCEL', 'N: CANCELLING'],
    ]);
    await harness.answer(till, 7);
  });

  test("C-4.25 any till of the site may cancel: the answer is its own, the rest the starter's", async (t) => {
    const { harness, till } = await counter(t);
    const other = await harness.till();
    const id = till.ask('sale', sale);
    await harness.shown(till, 'PRESENT_CARD');
    assert.deepEqual((await cancel(harness, other)).result, { cancelling: true });
    assert.equal((await harness.answer(till, id)).result.transactionResult, 'CANCELLED');
    assert.deepEqual(await harness.summaries(other), ['result 1']);
  });

  test('C-4.25 a second cancel during the first brings no new notifications', async (t) => {
    const { harness, till } = await counter(t);
    const id = till.ask('sale', sale);
    await harness.shown(till, 'PRESENT_CARD');
    till.ask('cancelTransaction', { tid }, 50);
    till.ask('cancelTransaction', { tid }, 51);
    await harness.settled();
    for (const one of [50, 51]) {
      assert.deepEqual((await harness.answer(till, one)).result, { cancelling: true });
    }
    await harness.answer(till, id);
    assert.equal(till.values.filter((one) => one === 'ATTEMPTING_CANCEL').length, 1);
    assert.equal(till.values.filter((one) => one === 'CANCELLING').length, 1);
  });

  test('C-4.26 a cancel gets -32072 when nothing or a report is open', async (t) => {
    const { harness, till } = await counter(t);
    assert.equal((await cancel(harness, till)).error.code, -32072);
    const report = till.ask('reportXBalance', { tid });
    assert.equal((await cancel(harness, till)).error.code, -32072);
    assert.equal((await harness.answer(till, report)).result.reportResult, 'COMPLETE');
    await harness.request(till, 'sale', sale);
    assert.equal((await cancel(harness, till)).error.code, -32072);
  });

  test('C-4.22 a cancel during a signature is too late, and the signature must still be judged', async (t) => {
    const { harness, till } = await counter(t);
    const id = till.ask('sale', signed);
    await harness.shown(till, ASKED);
    const answer = await harness.request(till, 'cancelTransaction', { tid: signed.tid });
    assert.deepEqual(answer.result, { cancelling: true });
    assert.deepEqual(till.values.slice(-2), ['ATTEMPTING_CANCEL', 'UNABLE_TO_CANCEL']);
    await till.judgeSignature(true);
    assert.equal((await harness.answer(till, id)).result.transactionResult, 'SUCCESSFUL');
  });
});

describe('4.6, reports', () => {
  test('C-4.29 a report without an outcome within 120 s ends TIMED_OUT, empty, with the time of its end', async (t) => {
    const { harness, till } = await counter(t, { settings: { virtualReport: 500 } });
    const since = harness.clock.now();
    const { result } = await harness.request(till, 'reportEndOfDay', { tid });
    assert.equal(harness.clock.now() - since, 120_000);
    assert.deepEqual(result, {
      ...{ tid, reportType: 'END_OF_DAY', reportTime: '2026-03-14T12:02:00' },
      ...{ reportResult: 'TIMED_OUT', balances: {}, banking: {}, reportLines: [] },
    });
    const { result: busy } = await harness.request(till, 'terminalDetails', { tid });
    assert.equal(busy.status, 'BUSY');
    await harness.advance(400_000);
    const { result: free } = await harness.request(till, 'terminalDetails', { tid });
    assert.equal(free.status, 'AVAILABLE');
  });

  test('C-4.27 banking and end of day begin a new session', async (t) => {
    const { harness, till } = await counter(t);
    await harness.request(till, 'sale', sale);
    const { result: first } = await harness.request(till, 'reportBanking', { tid });
    await harness.request(till, 'sale', sale);
    const { result: second } = await harness.request(till, 'reportBanking', { tid });
    const [before, after] = [first, second].map(({ banking }) => banking['VIRTUAL ACQUIRER']);
    assert.deepEqual(before.currentSessionTransactionNumbers, ['0001', '0001']);
    assert.deepEqual(before.previousSessionTransactionNumbers, ['0000', '0000']);
    assert.deepEqual(after.currentSessionTransactionNumbers, ['0002', '0002']);
    assert.deepEqual(after.previousSessionTransactionNumbers, ['0001', '0001']);
  });

  test('C-5.8 sales, refunds, cashback and gratuity add up', async (t) => {
    const site = { terminals: { [tid]: { gratuity: 200 } } };
    const { harness, till } = await counter(t, { site });
    await harness.request(till, 'sale', { ...sale, amountCashback: 1000 });
    await harness.request(till, 'refund', { ...sale, amount: 300 });
    const { balances } = (await harness.request(till, 'reportXBalance', { tid })).result;
    const { issuerTotals, waiterTotals, totalsSince, ...amounts } = balances;
    assert.deepEqual(amounts, {
      currency: 'GBP',
      ...{ totalSalesAmount: 1250, totalSalesCount: 1 },
      ...{ totalRefundsAmount: 300, totalRefundsCount: 1 },
      ...{ totalCashbackAmount: 1000, totalCashbackCount: 1 },
      ...{ totalGratuityAmount: 200, totalGratuityCount: 1 },
      totalAmount: 1250 - 300 + 1000 + 200,
    });
    assert.deepEqual([waiterTotals, totalsSince], [{}, 'INSTALLATION']);
    assert.equal(issuerTotals.VISA.totalAmount, balances.totalAmount);
    assert.equal(issuerTotals.VISA.totalSalesAmount, 2450);
  });
});

test('C-4.31 notifications go to the starter only, and are lost while it is disconnected', async (t) => {
  const { harness, till } = await counter(t);
  const other = await harness.till();
  till.ask('sale', sale);
  await harness.shown(till, 'PIN_ENTRY');
  till.cut();
  await till.closed;
  await harness.advance(60_000);
  const again = await harness.till();
  await harness.advance(1_000);
  assert.deepEqual([await harness.summaries(other), await harness.summaries(again)], [[], []]);
});

describe('4.8, signatureVerificationRequest', () => {
  async function asked(t: TestContext, options: HarnessOptions = {}) {
    const { harness, till } = await counter(t, options);
    const id = till.ask('sale', signed);
    await harness.shown(till, ASKED);
    const question = till.received.find(({ method }) => method?.startsWith('sig')) as Frame;
    return { harness, till, question, end: () => harness.answer(till, id) };
  }

  test('C-4.32 the request has its ten parameters and the merchant copy with the signature line', async (t) => {
    const { till, question, end } = await asked(t);
    const { receiptLines, authCode, ...rest } = question.params;
    assert.deepEqual(Object.keys(receiptLines), ['MERCHANT']);
    assert.deepEqual(rest, {
      ...{ timeout: 80, tid: signed.tid, transactionType: 'SALE' },
      ...{ applicationId: 'A0000000031010', applicationLabel: 'VISA DEBIT' },
      ...{ cardholderVerificationMethod: 'SIGNATURE', paymentMethod: 'ICC_CHIP' },
      primaryAccountNumber: '************4821',
    });
    await till.judgeSignature(true);
    const { result } = await end();
    assert.equal(result.authCode, authCode);
  });

  test('C-4.32 the timeout is that of the setting', async (t) => {
    const { harness, till, question, end } = await asked(t, { settings: { signatureTimeout: 30 } });
    assert.equal(question.params.timeout, 30);
    await harness.advance(30_000);
    assert.ok(till.values.includes('SIGNATURE_VERIFICATION_TIMEOUT'));
    assert.match((await end()).result.userMessage, /within 30 seconds and counts as accepted\.$/);
  });

  const invalidAnswers: readonly (readonly [string, object])[] = [
    ['an error message', { error: { code: -32603, message: 'no' } }],
    ['accepted as a string', { result: { accepted: 'true' } }],
    ['accepted null', { result: { accepted: null } }],
    ['no accepted', { result: {} }],
    ['a bare true', { result: true }],
    ['null', { result: null }],
    ['both result and error', { result: { accepted: true }, error: { code: 1, message: '' } }],
  ];
  for (const [what, answer] of invalidAnswers) {
    for (const which of ['first', 'second'] as const) {
      test(`C-4.37 ${what} gets an error and is asked again; a "no" to the ${which} question counts`, async (t) => {
        const { harness, till, question, end } = await asked(t);
        const before = till.received.length;
        till.send({ jsonrpc: '2.0', id: question.id, ...answer });
        await harness.settled();
        const [error, again] = till.received.slice(before);
        assert.ok([-32076, -32600].includes(error?.error.code));
        assert.ok(error?.error.data.errors.length > 0);
        assert.equal(again?.method, question.method);
        assert.notEqual(again?.id, question.id);
        const id = which === 'first' ? question.id : again?.id;
        till.send({ jsonrpc: '2.0', id, result: { accepted: false } });
        await harness.settled();
        assert.equal((await end()).result.transactionResult, 'VOID');
      });
    }
  }

  test('C-4.38 several unusable messages at once lead to one more question', async (t) => {
    const { harness, till, question, end } = await asked(t);
    const questions = () => till.received.filter(({ method }) => method === question.method);
    for (const count of [2, 3]) {
      till.send('no JSON');
      till.send('no JSON either');
      await harness.settled();
      assert.equal(questions().length, count);
    }
    await till.judgeSignature(false);
    assert.equal((await end()).result.transactionResult, 'VOID');
  });

  test('C-4.37 a till that never answers in a usable way is asked again five times at most', async (t) => {
    const { harness, till, question } = await asked(t);
    const questions = () => till.received.filter(({ method }) => method === question.method);
    till.socket.on('message', (data: Buffer) => {
      const { id, method } = JSON.parse(data.toString()) as Frame;
      if (method === question.method) till.send({ jsonrpc: '2.0', id, result: false });
    });
    till.send({ jsonrpc: '2.0', id: question.id, result: false });
    await harness.advance(70_000);
    assert.equal(questions().length, 6);
  });

  test('C-4.37 a "no" counts even with other keys beside accepted', async (t) => {
    const { harness, till, question, end } = await asked(t);
    const result = { accepted: false, signedBy: 'J. Doe', comment: null };
    till.send({ jsonrpc: '2.0', id: question.id, result });
    await harness.settled();
    assert.equal((await end()).result.transactionResult, 'VOID');
  });

  test('C-4.37 the first valid answer counts, later ones cause no message', async (t) => {
    const { harness, till, question, end } = await asked(t);
    till.send({ jsonrpc: '2.0', id: question.id, result: { accepted: false } });
    till.send({ jsonrpc: '2.0', id: question.id, result: { accepted: true } });
    assert.equal((await end()).result.transactionResult, 'VOID');
    const before = till.received.length;
    till.send({ jsonrpc: '2.0', id: question.id, result: { accepted: true } });
    await harness.settled();
    assert.equal(till.received.length, before);
  });

  test('C-3.14 an answer whose id is the number as text counts', async (t) => {
    const { till, question, end } = await asked(t);
    till.send({ jsonrpc: '2.0', id: String(question.id), result: { accepted: false } });
    assert.equal((await end()).result.transactionResult, 'VOID');
  });

  test('C-4.37 an answer under another id is ignored', async (t) => {
    const { harness, till, question, end } = await asked(t);
    till.send({ jsonrpc: '2.0', id: Number(question.id) + 1, result: { accepted: false } });
    await harness.settled();
    assert.equal(till.values.at(-1), ASKED);
    await till.judgeSignature(true);
    assert.equal((await end()).result.transactionResult, 'SUCCESSFUL');
  });

  test('C-4.36, C-4.38 the window runs though the till is disconnected, and the signature counts as accepted', async (t) => {
    const { harness, till } = await asked(t);
    till.cut();
    await till.closed;
    const again = await harness.till();
    await harness.advance(79_000);
    const { result } = await harness.request(again, 'terminalDetails', { tid: signed.tid });
    assert.equal(result.status, 'BUSY');
    await harness.advance(10_000);
    const { result: last } = await harness.request(again, 'duplicate', { tid: signed.tid });
    assert.equal(last.transactionResult, 'SUCCESSFUL');
    assert.match(last.userMessage, /counts as accepted/);
  });

  test('C-4.38 the window starts at the moment of the request if the starter was disconnected before', async (t) => {
    const { harness, till } = await counter(t, { site: { signatureOnTimeout: 'reject' } });
    till.ask('sale', signed);
    await harness.shown(till, 'PLEASE_WAIT');
    till.cut();
    await till.closed;
    await harness.advance(95_000);
    const again = await harness.till();
    const { result } = await harness.request(again, 'duplicate', { tid: signed.tid });
    assert.equal(result.transactionResult, 'VOID');
    assert.match(result.userMessage, /so the payment was reversed/);
  });

  test('C-10.6 a V machine ends VOID whatever the answer, without APPROVED', async (t) => {
    const { harness, till } = await counter(t);
    const id = till.ask('sale', { ...sale, tid: 'VCMVIS0' });
    await harness.shown(till, ASKED);
    await till.judgeSignature(true);
    const { result } = await harness.answer(till, id);
    assert.equal(result.transactionResult, 'VOID');
    assert.ok(!till.values.includes('APPROVED'));
  });
});
