import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { columnsOf } from '@tillgate/protocol';
import fc from 'fast-check';
import { layFacts, layTable, textOf, wrapLine } from './layout.ts';

const textsOf = (lines: ReturnType<typeof layTable>) => lines.map(textOf);
const cells = (...texts: readonly string[]) => texts.map((text) => ({ text }));

describe('lines', () => {
  test('a line is broken between words, and each word keeps its tone', () => {
    const line = [
      { text: '  The card was ' },
      { text: 'taken back', tone: 'bad' },
      { text: ' now' },
    ] as const;
    assert.deepEqual(wrapLine(line, 14), [
      [{ text: '  ' }, { text: 'The card was' }],
      [{ text: '  ' }, { text: 'taken back', tone: 'bad' }],
      [{ text: '  ' }, { text: 'now' }],
    ]);
  });

  test('wide signs take two columns, and a word that fits in no line is cut', () => {
    assert.deepEqual(textsOf(wrapLine([{ text: '日本語日本語' }], 8)), ['日本語日', '本語']);
  });

  test('no line is too wide, and nothing but spaces is lost', () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '日', 'é') }));
    fc.assert(
      fc.property(texts, fc.integer({ min: 10, max: 40 }), (parts, width) => {
        const line = parts.map((text) => ({ text }));
        const rows = wrapLine(line, width);
        const letters = (text: string) => text.replaceAll(' ', '');
        assert.equal(letters(textsOf(rows).join('')), letters(textOf(line)));
        if (!/^ /.test(textOf(line)))
          for (const row of textsOf(rows)) assert.ok(columnsOf(row) <= width);
      }),
    );
  });
});

describe('tables', () => {
  const heads = ['ID', 'WHEN', 'RESULT'];
  const rows = [cells('shop1/1', '2026-03-14 12:31', 'Approved'), cells('日本/2', '-', '')];

  test('columns are as wide as their cells, and nothing is padded at the end', () => {
    assert.deepEqual(textsOf(layTable(heads, rows, 80)), [
      'ID       WHEN              RESULT',
      'shop1/1  2026-03-14 12:31  Approved',
      '日本/2   -',
    ]);
  });

  test('cells of a table that is too wide are broken between words', () => {
    assert.deepEqual(textsOf(layTable(heads, rows, 29)), [
      'ID       WHEN        RESULT',
      'shop1/1  2026-03-14  Approved',
      '         12:31',
      '日本/2   -',
    ]);
  });

  test('where not even the words fit each row is a list of facts', () => {
    assert.deepEqual(textsOf(layTable(heads, rows, 24)), [
      'ID      shop1/1',
      'WHEN    2026-03-14 12:31',
      'RESULT  Approved',
      '',
      'ID      日本/2',
      'WHEN    -',
      'RESULT',
    ]);
  });

  test('values of facts begin at one column and are broken there', () => {
    const facts = [
      ['Name', { text: 'shop1' }],
      ['Machines', { text: 'VCMTILL1SIP0 GBP, VCMTILL2SIP0' }],
    ] as const;
    assert.deepEqual(textsOf(layFacts(facts, 28)), [
      'Name      shop1',
      'Machines  VCMTILL1SIP0 GBP,',
      '          VCMTILL2SIP0',
    ]);
  });
});
