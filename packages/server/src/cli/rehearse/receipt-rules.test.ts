import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PrintedCopies } from './driver.ts';
import type { Evidence } from './evidence.ts';
import { receiptRules } from './receipt-rules.ts';
import { Recording } from './recording.ts';

const tid = 'VCM1SIP0';
const MERCHANT = [
  { value: '     MERCHANT COPY', format: ['BOLD'] },
  { value: 'TOTAL           GBP12.50', format: ['BOLD', 'DOUBLE_HEIGHT'] },
  { type: 'LINE_SEPARATOR_SINGLE', value: '' },
  { value: 'Zoe\u0308 角の店' },
  { type: 'TICKET_FEED', value: '' },
];

function judge(printed: PrintedCopies, receiptLines: object = { MERCHANT }) {
  const recording = new Recording(new AbortController().signal);
  const result = { tid, transactionResult: 'SUCCESSFUL', receiptLines };
  recording.take({
    ...{ event: 'frame', number: 1, at: '2026-03-14T09:26:53.000Z', site: 'testhost' },
    ...{ connection: 'c1', integration: 'pac', version: 'v1', direction: 'sent' },
    text: JSON.stringify({ jsonrpc: '2.0', id: 1, result }),
  });
  const evidence: Evidence = {
    ...{ tid, version: 'v1', commands: [], messages: recording.messages, events: [] },
    ...{ transactions: [], belief: undefined, printed, slipPrinted: undefined },
    ...{ isConnected: true, cutAtMs: [], handshakes: [], tookMs: 0, returnsPingPayload: true },
  };
  const { 'prints-receipts': whole, 'prints-no-receipt': none } = receiptRules;
  return [whole.judge(evidence), none.judge(evidence)];
}

function whyOf(printed: PrintedCopies, receiptLines?: object): string {
  return judge(printed, receiptLines)[0]?.why ?? '';
}

test('a receipt is printed whole, whatever its columns and line breaks are', () => {
  for (const merchant of [
    ['MERCHANT COPY', 'TOTAL GBP12.50', 'Zoë 角の店'],
    ['MERCHANT', 'COPY', '------', 'TOTAL', 'GBP', '12.50', 'Zoë', '角の店'],
    MERCHANT,
  ]) {
    assert.equal(whyOf({ merchant }), 'It printed every line.');
  }
});

test('lines that are missing, in another order, or in another format are named', () => {
  assert.match(whyOf({ merchant: ['MERCHANT COPY', 'TOTAL GBP12.50'] }), /^1 .* 角の店"\.$/);
  assert.match(whyOf({ merchant: ['TOTAL GBP12.50', 'MERCHANT COPY', 'Zoë 角の店'] }), /"TOTAL/);
  const plain = MERCHANT.map(({ value }) => ({ value, format: ['BOLD'] }));
  assert.match(whyOf({ merchant: plain }), /^1 .*GBP12\.50" in BOLD DOUBLE_HEIGHT\.$/);
  assert.match(whyOf({}), /^3 lines were not printed/);
});

test('where there is no copy, none is printed', () => {
  const [whole, none] = judge({ customer: ['PAID'] }, {});
  assert.deepEqual([whole?.passed, none?.passed], [true, false]);
  assert.equal(none?.why, 'It printed a customer copy that it did not get.');
  assert.equal(judge({}, {})[1]?.passed, true);
});
