import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { excerpt, marks, prepare, search } from './search.ts';

const entry = (title: string, text = '', page = '') => ({ title, page, href: title, text });
const titles = (entries: Parameters<typeof prepare>[0], wanted: string) =>
  search(prepare(entries), wanted).map(({ title }) => title);
const text = (pieces: ReturnType<typeof excerpt>) => pieces.map((piece) => piece.text).join('');

describe('the order of what is found', () => {
  test('a title that is what was typed, then one that begins so, then one that has it', () => {
    const entries = ['cancel a sale', 'sales', 'wholesale', 'sale'].map((title) => entry(title));
    assert.deepEqual(titles(entries, 'sale'), ['sale', 'sales', 'cancel a sale', 'wholesale']);
  });

  test('a title counts for more than the text, a word for more than a part of one', () => {
    const entries = [entry('a', 'presale'), entry('b', 'a sale'), entry('c sale')];
    assert.deepEqual(titles(entries, 'sale'), ['c sale', 'b', 'a']);
  });

  test('words next to each other count for more than words apart', () => {
    const entries = [entry('a', 'lock it, then the table'), entry('b', 'they lock table 3')];
    assert.deepEqual(titles(entries, 'lock table'), ['b', 'a']);
  });

  test('signs with a meaning elsewhere are plain signs here', () => {
    assert.deepEqual(titles([entry('a', 'params.* and ($1)')], '.* ($1)'), ['a']);
    assert.deepEqual(titles([entry('a', 'anything')], '.*'), []);
  });
});

describe('the excerpt', () => {
  test('shows the text around what was found, cut between words', () => {
    const long = `${'before '.repeat(40)}needle ${'after '.repeat(60)}`.trim();
    const shown = text(excerpt(long, 'needle'));
    assert.match(shown, /^… (before )+needle (after )+…$/);
    assert.ok(shown.length < 230);
  });

  test('shows the beginning if it was the title that fitted', () => {
    assert.equal(text(excerpt('One two three.', 'zebra')), 'One two three.');
    assert.equal(text(excerpt('', 'zebra')), '');
  });

  test('cuts a text without gaps all the same', () => {
    const shown = text(excerpt(`${'x'.repeat(300)}needle${'y'.repeat(300)}`, 'needle'));
    assert.match(shown, /^… x{60}needley{134} …$/);
  });
});

test('every word is marked wherever it stands, the longest where two fit', () => {
  assert.deepEqual(
    marks('Lock and unlock', ['lock', 'unlock']).map(({ text: part, isMarked }) =>
      isMarked ? `[${part}]` : part,
    ),
    ['[Lock]', ' and ', '[unlock]'],
  );
});
