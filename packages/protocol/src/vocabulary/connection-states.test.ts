import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionStateName, connectionStates } from './connection-states.ts';

test('each state of a connection has a word of its own and a sentence, and only connected is good', () => {
  const rows = Object.values(connectionStates);
  assert.equal(new Set(rows.map(({ word }) => word)).size, rows.length);
  for (const { about } of rows) assert.match(about, /^[A-Z].*\.$/);
  const good = rows.filter(({ tone }) => tone === 'good').map(({ word }) => word);
  assert.deepEqual(good, ['Connected']);
});

test('an attempt after the first one is called reconnecting', () => {
  assert.equal(connectionStateName({ state: 'connecting', attempt: 1 }), 'connecting');
  assert.equal(connectionStateName({ state: 'connecting', attempt: 2 }), 'waiting');
  assert.equal(connectionStateName({ state: 'stopped' }), 'stopped');
});
