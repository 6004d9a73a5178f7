// The memory store under the contract of all stores, and its broken disk.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreFault } from '../../ports/store.ts';
import { storeContract } from '../../testing/store-contract.ts';
import { MemoryStore } from './memory-store.ts';

storeContract('the memory store', async () => ({ store: new MemoryStore() }));

test('a memory store that simulates a broken disk refuses writes with the reason until it is repaired', async () => {
  const store = new MemoryStore();
  store.breakDown('the disk is full');
  const write = { put: [{ collection: 'c', key: 'a', value: '1' }] };
  await assert.rejects(store.write(write), StoreFault);
  assert.deepEqual(store.health(), { ok: false, reason: 'the disk is full' });
  assert.equal(await store.get({ collection: 'c', key: 'a' }), undefined);
  store.mend();
  await store.write(write);
  assert.deepEqual(store.health(), { ok: true });
});
