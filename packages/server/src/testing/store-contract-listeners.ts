// The part of the store contract about records and watchers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordConflict } from '../ports/store.ts';
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

/** The part about writes that depend on records. */
export function conditionContract(open: Open): void {
  const name = { collection: 'c', key: 'a' };
  const absent = { ...name, value: undefined };

  test('a write takes effect only if the records that it depends on are as they were read', async (t) => {
    const { store } = await opened(t, open);
    await store.write({ put: [record('c', 'b', '1')], when: [absent] });
    const one = record('c', 'b', '1');
    await store.write({ put: [record('c', 'b', '2')], when: [one, absent] });
    for (const when of [[one], [{ ...one, value: undefined }], [record('c', 'a', '1')]]) {
      const write = store.write({
        put: [record('c', 'd', '1')],
        remove: [{ collection: 'c', key: 'b' }],
        when,
      });
      await assert.rejects(write, RecordConflict);
    }
    assert.deepEqual(await store.list('c', ''), [record('c', 'b', '2')]);
    assert.equal(store.health().ok, true);
    await store.write({ remove: [{ collection: 'c', key: 'b' }], when: [record('c', 'b', '2')] });
    await assert.rejects(store.write({ when: [record('c', 'b', '2')] }), RecordConflict);
    assert.deepEqual(await store.list('c', ''), []);
  });

  test('of changes made at once from the same record each that is refused leaves nothing behind', async (t) => {
    const { store, other } = await opened(t, open);
    const second = other ? await other() : undefined;
    t.after(() => second?.close());
    for (let round = 0; round < 20; round += 1) {
      const value = await store.get(name);
      const outcomes = await Promise.allSettled(
        count(6).map((writer) =>
          (writer % 2 === 0 ? store : (second ?? store)).write({
            put: [{ ...name, value: `${round}/${writer}` }, record('d', `${round}/${writer}`, '')],
            when: [{ ...name, value }],
          }),
        ),
      );
      const written = outcomes.flatMap((outcome, index) =>
        outcome.status === 'fulfilled' ? [`${round}/${index + 1}`] : [],
      );
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof RecordConflict);
      }
      assert.deepEqual(written, [await store.get(name)]);
      assert.deepEqual(names(await store.list('d', `${round}/`)), written);
      if (round % 3 === 0) await store.write({ remove: [name] });
    }
  });

  test('a change that is refused does not affect writes at the same time', async (t) => {
    const { store } = await opened(t, open);
    const outcomes = await Promise.allSettled([
      store.write({ append: entry('s', 1) }),
      store.write({ put: [record('c', 'a', '1')], when: [absent] }),
      store.write({ put: [record('c', 'a', '2')], when: [absent] }),
      store.write({ put: [record('c', 'z', '1')] }),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await store.list('c', ''), [record('c', 'a', '1'), record('c', 'z', '1')]);
    assert.equal(await store.lastVersion('s'), 1);
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
