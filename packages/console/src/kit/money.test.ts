import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AmountKey, MoneyKey } from './money.ts';
import {
  amountAfterKey,
  amountFault,
  amountIn,
  amountText,
  moneyText,
  plainAmount,
  textAfterKey,
} from './money.ts';

const MOST = 99_999_999;
const keys = (...all: MoneyKey[]) =>
  all.reduce((amount, key) => amountAfterKey(amount, key, MOST), 0);

test('on the keypad of a card machine pence come in from the right', () => {
  assert.equal(keys('1', '2', '3', '4'), 1234);
  assert.equal(keys('0', '0', '5'), 5);
});

test('the back key removes the last digit, and leaves 0 at 0', () => {
  assert.equal(keys('1', '2', '3', 'back'), 12);
  assert.equal(keys('back'), 0);
});

test('a key that would exceed the maximum is ignored [C-4.5]', () => {
  assert.equal(amountAfterKey(99_999_999, '0', MOST), 99_999_999);
  assert.equal(amountAfterKey(9_999_999, '9', MOST), 99_999_999);
});

test('a keypad beside an amount field writes what its keys say', () => {
  const typed = (...all: AmountKey[]) => all.reduce(textAfterKey, '');
  assert.equal(typed('1', '2', '3', '4'), '1234');
  assert.equal(typed('1', '2', '.', '3', '4'), '12.34');
  assert.equal(typed('1', '2', '.', '.', '3', '4', '5'), '12.34');
  assert.equal(typed('.', '5'), '0.5');
  assert.equal(typed('1', '.', 'back', '2'), '12');
  assert.equal(typed('back'), '');
});

test('a text in an amount field means what it says, or is refused with a sentence', () => {
  for (const [text, minor] of [
    ...([['', 0] as const, ['5.5', 550], ['12', 1200], ['0.29', 29], ['0', 0]] as const),
    ...([[' 12.34 ', 1234] as const, ['999999.99', 99_999_999]] as const),
  ]) {
    assert.equal(amountIn(text), minor, text);
    assert.equal(amountFault(text, MOST), undefined, text);
  }
  for (const text of ['0.005', '12.345', '1,234.50', '1.234,50', '12,34', '.5', '5.', '-5', '£5']) {
    assert.equal(amountIn(text), undefined, text);
    assert.match(amountFault(text, MOST) ?? '', /^Not an amount\. Write it like 12\.34/, text);
  }
  assert.equal(amountFault('1000000', MOST), 'At most 999999.99.');
  assert.equal(amountFault('100.01', 10_000), 'At most 100.00.');
});

test('the beginning of an amount is no fault while more may be typed', () => {
  assert.equal(amountFault('12.', MOST, true), undefined);
  assert.notEqual(amountFault('12.', MOST), undefined);
  assert.notEqual(amountFault('12.345', MOST, true), undefined);
});

test('an amount is shown with its pence, its thousands and its sign', () => {
  assert.equal(amountText(0), '0.00');
  assert.equal(amountText(5), '0.05');
  assert.equal(amountText(99_999_999), '999,999.99');
  assert.equal(moneyText(123_456, 'GBP'), '£1,234.56');
  assert.equal(moneyText(-5, 'EUR'), '−€0.05');
  assert.equal(plainAmount(123_456), '1234.56');
  assert.equal(plainAmount(-5), '-0.05');
});
