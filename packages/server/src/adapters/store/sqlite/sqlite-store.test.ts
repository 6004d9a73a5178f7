// The SQLite store under the contract of all stores, and what only a file can suffer: kill -9, a
// second gateway, a full disk, a foreign or newer file.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { Clock } from '../../../ports/clock.ts';
import type { Append, Store } from '../../../ports/store.ts';
import { StoreFault } from '../../../ports/store.ts';
import { storeContract } from '../../../testing/store-contract.ts';
import { all } from '../../../testing/store-contract-kit.ts';
import { TestClock } from '../../../testing/test-clock.ts';
import type { SqliteStoreOptions } from './sqlite-store.ts';
import { openSqliteStore } from './sqlite-store.ts';

/** Real time: the suite's other processes are real. */
const clock: Clock = {
  now: Date.now,
  after: (delayMs, then) => {
    const timer = setTimeout(then, delayMs);
    return () => clearTimeout(timer);
  },
  id: () => '',
};

for (const [name, lostAnswers] of [
  ['the SQLite store', 0],
  ['the SQLite store with a writer that loses answers', 0.3],
] as const) {
  storeContract(name, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tillgate-store-'));
    const file = join(folder, 'journal.db');
    const store = await openSqliteStore({ file, clock, lock: true, lostAnswers });
    return {
      store,
      reopen: async () => {
        await store.close();
        return openSqliteStore({ file, clock, lock: true });
      },
      other: () => openSqliteStore({ file, clock, lock: false }),
      discard: async () => rmSync(folder, { recursive: true }),
    };
  });
}

test('writes that a killed gateway had confirmed are durable, and the file is free', async (t) => {
  const file = fileFor(t);
  const gateway = child(t, file, WRITES_FOR_EVER);
  await gateway.said('a 150');
  await assert.rejects(open(t, file), /journal\.db is in use by another gateway/);
  gateway.kill();
  await gateway.ended;
  const answered = new Map(gateway.lines.map((line) => line.split(' ') as [string, string]));
  const store = await open(t, file);
  assert.equal(answered.size, 4);
  for (const [stream, version] of answered) {
    const entries = await store.readActivity(stream, 1);
    assert.ok(entries.length >= Number(version), `${stream} lost ${version}`);
    assert.deepEqual(
      entries.map((entry) => entry.version),
      entries.map((_, index) => index + 1),
    );
  }
});

test('a second gateway in the same process is refused too, until the first is closed', async (t) => {
  const file = fileFor(t);
  const first = await open(t, file);
  await assert.rejects(open(t, file), /in use by another gateway/);
  await assert.rejects(open(t, file), /in use by another gateway/);
  await first.close();
  await open(t, file);
});

test('a put by another process wakes a watcher within half a second', async (t) => {
  const file = fileFor(t);
  const testClock = new TestClock();
  const store = await openSqliteStore({ file, clock: testClock, lock: true });
  t.after(() => store.close());
  const other = child(t, file, PUTS_ON_INPUT);
  await other.said('ready');
  let woken = 0;
  t.after(
    store.watch('tokens', () => {
      woken += 1;
    }),
  );
  other.proceed();
  await other.said('put');
  assert.equal(woken, 0);
  await testClock.advance(500);
  assert.equal(woken, 1);
  assert.equal(await store.get({ collection: 'tokens', key: 'k' }), '1');
});

test('journal entries and other collections do not wake a watcher', async (t) => {
  const file = fileFor(t);
  const store = await open(t, file);
  const other = await open(t, file, { lock: false });
  const woken: string[] = [];
  t.after(store.watch('tokens', () => woken.push('tokens')));
  for (const version of [1, 2, 3]) await store.write({ append: entry('s', version) });
  await other.write({ put: [{ collection: 'sites', key: 'a', value: '1' }] });
  await new Promise<void>((resolve) => {
    t.after(store.watch('sites', () => resolve()));
    void other.write({ put: [{ collection: 'sites', key: 'a', value: '2' }] });
  });
  assert.deepEqual(woken, []);
});

test('a store on a full disk refuses what does not fit, keeps the rest, and reports its recovery', async (t) => {
  const store = await open(t, fileFor(t), { maxPages: 40 });
  const big = { collection: 'c', key: 'big', value: 'x'.repeat(60_000) };
  await store.write({ append: entry('s', 1), put: [big] });
  const outcomes = await Promise.allSettled([
    store.write({ append: entry('s', 2), put: [{ ...big, key: 'big2' }] }),
    store.write({ append: entry('s', 3), put: [{ ...big, key: 'big3' }] }),
  ]);
  for (const outcome of outcomes) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof StoreFault);
    assert.match(outcome.reason.message, /full/);
  }
  assert.equal(store.health().ok, false);
  assert.match(store.health().reason ?? '', /full/);
  assert.equal((await all(store)).length, 1);
  assert.equal((await store.list('c', '')).length, 1);
  await store.write({ append: entry('s', 2), remove: [{ collection: 'c', key: 'big' }] });
  assert.deepEqual(store.health(), { ok: true });
  await store.write({ put: [{ ...big, key: 'big2' }] });
});

test('the folder and the files of a journal are private to their owner', async (t) => {
  const file = join(fileFor(t), '..', 'made', 'journal.db');
  const store = await open(t, file);
  await store.write({ append: entry('s', 1) });
  assert.equal(statSync(join(file, '..')).mode & 0o777, 0o700);
  for (const name of [file, `${file}-wal`]) {
    assert.equal(statSync(name).mode & 0o777, 0o600, name);
  }
});

test('a file that is no journal is refused and left as it was', async (t) => {
  const text = fileFor(t);
  writeFileSync(text, 'not a database, only some words about one. '.repeat(40));
  await assert.rejects(open(t, text), /journal\.db is not a Tillgate journal/);
  const foreign = fileFor(t);
  const db = new DatabaseSync(foreign);
  db.exec('CREATE TABLE songs (title TEXT)');
  await assert.rejects(open(t, foreign), /is not a Tillgate journal/);
  assert.equal(db.prepare('PRAGMA journal_mode').get()?.journal_mode, 'delete');
  db.close();
});

test('a damaged journal is refused with a clear message', async (t) => {
  const file = fileFor(t);
  const store = await open(t, file);
  await store.write({ append: entry('s', 1) });
  await store.close();
  // All but the header, which still says that it is a journal.
  writeFileSync(file, readFileSync(file).fill(0xff, 100));
  await assert.rejects(open(t, file), /journal\.db is damaged/);
});

test('a journal of a newer release is refused', async (t) => {
  const file = fileFor(t);
  await (await open(t, file)).close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version = 99');
  db.close();
  await assert.rejects(open(t, file), /written by a newer Tillgate \(its form is 99, .* knows 3\)/);
});

test('a journal of an older release is refused with a sentence that says what to do', async (t) => {
  const file = fileFor(t);
  await (await open(t, file)).close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version = 1');
  db.close();
  const message =
    `The journal ${file} has version 1, but this Tillgate needs version 3: ` +
    'move the file away to start a new journal, or run the Tillgate that wrote it.';
  await assert.rejects(open(t, file), { message });
});

test('an open store that is doing nothing does not keep the process alive', async (t) => {
  const { ended } = child(t, fileFor(t), WRITES_ONCE);
  assert.deepEqual(await ended, [0, null]);
});

const WRITES_FOR_EVER = `
  const store = await openSqliteStore({ file, clock, lock: true });
  await Promise.all(['a', 'b', 'c', 'd'].map(async (stream) => {
    for (let version = 1; ; version += 1) {
      await store.write({ append: { stream, version, activityId: 1, at: 1, body: '{}' } });
      process.stdout.write(stream + ' ' + version + '\\n');
    }
  }));`;

const PUTS_ON_INPUT = `
  const store = await openSqliteStore({ file, clock, lock: false });
  await store.write({ put: [{ collection: 'warm', key: 'k', value: '1' }] });
  writeSync(1, 'ready\\n');
  process.stdin.once('data', async () => {
    await store.write({ put: [{ collection: 'tokens', key: 'k', value: '1' }] });
    writeSync(1, 'put\\n');
    await store.close();
    process.stdin.destroy();
  });`;

const WRITES_ONCE = `
  const store = await openSqliteStore({ file, clock, lock: true });
  await store.write({ append: { stream: 's', version: 1, activityId: 1, at: 1, body: '{}' } });`;

/** Another process with the same file. */
function child(t: TestContext, file: string, program: string) {
  const source = `
    import { writeSync } from 'node:fs';
    import { openSqliteStore } from '${new URL('./sqlite-store.ts', import.meta.url)}';
    const file = ${JSON.stringify(file)};
    const clock = {
      now: Date.now,
      after: (ms, then) => { const timer = setTimeout(then, ms); return () => clearTimeout(timer); },
      id: () => '',
    };
    ${program}`;
  const running = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => running.kill('SIGKILL'));
  const lines: string[] = [];
  const reader = createInterface({ input: running.stdout }).on('line', (line) => lines.push(line));
  const ended = once(running, 'close');
  const said = async (line: string) => {
    while (!lines.includes(line)) await once(reader, 'line');
  };
  return {
    lines,
    said,
    ended,
    kill: () => running.kill('SIGKILL'),
    proceed: () => running.stdin.write('now\n'),
  };
}

function fileFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'journal.db');
}

async function open(
  t: TestContext,
  file: string,
  options: Partial<SqliteStoreOptions> = {},
): Promise<Store> {
  const store = await openSqliteStore({ file, clock, lock: true, ...options });
  t.after(() => store.close());
  return store;
}

function entry(stream: string, version: number): Append {
  return { stream, version, activityId: 1, at: 1, body: '{}' };
}

describe('one file, one gateway', () => {
  test('a second gateway is refused by the file itself, whatever path it takes and whatever lies beside it', async (t) => {
    const file = fileFor(t);
    await open(t, file);
    const elsewhere = fileFor(t);
    symlinkSync(file, elsewhere);
    for (const name of readdirSync(dirname(file))) {
      if (!/^journal\.db(-wal|-shm)?$/.test(name)) rmSync(join(dirname(file), name));
    }
    for (const path of [file, elsewhere]) {
      await assert.rejects(
        openSqliteStore({ file: path, clock, lock: true }),
        /in use by another gateway/,
      );
    }
  });

  test('of two gateways that claim a file in the same moment only the last one can write', async (t) => {
    const file = fileFor(t);
    const first = await open(t, file);
    claimAnyway(file, 'second');
    await assert.rejects(first.write({ append: entry('s', 1) }), /another gateway has claimed/);
    assert.equal(first.health().ok, false);
    assert.deepEqual(await all(first), []);
  });
});

/** What `claimFile` does when no other connection was found. */
function claimAnyway(file: string, owner: string): void {
  const db = new DatabaseSync(file);
  db.prepare("UPDATE record SET value = ? WHERE collection = 'gateway'").run(owner);
  db.close();
}

describe('a file that lost something', () => {
  test('frames of the write-ahead log in no complete commit are counted and left out', async (t) => {
    for (const [damage, expected] of [
      ['none', undefined],
      ['cut', /ends with \d+ frames/],
      ['flip', /ends with \d+ frames/],
    ] as const) {
      const file = fileFor(t);
      const gateway = child(t, file, WRITES_FOR_EVER);
      await gateway.said('a 20');
      gateway.kill();
      await gateway.ended;
      const wal = `${file}-wal`;
      const bytes = readFileSync(wal);
      const pageBytes = bytes.readUInt32BE(8);
      const lastCommit = lastCommitOf(bytes, pageBytes);
      if (damage === 'none') truncateSync(wal, lastCommit);
      if (damage === 'cut') truncateSync(wal, lastCommit - 100);
      if (damage === 'flip') {
        bytes.writeUInt8(bytes.readUInt8(32 + 24 + 100) ^ 1, 32 + 24 + 100);
        writeFileSync(wal, bytes);
      }
      const warnings: string[] = [];
      await open(t, file, { onWarning: (text) => warnings.push(text) });
      if (expected) assert.match(warnings.join('\n'), expected, damage);
      else assert.deepEqual(warnings, []);
    }
  });

  test('a damaged page is a fault that shows in health and quotes nothing', async (t) => {
    const file = fileFor(t);
    const store = await openSqliteStore({ file, clock, lock: true });
    for (const version of Array.from({ length: 400 }, (_, index) => index + 1)) {
      await store.write({ append: { ...entry('s', version), body: `"${'x'.repeat(500)}"` } });
    }
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 12 * 4096, 34 * 4096);
    writeFileSync(file, bytes);
    const again = await open(t, file);
    const failure = await all(again).then(
      () => undefined,
      (cause: Error) => cause,
    );
    assert.ok(failure instanceof StoreFault, String(failure));
    assert.equal(failure.message, 'The file of the journal is damaged.');
    assert.deepEqual(again.health(), { ok: false, reason: 'the file is damaged' });
  });

  test('a journal that other users may read is warned of at the start', async (t) => {
    const file = fileFor(t);
    await (await openSqliteStore({ file, clock, lock: true })).close();
    chmodSync(dirname(file), 0o755);
    chmodSync(file, 0o644);
    const warnings: string[] = [];
    await open(t, file, { onWarning: (text) => warnings.push(text) });
    assert.match(warnings[0] ?? '', /folder .* \(mode 755\): chmod 700/);
    assert.match(warnings[1] ?? '', /journal .* \(mode 644\): chmod 600/);
  });
});

/** Where the last complete commit of a write-ahead log ends. */
function lastCommitOf(wal: Buffer, pageBytes: number): number {
  let end = 32;
  for (let at = 32; at + 24 + pageBytes <= wal.length; at += 24 + pageBytes) {
    if (wal.readUInt32BE(at + 4) !== 0) end = at + 24 + pageBytes;
  }
  return end;
}
