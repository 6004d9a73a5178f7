import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transactionResults } from '../api/transactions.ts';
import { startableTypes } from '../schema/transaction.ts';
import { approvals, outcomes, outcomeWords } from './outcomes.ts';

test('each result has a word of its own and a sentence', () => {
  assert.deepEqual(Object.keys(outcomes), [...transactionResults]);
  const rows = [...Object.values(outcomes), ...Object.values(approvals)];
  assert.equal(new Set(rows.map(({ word }) => word)).size, rows.length - 1);
  for (const { word, advice } of rows) {
    assert.match(word, /^[A-Z][a-z]+( [a-z]+)*$/);
    assert.match(advice, /^[A-Z].*\.$/);
  }
});

test('only what is paid or done has the good colour, and only in SUCCESSFUL the word depends on the type', () => {
  const good = transactionResults.filter((result) => outcomes[result].tone === 'good');
  assert.deepEqual(good, ['SUCCESSFUL', 'COMPLETE', 'PAID']);
  const words = startableTypes.map((type) => outcomeWords('SUCCESSFUL', type).word);
  assert.deepEqual(words, ['Approved', 'Refunded', 'Reserved', 'Completed', 'Card is good']);
  assert.equal(outcomeWords('SUCCESSFUL', 'toString').word, 'Approved');
  assert.equal(outcomeWords('VOID', 'REFUND').word, 'Reversed');
});
