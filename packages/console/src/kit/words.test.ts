import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notificationValues } from '@tillgate/protocol';
import { progressText } from './progress-text.ts';
import { knownVirtual, virtualWords } from './virtual.ts';

test('C-6.5: every value has words of its own', () => {
  const texts = notificationValues.map(progressText);
  assert.equal(new Set(texts).size, notificationValues.length);
  for (const text of texts) assert.doesNotMatch(text, /_|[A-Z]{4}/);
});

test('C-6.4: a value that nobody knows yet is shown, not hidden', () => {
  assert.equal(progressText('SING_A_SONG'), 'Sing a song');
  assert.equal(progressText('toString'), 'Tostring');
});

test('C-10.1: how a virtual card machine plays is read from its name', () => {
  assert.equal(virtualWords('VCMINVLSIP0'), 'approves, chip, PIN');
  assert.equal(virtualWords('VCMINVLSIS0'), 'approves, chip, signature');
  assert.equal(virtualWords('VCMdeskDCN0'), 'declines, contactless, no check');
  for (const tid of ['12345678', 'VCMINVLSIP1', 'VCMINVLPIP0', 'VCM', 'xVCMINVLSIP0']) {
    assert.equal(virtualWords(tid), undefined, tid);
  }
  assert.ok(knownVirtual.every((tid) => virtualWords(tid) !== undefined));
});
