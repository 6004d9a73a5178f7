// Patterns that only exclude something accept and refuse the texts that a search for it would.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { patternWords } from '@tillgate/protocol';
import fc from 'fast-check';
import { depth } from '../../../../test/support/depth.ts';

const DIGIT = '[0-9\\uff10-\\uff19]';
const SEPARATORS = '[ .\\u00a0\\u2007\\u2010-\\u2015\\u202f\\u2212-]{0,3}';
const CARD_NUMBER = `${DIGIT}(?:${SEPARATORS}${DIGIT}){11}`;
const CONTROL =
  '[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]';

/** What must not be anywhere in the text, by the words of the pattern. */
const excluded: Readonly<Record<string, RegExp>> = {
  'without a card number': new RegExp(CARD_NUMBER, 'u'),
  'without control characters': new RegExp(CONTROL, 'u'),
  'without control characters or a card number': new RegExp(`${CONTROL}|${CARD_NUMBER}`, 'u'),
};

const digit = fc.constantFrom('0', '9', '4', '\uff10', '\uff15', '\uff19');
const separator = fc.constantFrom(...' .-\u00a0\u2007\u2010\u2012\u2015\u202f\u2212');
const beside = fc.constantFrom(
  '/',
  ':',
  '\uff0f',
  '\uff1a',
  '\u2016',
  '\u200f',
  'x',
  '\u{1f600}',
  '\ud83d',
);
const control = fc.constantFrom(
  '\n',
  '\0',
  '\u001f',
  '\u007f',
  '\u009f',
  '\u061c',
  '\u2028',
  '\u202e',
  '\u2069',
);
const boundary = fc.constantFrom(' ', '~', '\u00a0', '\u2027', '\u202f', '\u2065', '\u206a');

/** Rows of about twelve digits, with about three separators between them. */
const row = fc
  .tuple(fc.array(digit, { minLength: 9, maxLength: 13 }), fc.array(separator, { maxLength: 4 }))
  .map(([digits, between]) => digits.join(between.join('')));
const text = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: row },
      { weight: 3, arbitrary: digit },
      { weight: 3, arbitrary: separator },
      beside,
      control,
      boundary,
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('texts without something [C-12.21, C-13.20]', () => {
  test('each pattern is compared with a search', () => {
    assert.deepEqual([...patternWords.values()].toSorted(), Object.keys(excluded).toSorted());
  });

  for (const [pattern, words] of patternWords) {
    const found = excluded[words];
    const whole = new RegExp(pattern, 'u');

    test(`a text is ${words} by the pattern if a search finds nothing`, () => {
      const seen = { valid: 0, invalid: 0 };
      const agree = fc.property(text, (value) => {
        const isValid = whole.test(value);
        seen[isValid ? 'valid' : 'invalid'] += 1;
        assert.equal(isValid, !found?.test(value));
      });
      fc.assert(agree, { numRuns: depth(20_000) });
      assert.ok(seen.valid > 100 && seen.invalid > 100, JSON.stringify(seen));
    });

    test(`each single character is ${words} by the pattern if a search finds nothing`, () => {
      for (let code = 0; code <= 0xffff; code += 1) {
        const value = String.fromCharCode(code);
        assert.equal(whole.test(value), !found?.test(value), `U+${code.toString(16)}`);
        const twelve = `1${value}23456789012`;
        assert.equal(
          whole.test(twelve),
          !found?.test(twelve),
          `U+${code.toString(16)} in a number`,
        );
      }
    });
  }
});
