import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MoneyKey } from './money.ts';
import { amountAfterKey, amountText, moneyText, pastedAmount, typedAmount } from './money.ts';

const MOST = 99_999_999;
const keys = (...all: MoneyKey[]) =>
  all.reduce((amount, key) => amountAfterKey(amount, key, MOST), 0);

test('an amount is typed as on a till: pence come in from the right', () => {
  assert.equal(keys('1', '2', '3', '4'), 1234);
  assert.equal(keys('0', '0', '5'), 5);
  assert.equal(keys('1', '2', '00'), 1200);
});

test('the back key removes the last digit, and leaves 0 at 0', () => {
  assert.equal(keys('1', '2', '3', 'back'), 12);
  assert.equal(keys('back'), 0);
});

test('a key that would exceed the maximum is ignored [C-4.5]', () => {
  assert.equal(amountAfterKey(99_999_999, '0', MOST), 99_999_999);
  assert.equal(amountAfterKey(999_999, '00', MOST), 99_999_900);
  assert.equal(amountAfterKey(1_000_000, '00', MOST), 1_000_000);
});

test('the amount of a field after typing is read from its digits', () => {
  assert.equal(typedAmount('0.012', MOST), 12);
  assert.equal(typedAmount('12.3', MOST), 123);
  assert.equal(typedAmount('1,234.567', MOST), 1_234_567);
  assert.equal(typedAmount('', MOST), 0);
  assert.equal(typedAmount('999,999.999', MOST), undefined);
  assert.equal(typedAmount('9'.repeat(40), MOST), undefined);
});

test('a pasted amount is read with or without pence', () => {
  assert.equal(pastedAmount('12', MOST), 1200);
  assert.equal(pastedAmount(' £12.5 ', MOST), 1250);
  assert.equal(pastedAmount('1,234.56', MOST), 123_456);
  assert.equal(pastedAmount('0.29', MOST), 29);
  for (const text of ['', 'twelve', '12.345', '1,2.00', '-5', '1000000']) {
    assert.equal(pastedAmount(text, MOST), undefined, text);
  }
});

test('an amount is shown with its pence, its thousands and its sign', () => {
  assert.equal(amountText(0), '0.00');
  assert.equal(amountText(5), '0.05');
  assert.equal(amountText(99_999_999), '999,999.99');
  assert.equal(moneyText(123_456, 'GBP'), '£1,234.56');
  assert.equal(moneyText(-5, 'EUR'), '−€0.05');
});
