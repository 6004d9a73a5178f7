import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GroupName, Target } from './target.ts';
import { fittingTargets } from './target.ts';

const target = (group: GroupName, title: string, about = ''): Target => ({
  ...{ group, title, about },
  href: `#/${title}`,
});

const all = [
  target('Documentation', 'Pay at counter', 'Guide'),
  target('Pages', 'Till'),
  target('Messages', 'sale', 'Pay at counter, v1'),
  target('Messages', 'resale', 'Pay at counter, v1'),
  target('Messages', 'sale of old', 'Pay at counter, v0'),
];
const titles = (text: string) =>
  fittingTargets(all, text).map(({ name, targets }) => [
    name,
    ...targets.map(({ title }) => title),
  ]);

test('all words are looked for, in any order and case, and a title that begins so is first', () => {
  assert.deepEqual(titles('COUNTER v1'), [['Messages', 'sale', 'resale']]);
  assert.deepEqual(titles('sale'), [['Messages', 'sale', 'sale of old', 'resale']]);
  assert.deepEqual(titles('  '), [
    ['Pages', 'Till'],
    ['Messages', 'sale', 'resale', 'sale of old'],
    ['Documentation', 'Pay at counter'],
  ]);
  assert.deepEqual(titles('nothing like it'), []);
});

test('of a group at most six are shown, but all pages', () => {
  const many = (group: GroupName) =>
    Array.from({ length: 9 }, (_, index) => target(group, `${index}`));
  const found = fittingTargets([...many('Pages'), ...many('Sites')], '');
  assert.deepEqual(
    found.map(({ targets }) => targets.length),
    [9, 6],
  );
});
