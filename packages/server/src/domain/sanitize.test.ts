import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sanitizeOutcome, sanitizeReport, sanitizeSignature } from './sanitize.ts';
import { card, outcome } from './test-job.ts';

const whole = '4111111111111111';

test('C-12.21 a whole card number is masked wherever a machine may put it', () => {
  const lines = [{ value: `CARD ${whole}` }, { value: 'CARD 4111 1111 1111 1111' }];
  const said = [
    sanitizeOutcome(
      outcome('SUCCESSFUL', {
        card: { ...card, primaryAccountNumber: whole },
        receiptLines: { MERCHANT: lines, CUSTOMER: lines },
      }),
    ),
    sanitizeSignature({ card: { ...card, primaryAccountNumber: whole }, merchantReceipt: lines }),
    sanitizeReport({ reportTime: '', balances: {}, banking: {}, reportLines: lines }),
  ];
  const text = JSON.stringify(said);
  assert.doesNotMatch(text, /4111\D?1111/);
  assert.match(text, /"primaryAccountNumber":"\*{12}1111"/);
});

test('a reference number of the bank stays: it has no check digit of a card', () => {
  const lines = [{ value: 'RRN 123456789012' }, { value: 'REF 4111111111111112' }];
  const receiptLines = { MERCHANT: lines };
  assert.deepEqual(
    sanitizeOutcome(outcome('SUCCESSFUL', { receiptLines })).receiptLines,
    receiptLines,
  );
});
