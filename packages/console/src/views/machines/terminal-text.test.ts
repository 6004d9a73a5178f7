import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeState, factorOf, lastHeardText, outcomeText, stateText } from './terminal-text.ts';

test('a machine is available, busy, not connected, or not paired yet', () => {
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
    ...['Available', 'Busy', 'Not connected', 'Waiting for its code', 'Code over'],
  ]);
  assert.equal(lastHeardText(off, 0), 'Never heard');
});

test('C-13.2: a code is open until it is used, too old, void or replaced', () => {
  const expiresAt = '2026-03-14T09:26:53.000Z';
  const now = Date.parse(expiresAt) - 1;
  const keySince = '2026-01-01T00:00:00.000Z';
  const code = { tid: 'BAR-1', pairingCode: 'XKCD2345', expiresAt, pairedBefore: keySince };
  const machine = { tid: 'BAR-1', kind: 'link', connected: false, pairedAt: keySince } as const;
  const open = { ...machine, pairingUntil: expiresAt };
  const states = [
    codeState(code, open, { now, isListed: true }),
    codeState(code, open, { now: now + 1, isListed: true }),
    codeState(code, machine, { now, isListed: true }),
    codeState(
      code,
      { ...machine, pairingUntil: '2026-03-14T10:00:00.000Z' },
      { now, isListed: true },
    ),
    codeState(code, { ...machine, pairedAt: expiresAt }, { now, isListed: true }),
    // The list is from before the code was made.
    codeState(code, machine, { now, isListed: false }),
    codeState({ ...code, pairedBefore: undefined }, undefined, { now, isListed: false }),
  ];
  assert.deepEqual(states, ['open', 'over', 'over', 'over', 'used', 'open', 'open']);
});

test('C-10.3: the letters of an outcome are explained in words', () => {
  assert.equal(outcomeText('DIP'), 'Declined, chip, PIN');
  assert.equal(outcomeText('SCD'), 'Approved, contactless, customer’s own device');
});

test('a pace is a number from 0.01 to 1000', () => {
  const given = ['10', ' 0.01 ', '1000', '0', '1001', '-1', '1e3', ''].map(factorOf);
  const none = undefined;
  assert.deepEqual(given, [10, 0.01, 1000, none, none, none, none, none]);
});
