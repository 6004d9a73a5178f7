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

test('C-12.21 a card number in a name or number of a report is masked', () => {
  const totals = {
    currency: 'GBP',
    totalAmount: 0,
    totalSalesAmount: 0,
    totalSalesCount: 0,
    totalRefundsAmount: 0,
    totalRefundsCount: 0,
  } as const;
  const acquirer = {
    currency: 'GBP',
    currentSessionTransactionNumbers: [whole, whole],
    previousSessionTransactionNumbers: ['0000', '0000'],
    currentSessionTotals: totals,
    previousSessionTotals: totals,
    currentSessionIssuerTotals: { [`VISA ${whole}`]: totals },
    previousSessionIssuerTotals: {},
  } as const;
  const banking = { '4111.1111.1111.1111': { ...acquirer } } as never;
  const said = sanitizeReport({ reportTime: '', balances: {}, banking, reportLines: [] });
  const text = JSON.stringify(said);
  assert.doesNotMatch(text, /4111\D?1111/);
  assert.match(text, /"VISA \*{12}1111":\{"currency":"GBP","totalAmount":0/);
});

test('C-13.20 a space stands for each control character that a driver reports', () => {
  const controls = '\u0000\u001b\n\u007f\u009b\u061c\u200e\u2028\u202e\u2069';
  const texts = { ...card, cardSchemeName: `VI${controls}SA`, authCode: `1\u202e2` };
  const lines = [{ value: `A${controls}B` }];
  const said = [
    sanitizeOutcome(outcome('SUCCESSFUL', { card: texts, receiptLines: { MERCHANT: lines } })),
    sanitizeSignature({ card: texts, merchantReceipt: lines }),
    sanitizeReport({ reportTime: '', balances: {}, banking: {}, reportLines: lines }),
  ];
  const text = JSON.stringify(said);
  assert.doesNotMatch(text, /\\[nu]|[^ -~]/);
  assert.match(text, /"value":"A {10}B"/);
  assert.match(text, /"authCode":"1 2"/);
});
