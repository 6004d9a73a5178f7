import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notificationValues } from '@tillgate/protocol';
import { progressText } from './progress-text.ts';

test('C-6.5: every value has words of its own', () => {
  const texts = notificationValues.map(progressText);
  assert.equal(new Set(texts).size, notificationValues.length);
  for (const text of texts) assert.doesNotMatch(text, /_|[A-Z]{4}/);
});

test('C-6.4: a value that nobody knows yet is shown, not hidden', () => {
  assert.equal(progressText('SING_A_SONG'), 'Sing a song');
  assert.equal(progressText('toString'), 'Tostring');
});
