import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockTime, durationText, preciseClockTime } from './time-format.ts';

test('a duration is shown with two or three significant digits', () => {
  const written = [0.44, 9.94, 9.96, 999.4, 999.6, 3_200, 59_994, 59_996, 80_400].map(durationText);
  assert.deepEqual(written, [
    '0.4 ms',
    '9.9 ms',
    '10 ms',
    '999 ms',
    '1.00 s',
    '3.20 s',
    '59.99 s',
    '1 min 0 s',
    '1 min 20 s',
  ]);
});

test('the precise clock time has milliseconds, the clock time seconds', () => {
  const at = Date.UTC(2026, 2, 14, 12, 31, 7, 45);
  assert.match(preciseClockTime(at), /^\d\d:\d\d:07\.045$/);
  assert.match(clockTime(at), /^\d\d:\d\d:07$/);
});
