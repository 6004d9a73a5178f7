// The part of the store contract about records, followers and watchers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Open } from './store-contract-kit.ts';
import {
  all,
  append,
  count,
  entry,
  listener,
  names,
  opened,
  plain,
  record,
  watcher,
} from './store-contract-kit.ts';

export function followContract(open: Open): void {
  test('a follower gets the existing entries, then the new ones, each exactly once', async (t) => {
    const { store } = await opened(t, open);
    await append(store, 'before', plain(600));
    const { position } = (await store.entries(0, 10))[4]!;
    const follower = listener(t, store, position);
    const writers = count(8).map((writer) => append(store, `w${writer}`, plain(40)));
    await Promise.all(writers);
    await follower.until(595 + 8 * 40);
    assert.deepEqual(follower.entries, await all(store, position));
  });

  test('two followers are independent, and an unsubscribed one gets no more entries', async (t) => {
    const { store } = await opened(t, open);
    await append(store, 's', plain(10));
    const versions: number[] = [];
    const unsubscribe = store.follow(0, (each) => {
      if (versions.push(each.version) === 3) unsubscribe();
    });
    const follower = listener(t, store, 0);
    await follower.until(10);
    await store.write({ append: entry('s', 11) });
    await follower.until(11);
    assert.deepEqual(versions, [1, 2, 3]);
  });

  test('a follower is not called before follow has returned', async (t) => {
    const { store } = await opened(t, open);
    await append(store, 's', plain(1));
    let returned = false;
    await new Promise<void>((resolve) => {
      const unsubscribe = store.follow(0, () => {
        assert.ok(returned);
        unsubscribe();
        resolve();
      });
      returned = true;
    });
  });
}

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
  test('a watcher is called for puts and removals in its collection', async (t) => {
    const { store } = await opened(t, open);
    const watched = watcher(t, store, 'c');
    await store.write({ put: [record('c', 'a', '1')] });
    await watched.next();
    await store.write({ append: entry('s', 1), remove: [{ collection: 'c', key: 'a' }] });
    await watched.next();
  });

  test('an unsubscribed watcher is not called again', async (t) => {
    const { store } = await opened(t, open);
    let calls = 0;
    const unsubscribe = store.watch('c', () => {
      calls += 1;
    });
    const watched = watcher(t, store, 'c');
    unsubscribe();
    await store.write({ put: [record('c', 'a', '1')] });
    await watched.next();
    assert.equal(calls, 0);
  });

  test('writes of another process reach watchers and followers', async (t) => {
    const { store, other } = await opened(t, open);
    if (!other) return t.diagnostic('this store has no other processes');
    const second = await other();
    t.after(() => second.close());
    const changed = watcher(t, store, 'c');
    const followed = listener(t, store, 0);
    await second.write({ put: [record('c', 'a', '1')] });
    await changed.next();
    assert.equal(await store.get({ collection: 'c', key: 'a' }), '1');
    await second.write({ append: entry('s', 1) });
    await followed.until(1);
  });
}
