// Card numbers in every spelling in which a person or a program may write one [C-12.21].

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { depth } from '../../../../test/support/depth.ts';
import { mask, maskFrame, maskPans, maskStoredFrame } from './mask.ts';

const SEED = 20_260_314;

const masks = { mask, maskFrame, maskPans, maskStoredFrame };

/** Digits with a correct check digit at the end. */
const cardDigits = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 18 })
  .map((digits) => `${digits.join('')}${checkDigit(digits)}`);

function checkDigit(digits: readonly number[]): number {
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const weighted = index % 2 === 0 ? digit * 2 : digit;
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

const separators = [' ', '  ', '-', '.', '·', '\u00a0', '\u202f', '\u2007', '\u3000', '\t'];
const dashes = ['\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212', '\uff0d'];
const invisible = ['\u00ad', '\u200b', '\u200e', '\u202e', '\u2060', '\ufeff', '\u2066'];
const gap = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.constantFrom(...separators, ...dashes, ...invisible) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(' - ', ' . ', '\u00a0 ', '-\u200b', '. ', '\u2013\u00a0'),
  },
);

const fullWidth = (digit: string) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0);
const escaped = (text: string) =>
  text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A card number as it is spelled, and what must not be read from the masked text. */
const spelled = cardDigits.chain((digits) =>
  fc
    .tuple(
      fc.array(gap, { minLength: digits.length, maxLength: digits.length }),
      fc.array(fc.boolean(), { minLength: digits.length, maxLength: digits.length }),
    )
    .map(([gaps, wide]) => ({
      digits,
      text: [...digits]
        .map(
          (digit, index) =>
            (index === 0 ? '' : gaps[index]) + (wide[index] ? fullWidth(digit) : digit),
        )
        .join(''),
    })),
);

/** Text around a number: other numbers beside it are separate words. */
const around = fc.constantFrom(
  '',
  'CARD ',
  '"value":"',
  'TABLE 12 ',
  '12.50 ',
  '2026-03-14 ',
  '7-',
  '.',
);

/** All digits that can be read from a text, in order. */
function digitsOf(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .normalize('NFKC')
    .replace(/[^0-9*]/g, '');
}

describe('a card number never survives, however it is spelled [C-12.21]', () => {
  for (const [name, masked] of Object.entries(masks)) {
    test(`${name} masks all but the last four digits of a number with any separators`, () => {
      const property = fc.property(spelled, around, around, ({ digits, text }, before, after) => {
        const shown = masked(`${before}${text} ${after}`);
        assert.ok(!digitsOf(shown).includes(digits), shown);
        assert.ok(!digitsOf(shown).includes(digits.slice(0, -4)), shown);
      });
      fc.assert(property, { numRuns: depth(3_000), seed: SEED });
    });
  }

  for (const [name, masked] of Object.entries({ mask, maskFrame, maskStoredFrame })) {
    test(`${name} masks a number in the escapes of JSON`, () => {
      const property = fc.property(spelled, fc.boolean(), ({ digits, text }, all) => {
        const json = all ? escaped(text) : JSON.stringify(text).replace(/[^ -~]/g, escaped);
        const shown = masked(`{"value":"\\u0000${json}"}`);
        assert.ok(!digitsOf(shown).includes(digits.slice(0, -4)), shown);
      });
      fc.assert(property, { numRuns: depth(3_000), seed: SEED });
    });
  }
});

describe('the last four digits stay [C-5.2]', () => {
  const spellings: readonly (readonly [string, string])[] = [
    ['4111111111111111', '************1111'],
    ['4111 1111 1111 1111', '************1111'],
    ['4111-1111-1111-1111', '************1111'],
    ['4111.1111.1111.1111', '************1111'],
    ['4111  1111  1111  1111', '************1111'],
    ['4111\u00a01111\u202f1111\u20071111', '************1111'],
    ['4111\u20131111\u20141111\u22121111', '************1111'],
    ['４１１１１１１１１１１１１１１１', '************１１１１'],
    ['4111 1111.1111-1111', '************1111'],
    ['3782 822463 10005', '***********0005'],
    ['12 4111 1111 1111 1111', '12 ************1111'],
    ['4111 1111 1111 1111 03/29', '************1111 03/29'],
    ['RRN 000123 4111111111111111', 'RRN 000123 ************1111'],
  ];
  for (const [text, shown] of spellings) {
    test(`maskPans shows ${JSON.stringify(text)} as ${shown}`, () => {
      assert.equal(maskPans(text), shown);
    });
  }
});

describe('what is no card number stays as it is', () => {
  const texts = [
    'GBP12.50',
    '12.50 1250.00 33.10 44.20',
    '  12.50   13.75   25.00   51.25',
    '1,234,567.89',
    '2026-03-14T12:31:07.123Z',
    '14.03.2026 12.31.07',
    '14/03/2026 12:31',
    '192.168.100.200',
    '203.0.113.117 192.168.100.128',
    '020 7946 0958',
    '12345678',
    '4100231 0042',
    '4111.1111.1111.1112',
    'Table 12A, waiter 007',
    '{"id":999999,"amount":99999999,"amountCashback":10000}',
    'testhost/12345678/1024',
  ];
  for (const text of texts) {
    test(`maskPans and maskFrame do not change ${text}`, () => {
      assert.equal(maskPans(text), text);
      assert.equal(maskFrame(text), text);
    });
  }

  test('mask does not change an address of the internet, whatever its digits', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const property = fc.property(fc.tuple(octet, octet, octet, octet), (octets) => {
      const line = `{"from":"${octets.join('.')}","port":8443}`;
      assert.equal(mask(line), line);
    });
    fc.assert(property, { numRuns: depth(2_000), seed: SEED });
  });

  test('maskFrame does not change the UUID of a payment', () => {
    const property = fc.property(fc.uuid(), (id) => {
      assert.equal(maskFrame(`{"paymentId":"${id}"}`), `{"paymentId":"${id}"}`);
    });
    fc.assert(property, { numRuns: depth(2_000), seed: SEED });
    const digits = '41111111-1111-4111-8111-111111111111';
    assert.equal(maskFrame(`{"id":"${digits}"}`), `{"id":"${digits}"}`);
  });
});

describe('masking takes time in proportion to the length', () => {
  const SIZE = depth(1 << 20, 1 << 17);
  for (const piece of [
    '1',
    '1 ',
    '1. ',
    '1.1-',
    '11 ',
    '1111111111111111111 ',
    '\\u0031',
    ' ',
    '-',
    '1   ',
    '1    ',
  ]) {
    test(`a long text of ${JSON.stringify(piece)} is masked`, () => {
      const text = piece.repeat(SIZE / piece.length);
      for (const masked of Object.values(masks)) assert.equal(typeof masked(text), 'string');
    });
  }
});
