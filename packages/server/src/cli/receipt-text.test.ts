import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { receiptText } from './receipt-text.ts';

const plain = { bold: false };

describe('a receipt on a screen of text', () => {
  test('every kind of line is printed as a printer of 24 columns does [C-5.5]', () => {
    const paper = receiptText(
      [
        { value: '     MERCHANT COPY', type: 'TEXT', format: ['BOLD'] },
        { value: 'ignored', type: 'LINE_SEPARATOR_SINGLE' },
        { value: 'SALE            GBP12.50' },
        { value: '', type: 'LINE_SEPARATOR_DOUBLE' },
        { value: '        DECLINED', type: 'BOX_DECLINE' },
        { value: 'VOID', type: 'BOX_VOID' },
        { value: 'ignored', type: 'CARRIAGE_RETURN' },
        { value: '', type: 'TICKET_FEED' },
      ],
      plain,
    );
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

  test('bold lines are bold only where the screen understands it', () => {
    const lines = [
      { value: 'TOTAL', format: ['BOLD' as const] },
      { value: 'END', format: [] },
    ];
    assert.deepEqual(receiptText(lines, { bold: true }), ['\u001b[1mTOTAL\u001b[0m', 'END']);
    assert.deepEqual(receiptText(lines, plain), ['TOTAL', 'END']);
  });

  test('a longer line goes on below, cut between characters', () => {
    const text = `${'£'.repeat(24)}XY`;
    assert.deepEqual(receiptText([{ value: text }], plain), ['£'.repeat(24), 'XY']);
  });

  test('a line cannot move the cursor', () => {
    assert.deepEqual(receiptText([{ value: 'A\u001b[2JB' }], plain), ['A\ufffd[2JB']);
  });
});
