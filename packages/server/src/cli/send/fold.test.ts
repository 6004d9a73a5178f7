import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation } from '@tillgate/protocol';
import { textOf } from '../layout.ts';
import { foldedLines } from './fold.ts';

const conversation = new Conversation({ integration: 'pac', version: 'v1' });
conversation.follow('partner', '{"jsonrpc":"2.0","id":1,"method":"sale","params":{}}');

function folded(message: unknown): readonly string[] {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return foldedLines(text, conversation.follow('gateway', text)).map(textOf);
}

test('messages are folded to their meaning, with the words of the wire beside it', () => {
  const shown = { tid: 'VCM1SIP0', notificationValue: 'PRESENT_CARD' };
  assert.deepEqual(folded({ jsonrpc: '2.0', method: 'terminalNotification', params: shown }), [
    '← VCM1SIP0 shows: Present the card (PRESENT_CARD)',
  ]);
  const question = { tid: 'VCM1SIS0', receiptLines: { MERCHANT: [{ value: 'secret line' }] } };
  const asked = { jsonrpc: '2.0', id: 5, method: 'signatureVerificationRequest', params: question };
  assert.deepEqual(folded(asked), [
    '← signatureVerificationRequest 5: {"tid":"VCM1SIS0","receiptLines":"…"}',
  ]);
  const payment = {
    ...{ transactionType: 'SALE', transactionResult: 'DECLINED', currency: 'GBP' },
    ...{ amountTotal: 500, authCode: '', receiptLines: {} },
  };
  assert.deepEqual(folded({ jsonrpc: '2.0', id: 1, result: payment }), [
    '← sale 1: Declined GBP 5.00 (SALE DECLINED)',
  ]);
});

test('a refusal has its code, its faults and its sentence for staff', () => {
  const errors = [{ path: '/amount', expected: 'integer', got: 'nothing' }];
  const data = { errors, userMessage: 'Ask for help.' };
  const error = { code: -32602, message: 'Invalid params.', data };
  assert.deepEqual(folded({ jsonrpc: '2.0', id: null, error }).slice(-3), [
    '← error: refused -32602. Invalid params.',
    '    /amount: expected integer, got nothing',
    '    Ask for help.',
  ]);
});

test('lists have a line for each item, and anything else is shown', () => {
  assert.deepEqual(folded({ jsonrpc: '2.0', id: 9, result: [{ tid: 'A' }, 7] }).slice(1), [
    '    {"tid":"A"}',
    '    7',
  ]);
  assert.deepEqual(folded('not JSON'), ['← not JSON']);
  assert.equal(folded('null').length, 1);
  assert.equal(folded('[{"jsonrpc":"2.0","method":"a"},3]').length, 2);
});
