import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../../adapters/store/memory-store.ts';
import type { JobEvent } from '../../domain/job.ts';
import type { Write } from '../../ports/store.ts';
import { Deposed, StoreFault, VersionConflict } from '../../ports/store.ts';
import { TestClock } from '../../testing/test-clock.ts';
import { Journal } from './journal.ts';
import { PersistentStateMachine } from './persistent-state-machine.ts';

const STREAM = 'shop1/12345678';
const requestedBy = {
  requestId: 7,
  version: 'v1',
  eposId: 'TILL-1',
  softwareHouseId: 'house',
  installerId: 'installer',
} as const;

function started(at: number): JobEvent & { kind: 'started' } {
  return {
    kind: 'started',
    at,
    tid: '12345678',
    order: { kind: 'report', order: { id: 'order', reportType: 'X_BALANCE' } },
    requestedBy,
    rules: { startMs: 10_000, limitMs: 60_000, signatureMs: 30_000, signatureOnTimeout: 'accept' },
  };
}

const ended: JobEvent = {
  kind: 'ended',
  at: 2,
  cause: 'machine',
  result: { reportResult: 'COMPLETE' } as never,
};
const noTotals = { reportTime: '', balances: {}, banking: {}, reportLines: [] };
const delivered: JobEvent = { kind: 'delivered', at: 3 };

/** A store whose next write waits for `fail` or `pass`. */
function heldStore() {
  const store = new MemoryStore();
  const write = store.write.bind(store);
  let held: PromiseWithResolvers<void> | undefined;
  store.write = async (one: Write) => {
    const wait = held;
    held = undefined;
    await wait?.promise;
    await write(one);
  };
  return {
    store,
    hold: () => {
      const hold = Promise.withResolvers<void>();
      held = hold;
      return {
        fail: () => hold.reject(new StoreFault('The disk is full.', undefined)),
        pass: () => hold.resolve(),
      };
    },
  };
}

const onDamaged = () => assert.fail('no entry is damaged');

const depsOf = (store: MemoryStore) => ({
  tracer: undefined,
  store,
  clock: new TestClock(),
  localTime: () => '',
  journalFailed: () => {},
  onDamaged,
  holdsLease: () => true,
  onEnded: () => {},
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('an activity that cannot be started takes no event of another with it', async () => {
  const { store, hold } = heldStore();
  const journal = new Journal(STREAM, { store, clock: new TestClock(), onDamaged }, () => {});
  const flags = { transient: false, complete: false };
  journal.append({ activityId: 1, event: started(1), ...flags });
  journal.append({ activityId: 1, event: ended, ...flags });
  await settled();
  const { fail } = hold();
  const errors: unknown[] = [];
  const next = journal.nextActivityId;
  const onDurable = (error: unknown) => errors.push(error);
  journal.append({ activityId: next, event: started(3), ...flags, onDurable });
  const mark: unknown[] = [];
  journal.append({
    activityId: 1,
    event: delivered,
    transient: false,
    complete: true,
    onDurable: (error) => mark.push(error),
  });
  fail();
  await settled();
  assert.ok(errors[0] instanceof StoreFault);
  assert.deepEqual(mark, [undefined], 'the delivery mark is durable');
  const rows = await store.entries();
  assert.deepEqual(
    rows.map(({ version, activityId, body }) => [version, activityId, JSON.parse(body)[0].kind]),
    [
      [1, 1, 'started'],
      [2, 1, 'ended'],
      [3, 1, 'delivered'],
    ],
  );
  assert.deepEqual(await store.list('incomplete', ''), []);
  assert.equal(journal.nextActivityId, 4);
});

test('values for the screen of a till start no row of their own, also while another is written', async () => {
  const { store, hold } = heldStore();
  const journal = new Journal(STREAM, depsOf(store), () => {});
  const flags = { transient: false, complete: false };
  const { pass } = hold();
  journal.append({ activityId: 1, event: started(1), ...flags });
  const shown = { kind: 'showed', at: 1, value: 'PRESENT_CARD' } as const;
  journal.append({ activityId: 1, event: shown, ...flags, transient: true });
  pass();
  await settled();
  journal.append({ activityId: 1, event: shown, ...flags, transient: true });
  await settled();
  assert.equal(await store.lastVersion(STREAM), 1);
  journal.append({ activityId: 1, event: ended, ...flags });
  journal.append({ activityId: 1, event: delivered, ...flags, complete: true });
  await settled();
  const rows = await store.entries();
  assert.deepEqual(
    rows.map(({ body }) => JSON.parse(body).map(({ kind }: JobEvent) => kind)),
    [['started'], ['showed', 'showed', 'ended'], ['delivered']],
  );
  assert.equal(journal.isIdle, true);
});

test('no side effect happens once the lease of the site is over, however durable its cause [C-4.45]', async () => {
  const { store } = heldStore();
  let holdsLease = true;
  const committed: string[] = [];
  const machine = new PersistentStateMachine(
    STREAM,
    { ...depsOf(store), holdsLease: () => holdsLease },
    ({ event }) => committed.push(event.kind),
  );
  await machine.start((_, at) => started(at)).durable;
  await settled();
  assert.deepEqual(committed, ['started']);
  holdsLease = false;
  machine.command({ kind: 'finishReport', result: noTotals });
  await settled();
  assert.equal(await store.lastVersion(STREAM), 2, 'the row is durable');
  assert.deepEqual(committed, ['started']);
});

test('after a row that the lease forbids nothing is written, and a start is refused', async () => {
  const store = new MemoryStore();
  store.write = async () => Promise.reject(new Deposed('shop1'));
  const failed: unknown[] = [];
  const journal = new Journal(STREAM, depsOf(store), (cause) => failed.push(cause));
  const refused = Promise.withResolvers<unknown>();
  journal.append({
    activityId: 1,
    event: started(0),
    transient: false,
    complete: false,
    onDurable: refused.resolve,
  });
  assert.ok((await refused.promise) instanceof Deposed);
  assert.deepEqual(failed, [], 'it is no fault of the journal');
});

test('the activity before one that cannot be started keeps what happened to it meanwhile', async () => {
  const { store, hold } = heldStore();
  const committed: string[] = [];
  const machine = new PersistentStateMachine(STREAM, depsOf(store), ({ activityId, event }) =>
    committed.push(`${activityId} ${event.kind}`),
  );
  const first = machine.start((_, at) => started(at));
  await first.durable;
  machine.command({ kind: 'finishReport', result: noTotals });
  await settled();
  const { fail } = hold();
  const second = machine.start((_, at) => started(at));
  machine.commandActivity(first.activityId, { kind: 'markDelivered' });
  fail();
  await assert.rejects(second.durable);
  await settled();
  assert.deepEqual(committed, ['1 started', '1 ended']);
  assert.equal(machine.activityId, first.activityId);
  const { activity } = machine;
  assert.ok(activity?.phase === 'ended' && 'delivered' in activity && activity.delivered);
  assert.deepEqual(await store.list('incomplete', ''), []);
});

/** A store that keeps the next write and says otherwise: the answer of the commit is lost. */
function forgetfulStore() {
  const store = new MemoryStore();
  const write = store.write.bind(store);
  let lose = false;
  store.write = async (one: Write) => {
    await write(one);
    if (!lose) return;
    lose = false;
    throw new StoreFault('The answer was lost.', undefined);
  };
  const loseAnswer = () => {
    lose = true;
  };
  return { store, loseAnswer };
}

function activity(
  journal: Journal,
  activityId: number,
  event: JobEvent,
): { readonly event: string; durable: boolean; error?: unknown } {
  const state: { event: string; durable: boolean; error?: unknown } = {
    event: event.kind,
    durable: false,
  };
  journal.append({
    activityId,
    event,
    transient: false,
    complete: false,
    onDurable: (error) => Object.assign(state, { durable: error === undefined, error }),
  });
  return state;
}

test('a row that was kept although its answer was lost counts as written', async () => {
  for (const lost of ['started', 'ended']) {
    const { store, loseAnswer } = forgetfulStore();
    const clock = new TestClock();
    const journal = new Journal(STREAM, { store, clock, onDamaged }, () => {});
    if (lost === 'started') loseAnswer();
    const first = activity(journal, 1, started(1));
    await settled();
    if (lost === 'ended') loseAnswer();
    const second = activity(journal, 1, ended);
    await settled();
    const next = activity(journal, journal.nextActivityId, started(3));
    await settled();
    assert.deepEqual([first.durable, second.durable, next.durable], [true, true, true], lost);
    assert.equal((await store.entries()).length, 3);
  }
});

test('after a conflict events are written behind what the stream has, and a start is refused', async () => {
  const store = new MemoryStore();
  const clock = new TestClock();
  const journal = new Journal(STREAM, { store, clock, onDamaged }, () => {});
  activity(journal, 1, started(1));
  await settled();
  const foreign = { stream: STREAM, activityId: 1, at: 2, body: '[]' };
  await store.write({ append: { ...foreign, version: 2 } });
  const end = activity(journal, 1, ended);
  await settled();
  await clock.advance(500);
  await settled();
  assert.equal(end.durable, true);
  await store.write({ append: { ...foreign, version: 4 } });
  const refused = activity(journal, journal.nextActivityId, started(4));
  await settled();
  assert.ok(refused.error instanceof VersionConflict);
  const next = activity(journal, journal.nextActivityId, started(5));
  await settled();
  assert.equal(next.durable, true);
  assert.deepEqual(
    (await store.entries()).map(({ version, activityId }) => [version, activityId]),
    [
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 5],
    ],
  );
});

test('a row whose fate cannot be read waits until the stream can be read', async () => {
  const { store, loseAnswer } = forgetfulStore();
  const clock = new TestClock();
  const journal = new Journal(STREAM, { store, clock, onDamaged }, () => {});
  const read = store.lastVersion.bind(store);
  store.lastVersion = () => Promise.reject(new Error('no database'));
  loseAnswer();
  const start = activity(journal, 1, started(1));
  await settled();
  await clock.advance(10_000);
  await settled();
  assert.deepEqual([start.durable, start.error], [false, undefined]);
  store.lastVersion = read;
  await clock.advance(500);
  await settled();
  assert.equal(start.durable, true);
});
