import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../../adapters/store/memory-store.ts';
import { TestClock } from '../../testing/test-clock.ts';
import { Access, hashOf, SITES, TOKENS, tokenKey } from './access.ts';
import { SiteChanges } from './site-changes.ts';

test('a token expires by the wall clock, also when that was set forward', async () => {
  const [store, clock] = [new MemoryStore(), new TestClock()];
  const hash = hashOf('key');
  const expiresAt = clock.now() + 3_600_000;
  const token = { hash, site: 'shop1', label: '', scopes: ['pac'], createdAt: 0, expiresAt };
  await store.write({
    put: [
      { collection: SITES, key: 'shop1', value: '{"name":"shop1"}' },
      { collection: TOKENS, key: tokenKey(token), value: JSON.stringify(token) },
    ],
  });
  let setForwardMs = 0;
  const wallClock = {
    now: () => clock.now() + setForwardMs,
    after: clock.after.bind(clock),
    id: clock.id.bind(clock),
  };
  const access = await Access.open('shop1', {
    store,
    clock: wallClock,
    changes: new SiteChanges(store),
  });
  let changes = 0;
  access.onChange(() => {
    changes += 1;
  });
  await clock.advance(60_000);
  assert.equal(access.isValid(hash, 'pac'), true);
  const before = changes;
  setForwardMs = 3_600_000;
  await clock.advance(10_000);
  assert.equal(access.isValid(hash, 'pac'), false);
  assert.equal(changes, before + 1, 'open sockets are looked at');
  access.close();
});
