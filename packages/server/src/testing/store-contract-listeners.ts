// The part of the store contract about records and watchers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Open } from './store-contract-kit.ts';
import { count, entry, names, opened, record, watcher } from './store-contract-kit.ts';

export function recordContract(open: Open): void {
  test('a record is put, replaced and removed by name', async (t) => {
    const { store } = await opened(t, open);
    assert.equal(await store.get({ collection: 'c', key: 'a' }), undefined);
    await store.write({ put: [record('c', 'a', '1'), record('d', 'a', '2')] });
    await store.write({ put: [record('c', 'a', '3')] });
    assert.equal(await store.get({ collection: 'c', key: 'a' }), '3');
    await store.write({ remove: [{ collection: 'c', key: 'a' }] });
    await store.write({ remove: [{ collection: 'c', key: 'absent' }] });
    assert.equal(await store.get({ collection: 'c', key: 'a' }), undefined);
    assert.equal(await store.get({ collection: 'd', key: 'a' }), '2');
  });

  test('records are listed by prefix in order of key, page by page', async (t) => {
    const { store } = await opened(t, open);
    const keys = [
      'b/2',
      'a',
      'b/1',
      'b',
      'b/10',
      'b%',
      'c',
      'B/1',
      'b/é',
      'b/\u{1f4b7}',
      'b/\uffee',
    ];
    await store.write({ put: keys.map((key) => record('c', key, '{}')) });
    await store.write({ put: [record('other', 'b/3', '{}')] });
    const sorted = ['b/1', 'b/10', 'b/2', 'b/é', 'b/\uffee', 'b/\u{1f4b7}'];
    assert.deepEqual(names(await store.list('c', 'b/')), sorted);
    assert.equal((await store.list('c', '')).length, keys.length);
    assert.deepEqual(await store.list('c', 'b_'), []);
    const first = await store.list('c', 'b/', { limit: 2 });
    const rest = await store.list('c', 'b/', { after: first.at(-1)!.key });
    assert.deepEqual([...names(first), ...names(rest)], sorted);
    assert.deepEqual(names(await store.list('c', 'b/', { after: 'a' })), sorted);
    assert.deepEqual(await store.list('c', 'b/', { after: 'c' }), []);
  });
}

export function watchContract(open: Open): void {
  test('a watcher is called with the key of each record that is put or removed in its collection', async (t) => {
    const { store } = await opened(t, open);
    const watched = watcher(t, store, 'sites');
    await store.write({ put: [record('tokens', 'b', '1'), record('sites', 'a', '1')] });
    assert.deepEqual(await watched.next(), ['a']);
    await store.write({ append: entry('s', 1), remove: [{ collection: 'sites', key: 'a' }] });
    assert.deepEqual(await watched.next(), ['a']);
  });

  test('an unsubscribed watcher is not called again', async (t) => {
    const { store } = await opened(t, open);
    let calls = 0;
    const unsubscribe = store.watch('sites', () => {
      calls += 1;
    });
    const watched = watcher(t, store, 'sites');
    unsubscribe();
    await store.write({ put: [record('sites', 'a', '1')] });
    await watched.next();
    assert.equal(calls, 0);
  });

  test('writes of another process reach watchers', async (t) => {
    const { store, other } = await opened(t, open);
    if (!other) return t.diagnostic('this store has no other processes');
    const second = await other();
    t.after(() => second.close());
    const changed = watcher(t, store, 'sites');
    await second.write({ put: [record('sites', 'a', '1')] });
    assert.deepEqual(await changed.next(), ['a']);
    assert.equal(await store.get({ collection: 'sites', key: 'a' }), '1');
  });

  test('a watcher that missed too many changes of another process to be told each is called without a key', async (t) => {
    const { store, other } = await opened(t, open);
    if (!other) return t.diagnostic('this store has no other processes');
    const second = await other();
    t.after(() => second.close());
    const changed = watcher(t, store, 'sites');
    await second.write({ put: count(5_000).map((n) => record('sites', `${n}`, '1')) });
    assert.deepEqual(await changed.next(), [undefined]);
  });
}
