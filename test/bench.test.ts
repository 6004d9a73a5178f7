// What the bench makes of its figures: ratios with their spread, and to whom a profile counts a sample.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocationsOf } from '../bench/allocations.ts';
import type { CpuProfile } from '../bench/cpu-kinds.ts';
import { kindsOf } from '../bench/cpu-kinds.ts';
import { ratio, risen, spread } from '../bench/numbers.ts';
import { readCounts } from '../bench/system-calls.ts';

const ROOMS = 'file:///repository/packages/server/src';

function frame(functionName: string, url = '') {
  return { functionName, url, lineNumber: 9 };
}

test('a ratio is of the medians, its spread that of the repeats', () => {
  assert.equal(spread([3, 1, 2]), '2 (1..3)');
  assert.equal(ratio([2, 4, 9], [1, 4, 3]), '1.33 (1.00..3.00)');
});

test('a figure has risen if its median has by more than the share', () => {
  assert.equal(risen([100, 90, 500], [114, 90, 500], 0.15), false);
  assert.equal(risen([100, 90, 110], [116, 90, 500], 0.15), true);
});

test('an allocation counts for the nearest function of the repository', () => {
  const leaf = { callFrame: frame('slice', 'node:buffer'), selfSize: 100, children: [] };
  const ws = {
    callFrame: frame('send', '/x/node_modules/ws/lib/a.js'),
    selfSize: 5,
    children: [leaf],
  };
  const flush = {
    callFrame: frame('flush', `${ROOMS}/adapters/http/a.ts`),
    selfSize: 20,
    children: [ws],
  };
  const probe = {
    callFrame: frame('ask', 'file:///repository/bench/probe.ts'),
    selfSize: 999,
    children: [leaf],
  };
  const root = { callFrame: frame('(root)'), selfSize: 0, children: [flush, probe, leaf] };
  const { bytes, byPackage, byFunction } = allocationsOf({ head: root });
  assert.equal(bytes, 225);
  assert.deepEqual(Object.fromEntries(byPackage), {
    'server/adapters/http': 125,
    'node, JavaScript': 100,
  });
  assert.equal(byFunction.get('flush a.ts:10'), 125);
});

/** Calls one another in their order; each sample takes 10 us from 100 on. */
function profile(
  frames: readonly ReturnType<typeof frame>[],
  samples: readonly number[],
): CpuProfile {
  const nodes = frames.map((callFrame, id) => ({ id, callFrame, children: [id + 1] }));
  return { nodes, samples, timeDeltas: samples.map(() => 10), startTime: 100 };
}

test('a sample counts for the kind of work of the innermost function that has one', () => {
  const frames = [
    frame('(root)'),
    frame('decide', `${ROOMS}/domain/decide.ts`),
    frame('normalized', `${ROOMS}/waiting.ts`),
    frame('stringifyJson', 'file:///repository/bench/json-frames.ts'),
    frame('writev'),
    frame('byteLength', 'node:buffer'),
  ];
  const kinds = kindsOf(profile(frames, [0, 1, 1, 3, 4, 5]), { from: 0, to: 1000 });
  assert.deepEqual(Object.fromEntries(kinds), {
    'other parts of Node': 10,
    domain: 20,
    'JSON in and out': 10,
    'writing to sockets, system calls': 20,
  });
});

test('samples before and after the measured time, and of the idle thread, do not count', () => {
  const frames = [frame('(root)'), frame('(garbage collector)'), frame('(idle)')];
  const kinds = kindsOf(profile(frames, [1, 1, 2, 1, 1, 1]), { from: 115, to: 145 });
  assert.deepEqual(Object.fromEntries(kinds), { 'garbage collection': 20 });
});

test('the table of `strace -c` is read with and without errors in a line', () => {
  const text = `strace: Process 1 attached with 7 threads
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 92.28    0.017183        1562        11         2 futex
  6.43    0.001198           3       360           epoll_pwait
------ ----------- ----------- --------- --------- ----------------
100.00    0.018381          33       371         2 total
`;
  const counts = readCounts(text);
  assert.deepEqual([...counts.keys()], ['futex', 'epoll_pwait']);
  assert.deepEqual(counts.get('epoll_pwait'), { calls: 360, us: 1198 });
  assert.equal(counts.get('futex')?.calls, 11);
});
