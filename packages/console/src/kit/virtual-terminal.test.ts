import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownVirtual, virtualWords } from './virtual-terminal.ts';

test('C-10.1: how a virtual card machine plays is read from its name', () => {
  assert.equal(virtualWords('VCMINVLSIP0'), 'approves, chip, PIN');
  assert.equal(virtualWords('VCMINVLSIS0'), 'approves, chip, signature');
  assert.equal(virtualWords('VCMdeskDCN0'), 'declines, contactless, no check');
  for (const tid of ['12345678', 'VCMINVLSIP1', 'VCMINVLPIP0', 'VCM', 'xVCMINVLSIP0']) {
    assert.equal(virtualWords(tid), undefined, tid);
  }
  assert.ok(knownVirtual.every((tid) => virtualWords(tid) !== undefined));
});
