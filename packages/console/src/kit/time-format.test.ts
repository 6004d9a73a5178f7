import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  agoText,
  clockTime,
  countdownText,
  durationText,
  endOfDay,
  preciseClockTime,
} from './time-format.ts';

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

const moment = '2026-03-14T09:26:53.000Z';
const then = Date.parse(moment);

test('an age is shown in the largest unit that fits', () => {
  const ages = [-5, 2, 12, 59, 60, 7_199, 7_200, 86_400, 172_800].map((seconds) =>
    agoText(moment, then + seconds * 1000),
  );
  assert.deepEqual(ages, [
    ...['just now', 'just now', '12 s ago', '59 s ago', '1 min ago', '1 h ago', '2 h ago'],
    ...['1 day ago', '2 days ago'],
  ]);
});

test('a countdown ends at 0:00', () => {
  const left = [-900_000, -59_001, -1, 0, 60_000].map((ms) => countdownText(moment, then + ms));
  assert.deepEqual(left, ['15:00', '1:00', '0:01', '0:00', '0:00']);
});

test('the end of a day is midnight in the local time zone', () => {
  const end = new Date(endOfDay('2026-12-31'));
  const parts = [
    end.getFullYear(),
    end.getMonth(),
    end.getDate(),
    end.getHours(),
    end.getMinutes(),
  ];
  assert.deepEqual(parts, [2027, 0, 1, 0, 0]);
});
