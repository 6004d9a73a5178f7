// The contract of the store port (ports/store.ts) as a test suite that every store adapter passes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Place } from '../ports/store.ts';
import { ATTACHED, StoreFault, VersionConflict } from '../ports/store.ts';
import type { Open } from './store-contract-kit.ts';
import { all, append, count, entry, opened, record, summary } from './store-contract-kit.ts';
import { leaseContract } from './store-contract-leases.ts';
import { conditionContract, recordContract, watchContract } from './store-contract-listeners.ts';

/** Defines the tests of the store port; `open` is called once for each test and gives a new, empty store. */
export function storeContract(name: string, open: Open): void {
  describe(`${name} keeps a journal`, () => journalContract(open));
  describe(`${name} purges old activities`, () => purgeContract(open));
  describe(`${name} keeps small records`, () => recordContract(open));
  describe(`${name} changes records that are as they were read`, () => conditionContract(open));
  describe(`${name} writes under leases`, () => leaseContract(open));
  describe(`${name} notifies watchers`, () => watchContract(open));
  describe(`${name} keeps its data when it is reopened`, () => lifeContract(open));
}

function journalContract(open: Open): void {
  test('appended entries are read back unchanged and in order', async (t) => {
    const { store } = await opened(t, open);
    await store.write({ append: entry('s/1', 1, { at: 5, body: '{"text":"£ 1 ☕ 𝄞"}' }) });
    await store.write({ append: entry('s/2', 1) });
    await store.write({ append: entry('s/1', 2, { activityId: 1 }) });
    const entries = await all(store);
    assert.deepEqual(summary(entries), ['s/1:1', 's/2:1', 's/1:2']);
    assert.deepEqual(entries[0], {
      ...entry('s/1', 1, { at: 5, body: '{"text":"£ 1 ☕ 𝄞"}' }),
      position: entries[0]!.position,
    });
  });

  test('writes take effect in the order of the calls', async (t) => {
    const { store } = await opened(t, open);
    const versions = count(200);
    await Promise.all(
      versions.map((version) =>
        store.write({
          append: entry('s', version, { activityId: 1 }),
          put: [record('c', 'last', `${version}`)],
        }),
      ),
    );
    const entries = await all(store);
    assert.deepEqual(
      entries.map((each) => each.version),
      versions,
    );
    for (const [index, each] of entries.slice(1).entries()) {
      assert.ok(each.position > entries[index]!.position);
    }
    assert.equal(await store.get({ collection: 'c', key: 'last' }), '200');
  });

  test('a write with a wrong version is refused as a whole', async (t) => {
    const { store } = await opened(t, open);
    await store.write({ append: entry('s', 1), put: [record('c', 'a', '1')] });
    for (const version of [-1, 0, 1, 3]) {
      const write = store.write({
        append: entry('s', version, { at: 2 }),
        put: [record('c', 'a', '2'), record('c', 'b', '2')],
        remove: [{ collection: 'c', key: 'a' }],
      });
      await assert.rejects(write, VersionConflict);
    }
    await assert.rejects(store.write({ append: entry('unknown', 2) }), VersionConflict);
    assert.deepEqual(summary(await all(store)), ['s:1']);
    assert.deepEqual(await store.list('c', ''), [record('c', 'a', '1')]);
    assert.equal(store.health().ok, true);
  });

  test('a refused write does not affect concurrent writes', async (t) => {
    const { store } = await opened(t, open);
    const outcomes = await Promise.allSettled([
      store.write({ append: entry('a', 1) }),
      store.write({ append: entry('a', 1), put: [record('c', 'twice', '1')] }),
      store.write({ append: entry('a', 2), put: [record('c', 'once', '1')] }),
      store.write({ append: entry('b', 2) }),
      store.write({ append: entry('b', 1) }),
    ]);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(summary(await all(store)), ['a:1', 'a:2', 'b:1']);
    assert.deepEqual(await store.list('c', ''), [record('c', 'once', '1')]);
  });

  test('a settled write says what is stored: fulfilled, all of it; rejected, nothing', async (t) => {
    const { store } = await opened(t, open);
    const writes = count(150).map((n) => {
      const version = Math.ceil(n / 2);
      return {
        ...(n % 5 > 0 && {
          append: entry('s', version, { activityId: 1, at: n, body: `{"n":${n}}` }),
        }),
        put: [record('c', `${n}`, `${n}`)],
      };
    });
    const outcomes = await Promise.allSettled(writes.map((write) => store.write(write)));
    const stored = new Set((await all(store)).map(({ body }) => body));
    for (const [index, { append, put }] of writes.entries()) {
      const kept = outcomes[index]!.status === 'fulfilled';
      if (append) assert.equal(stored.has(append.body), kept, append.body);
      assert.equal(await store.get(put[0]!), kept ? put[0]!.value : undefined, `record ${index}`);
    }
    assert.ok(stored.size > 0, 'some are stored');
  });

  test('concurrent writers on many streams lose no entry', async (t) => {
    const { store } = await opened(t, open);
    const writers = count(64).map(async (writer) => {
      for (const version of count(20)) await store.write({ append: entry(`w${writer}`, version) });
    });
    await Promise.all(writers);
    assert.equal((await all(store)).length, 64 * 20);
  });

  test('exactly one of many concurrent writers of one version succeeds', async (t) => {
    const { store } = await opened(t, open);
    const outcomes = await Promise.allSettled(
      count(50).map((writer) => store.write({ append: entry('s', 1, { at: writer }) })),
    );
    assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
    assert.deepEqual(
      (await all(store)).map((each) => each.at),
      [1],
    );
  });

  test('activities are found newest first, page by page, with all their entries', async (t) => {
    const { store } = await opened(t, open);
    assert.deepEqual(await store.findActivities({ keys: [], limit: 10 }), { activities: [] });
    await append(store, 'a', [{ at: 1 }, { activityId: 1, at: 2 }, { at: 5 }, { activityId: 1 }]);
    await append(store, 'b', [{ at: 3 }, { at: 3 }]);
    const order = [['a:3'], ['b:2'], ['b:1'], ['a:1', 'a:2', 'a:4']];
    const { activities } = await store.findActivities({ keys: [], limit: 10 });
    assert.deepEqual(activities.map(summary), order);
    const read: string[][] = [];
    let next: Place | undefined;
    do {
      const page = await store.findActivities({
        ...{ keys: [], limit: 1 },
        ...(next && { before: next }),
      });
      assert.ok(page.activities.length <= 1);
      read.push(...page.activities.map(summary));
      next = page.next;
    } while (next);
    assert.deepEqual(read, order);
    const some = await store.findActivities({ keys: [], limit: 10, since: 2, until: 5 });
    assert.deepEqual(some.activities.map(summary), order.slice(1, 3));
  });

  test('an activity is found by each of its keys, and by those alone that it was given last', async (t) => {
    const { store } = await opened(t, open);
    const find = async (...keys: string[]) =>
      (await store.findActivities({ keys, limit: 10 })).activities.map(summary);
    await store.write({ append: entry('a', 1), keys: ['open', 'site a'] });
    await store.write({ append: entry('b', 1), keys: ['open'] });
    await store.write({ append: entry('a', 2) });
    assert.deepEqual(await find('open'), [['b:1'], ['a:1']]);
    assert.deepEqual(await find('open', 'site a'), [['a:1']]);
    await store.write({ append: entry('a', 3, { activityId: 1 }), keys: ['site a', 'ended'] });
    await store.write({ append: entry('a', 4, { activityId: 1 }) });
    assert.deepEqual(await find('open'), [['b:1']]);
    assert.deepEqual(await find('ended'), [['a:1', 'a:3', 'a:4']]);
    const refused = store.write({ append: entry('b', 7, { activityId: 1 }), keys: ['site a'] });
    await assert.rejects(refused, VersionConflict);
    assert.deepEqual(await find('site a'), [['a:1', 'a:3', 'a:4']]);
    assert.deepEqual(await find('site'), []);
  });

  test('keys are found by their beginning, each once, in order', async (t) => {
    const { store } = await opened(t, open);
    assert.deepEqual(await store.findKeys('tid ', 10), []);
    const keys = ['tid 12', 'tid 123', 'tid 13', 'tid é', 'tie 12', 'site 1', 'tid_12', 'tid%'];
    for (const [index, key] of keys.entries()) {
      await store.write({ append: entry(`s${index}`, 1), keys: [key] });
      await store.write({ append: entry(`s${index}`, 2), keys: ['tid 12'] });
    }
    assert.deepEqual(await store.findKeys('tid ', 10), ['tid 12', 'tid 123', 'tid 13', 'tid é']);
    assert.deepEqual(await store.findKeys('tid 12', 10), ['tid 12', 'tid 123']);
    assert.deepEqual(await store.findKeys('tid ', 2), ['tid 12', 'tid 123']);
    assert.deepEqual(await store.findKeys('tid 9', 10), []);
    assert.deepEqual(await store.findKeys('tid%', 10), ['tid%']);
    await store.write({ append: entry('s2', 3, { activityId: 1 }), keys: ['other'] });
    assert.deepEqual(await store.findKeys('tid 13', 10), []);
  });

  test('what was purged is not found any more', async (t) => {
    const { store } = await opened(t, open);
    for (const version of [1, 2]) {
      await store.write({ append: entry('s', version, { at: 1 }), keys: ['one'] });
      await store.write({ append: entry('r', version, { at: 1 }), keys: ['one'] });
    }
    await store.purge(100, 'none');
    const gone = record('c', 'r', '');
    await store.removeStream('r', { time: 100, spared: 'none', record: gone });
    const found = await store.findActivities({ keys: ['one'], limit: 10 });
    assert.deepEqual(found.activities.map(summary), [['s:2']]);
  });

  test('an activity is read by its id, and without an id the newest one is read', async (t) => {
    const { store } = await opened(t, open);
    assert.deepEqual(await store.readActivity('s'), []);
    assert.equal(await store.lastVersion('s'), 0);
    await store.write({ append: entry('s', 1) });
    await store.write({ append: entry('s', 2, { activityId: 1 }) });
    await store.write({ append: entry('other', 1) });
    await store.write({ append: entry('s', 3) });
    await store.write({ append: entry('s', 4, { activityId: 1 }) });
    assert.equal(await store.lastVersion('s'), 4);
    assert.deepEqual(summary(await store.readActivity('s', 1)), ['s:1', 's:2', 's:4']);
    assert.deepEqual(summary(await store.readActivity('s')), ['s:3']);
    assert.deepEqual(await store.readActivity('s', 2), []);
  });
}

function purgeContract(open: Open): void {
  test('a purge removes old activities, except the last of a stream and those with a recent entry', async (t) => {
    const { store } = await opened(t, open);
    await append(store, 's', [
      { at: 10, activityId: 1 },
      { at: 20, activityId: 1 },
      { at: 30, activityId: 3 },
      { at: 100, activityId: 3 },
      { at: 40, activityId: 5 },
      { at: 50, activityId: 6 },
    ]);
    await append(store, 'idle', [{ at: 1, activityId: 1 }]);
    assert.equal(await store.purge(100, 'none'), 3);
    assert.deepEqual(summary(await all(store)), ['s:3', 's:4', 's:6', 'idle:1']);
    assert.equal(await store.purge(100, 'none'), 0);
  });

  test('a purge keeps an activity named by a record, however old it is', async (t) => {
    const { store } = await opened(t, open);
    await append(store, 's', [
      { at: 10, activityId: 1 },
      { at: 20, activityId: 2 },
      { at: 30, activityId: 3 },
    ]);
    await store.write({ put: [record('due', 's/2', '{}')] });
    assert.equal(await store.purge(100, 'due'), 1);
    assert.deepEqual(summary(await all(store)), ['s:2', 's:3']);
    await store.write({ remove: [{ collection: 'due', key: 's/2' }] });
    assert.equal(await store.purge(100, 'due'), 1);
  });

  test('a stream is removed with its record when all of it is old and nothing of it is due', async (t) => {
    const { store } = await opened(t, open);
    const record_ = record('memories', 's', '{}');
    await append(store, 's', [
      { at: 10, activityId: 1 },
      { at: 50, activityId: 2 },
    ]);
    await append(store, 's2', [{ at: 10, activityId: 1 }]);
    await store.write({ put: [record_, record('due', 's/2', '{}')] });
    const remove = (time: number) =>
      store.removeStream('s', { time, spared: 'due', record: record_ });
    assert.equal(await remove(100), false);
    await store.write({ remove: [{ collection: 'due', key: 's/2' }] });
    assert.equal(await remove(50), false);
    assert.deepEqual(await store.list('memories', ''), [record_]);
    assert.equal(await remove(100), true);
    assert.deepEqual(summary(await all(store)), ['s2:1']);
    assert.deepEqual(await store.list('memories', ''), []);
    assert.equal(await store.lastVersion('s'), 0);
    await store.write({ append: entry('s', 1) });
    assert.deepEqual(summary(await store.readActivity('s')), ['s:1']);
  });

  test('what is attached to an activity goes with it, by a purge and with its stream', async (t) => {
    const { store } = await opened(t, open);
    const attached = ['s/1', 's/2', 's/3', 's2/1'].map((key) => record(ATTACHED, key, '[]'));
    await append(store, 's', [
      { at: 10, activityId: 1 },
      { at: 10, activityId: 2 },
      { at: 10, activityId: 3 },
    ]);
    await append(store, 's2', [{ at: 10, activityId: 1 }]);
    const others = [record('due', 's/2', '{}'), record('memories', 's', '{}')];
    await store.write({ put: [...attached, record('other', 's/1', '{}'), ...others] });
    assert.equal(await store.purge(100, 'due'), 1);
    assert.deepEqual(await store.list(ATTACHED, ''), attached.slice(1));
    assert.equal((await store.list('other', '')).length, 1);
    await store.write({ remove: [{ collection: 'due', key: 's/2' }] });
    const name = { collection: 'memories', key: 's' };
    assert.ok(await store.removeStream('s', { time: 100, spared: 'due', record: name }));
    assert.deepEqual(await store.list(ATTACHED, ''), attached.slice(3));
  });

  test('versions and positions continue after a purge', async (t) => {
    const { store } = await opened(t, open);
    await append(store, 's', [
      { at: 1, activityId: 1 },
      { at: 2, activityId: 2 },
      { at: 3, activityId: 1 },
    ]);
    const last = (await all(store)).at(-1)!.position;
    await store.purge(100, 'none');
    await assert.rejects(store.write({ append: entry('s', 3) }), VersionConflict);
    await store.write({ append: entry('s', 4) });
    const newest = (await all(store)).filter(({ position }) => position > last);
    assert.deepEqual(summary(newest), ['s:4']);
  });

  test('a long journal is purged during concurrent writes', async (t) => {
    const { store } = await opened(t, open);
    await append(
      store,
      's',
      count(600).map((version) => ({ at: version, activityId: version })),
    );
    const [removed] = await Promise.all([
      store.purge(1000, 'none'),
      append(
        store,
        'busy',
        count(20).map((version) => ({ at: 2000, activityId: version })),
      ),
    ]);
    assert.equal(removed, 599);
    assert.equal((await all(store)).length, 21);
  });
}

function lifeContract(open: Open): void {
  test('entries and records are present after the store was closed and reopened', async (t) => {
    const { store, reopen } = await opened(t, open);
    const written = store.write({ append: entry('s', 1), put: [record('c', 'a', '1')] });
    if (!reopen) return written;
    const again = await reopen();
    t.after(() => again.close());
    await written;
    assert.deepEqual(summary(await again.readActivity('s')), ['s:1']);
    assert.equal(await again.get({ collection: 'c', key: 'a' }), '1');
    await assert.rejects(again.write({ append: entry('s', 1) }), VersionConflict);
    await again.write({ append: entry('s', 2) });
  });

  test('a closed store refuses writes and can be closed again', async (t) => {
    const { store } = await opened(t, open);
    await store.close();
    await assert.rejects(store.write({ append: entry('s', 1) }), StoreFault);
    await store.close();
  });
}
