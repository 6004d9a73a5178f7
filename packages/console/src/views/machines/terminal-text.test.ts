import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factorOf, lastHeardText, outcomeText, stateText } from './terminal-text.ts';

test('a machine is available, busy, not connected, or not enrolled yet', () => {
  const machine = { tid: 'BAR-1', kind: 'link', connected: true } as const;
  const off = { ...machine, connected: false };
  const words = [
    stateText({ ...machine, status: 'AVAILABLE' }),
    stateText({ ...machine, status: 'BUSY' }),
    stateText({ ...off, paired: true }),
    stateText({ ...off, paired: false, pairingUntil: '2026-03-14T09:26:53Z' }),
    stateText({ ...off, paired: false }),
  ].map(({ word }) => word);
  assert.deepEqual(words, [
    ...['Available', 'Busy', 'Not connected', 'Waiting for its code', 'Not enrolled'],
  ]);
  assert.equal(lastHeardText(off, 0), 'Never heard');
});

test('C-10.3: the letters of an outcome are explained in words', () => {
  assert.equal(outcomeText('DIP'), 'Declined, chip, PIN');
  assert.equal(outcomeText('SCD'), 'Successful, contactless, customer’s own device');
});

test('a pace is a number from 0.01 to 1000', () => {
  const given = ['10', ' 0.01 ', '1000', '0', '1001', '-1', '1e3', ''].map(factorOf);
  const none = undefined;
  assert.deepEqual(given, [10, 0.01, 1000, none, none, none, none, none]);
});
