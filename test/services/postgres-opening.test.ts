// What the PostgreSQL store refuses to open, what it says of it, and that it never shows a password.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { systemClock as clock } from '../../packages/server/src/adapters/clock/system-clock.ts';
import { openPostgresStore } from '../../packages/server/src/adapters/store/postgres/postgres-store.ts';
import { StoreFault } from '../../packages/server/src/ports/store.ts';
import { count, entry, record } from '../../packages/server/src/testing/store-contract-kit.ts';
import { administrator, openNode } from '../support/postgres/postgres-nodes.ts';
import { PASSWORD } from '../support/postgres/postgres-server.ts';
import { openBehindProxy, opened, postgresServer } from '../support/postgres/postgres-test.ts';
import { eventually } from '../support/wait.ts';

const server = postgresServer();

/** Everything of an error that a log could show. */
async function refusalOf(url: string): Promise<Error> {
  const error: Error = await openPostgresStore({ url, clock }).then(
    async (store) => {
      await store.close();
      throw new Error('The store was opened.');
    },
    (cause) => cause,
  );
  assert.doesNotMatch(inspect(error, { depth: 10, showHidden: true }), /sesame|4711/);
  return error;
}

/** The tables of a database, and the version of ours. */
async function contentOf(database: string): Promise<unknown> {
  const admin = await server().connect(database);
  const { rows } = await admin.query(
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const isOurs = rows.some(({ relname }) => relname === 'tillgate_schema');
  const versions = isOurs ? (await admin.query('SELECT * FROM tillgate_schema')).rows : [];
  await admin.end();
  return { rows, versions };
}

test('the tables are made once, and the operator is told', async (t) => {
  const url = server().url(await server().createDatabase());
  const told: string[] = [];
  const onMigrated = (message: string) => told.push(message);
  const stores = await Promise.all(count(3).map(() => opened(t, { url, onMigrated })));
  await Promise.all(stores.map((store, n) => store.write({ append: entry(`s${n}`, 1) })));
  assert.equal(told.length, 1);
  assert.match(
    told[0] ?? '',
    /^Created the tables of the journal in the database test\d+ at .+, version 3\.$/,
  );
});

test('a database of version 1 is brought to this version, and keeps its journal', async (t) => {
  const database = await server().createDatabase();
  const url = server().url(database);
  const before = await opened(t, { url });
  await before.write({ append: entry('shop/1', 1), put: [record('c', 'a', '1')] });
  await before.close();
  const admin = await server().connect(database);
  await admin.query(`DROP TABLE node, owner; DROP SEQUENCE lease; DROP INDEX stream_by_site;
    ALTER TABLE entry DROP COLUMN lease; UPDATE tillgate_schema SET version = 1`);
  await admin.end();
  const told: string[] = [];
  const store = await opened(t, { url, onMigrated: (message) => told.push(message) });
  assert.match(told.join(), /^Changed the tables of the journal in .+ from version 1 to 3\.$/);
  await store.write({ append: entry('shop/1', 2) });
  assert.equal(await store.lastVersion('shop/1'), 2);
  assert.equal(await store.get({ collection: 'c', key: 'a' }), '1');
});

test('an operator is warned of a server that does not wait for its disk', async (t) => {
  const warnings: string[] = [];
  const url = server().url(await server().createDatabase());
  await opened(t, { url, onWarning: (message) => warnings.push(message) });
  assert.match(warnings.join(), /has fsync = off: a power cut may damage the journal/);
});

test('a database of another program is refused and left as it is', async () => {
  const database = await server().createDatabase();
  const admin = await server().connect(database);
  await admin.query('CREATE TABLE public.orders (id int)');
  await admin.end();
  const before = await contentOf(database);
  const { message } = await refusalOf(server().url(database));
  assert.match(message, /holds tables of another program: give Tillgate a database of its own\.$/);
  assert.deepEqual(await contentOf(database), before);
});

test('a database of a newer release is refused and left as it is', async () => {
  const database = await server().createDatabase();
  await (await openPostgresStore({ url: server().url(database), clock })).close();
  const admin = await server().connect(database);
  await admin.query('UPDATE tillgate_schema SET version = 99');
  await admin.end();
  const before = await contentOf(database);
  const { message } = await refusalOf(server().url(database));
  assert.match(
    message,
    /written by a newer Tillgate \(its tables have version 99, this one knows 3\)/,
  );
  assert.deepEqual(await contentOf(database), before);
});

test('a node with another secret is refused while there are nodes, and nothing is changed', async (t) => {
  const database = await server().createDatabase();
  const url = server().url(database);
  const sql = administrator(server(), database);
  const secret = 'the secret of the cluster';
  const first = await openNode(t, { url, secret });
  await openNode(t, { url, secret });
  const content = () => sql('SELECT id, name, secret_mac FROM node ORDER BY id');
  const before = await content();
  assert.doesNotMatch(JSON.stringify(before), /the secret/);
  const other = { url, secret: 'another secret' };
  await assert.rejects(openNode(t, other), /^Error: The node node-\d+ has another cluster secret/);
  assert.deepEqual(await content(), before);
  await first.clock.renew();
  await sql('UPDATE node SET dead = true');
  await openNode(t, other);
});

test('a database with another encoding is refused', async () => {
  const { message } = await refusalOf(server().url(await server().createDatabase('LATIN1')));
  assert.match(message, /has the encoding LATIN1, but UTF8 is needed\.$/);
});

test('a refusal names the database and the reason, and never the password', async () => {
  const database = await server().createDatabase();
  const reasons = {
    [server().url(database, `${PASSWORD}x`)]: /^Cannot open the database test\d+ at \S+: password/,
    [server().url('missing')]: /^Cannot open the database missing at \S+: database "missing" does/,
    [`postgres://u:${PASSWORD}@127.0.0.1:1/d`]:
      /^Cannot open the database d at 127.0.0.1: .*REFUSED/,
    [`postgres://u:${PASSWORD}@127.0.0.1:x/d`]: /must be a URL/,
    [`postgres://u:1/${PASSWORD}@127.0.0.1/d`]: /must be a URL/,
    [`mysql://u:${PASSWORD}@127.0.0.1/d`]: /must be a URL/,
    [`postgres://u:%E0${PASSWORD}@127.0.0.1/d`]: /^Cannot open the database: URI malformed/,
    [`user ${PASSWORD}`]: /must be a URL/,
  };
  for (const [url, reason] of Object.entries(reasons)) {
    assert.match((await refusalOf(url)).message, reason);
  }
});

test('faults, health and warnings of an open store never show the password', async (t) => {
  const { store, proxy, warnings } = await openBehindProxy(t, server());
  await proxy.close();
  await eventually('the loss to show', () => (store.health().ok ? undefined : true));
  const outcomes = await Promise.allSettled([
    store.write({ append: entry('s', 1) }),
    store.get({ collection: 'c', key: 'a' }),
    store.purge(1, 'none'),
  ]);
  for (const outcome of outcomes) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof StoreFault);
  }
  const shown = inspect([outcomes, store.health(), warnings, store], {
    depth: 10,
    showHidden: true,
  });
  assert.doesNotMatch(shown, /sesame|4711/);
});

test('a write that the database cannot store is refused, and the others of its batch are written', async (t) => {
  const { store } = await openBehindProxy(t, server());
  const long = Array.from({ length: 20_000 }, (_, n) =>
    String.fromCodePoint(0x4e00 + ((n * n) % 20_000)),
  ).join('');
  const outcomes = await Promise.allSettled([
    store.write({ put: [record('c', 'a', '1')] }),
    store.write({ put: [record('c', 'b', 'a \0 b')] }),
    store.write({ append: entry('s', 1), put: [record('c', long, '1')] }),
    store.write({ append: entry('r', 1) }),
    store.write({ append: entry('r', 1) }),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.name : 'written')),
    ['written', 'StoreFault', 'StoreFault', 'written', 'VersionConflict'],
  );
  assert.equal(await store.lastVersion('s'), 0);
  assert.deepEqual(await store.list('c', ''), [record('c', 'a', '1')]);
});
