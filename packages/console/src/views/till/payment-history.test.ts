import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Payment, TransactionResult, UnknownOutcome } from '@tillgate/client';
import { v1 } from '@tillgate/protocol';
import { emptyDraft, orderOf } from './order.ts';
import {
  lastPaymentText,
  orderText,
  outcomeText,
  paymentFacts,
  whyFailed,
} from './outcome-text.ts';
import {
  addPayment,
  addStep,
  endOfOutcome,
  endOfPayment,
  findUnclaimed,
  restorePayments,
  setEnd,
  setRequestId,
} from './payment-history.ts';

const example = v1.messages.find(({ name }) => name === 'sale.response')?.schema as {
  examples: { result: Payment }[];
};
const sale = example.examples[0]?.result as Payment;
const order = { ...orderOf(emptyDraft), tid: sale.tid, amount: sale.amountBase };
const paymentThat = (transactionResult: TransactionResult, userMessage?: string): Payment => ({
  ...sale,
  transactionResult,
  ...(userMessage && { userMessage }),
});
const wordsFor = (payment: Payment) => {
  const end = endOfPayment(payment);
  return end && outcomeText({ order, end });
};

test('the newest payment stands first, and twenty are kept', () => {
  let entries = addPayment([], order, 1);
  for (let at = 2; at <= 25; at += 1) entries = addPayment(entries, order, at);
  assert.deepEqual([entries.length, entries[0]?.key, entries[0]?.at], [20, 25, 25]);
});

test('steps and the end belong to the payment that they report', () => {
  const two = addPayment(addPayment([], order, 1), order, 2);
  const step = { value: 'PRESENT_CARD', afterMs: 100 };
  const [newer, older] = setEnd(addStep(two, 1, step), 2, {
    kind: 'approved',
    payment: sale,
  });
  assert.deepEqual([older?.steps, older?.end, newer?.steps], [[step], undefined, []]);
  assert.equal(newer?.end?.kind, 'approved');
});

test('a payment that ran when the page was loaded anew is not known, and its result is taken', () => {
  const kept = JSON.parse(JSON.stringify(setRequestId(addPayment([], order, 1), 1, 77)));
  const entries = restorePayments(kept);
  const words = outcomeText(entries[0] ?? { order });
  assert.equal(words?.word, 'Not known');
  assert.match(words?.todo ?? '', new RegExp(sale.tid));
  assert.equal(findUnclaimed(entries, 77, sale)?.key, 1);
  assert.equal(findUnclaimed(entries, 78, sale), undefined);
  assert.equal(findUnclaimed(entries, 77, { ...sale, tid: 'other' }), undefined);
});

test('what cannot be read is forgotten', () => {
  assert.deepEqual(restorePayments({ entries: [] }), []);
  assert.deepEqual(restorePayments([null, 7, { key: 1 }]), []);
});

test('C-4.16: only a success is good, and every other end says what to do', () => {
  assert.equal(wordsFor(paymentThat('SUCCESSFUL'))?.tone, 'good');
  for (const result of ['DECLINED', 'VOID', 'CANCELLED', 'UNSUCCESSFUL'] as const) {
    const words = wordsFor(paymentThat(result));
    assert.equal(words?.tone, 'bad', result);
    assert.match(words?.todo ?? '', /money was taken/, result);
  }
  assert.equal(endOfPayment(paymentThat('TIMED_OUT')), undefined);
});

test('C-5.3: what the gateway says on a success is shown, and makes one look twice', () => {
  const words = wordsFor(paymentThat('SUCCESSFUL', 'The signature counts as accepted.'));
  assert.equal(words?.tone, 'wait');
  assert.match(words?.todo ?? '', /^The signature counts as accepted\. /);
});

test('an outcome that is not known shows the advice of the SDK', () => {
  const unknown = { outcome: 'unknown', advice: 'Look.', machineMayBeAtWork: true };
  const words = outcomeText({ order, end: endOfOutcome(unknown as UnknownOutcome) });
  assert.deepEqual([words?.tone, words?.todo], ['wait', 'Look.']);
});

test('C-4.17: the last payment is named by its kind', () => {
  const last = (transactionType: Payment['transactionType']) =>
    lastPaymentText({ ...sale, transactionType }).word;
  assert.deepEqual(
    [last('SALE'), last('REFUND'), last('PRE_AUTH')],
    ['Approved', 'Refunded', 'Reserved'],
  );
  assert.equal(lastPaymentText(paymentThat('TIMED_OUT')).tone, 'wait');
});

test('the facts leave out what a payment lacks', () => {
  const names = paymentFacts({ ...sale, authCode: '', paymentMethod: 'UNKNOWN' }).map(
    ([name]) => name,
  );
  assert.ok(!names.includes('Code') && !names.includes('Read by'));
  assert.deepEqual(
    paymentFacts(sale)
      .find(([name]) => name === 'Card')?.[1]
      .slice(-8),
    '****4821',
  );
});

test('an order is named with its cashback', () => {
  const asked = { ...orderOf(emptyDraft), amount: 1234 };
  assert.equal(orderText(asked), 'Sale, £12.34');
  assert.equal(orderText({ ...asked, cashback: 1000 }), 'Sale, £12.34 and £10.00 cashback');
  assert.equal(orderText({ ...asked, method: 'accountVerification' }), 'Verification');
});

test('C-3.18: a refusal shows the sentence for staff', () => {
  const refused = { name: 'TillError', message: 'Terminal 7 is busy.', userMessage: 'Wait.' };
  assert.deepEqual(whyFailed({ ...refused, code: -32071 }), {
    happened: 'Terminal 7 is busy (-32071).',
    todo: 'Wait.',
  });
});
