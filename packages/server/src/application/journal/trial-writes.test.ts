import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../../adapters/store/memory-store.ts';
import { TestClock } from '../../testing/test-clock.ts';
import { startTrialWrites } from './trial-writes.ts';

test('a store that could not write is healthy again soon after it can, and a healthy one is left alone', async () => {
  const [store, clock] = [new MemoryStore(), new TestClock()];
  const stop = startTrialWrites(store, clock);
  await clock.advance(60_000);
  assert.deepEqual(await store.list('trial', ''), []);
  store.breakDown('no space left');
  await assert.rejects(store.write({}));
  await clock.advance(60_000);
  assert.equal(store.health().ok, false);
  store.mend();
  await clock.advance(5_000);
  assert.equal(store.health().ok, true);
  assert.equal((await store.list('trial', '')).length, 1);
  stop();
  store.breakDown('no space left');
  await assert.rejects(store.write({}));
  store.mend();
  await clock.advance(60_000);
  assert.equal(store.health().ok, false);
});
