import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../../adapters/store/memory-store.ts';
import type { JobEvent } from '../../domain/job.ts';
import type { Write } from '../../ports/store.ts';
import { StoreFault } from '../../ports/store.ts';
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
    rules: { limitMs: 60_000, signatureMs: 30_000, signatureOnTimeout: 'accept' },
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
      return { fail: () => hold.reject(new StoreFault('The disk is full.', undefined)) };
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('an activity that cannot be started takes no event of another with it', async () => {
  const { store, hold } = heldStore();
  const journal = new Journal(STREAM, { store, clock: new TestClock() }, () => {});
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
  const rows = await store.entries(0, 10);
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

test('the activity before one that cannot be started keeps what happened to it meanwhile', async () => {
  const { store, hold } = heldStore();
  const committed: string[] = [];
  const machine = new PersistentStateMachine(
    STREAM,
    { store, clock: new TestClock(), localTime: () => '', journalFailed: () => {} },
    ({ activityId, event }) => committed.push(`${activityId} ${event.kind}`),
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
