import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemoryStore } from '../../adapters/store/memory-store.ts';
import { TestClock } from '../../testing/test-clock.ts';
import { Access, hashOf, TOKENS, tokenKey } from './access.ts';
import { RecordCache } from './record-cache.ts';
import { SiteChanges } from './site-changes.ts';

/** Records that are read when the test says so; each reading gives what it is told to. */
function records() {
  const clock = new TestClock();
  const store = new MemoryStore();
  const readings: PromiseWithResolvers<string>[] = [];
  const taken: string[] = [];
  const followed = new RecordCache<string>({
    clock,
    watch: (changed) => store.watch('sites', changed),
    read: () => {
      const reading = Promise.withResolvers<string>();
      readings.push(reading);
      return reading.promise;
    },
    onRead: (value) => taken.push(value),
  });
  const change = () => store.write({ put: [{ collection: 'sites', key: 'y', value: 'z' }] });
  const finish = async (at: number, value: string | Error) => {
    if (typeof value === 'string') readings[at]?.resolve(value);
    else readings[at]?.reject(value);
    await clock.advance(0);
  };
  return { clock, followed, readings, taken, change, finish };
}

describe('a record cache', () => {
  test('records are read again after every change, and listeners are called', async () => {
    const { followed, taken, change, finish } = records();
    let told = 0;
    followed.onChange(() => {
      told += 1;
    });
    const begun = followed.start();
    await finish(0, 'first');
    await begun;
    await change();
    await finish(1, 'second');
    assert.deepEqual([taken, told], [['first', 'second'], 2]);
  });

  test('the latest read counts, however long an earlier one takes', async () => {
    const { followed, taken, change, finish } = records();
    const begun = followed.start();
    await finish(0, 'first');
    await begun;
    await change();
    await change();
    await finish(2, 'third');
    await finish(1, 'second');
    assert.deepEqual(taken, ['first', 'third']);
  });

  test('a change during the first read is not missed', async () => {
    const { followed, taken, change, finish } = records();
    const begun = followed.start();
    await change();
    await finish(0, 'first');
    await finish(1, 'second');
    await begun;
    assert.deepEqual(taken, ['second']);
  });

  test('a failed read is retried until one succeeds', async () => {
    const { clock, followed, readings, taken, change, finish } = records();
    const begun = followed.start();
    await finish(0, 'first');
    await begun;
    await change();
    await finish(1, new Error('no line'));
    await clock.advance(1000);
    await finish(2, new Error('no line'));
    await clock.advance(1000);
    await finish(3, 'fourth');
    await clock.advance(10_000);
    assert.deepEqual([taken, readings.length], [['first', 'fourth'], 4]);
  });

  test('a first read that fails rejects, and no change is watched', async () => {
    const { clock, followed, readings, change, finish } = records();
    const begun = followed.start();
    const refused = assert.rejects(begun, /no line/);
    await finish(0, new Error('no line'));
    await refused;
    await change();
    await clock.advance(10_000);
    assert.equal(readings.length, 1);
  });

  test('after close() nothing is read', async () => {
    const { clock, followed, readings, change, finish } = records();
    const begun = followed.start();
    await finish(0, 'first');
    await begun;
    await change();
    followed.close();
    await finish(1, new Error('no line'));
    await change();
    await clock.advance(10_000);
    assert.equal(readings.length, 2);
  });
});

test('a change of one site reads no record of another [C-2.4]', async () => {
  const clock = new TestClock();
  const store = new FarStore();
  const put = ['shop1', 'shop10', 'shop2'].map((site) => recordOf(tokenOf(site)));
  await store.write({ put });
  const changes = new SiteChanges(store);
  const sites = ['shop1', 'shop10', 'shop2'];
  const open = await Promise.all(sites.map((site) => Access.open(site, { store, clock, changes })));
  store.listed.length = 0;
  await store.write({ remove: put.slice(0, 1) });
  await clock.advance(0);
  assert.deepEqual(store.listed, ['shop1/']);
  const valid = open.map((access) => access.tokenFor('key', 'pac') !== undefined);
  assert.deepEqual(valid, [false, true, true]);
  for (const access of open) access.close();
});

function tokenOf(site: string) {
  return { hash: hashOf('key'), site, label: '', scopes: ['pac'], createdAt: 0 };
}

function recordOf(token: ReturnType<typeof tokenOf>) {
  return { collection: TOKENS, key: tokenKey(token), value: JSON.stringify(token) };
}

/** Its answers may take their time, as those of a database far away do. */
class FarStore extends MemoryStore {
  /** What the next answers wait for, in order. */
  readonly waits: Promise<unknown>[] = [];
  readonly listed: string[] = [];

  override async list(collection: string, prefix: string) {
    this.listed.push(prefix);
    const found = await super.list(collection, prefix);
    await this.waits.shift();
    return found;
  }
}

test('a revoked token stays revoked when an older read ends late [C-2.4]', async () => {
  const clock = new TestClock();
  const store = new FarStore();
  const put = [recordOf(tokenOf('shop1'))];
  await store.write({ put });
  const access = await Access.open('shop1', { store, clock, changes: new SiteChanges(store) });
  assert.ok(access.tokenFor('key', 'pac'));
  const late = Promise.withResolvers<void>();
  store.waits.push(late.promise);
  await store.write({ put });
  await clock.advance(0);
  await store.write({ remove: put });
  await clock.advance(0);
  assert.equal(access.tokenFor('key', 'pac'), undefined);
  late.resolve();
  await clock.advance(0);
  assert.equal(access.tokenFor('key', 'pac'), undefined);
  access.close();
});
