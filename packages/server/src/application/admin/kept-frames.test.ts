// How many transactions wait for their messages to be kept, and what a store that fails or is another's does.
// test/api/kept-frames.test.ts has what is kept of each.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../../adapters/store/memory-store.ts';
import type { Write } from '../../ports/store.ts';
import { ATTACHED, Deposed } from '../../ports/store.ts';
import { TestClock } from '../../testing/test-clock.ts';
import { Traffic } from '../connection/traffic.ts';
import { KeptFrames } from './kept-frames.ts';

/** A store whose writes can be made to fail. */
class FailingStore extends MemoryStore {
  failure: Error | undefined;

  override async write(write: Write): Promise<void> {
    if (this.failure) throw this.failure;
    await super.write(write);
  }
}

/** Transactions at a card machine of their own each, with one message each, that have just ended. */
async function started(count: number) {
  const clock = new TestClock();
  const store = new FailingStore();
  const traffic = new Traffic(clock, 1_000_000);
  const faults: unknown[] = [];
  const frames = new KeptFrames({
    ...{ traffic, clock, mostBytes: 65_536 },
    observer: { fault: (_, cause) => faults.push(cause) },
  });
  const label = { site: 'shop1', integration: 'pac', version: 'v1' };
  const channel = { send: () => {}, close: () => {}, confirmDelivery: () => {}, listen: () => {} };
  const span = (number: number) => {
    const at = clock.now();
    const id = `shop1/T${number}/1`;
    return { ...{ id, startedAt: at, endedAt: at, lastAt: at }, requestId: number };
  };
  // Of one socket not all of them would be in memory.
  const tills = [traffic.watched(channel, label), traffic.watched(channel, label)];
  for (let number = 0; number < count; number += 1) {
    const tid = `T${number}`;
    const params = { tid, currency: 'GBP', amount: 100 };
    tills[number % 2]?.onMessage(
      JSON.stringify({ jsonrpc: '2.0', id: number, method: 'sale', params }),
    );
    frames.onEnded(store, span(number));
  }
  const kept = async () => (await store.list(ATTACHED, '')).length;
  return { clock, store, frames, faults, kept, span };
}

test('the messages of all transactions that ended are kept', async () => {
  const { frames, kept, faults } = await started(30);
  await frames.close();
  assert.deepEqual([await kept(), faults], [30, []]);
});

test('of very many transactions that end at once the first are kept, and later ones again', async () => {
  const { clock, store, frames, kept, span } = await started(600);
  await frames.keepAll();
  assert.equal(await kept(), 500);
  frames.onEnded(store, span(599));
  await clock.advance(60_000);
  await frames.close();
  assert.equal(await kept(), 501);
});

test('a store that fails is a fault, and one whose lease is over is none', async () => {
  const { store, frames, kept, faults, span } = await started(1);
  store.failure = new Deposed('shop1');
  await frames.keepAll();
  assert.deepEqual(faults, []);
  frames.onEnded(store, span(0));
  store.failure = new Error('The disk is full.');
  await frames.keepAll();
  assert.deepEqual(faults, [store.failure]);
  store.failure = undefined;
  frames.onEnded(store, span(0));
  await frames.close();
  assert.equal(await kept(), 1);
});
