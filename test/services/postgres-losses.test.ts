// The PostgreSQL store when sessions, answers and the server are lost: each settled write tells the truth, and
// each write is settled.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../packages/server/src/ports/store.ts';
import { StoreFault, VersionConflict } from '../../packages/server/src/ports/store.ts';
import {
  all,
  append,
  count,
  entry,
  record,
  summary,
  watcher,
} from '../../packages/server/src/testing/store-contract-kit.ts';
import {
  endSessions,
  openBehindProxy,
  postgresServer,
  untilLocked,
} from '../support/postgres/postgres-test.ts';
import { eventually } from '../support/wait.ts';

const server = postgresServer();

interface Told {
  readonly body: string;
  readonly error?: Error;
}

/** Appends to a stream until it has 10 entries, each time with another body; `told` gets what became of each. */
async function writePersistently(store: Store, stream: string, told: Told[]): Promise<void> {
  for (let version = 1, attempt = 1; version <= 10; attempt += 1) {
    const body = `${stream} ${attempt}`;
    try {
      await store.write({
        append: entry(stream, version, { body }),
        put: [record('c', body, '1')],
      });
      told.push({ body });
      version += 1;
    } catch (error) {
      told.push({ body, error: error as Error });
      await eventually('the database to be back', () => store.health().ok || undefined);
    }
  }
}

test('each settled write tells the truth while sessions are ended again and again', async (t) => {
  const { store, database } = await openBehindProxy(t, server());
  const told: Told[] = [];
  const writing = Promise.all(count(20).map((n) => writePersistently(store, `s${n}`, told)));
  for (let settled = 10; settled < 200; settled += 10) {
    await eventually(`${settled} settled writes`, () => told.length >= settled || undefined);
    await endSessions(server(), database);
  }
  await writing;
  const bodies = (await all(store)).map(({ body }) => body).sort();
  assert.equal(bodies.length, 200);
  assert.deepEqual(
    told
      .filter(({ error }) => !error)
      .map(({ body }) => body)
      .sort(),
    bodies,
  );
  assert.deepEqual(
    (await store.list('c', '')).map(({ key }) => key),
    bodies,
  );
  for (const { error } of told) if (error) assert.ok(error instanceof StoreFault, `${error}`);
});

for (const loss of ['cut answer', 'cut request', 'cut client'] as const) {
  test(`a batch whose session is lost by "${loss}" is written once, and its refused writes are refused`, async (t) => {
    const { store, proxy } = await openBehindProxy(t, server());
    const watched = watcher(t, store, 'sites');
    await store.write({ append: entry('b', 1) });
    const lost = proxy.lose(loss);
    const [kept, refused] = await Promise.allSettled([
      store.write({ append: entry('a', 1), put: [record('sites', 'a', '1')] }),
      store.write({ append: entry('b', 1), put: [record('sites', 'b', '1')] }),
    ]);
    await lost;
    assert.equal(kept.status, 'fulfilled');
    assert.ok(refused.status === 'rejected' && refused.reason instanceof VersionConflict);
    assert.deepEqual(summary(await all(store)), ['b:1', 'a:1']);
    assert.deepEqual(await store.list('sites', ''), [record('sites', 'a', '1')]);
    assert.deepEqual(await watched.next(), ['a']);
    assert.deepEqual(store.health(), { ok: true });
  });
}

test('a write of records alone whose answer is lost is fulfilled', async (t) => {
  const { store, proxy } = await openBehindProxy(t, server());
  await store.write({ put: [record('c', 'a', '1')] });
  const lost = proxy.lose('cut answer');
  await store.write({ put: [record('c', 'a', '1')], remove: [{ collection: 'c', key: 'none' }] });
  await lost;
  assert.equal(await store.get({ collection: 'c', key: 'a' }), '1');
});

test('a write whose answer never comes is settled after a limit', async (t) => {
  const { store, proxy } = await openBehindProxy(t, server(), 'query_timeout=300');
  const lost = proxy.lose('silence');
  await store.write({ append: entry('s', 1) });
  await lost;
  assert.deepEqual(summary(await all(store)), ['s:1']);
});

test('a statement that reaches the server after its session was given up writes nothing', async (t) => {
  const { store, proxy } = await openBehindProxy(t, server(), 'query_timeout=300');
  await store.write({});
  const lost = proxy.lose('keep request');
  await store.write({ append: entry('s', 1), put: [record('c', 'a', 'first')] });
  await lost;
  await store.write({ put: [record('c', 'a', 'second')] });
  await proxy.deliver();
  assert.equal(await store.get({ collection: 'c', key: 'a' }), 'second');
  assert.deepEqual(summary(await all(store)), ['s:1']);
});

test('a write whose session is lost while its statement runs waits for the end of the statement', async (t) => {
  const { store, proxy, database } = await openBehindProxy(t, server());
  await store.write({ append: entry('s', 1) });
  const admin = await server().connect(database);
  await admin.query('BEGIN');
  await admin.query('SELECT FROM stream FOR UPDATE');
  const lost = proxy.lose('cut client');
  let settled = false;
  const written = store.write({ append: entry('s', 2) }).finally(() => {
    settled = true;
  });
  await lost;
  await untilLocked(server(), database, 2);
  assert.equal(settled, false);
  await admin.query('ROLLBACK');
  await admin.end();
  await written;
  assert.deepEqual(summary(await all(store)), ['s:1', 's:2']);
});

test('a purge does not wait for a stream that is being written, and leaves it', async (t) => {
  const { store, database } = await openBehindProxy(t, server());
  await append(store, 's', [{}, {}]);
  await append(store, 'r', [{}, {}]);
  const admin = await server().connect(database);
  await admin.query('BEGIN');
  await admin.query("SELECT FROM stream WHERE name = 's' FOR UPDATE");
  assert.equal(await store.purge(2_000, 'none'), 1);
  await admin.query('ROLLBACK');
  await admin.end();
  assert.equal(await store.purge(2_000, 'none'), 1);
  assert.deepEqual(summary(await all(store)), ['s:2', 'r:2']);
});

test('activities that are asked for in one turn are read with one query, and again after a loss', async (t) => {
  const { store, proxy, database } = await openBehindProxy(t, server());
  await append(store, 's', [{}, {}, { activityId: 1 }]);
  await append(store, 'r', [{}]);
  const queries = proxy.countOf('activities');
  const read = async () =>
    (
      await Promise.all([
        store.readActivity('s', 2),
        store.readActivity('r', 1),
        store.readActivity('s', 1),
        store.readActivity('s', 1),
        store.readActivity('s', 9),
        store.readActivity('a text with \0', 1),
      ])
    ).map(summary);
  const expected = [['s:2'], ['r:1'], ['s:1', 's:3'], ['s:1', 's:3'], [], []];
  assert.deepEqual(await read(), expected);
  assert.equal(queries(), 1);
  const many = count(1_201).map((n) => store.readActivity('s', n));
  assert.deepEqual(summary((await Promise.all(many)).flat()), ['s:1', 's:3', 's:2']);
  assert.equal(queries(), 4);
  await endSessions(server(), database);
  assert.deepEqual(await read(), expected);
  await proxy.refuse();
  for (const { status } of await Promise.allSettled([read(), read()])) {
    assert.equal(status, 'rejected');
  }
});

test('watchers are called without a key after a gap in which others may have written', async (t) => {
  const { store, database, other } = await openBehindProxy(t, server());
  const watched = watcher(t, store, 'sites');
  await endSessions(server(), database);
  assert.deepEqual(await watched.next(), [undefined]);
  const second = await other();
  await second.write({ put: [record('sites', 'a', '1')] });
  assert.deepEqual(await watched.next(), ['a']);
});

for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
  test(`writes are refused while the database is away after ${signal}, and accepted when it is back`, async (t) => {
    const { store, warnings } = await openBehindProxy(t, server());
    await store.write({ append: entry('s', 1) });
    const racing = store.write({ append: entry('r', 1) }).then(
      () => ['r:1'],
      () => [],
    );
    await server().stop(signal);
    await eventually('the loss to show', () => (store.health().ok ? undefined : true));
    await assert.rejects(store.write({ append: entry('s', 2) }), StoreFault);
    await assert.rejects(store.get({ collection: 'c', key: 'a' }), StoreFault);
    assert.match(warnings.join(), /^The database is away: /);
    await server().resume();
    await eventually('the database to be back', () => store.health().ok || undefined);
    await store.write({ append: entry('s', 2) });
    const expected = [...(await racing), 's:1', 's:2'].sort();
    assert.deepEqual(summary(await all(store)).sort(), expected);
    assert.equal(warnings.at(-1), 'The database is back.');
  });
}

test('a store is closed while the database is away, and every promise is settled', async (t) => {
  const { store, proxy } = await openBehindProxy(t, server());
  await store.write({ append: entry('s', 1) });
  const lost = proxy.lose('keep request');
  const writing = Promise.allSettled(
    count(3).map((n) => store.write({ append: entry('s', n + 1) })),
  );
  await lost;
  await server().stop('SIGQUIT');
  await store.close();
  for (const { status } of await writing) assert.equal(status, 'rejected');
  await server().resume();
});
