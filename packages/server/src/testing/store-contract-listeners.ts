// The part of the contract of all stores about records, and about hearing what others write.

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
  test('a follower gets what is there, then what comes, missing and repeating none', async (t) => {
    const { store } = await opened(t, open);
    await append(store, 'before', plain(600));
    const { position } = (await store.entries(0, 10))[4]!;
    const heard = listener(t, store, position);
    const writers = count(8).map((writer) => append(store, `w${writer}`, plain(40)));
    await Promise.all(writers);
    await heard.until(595 + 8 * 40);
    assert.deepEqual(heard.entries, await all(store, position));
  });

  test('two followers do not disturb each other, and one that stopped hears no more', async (t) => {
    const { store } = await opened(t, open);
    await append(store, 's', plain(10));
    const taken: number[] = [];
    const stop = store.follow(0, (each) => {
      if (taken.push(each.version) === 3) stop();
    });
    const heard = listener(t, store, 0);
    await heard.until(10);
    await store.write({ append: entry('s', 11) });
    await heard.until(11);
    assert.deepEqual(taken, [1, 2, 3]);
  });

  test('nothing is told before follow has returned', async (t) => {
    const { store } = await opened(t, open);
    await append(store, 's', plain(1));
    let returned = false;
    await new Promise<void>((resolve) => {
      const stop = store.follow(0, () => {
        assert.ok(returned);
        stop();
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
    await store.write({ remove: [{ collection: 'c', key: 'never there' }] });
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
  test('a watcher hears of puts and removals in its collection', async (t) => {
    const { store } = await opened(t, open);
    const heard = watcher(t, store, 'c');
    await store.write({ put: [record('c', 'a', '1')] });
    await heard.next();
    await store.write({ append: entry('s', 1), remove: [{ collection: 'c', key: 'a' }] });
    await heard.next();
  });

  test('a watcher that stopped hears no more', async (t) => {
    const { store } = await opened(t, open);
    let calls = 0;
    const stop = store.watch('c', () => {
      calls += 1;
    });
    const heard = watcher(t, store, 'c');
    stop();
    await store.write({ put: [record('c', 'a', '1')] });
    await heard.next();
    assert.equal(calls, 0);
  });

  test('another process is heard by watchers and followers', async (t) => {
    const { store, other } = await opened(t, open);
    if (!other) return t.diagnostic('this store has no other processes');
    const theirs = await other();
    t.after(() => theirs.close());
    const changed = watcher(t, store, 'c');
    const followed = listener(t, store, 0);
    await theirs.write({ put: [record('c', 'a', '1')] });
    await changed.next();
    assert.equal(await store.get({ collection: 'c', key: 'a' }), '1');
    await theirs.write({ append: entry('s', 1) });
    await followed.until(1);
  });
}
