import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { amountText } from '../application/journal/money-text.ts';
import { readAmount } from './amount.ts';
import { UsageError } from './exit-code.ts';

const most = 99_999_999;

describe('money typed by people', () => {
  const amounts: readonly (readonly [string, number])[] = [
    ['12.34', 1234],
    ['12', 1200],
    ['0.5', 50],
    ['0.05', 5],
    ['0.01', 1],
    ['19.99', 1999],
    // As floats times 100 these would come out a penny short.
    ['1.15', 115],
    ['8.29', 829],
    ['999999.99', 99_999_999],
    ['007.10', 710],
  ];
  for (const [text, minor] of amounts) {
    test(`${text} is ${minor} in minor units`, () => {
      assert.equal(readAmount('AMOUNT', text, { most }), minor);
    });
  }

  const refused = [
    '',
    '1,234.50',
    '1.234',
    '0.005',
    '12.345',
    '12,34',
    '.5',
    '5.',
    '-5',
    '+5',
    '1e3',
    '£5',
    '0x10',
    '5 0',
    '٣',
  ];
  for (const text of refused) {
    test(`"${text}" is refused with the way to write it`, () => {
      assert.throws(() => readAmount('AMOUNT', text, { most }), UsageError);
    });
  }

  test('nothing, and more than a transaction can carry, is out of bounds', () => {
    assert.throws(() => readAmount('AMOUNT', '0', { most }), /expected 0\.01 to 999999\.99/);
    assert.throws(() => readAmount('AMOUNT', '1000000', { most }), /expected 0\.01/);
    assert.equal(readAmount('--cashback', '0', { least: 0, most: 10_000 }), 0);
  });

  test('minor units are written with two decimals', () => {
    const written = [0, 5, 50, 1234, -499].map(amountText);
    assert.deepEqual(written, ['0.00', '0.05', '0.50', '12.34', '-4.99']);
  });
});
