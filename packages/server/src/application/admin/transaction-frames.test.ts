// What a story shows of what went over the sockets.

import assert from 'node:assert/strict';
import test from 'node:test';
import { linkedPair } from '@tillgate/protocol';
import { Traffic } from '../connection/traffic.ts';
import { framesOf } from './transaction-frames.ts';

test('a frame that cannot be parsed stands in the story of the card machine that sent it', async () => {
  let now = 1_000;
  const traffic = new Traffic({ now: () => now } as never, 10_000);
  const label = { site: 'shop1', integration: 'terminal', version: 'v1', tid: '12345678' };
  const [machine, end] = linkedPair();
  traffic.watched(end, label).listen({ onMessage: () => {}, onClosed: () => {} });
  machine.listen({ onMessage: () => {}, onClosed: () => {} });
  now = 2_000;
  const rubbish = ['{', '[]', '7'];
  for (const text of rubbish) machine.send(text);
  await new Promise(setImmediate);
  const span = { id: 'shop1/12345678/1', startedAt: 1_500, endedAt: 3_000, lastAt: 3_000 };
  const [found] = await framesOf(traffic, [{ ...span, requestId: 7 }]);
  assert.deepEqual(
    found?.frames.map(({ text }) => text),
    rubbish,
  );
});
