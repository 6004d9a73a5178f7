import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agoText, countdownText, endOfDay } from './moments.ts';

const at = '2026-03-14T09:26:53.000Z';
const then = Date.parse(at);

test('an age is shown in the largest unit that fits', () => {
  const told = [-5, 2, 12, 59, 60, 7_199, 7_200, 86_400, 172_800].map((seconds) =>
    agoText(at, then + seconds * 1000),
  );
  assert.deepEqual(told, [
    ...['just now', 'just now', '12 s ago', '59 s ago', '1 min ago', '1 h ago', '2 h ago'],
    ...['1 day ago', '2 days ago'],
  ]);
});

test('a countdown ends at 0:00', () => {
  const left = [-900_000, -59_001, -1, 0, 60_000].map((ms) => countdownText(at, then + ms));
  assert.deepEqual(left, ['15:00', '1:00', '0:01', '0:00', '0:00']);
});

test('the end of a day is midnight in the local time zone', () => {
  const end = new Date(endOfDay('2026-12-31'));
  const told = [end.getFullYear(), end.getMonth(), end.getDate(), end.getHours(), end.getMinutes()];
  assert.deepEqual(told, [2027, 0, 1, 0, 0]);
});
