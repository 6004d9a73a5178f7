import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { receiptText } from './receipt-text.ts';

const textOf = (lines: Parameters<typeof receiptText>[0]) =>
  receiptText(lines).map(({ text }) => text);

describe('a receipt on a screen of text', () => {
  test('every kind of line is printed as a printer of 24 columns does [C-5.5]', () => {
    const paper = textOf([
      { value: '     MERCHANT COPY', type: 'TEXT', format: ['BOLD'] },
      { value: 'ignored', type: 'LINE_SEPARATOR_SINGLE' },
      { value: 'SALE            GBP12.50' },
      { value: '', type: 'LINE_SEPARATOR_DOUBLE' },
      { value: '        DECLINED', type: 'BOX_DECLINE' },
      { value: 'VOID', type: 'BOX_VOID' },
      { value: 'ignored', type: 'CARRIAGE_RETURN' },
      { value: '', type: 'TICKET_FEED' },
    ]);
    assert.deepEqual(paper, [
      '     MERCHANT COPY',
      '------------------------',
      'SALE            GBP12.50',
      '========================',
      '+----------------------+',
      '|       DECLINED       |',
      '+----------------------+',
      '+----------------------+',
      '|         VOID         |',
      '+----------------------+',
      '',
      '',
      '- - - - - - - - - - - -',
    ]);
  });

  test('lines with a format are bold', () => {
    const lines = [
      { value: 'TOTAL', format: ['BOLD' as const] },
      { value: 'END', format: [] },
    ];
    assert.deepEqual(receiptText(lines), [
      { text: 'TOTAL', bold: true },
      { text: 'END', bold: false },
    ]);
  });

  test('a longer line goes on below, cut between characters', () => {
    const text = `${'£'.repeat(24)}XY`;
    assert.deepEqual(textOf([{ value: text }]), ['£'.repeat(24), 'XY']);
  });

  test('a line cannot move the cursor', () => {
    assert.deepEqual(textOf([{ value: 'A\u001b[2JB' }]), ['A\ufffd[2JB']);
  });
});
