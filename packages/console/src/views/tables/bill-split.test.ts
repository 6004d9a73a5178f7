import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Split } from './bill-split.ts';
import { gratuityOf, nextSplit, shareOf } from './bill-split.ts';

/** What each card pays, one after another. */
function shares(bill: number, split: Split): readonly number[] {
  const paid: number[] = [];
  let left = bill;
  let now = split;
  while (left > 0) {
    const share = shareOf(left, now, 0);
    paid.push(share);
    left -= share;
    now = nextSplit(now);
  }
  return paid;
}

test('equal shares add up to the bill, the odd pennies on the first', () => {
  assert.deepEqual(shares(4820, 1), [4820]);
  assert.deepEqual(shares(4820, 3), [1607, 1607, 1606]);
  assert.deepEqual(shares(2, 4), [1, 1]);
});

test('a part is what was typed, and never more than is left', () => {
  assert.equal(shareOf(4820, 'part', 2000), 2000);
  assert.equal(shareOf(1000, 'part', 2000), 1000);
  assert.equal(nextSplit('part'), 1);
});

test('a gratuity is rounded to the nearest penny', () => {
  assert.equal(gratuityOf(1607, 100), 161);
  assert.equal(gratuityOf(1000, 125), 125);
  assert.equal(gratuityOf(4, 125), 1);
  assert.equal(gratuityOf(4820, 0), 0);
});
