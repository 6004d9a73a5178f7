import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notificationValues } from '@tillgate/protocol';
import { progressText } from './progress-text.ts';

test('every notification value has a text of its own [C-6.5]', () => {
  const texts = notificationValues.map(progressText);
  assert.equal(new Set(texts).size, notificationValues.length);
  for (const text of texts) assert.doesNotMatch(text, /_|[A-Z]{4}/);
});

test('an unknown notification value is spelt out [C-6.4]', () => {
  assert.equal(progressText('SING_A_SONG'), 'Sing a song');
  assert.equal(progressText('toString'), 'Tostring');
});
