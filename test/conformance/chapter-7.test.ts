// Chapter 7 of PROTOCOL.md: each conversation as an exact sequence over a real socket. Every trace is
// checked against chapter 12 when the test ends.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { Payment } from '@tillgate/protocol';
import type { HarnessOptions } from '../support/gateway/gateway-harness.ts';
import { notifications, startHarness, summary } from '../support/gateway/gateway-harness.ts';

const sale = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
const CHIP =
  'TRANSACTION_STARTED, PRESENT_CARD, PLEASE_WAIT, PIN_ENTRY, PLEASE_WAIT, CONNECTING, ' +
  'CONNECTION_MADE, APPROVED, REMOVE_CARD, TRANSACTION_FINISHED';
const FAILED = CHIP.replace('CONNECTION_MADE, APPROVED', 'PROCESSING_ERROR');
const TAP =
  'TRANSACTION_STARTED, PRESENT_CARD, PLEASE_WAIT, CONNECTING, CONNECTION_MADE, APPROVED, ' +
  'TRANSACTION_FINISHED';
const KEYED = TAP.replace('PRESENT_CARD, ', '');

async function counter(t: TestContext, options: HarnessOptions = {}) {
  const harness = await startHarness(t, options);
  return { harness, till: await harness.till() };
}

function boxes({ receiptLines }: Payment): readonly (string | undefined)[] {
  const { MERCHANT = [], CUSTOMER = [] } = receiptLines;
  const box = (lines: readonly { type?: string }[]) =>
    lines.find(({ type }) => type?.startsWith('BOX_'))?.type;
  return [box(MERCHANT), box(CUSTOMER)];
}

function mustHold(payment: Payment, wanted: Partial<Payment>): void {
  const got = Object.keys(wanted).map((key) => [key, payment[key as keyof Payment]]);
  assert.deepEqual(Object.fromEntries(got), wanted);
}

interface Conversation {
  readonly rule: string;
  readonly method?: string;
  readonly params: object;
  readonly values: string;
  readonly result: Partial<Payment>;
  readonly boxes?: readonly string[];
  readonly options?: HarnessOptions;
}

const chip = { paymentMethod: 'ICC_CHIP', cardholderVerificationMethod: 'PIN' } as const;
const M4 = 'The card machine could not finish. No payment was taken.';
const M5 =
  'It is not known whether the payment was taken. Look at the card machine before you try again.';
const typedAtMachine = { site: { terminals: { VCMINVLSIP0: { cashback: 2000 } } } };

const conversations: readonly Conversation[] = [
  {
    rule: 'C-7.1 chip and PIN',
    params: sale,
    values: CHIP,
    result: { transactionResult: 'SUCCESSFUL', ...chip, amountTotal: 1250 },
  },
  {
    rule: 'C-7.2 contactless, verified on the device',
    params: { ...sale, tid: 'VCMINVLSCD0' },
    values: TAP,
    result: {
      transactionResult: 'SUCCESSFUL',
      paymentMethod: 'CONTACTLESS',
      cardholderVerificationMethod: 'DEVICE',
    },
  },
  {
    rule: 'C-7.6 declined',
    params: { ...sale, tid: 'VCMINVLDIP0' },
    values: CHIP.replace('APPROVED', 'DECLINED'),
    result: { transactionResult: 'DECLINED', ...chip, authCode: '' },
    boxes: ['BOX_DECLINE', 'BOX_DECLINE'],
  },
  {
    rule: 'C-7.7 unsuccessful',
    params: { ...sale, tid: 'VCMINVLUIP0' },
    values: FAILED,
    result: { transactionResult: 'UNSUCCESSFUL', userMessage: M4, receiptLines: {} },
  },
  {
    rule: 'C-7.10 cancelled on the machine',
    params: { ...sale, tid: 'VCMINVLCIP0' },
    values: 'TRANSACTION_STARTED, PRESENT_CARD, TRANSACTION_FINISHED',
    result: { transactionResult: 'CANCELLED', receiptLines: {} },
  },
  {
    rule: 'C-7.11 timed out: the machine comes back without the transaction',
    params: { ...sale, tid: 'VCMINVLTIP0' },
    values: 'TRANSACTION_STARTED, PRESENT_CARD, PLEASE_WAIT, TRANSACTION_FINISHED',
    result: { transactionResult: 'TIMED_OUT', userMessage: M5 },
  },
  {
    rule: 'C-7.11 timed out: at the limit',
    params: { ...sale, tid: 'VCMINVLTIP0' },
    values: 'TRANSACTION_STARTED, PRESENT_CARD, PLEASE_WAIT, TRANSACTION_FINISHED',
    result: { transactionResult: 'TIMED_OUT', userMessage: M5 },
    options: { settings: { virtualSilence: 0 } },
  },
  {
    rule: 'C-7.12 refund',
    method: 'refund',
    params: { ...sale, amount: 499 },
    values: CHIP,
    result: { transactionType: 'REFUND', transactionResult: 'SUCCESSFUL', amountTotal: 499 },
  },
  {
    rule: 'C-7.13 card not present',
    params: { ...sale, cardholderNotPresent: true },
    values: KEYED,
    result: {
      transactionResult: 'SUCCESSFUL',
      paymentMethod: 'KEYED',
      cardholderVerificationMethod: 'NONE',
    },
  },
  {
    rule: 'C-7.14 cashback by parameter',
    params: { ...sale, amountCashback: 1000 },
    values: CHIP,
    result: { amountBase: 1250, amountCashback: 1000, amountTotal: 2250 },
  },
  {
    rule: 'C-7.15 no cashback is typed for a till of v1',
    params: sale,
    values: CHIP,
    result: { amountBase: 1250, amountCashback: 0, amountTotal: 1250 },
    options: typedAtMachine,
  },
  {
    rule: 'C-7.17 account verification',
    method: 'accountVerification',
    params: { ...sale, amount: 0 },
    values: CHIP,
    result: {
      transactionType: 'ACCOUNT_VERIFICATION',
      transactionResult: 'SUCCESSFUL',
      ...{ amountBase: 0, amountCashback: 0, amountGratuity: 0, amountTotal: 0 },
    },
  },
];

for (const { rule, method = 'sale', params, values, result, ...more } of conversations) {
  test(rule, async (t) => {
    const { harness, till } = await counter(t, more.options);
    till.ask(method, params, 7);
    const answer = await harness.answer(till, 7);
    assert.deepEqual(await harness.summaries(till), [...notifications(values), 'result 7']);
    mustHold(answer.result, { tid: (params as typeof sale).tid, ...result });
    assert.deepEqual(boxes(answer.result), more.boxes ?? [undefined, undefined]);
  });
}

describe('signatures', () => {
  const signed = { ...sale, tid: 'VCMINVLSIS0' };
  const ASKED = [
    ...notifications('TRANSACTION_STARTED, PRESENT_CARD, PLEASE_WAIT, CONNECTING, CONNECTION_MADE'),
    'N: SIGNATURE_VERIFICATION',
    '? signatureVerificationRequest 1',
    'N: SIGNATURE_VERIFICATION_IN_PROGRESS',
  ];

  /** As C-7.3 up to step 3. */
  async function asked(t: TestContext, options: HarnessOptions = {}) {
    const { harness, till } = await counter(t, options);
    till.ask('sale', signed, 7);
    await harness.shown(till, 'SIGNATURE_VERIFICATION_IN_PROGRESS');
    assert.deepEqual(await harness.summaries(till), ASKED);
    return { harness, till };
  }

  test('C-7.3 an accepted signature ends SUCCESSFUL', async (t) => {
    const { harness, till } = await asked(t);
    const question = await till.judgeSignature(true);
    assert.equal(question.params.timeout, 80);
    const { result } = await harness.answer(till, 7);
    assert.deepEqual(await harness.summaries(till), [
      ...ASKED,
      ...notifications('SIGNATURE_VERIFICATION_PROCESS_COMPLETED, APPROVED, REMOVE_CARD'),
      ...['N: TRANSACTION_FINISHED', 'result 7'],
    ]);
    const how = { ...chip, cardholderVerificationMethod: 'SIGNATURE' } as const;
    mustHold(result, { transactionResult: 'SUCCESSFUL', ...how });
    assert.ok(!('userMessage' in result));
  });

  test('C-7.4 a rejected signature ends VOID', async (t) => {
    const { harness, till } = await asked(t);
    await till.judgeSignature(false);
    const { result } = await harness.answer(till, 7);
    assert.deepEqual(await harness.summaries(till), [
      ...ASKED,
      ...notifications(
        'SIGNATURE_VERIFICATION_PROCESS_COMPLETED, REMOVE_CARD, TRANSACTION_FINISHED',
      ),
      'result 7',
    ]);
    mustHold(result, {
      transactionResult: 'VOID',
      cardholderVerificationMethod: 'SIGNATURE',
      amountBase: 1250,
      amountTotal: 1250,
    });
    assert.deepEqual(boxes(result), ['BOX_VOID', 'BOX_VOID']);
    assert.ok(!('userMessage' in result));
  });

  const unanswered = [
    {
      onTimeout: 'accept',
      end: 'APPROVED, REMOVE_CARD, TRANSACTION_FINISHED',
      result: 'SUCCESSFUL',
      message: 'The signature was not checked within 80 seconds and counts as accepted.',
    },
    {
      onTimeout: 'reject',
      end: 'REMOVE_CARD, TRANSACTION_FINISHED',
      result: 'VOID',
      message: 'The signature was not checked within 80 seconds, so the payment was reversed.',
    },
  ] as const;
  for (const { onTimeout, end, result: wanted, message } of unanswered) {
    test(`C-7.5 an unanswered signature is judged by signatureOnTimeout ${onTimeout}, and a late answer is ignored`, async (t) => {
      const { harness, till } = await asked(t, { site: { signatureOnTimeout: onTimeout } });
      await harness.advance(79_999);
      assert.deepEqual(await harness.summaries(till), ASKED);
      await harness.advance(1);
      const { result } = await harness.answer(till, 7);
      await till.judgeSignature(false);
      assert.deepEqual(await harness.summaries(till), [
        ...ASKED,
        ...notifications(`SIGNATURE_VERIFICATION_TIMEOUT, ${end}`),
        'result 7',
      ]);
      mustHold(result, { transactionResult: wanted, userMessage: message });
    });
  }
});

describe('cancelling', () => {
  async function cancelAt(t: TestContext, value: string) {
    const { harness, till } = await counter(t);
    till.ask('sale', sale, 7);
    await harness.shown(till, value);
    const before = till.received.map(summary);
    till.ask('cancelTransaction', { tid: sale.tid }, 8);
    assert.deepEqual((await harness.answer(till, 8)).result, { cancelling: true });
    const { result } = await harness.answer(till, 7);
    const after = (await harness.summaries(till)).slice(before.length);
    return { harness, till, before, after, result };
  }

  test('C-7.8 a cancel in time ends CANCELLED', async (t) => {
    const { before, after, result } = await cancelAt(t, 'PRESENT_CARD');
    assert.deepEqual(before, notifications('TRANSACTION_STARTED, PRESENT_CARD'));
    assert.deepEqual(after, [
      'result 8',
      ...notifications('ATTEMPTING_CANCEL, CANCELLING, TRANSACTION_FINISHED'),
      'result 7',
    ]);
    mustHold(result, { transactionResult: 'CANCELLED' });
  });

  test('C-7.9 a cancel too late is refused', async (t) => {
    const { harness, till, before, after, result } = await cancelAt(t, 'PIN_ENTRY');
    assert.deepEqual(after, [
      'result 8',
      ...notifications('ATTEMPTING_CANCEL, UNABLE_TO_CANCEL'),
      ...notifications(CHIP).slice(before.length),
      'result 7',
    ]);
    mustHold(result, { transactionResult: 'SUCCESSFUL' });
    till.ask('cancelTransaction', { tid: sale.tid }, 9);
    assert.equal((await harness.answer(till, 9)).error.code, -32072);
  });
});
