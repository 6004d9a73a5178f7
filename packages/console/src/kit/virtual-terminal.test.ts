import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeVirtualTerminal, listedVirtualTids } from './virtual-terminal.ts';

test('the behaviour of a virtual card machine is read from its TID [C-10.1]', () => {
  assert.equal(describeVirtualTerminal('VCMINVLSIP0'), 'approves, chip, PIN');
  assert.equal(describeVirtualTerminal('VCMINVLSIS0'), 'approves, chip, signature');
  assert.equal(describeVirtualTerminal('VCMdeskDCN0'), 'declines, contactless, no check');
  assert.equal(describeVirtualTerminal('VCMINVLSIP1'), 'approves, chip, PIN, adds 10% gratuity');
  assert.equal(describeVirtualTerminal('VCMINVLSIP2'), 'approves, chip, PIN');
  for (const tid of ['12345678', 'VCMINVLSIP3', 'VCMINVLPIP0', 'VCM', 'xVCMINVLSIP0']) {
    assert.equal(describeVirtualTerminal(tid), undefined, tid);
  }
  assert.ok(listedVirtualTids.every((tid) => describeVirtualTerminal(tid) !== undefined));
});
