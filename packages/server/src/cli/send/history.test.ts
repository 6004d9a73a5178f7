import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { historyFile, MOST_LINES, readHistory, writeHistory } from './history.ts';

test('lines are kept for this user only, without those that have a token or a card number', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-history-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = historyFile({ XDG_STATE_HOME: folder });
  assert.deepEqual(readHistory(file), []);
  const secrets = [
    'x token=11111111-2222-4333-8444-555555555555',
    'sale card=4111111111111111',
    'y'.repeat(10_001),
  ];
  assert.equal(writeHistory(file, ['newest', ...secrets, 'oldest']), true);
  assert.equal(readFileSync(file, 'utf8'), 'oldest\nnewest\n');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readHistory(file), ['newest', 'oldest']);
  writeHistory(
    file,
    Array.from({ length: MOST_LINES + 10 }, (_, index) => `line ${index}`),
  );
  assert.equal(readHistory(file).length, MOST_LINES);
  assert.equal(readHistory(file)[0], 'line 0');
});

test('a history that cannot be written is no failure', () => {
  assert.equal(writeHistory('/dev/null/nowhere/history', ['a']), false);
});
