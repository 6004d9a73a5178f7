import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEffect, RunEvent, RunState } from './run-state.ts';
import { isCommitted, next, uncommitted } from './run-state.ts';

const cancel: RunEvent = { kind: 'cancelRequested' };
const commit: RunEvent = { kind: 'commitCalled', cancellable: false };
const commitCancellable: RunEvent = { kind: 'commitCalled', cancellable: true };
const commitFailed: RunEvent = { kind: 'commitFailed' };
const ended: RunEvent = { kind: 'ended' };
const resolved = (cancelled: boolean): RunEvent => ({ kind: 'cancelResolved', cancelled });

const abort: RunEffect = { kind: 'abortSignal' };
const decided = (cancelled: boolean): RunEffect => ({ kind: 'sendCancelDecided', cancelled });

function run(events: readonly RunEvent[]): { state: RunState; effects: readonly RunEffect[] } {
  let state = uncommitted;
  const effects: RunEffect[] = [];
  for (const event of events) {
    const step = next(state, event);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const stories: readonly (readonly [string, readonly RunEvent[], readonly RunEffect[]])[] = [
  ['a cancel before the commit aborts the signal', [cancel], [abort]],
  ['a cancel that is repeated aborts the signal once', [cancel, cancel], [abort]],
  ['a cancel after the commit is answered as too late', [commit, cancel], [decided(false)]],
  [
    'each cancel that comes too late is answered',
    [commit, cancel, cancel],
    [decided(false), decided(false)],
  ],
  ['a cancel after a cancellable commit aborts the signal', [commitCancellable, cancel], [abort]],
  [
    'the final commit answers a cancel as too late',
    [commitCancellable, cancel, commit],
    [abort, decided(false)],
  ],
  [
    'the end answers a cancel that is open',
    [cancel, ended, resolved(true)],
    [abort, decided(true)],
  ],
  ['the end says nothing where no cancel came', [commit, ended, resolved(false)], []],
  [
    'a cancel while the end is being saved is answered with it',
    [ended, cancel, resolved(false)],
    [abort, decided(false)],
  ],
  [
    'a cancel after the end was saved is too late',
    [ended, resolved(false), cancel],
    [decided(false)],
  ],
];

for (const [title, events, effects] of stories) {
  test(title, () => assert.deepEqual(run(events).effects, effects));
}

test('money may have moved from the commit on, unless it could not be saved', () => {
  assert.equal(isCommitted(run([]).state), false);
  assert.equal(isCommitted(run([cancel]).state), false);
  assert.equal(isCommitted(run([commit]).state), true);
  assert.equal(isCommitted(run([commitCancellable]).state), true);
  assert.equal(isCommitted(run([commit, ended]).state), true);
  assert.equal(isCommitted(run([commit, commitFailed]).state), false);
  assert.equal(isCommitted(run([commit, commitFailed, commit]).state), true);
  assert.equal(isCommitted(run([ended]).state), false);
});

test('a commit after the end changes nothing', () => {
  const { state } = run([ended]);
  assert.deepEqual(next(state, commit), { state, effects: [] });
});
