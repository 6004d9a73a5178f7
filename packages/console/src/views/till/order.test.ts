import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Method, OrderDraft } from './order.ts';
import {
  emptyDraft,
  faultsOf,
  hasField,
  methods,
  orderOf,
  requestOf,
  submitText,
} from './order.ts';

const draft: OrderDraft = { ...emptyDraft, tid: '12345678', amount: '12.34' };
const order = orderOf(draft);

test('C-4.5: each method is sent with its own parameters and no others', () => {
  const all = { ...order, cashback: 1000, authCode: ' P3X9D5 ', notPresent: true };
  const asked = { tid: '12345678', currency: 'GBP', amount: 1234 };
  const absent = { cardholderNotPresent: true };
  const wanted: Readonly<Record<Method, object>> = {
    sale: { ...asked, amountCashback: 1000, ...absent },
    refund: { ...asked, ...absent },
    preAuth: { ...asked, ...absent },
    completion: { ...asked, authCode: 'P3X9D5', ...absent },
    accountVerification: { ...asked, amount: 0 },
  };
  for (const method of Object.keys(methods) as Method[]) {
    const params = wanted[method];
    assert.deepEqual(requestOf({ ...all, method }), { method, params });
  }
});

test('what was not asked for is not sent', () => {
  assert.deepEqual(requestOf(order).params, { tid: '12345678', currency: 'GBP', amount: 1234 });
});

test('what is missing is reported at its field', () => {
  assert.deepEqual(faultsOf(draft), {});
  assert.deepEqual(Object.keys(faultsOf(emptyDraft)), ['tid', 'amount']);
  assert.deepEqual(Object.keys(faultsOf({ ...draft, method: 'completion' })), ['authCode']);
  assert.deepEqual(faultsOf({ ...draft, amount: '', method: 'accountVerification' }), {});
});

test('an amount that is none, or is too much, is reported at its field', () => {
  for (const amount of ['0.005', '12.345', '1,234.50', '5.', '-5', '£5', '1e3', '1000000']) {
    assert.deepEqual(Object.keys(faultsOf({ ...draft, amount })), ['amount'], amount);
  }
  assert.match(faultsOf({ ...draft, amount: '12.345' }).amount ?? '', /Write it like 12\.34/);
  assert.equal(faultsOf({ ...draft, amount: '1000000' }).amount, 'At most 999999.99.');
  assert.equal(faultsOf({ ...draft, amount: '0.00' }).amount, 'Type an amount first.');
  assert.equal(faultsOf({ ...draft, cashback: '100.01' }).cashback, 'At most 100.00.');
  assert.deepEqual(faultsOf({ ...draft, cashback: '5.5' }), {});
});

test('C-12.21: a card number typed as the code of a pre-auth is stopped', () => {
  const typed: OrderDraft = { ...draft, method: 'completion', authCode: '4929123412341234' };
  assert.match(faultsOf(typed).authCode ?? '', /card number/);
});

test('the button says what the card will pay', () => {
  assert.equal(submitText(order), 'Take £12.34');
  assert.equal(submitText({ ...order, cashback: 1000 }), 'Take £22.34');
  assert.equal(submitText({ ...order, method: 'refund', cashback: 1000 }), 'Give back £12.34');
  assert.equal(submitText({ ...order, method: 'accountVerification' }), 'Check the card');
});

test('only a sale hands out cash, and a verification has no amount', () => {
  const methodsWith = (field: 'amount' | 'cashback') =>
    (Object.keys(methods) as Method[]).filter((method) => hasField(method, field));
  assert.deepEqual(methodsWith('cashback'), ['sale']);
  assert.deepEqual(methodsWith('amount'), ['sale', 'refund', 'preAuth', 'completion']);
});
