import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { linkedPair } from '@tillgate/protocol';
import { settled } from '../../../../test/support/protocol/peer-harness.ts';

function listening() {
  const said: string[] = [];
  const [left, right] = linkedPair();
  for (const [name, end] of [
    ['left', left],
    ['right', right],
  ] as const) {
    end.listen({
      onMessage: (text) => said.push(`${name} heard ${text}`),
      onClosed: (code, reason) => said.push(`${name} closed ${code} ${reason}`),
    });
  }
  return { left, right, said };
}

describe('a linked pair of channels in memory', () => {
  test('texts arrive later, in order, both ways', async () => {
    const { left, right, said } = listening();
    left.send('1');
    right.send('2');
    left.send('3');
    assert.deepEqual(said, []);
    await settled();
    assert.deepEqual(said, ['right heard 1', 'left heard 2', 'right heard 3']);
  });

  test('texts sent before an orderly close arrive before it; texts sent after it do not', async () => {
    const { left, right, said } = listening();
    left.send('last words');
    left.close(4001, 'Connection Discontinued');
    left.send('too late');
    right.send('unheard');
    await settled();
    right.send('nobody there');
    await settled();
    assert.deepEqual(said, [
      'left closed 4001 Connection Discontinued',
      'right heard last words',
      'right closed 4001 Connection Discontinued',
    ]);
  });

  test('onClosed is called once on each side, whichever side closed', async () => {
    const { left, right, said } = listening();
    left.close(1000, '');
    right.close(1001, '');
    left.breakConnection();
    await settled();
    assert.deepEqual(said, ['left closed 1000 ', 'right closed 1001 ']);
  });

  test('a broken connection loses texts in flight, and both ends see 1006', async () => {
    const { left, said } = listening();
    left.send('lost');
    left.breakConnection();
    await settled();
    assert.deepEqual(said, ['left closed 1006 ', 'right closed 1006 ']);
  });

  test('a mark is reached when all texts sent before it have arrived [C-3.49]', async () => {
    const { left, said } = listening();
    left.send('1');
    left.confirmDelivery(() => said.push('mark'));
    left.send('2');
    await settled();
    assert.deepEqual(said, ['right heard 1', 'mark', 'right heard 2']);
  });

  test('a mark in flight is never reached after the connection has closed', async () => {
    const { left, right } = listening();
    left.confirmDelivery(() => assert.fail('reached'));
    right.confirmDelivery(() => assert.fail('reached'));
    left.close(1000, '');
    await settled();
  });
});
