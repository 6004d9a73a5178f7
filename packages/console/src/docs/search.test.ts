import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Piece, SearchEntry } from './search.ts';
import { buildIndex, excerpt, marked, openIndex, search } from './search.ts';

const entry = (title: string, text = '', page = ''): SearchEntry => ({
  title,
  page,
  href: title,
  text,
});
const hits = (entries: readonly SearchEntry[], query: string) =>
  search(openIndex(buildIndex(entries)), query);
const titles = (entries: readonly SearchEntry[], query: string) =>
  hits(entries, query).map((hit) => hit.entry.title);
const shown = (pieces: readonly Piece[]) =>
  pieces.map(({ text, isMarked }) => (isMarked ? `[${text}]` : text)).join('');
const plain = (pieces: readonly Piece[]) => pieces.map(({ text }) => text).join('');

describe('the search', () => {
  test('ranks a title that is the query above a title that contains it, and that above a text', () => {
    const entries = [entry('b', 'a sale'), entry('cancel a sale'), entry('sale')];
    assert.deepEqual(titles(entries, 'sale'), ['sale', 'cancel a sale', 'b']);
  });

  test('ranks words next to each other above the same words apart', () => {
    const entries = [entry('a', 'lock it, then the table'), entry('b', 'they lock table 3')];
    assert.deepEqual(titles(entries, 'lock table'), ['b', 'a']);
  });

  test('finds a word by its beginning, by another form of it, and by a part of a name', () => {
    const entries = [entry('signature verification'), entry('tableLockRequest')];
    assert.deepEqual(titles(entries, 'signat'), ['signature verification']);
    assert.deepEqual(titles(entries, 'signatures verified'), ['signature verification']);
    assert.deepEqual(titles(entries, 'lock'), ['tableLockRequest']);
  });

  test('finds a word with two letters in the wrong order, where nothing is spelt so', () => {
    const entries = [entry('signature'), entry('sale')];
    assert.deepEqual(titles(entries, 'singature'), ['signature']);
    assert.deepEqual(titles([...entries, entry('singature')], 'singature'), ['singature']);
  });

  test('finds the words of the documentation by words that others use', () => {
    const entries = [entry('gratuity'), entry('when a connection drops'), entry('sale')];
    assert.deepEqual(titles(entries, 'tips'), ['gratuity']);
    assert.deepEqual(titles(entries, 'disconnected'), ['when a connection drops']);
  });

  test('finds only sections that have all words, and nothing for signs alone', () => {
    const entries = [entry('lock', 'a table'), entry('unlock', 'a bill')];
    assert.deepEqual(titles(entries, 'lock zebra'), []);
    assert.deepEqual(titles(entries, '.* ($1)'), []);
    assert.deepEqual(titles(entries, '  '), []);
  });

  test('takes C# for a word of its own, and the other names of a language for the same', () => {
    const entries = [entry('C#'), entry('the letter C'), entry('golf'), entry('Go')];
    assert.deepEqual(titles(entries, 'c#'), ['C#']);
    assert.deepEqual(titles(entries, 'CSharp'), ['C#']);
    assert.deepEqual(titles(entries, 'golang'), ['Go', 'golf']);
  });

  test('takes error codes and rule numbers exactly', () => {
    const entries = [entry('C-9.13'), entry('C-9.1'), entry('errors', 'busy: -32071')];
    assert.deepEqual(titles(entries, 'c-9.1'), ['C-9.1', 'C-9.13']);
    assert.deepEqual(titles(entries, '-32071'), ['errors']);
    assert.deepEqual(titles(entries, '32071'), ['errors']);
    assert.deepEqual(titles(entries, 'C-9.4'), []);
  });
});

describe('the excerpt', () => {
  const needle = new Set(['needl']);

  test('shows the text around the match, cut between words', () => {
    const long = `${'before '.repeat(40)}needle ${'after '.repeat(60)}`.trim();
    const text = plain(excerpt(long, needle));
    assert.match(text, /^… (before )+needle (after )+…$/);
    assert.ok(text.length < 230);
  });

  test('shows the beginning of the text if only the title matched', () => {
    assert.equal(plain(excerpt('One two three.', needle)), 'One two three.');
    assert.equal(plain(excerpt('', needle)), '');
  });

  test('is cut within a word where the text has no gaps', () => {
    const text = plain(excerpt(`${'x'.repeat(300)} needle${'y'.repeat(300)}`, new Set()));
    assert.match(text, /^x{200} …$/);
  });
});

test('matching words are marked whole, in whichever form they stand', () => {
  const [hit] = hits([entry('a', 'Lock, locked and unlock')], 'locks');
  assert.equal(
    shown(marked('Lock, locked and unlock', hit?.terms ?? new Set())),
    '[Lock], [locked] and unlock',
  );
});
