import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Method, Order } from './order.ts';
import { emptyOrder, faultsOf, hasField, methods, requestOf, submitText } from './order.ts';

const order: Order = { ...emptyOrder, tid: '12345678', amount: 1234 };

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

test('what is missing is told by its field', () => {
  assert.deepEqual(faultsOf(order), {});
  assert.deepEqual(Object.keys(faultsOf(emptyOrder)), ['tid', 'amount']);
  assert.deepEqual(Object.keys(faultsOf({ ...order, method: 'completion' })), ['authCode']);
  assert.deepEqual(faultsOf({ ...order, amount: 0, method: 'accountVerification' }), {});
});

test('C-12.21: a card number typed as the code of a pre-auth is stopped', () => {
  const typed: Order = { ...order, method: 'completion', authCode: '4929123412341234' };
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
