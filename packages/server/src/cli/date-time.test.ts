import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dateTimeText, differenceText, readExpiry, readSince } from './date-time.ts';

const now = new Date(2026, 2, 14, 12, 31, 7).getTime();

describe('times typed by people', () => {
  test('a length of time counts back for --since and forward for --expires', () => {
    assert.equal(readSince('2h', now), now - 7_200_000);
    assert.equal(readExpiry('30d', now), now + 30 * 86_400_000);
  });

  test('a date is its beginning for --since and its end for --expires', () => {
    assert.equal(dateTimeText(readSince('2026-03-14', now)), '2026-03-14 00:00:00');
    assert.equal(dateTimeText(readExpiry('2026-12-31', now)), '2027-01-01 00:00:00');
    assert.equal(dateTimeText(readExpiry('2026-12-31T18:30', now)), '2026-12-31 18:30:00');
  });

  for (const text of ['', 'soon', '2026-02-30', '2026-13-01', '2026-03-14T25:00', '10y', '-2h']) {
    test(`"${text}" is no time`, () => {
      assert.throws(() => readSince(text, now), /is no time/);
    });
  }

  test('a token cannot expire before it is made', () => {
    assert.throws(() => readExpiry('2026-03-13', now), /already over/);
  });

  test('a difference is written in seconds', () => {
    assert.equal(differenceText(1412), '+1.412 s');
  });
});
