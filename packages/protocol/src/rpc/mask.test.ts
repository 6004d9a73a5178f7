import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mask, maskedExcerpt, maskFrame, maskStoredFrame } from './mask.ts';

const SEED = 20_260_314;

/** What is masked, what is nearly so, and what is cut with care. */
const piece = fc.oneof(
  fc.uuid(),
  fc.constantFrom('4929130000001234', '4929 1300 0000 1234', '12345678901', '0-'.repeat(15)),
  fc.constantFrom('?token=', '&token=', '&', '"', ' ', '-', '😀', '\u0001', 'abcdef01-', 'x'),
  fc.stringMatching(/^[0-9a-f -]{0,40}$/),
);
const run = fc.tuple(piece, fc.integer({ min: 1, max: 60 }));
const runs = fc
  .array(run, { maxLength: 40 })
  .map((all) => all.map(([one, times]) => one.repeat(times)).join(''));
/** A long token hides so much that what is told ends near where the start of the text does. */
const long = fc
  .tuple(fc.integer({ min: 0, max: 520 }), runs)
  .map(([length, rest]) => (length < 300 ? rest : `?token=${'x'.repeat(length)}&${rest}`));

describe('maskedExcerpt masks text that is sent back [C-12.21]', () => {
  for (const [name, spell] of [
    ['as it is', (text: string) => text],
    ['as JSON', (text: string) => JSON.stringify(text)],
  ] as const) {
    test(`the start of a long text ${name} is masked like the whole text`, () => {
      const property = fc.property(long, (text) => {
        const whole = mask(spell(text));
        const told = maskedExcerpt(text, spell);
        if (whole.length <= 80) assert.equal(told, whole);
        else assert.ok(told.length <= 80 && whole.startsWith(told.slice(0, -1)), told);
      });
      fc.assert(property, { numRuns: 1_000, seed: SEED });
    });
  }

  test('a very long token is masked, and the text after it is kept', () => {
    assert.equal(maskedExcerpt(`?token=${'x'.repeat(60_000)}&tid=1`), '?token=********&tid=1');
  });
});

describe('mask masks a token in every spelling that the gateway accepts [C-2.26, C-12.21]', () => {
  const uuid = '0d6c2b1e-7d6f-4a55-9a0e-3f1f2f6f8a11';
  for (const token of [uuid, uuid.toUpperCase(), uuid.replaceAll('-', ''), `{${uuid}}`]) {
    test(token, () => {
      for (const text of [`x ${token} y`, `"${token}"`, `?a&amp;token=${token}&amp;b`]) {
        assert.doesNotMatch(mask(text), /7d6f|7D6F/);
        assert.doesNotMatch(maskFrame(text), /7d6f|7D6F/);
      }
    });
  }

  test('the SHA-256 of a token is none', () => {
    assert.equal(mask('ab'.repeat(32)), 'ab'.repeat(32));
  });
});

describe('maskFrame masks messages that operators see', () => {
  const uuid = '0d6c2b1e-7d6f-4a55-9a0e-3f1f2f6f8a11';

  test('the values of id, paymentId and reportId are not masked', () => {
    for (const key of ['id', 'paymentId', 'reportId']) {
      assert.equal(maskFrame(`{"${key}":"${uuid}"}`), `{"${key}":"${uuid}"}`);
    }
  });

  test('a value of another key that looks like a token is masked', () => {
    assert.equal(maskFrame(`{"tableId":"${uuid}"}`), '{"tableId":"********"}');
    assert.equal(maskFrame(`{"x":"id ${uuid}"}`), '{"x":"id ********"}');
  });
});

describe('maskStoredFrame masks messages that are kept', () => {
  const uuid = '12345678-1234-4123-8123-123456789012';

  test('ids are not masked, whatever their form', () => {
    for (const id of ['1790000000001', '"1790000000001"', `"${uuid}"`, '"TILL-1"']) {
      assert.equal(maskStoredFrame(`{"id":${id}}`), `{"id":${id}}`);
    }
    const others = `{"paymentId":"${uuid}","transactionId":"123456789012","applicationId":"A0000000031010"}`;
    assert.equal(maskStoredFrame(others), others);
  });

  test('whatever may be a token or a card number is masked, with and without a correct check digit', () => {
    for (const number of ['4929123456789012', '4929-1234-5678-9012', '4929 1234 5678 9012']) {
      assert.equal(maskStoredFrame(`{"x":"${number}"}`), '{"x":"************9012"}');
    }
    assert.equal(maskStoredFrame('{"x":"374245455400126"}').includes('4554'), false);
    assert.equal(maskStoredFrame(`{"tableId":"${uuid}"}`), '{"tableId":"********"}');
  });
});
