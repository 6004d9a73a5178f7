// Receipts as they are written and as they look on paper.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TillReceiptLine } from '@tillgate/protocol';
import fc from 'fast-check';
import { ask, served } from '../testing/table-script.ts';
import { preview } from './preview.ts';
import { receipt } from './receipt.ts';

const bill = (width: number) =>
  receipt(width)
    .logo('crown')
    .text('The Crown', { align: 'centre', bold: true, doubleHeight: true, doubleWidth: true })
    .text('14 March 2026', { align: 'right' })
    .single()
    .columns('2 Dinner with a glass of the house wine', '48.20')
    .blank()
    .double()
    .columns('To pay', '48.20', { bold: true })
    .text('Gratuity is not included.')
    .text('Thank you!')
    .barcode39('12A-0314')
    .feed().lines;

const papers: Readonly<Record<number, readonly string[]>> = {
  24: [
    '        [crown]',
    '  T h e   C r o w n',
    '           14 March 2026',
    '------------------------',
    '2 Dinner with a',
    'glass of the house',
    'wine               48.20',
    '',
    '========================',
    'To pay             48.20',
    'Gratuity is not',
    'included.',
    'Thank you!',
    '  || ||| | || | ||| ||',
    '        12A-0314',
    '',
    '- - - - - - - - - - - -',
  ],
  32: [
    '            [crown]',
    '      T h e   C r o w n',
    '                   14 March 2026',
    '--------------------------------',
    '2 Dinner with a glass of',
    'the house wine             48.20',
    '',
    '================================',
    'To pay                     48.20',
    'Gratuity is not included.',
    'Thank you!',
    '      || ||| | || | ||| ||',
    '            12A-0314',
    '',
    '- - - - - - - - - - - - - - - -',
  ],
  48: [
    '                    [crown]',
    '              T h e   C r o w n',
    '                                   14 March 2026',
    '-'.repeat(48),
    '2 Dinner with a glass of the house wine    48.20',
    '',
    '='.repeat(48),
    `To pay${' '.repeat(37)}48.20`,
    'Gratuity is not included.',
    'Thank you!',
    '              || ||| | || | ||| ||',
    '                    12A-0314',
    '',
    '- '.repeat(24).trimEnd(),
  ],
};
for (const [width, paper] of Object.entries(papers)) {
  test(`a bill on paper of ${width} columns [C-5.5]`, () => {
    assert.deepEqual(preview(bill(Number(width)), Number(width)), paper);
  });
}

test('the gateway accepts every line that a receipt builds [C-9.10]', async () => {
  const { line, gateway } = await served({ bill: () => bill(24) });
  const { result } = await ask(line, 'posReceiptRequest');
  assert.deepEqual([result.receiptLines, gateway.warnings], [bill(24), []]);
});

test('a line without style has no format', () => {
  const { lines } = receipt().text('plain').columns('a', 'b', { bold: true, doubleWidth: true });
  assert.deepEqual(lines, [
    { type: 'TEXT', value: 'plain' },
    { type: 'TEXT', value: 'a          b', format: ['BOLD', 'DOUBLE_WIDTH'] },
  ]);
});

test('an amount that does not fit beside its text is printed below it', () => {
  const { lines } = receipt(8).columns('Total of it', '1,234.50').columns('Sum', 'x'.repeat(10));
  assert.deepEqual(preview(lines, 8), [
    'Total of',
    'it',
    '1,234.50',
    'Sum',
    'xxxxxxxx',
    '      xx',
  ]);
});

test('a barcode that cannot be printed is refused', () => {
  assert.throws(() => receipt().barcode25('12A'), /BARCODE_CODE25: expected/);
  assert.throws(() => receipt().barcode39('12a'), TypeError);
  assert.throws(() => receipt().barcode128('£12'), TypeError);
  assert.throws(() => receipt(7), RangeError);
  const { lines } = receipt().barcode25('0123').barcode39('AB-$ 1').barcode128('a{~}');
  assert.deepEqual(
    lines.map(({ value }) => value),
    ['0123', 'AB-$ 1', 'a{~}'],
  );
});

test('boxes, long lines and unknown types of line are previewed', () => {
  const lines = [
    { type: 'BOX_VOID', value: '  VOID' },
    { value: `${'£'.repeat(24)}XY   ` },
    { type: 'HOLOGRAM', value: 'new' },
  ] as TillReceiptLine[];
  assert.deepEqual(preview(lines), [
    '+----------------------+',
    '|         VOID         |',
    '+----------------------+',
    '£'.repeat(24),
    'XY',
    'new',
  ]);
});

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\uffe0-\uffe6🍕]/u;
/** Columns of paper, counted in another way than the builder does. */
const columns = (text: string) => {
  const signs = [...text].filter((sign) => !/\p{M}/u.test(sign));
  return signs.length + signs.filter((sign) => WIDE.test(sign)).length;
};

for (const [left, right, paper] of [
  ['2 宫保鸡丁', '19.00', ['2 宫保鸡丁         19.00']],
  ['한식 비빔밥', '11.00', ['한식 비빔밥        11.00']],
  ['豚肉と玉子炒め弁当', '￥1,990', ['豚肉と玉子炒め弁', '当               ￥1,990']],
  ['Cre\u0300me bru\u0302le\u0301e', '£6.50', ['Crème brûlée       £6.50']],
  ['ผัดไทย', '9.00', ['ผัดไทย               9.00']],
] as const) {
  test(`${left} and its amount fill 24 columns of paper [C-5.5]`, () => {
    const { lines } = receipt().columns(left, right);
    assert.deepEqual(preview(lines), paper);
    assert.equal(columns(paper.at(-1) ?? ''), 24);
    for (const { value } of lines) assert.equal(value, value.normalize('NFC'));
  });
}

test('wide signs are aligned, doubled, boxed and cut by their columns', () => {
  const { lines } = receipt(12)
    .text('宫保', { align: 'right' })
    .text('宫保', { align: 'centre', doubleWidth: true })
    .text('宫保鸡丁宫保鸡')
    .logo('宫');
  assert.deepEqual(preview(lines, 12), [
    '        宫保',
    '  宫  保',
    '宫保鸡丁宫保',
    '鸡',
    '    [宫]',
  ]);
  assert.deepEqual(preview([{ type: 'BOX_VOID', value: '取消取消取消' }], 13), [
    '+-----------+',
    '| 取消取消  |',
    '|   取消    |',
    '+-----------+',
  ]);
});

test('a sign is not parted from its marks', () => {
  const thai = 'ก็'.repeat(30);
  const rows = preview(receipt().text(thai).lines);
  assert.deepEqual(rows, ['ก็'.repeat(24), 'ก็'.repeat(6)]);
  const family = '👨\u200d👩\u200d👧';
  assert.deepEqual(preview(receipt(8).text(`${family}${family}`).lines, 8), [family, family]);
});

test('a text that a printer cannot print as a line is refused, without repeating it', () => {
  const wrong = {
    'a\tb': 'U+0009',
    'two\nlines': 'U+000A',
    'two\r\nlines': 'U+000D',
    'a\u0000': 'U+0000',
    '\u001b[1m': 'U+001B',
    '\u0085': 'U+0085',
    '\u2028': 'U+2028',
    '\u2029': 'U+2029',
    '\u007f': 'U+007F',
    '\ud83c': 'U+D83C',
  };
  for (const [text, got] of Object.entries(wrong)) {
    for (const [name, add] of [
      ['text', () => receipt().text(text)],
      ['left', () => receipt().columns(text, '1.00')],
      ['right', () => receipt().columns('Dinner', text)],
      ['name', () => receipt().logo(text)],
    ] as const) {
      const message = `${name}: expected no control characters and no line breaks, got ${got}.`;
      assert.throws(add, { name: 'TypeError', message });
    }
  }
  assert.throws(() => receipt().text(12 as never), {
    name: 'TypeError',
    message: 'text: expected string, got number.',
  });
  assert.deepEqual(preview([{ value: 'a\tb\nc' }]), ['a b c']);
  assert.deepEqual(preview([{ value: 'a\u202eb\u009bc\u2066d' }]), ['a b c d']);
});

test('no word is lost and no row is wider than the paper, whatever is written', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'B', '£', '7', '🍕', '宫', 'é', '한'),
    maxLength: 30,
  });
  const text = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '));
  const style = fc.record({
    align: fc.constantFrom('left' as const, 'centre' as const, 'right' as const),
    doubleWidth: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 8, max: 48 }),
      fc.tuple(text, text),
      style,
      (width, texts, how) => {
        const [left, right] = texts;
        const { lines } = receipt(width).text(left, how).columns(left, right);
        const room = how.doubleWidth ? width >> 1 : width;
        for (const { value, format } of lines) {
          const most = format?.includes('DOUBLE_WIDTH') ? room : width;
          assert.ok(columns(value) <= most, value);
          for (const row of preview([{ value }], most)) assert.ok(columns(row) <= most, row);
        }
        const letters = (part: string) => part.replaceAll(' ', '');
        const written = lines.map(({ value }) => letters(value)).join('');
        assert.equal(written, letters(left) + letters(left) + letters(right));
      },
    ),
  );
});
