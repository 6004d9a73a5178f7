import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { errorObject, errorTable, mask, refuse } from '@tillgate/protocol';

describe('text of a till in errors is masked [C-12.21]', () => {
  const masked: Readonly<Record<string, readonly [string, string]>> = {
    'a card number': ['4929130000001234', '************1234'],
    'a card number in groups': ['4929 1300 0000 1234', '************1234'],
    'a card number with dashes': ['4929-1300-0000-1234', '************1234'],
    'the shortest card number': ['492913001234', '************1234'],
    'the longest card number': ['4929130000000001234', '************1234'],
    'a card number in a sentence': [
      'Card 4929130000001234 is out.',
      'Card ************1234 is out.',
    ],
    'a token': ['5b0c7a52-0d3e-4f6b-9a41-2f8f0c1d7e90', '********'],
    'a token in capitals': ['5B0C7A52-0D3E-4F6B-9A41-2F8F0C1D7E90', '********'],
    'a token in an address': [
      '/pac?token=till-key&api-version=v1',
      '/pac?token=********&api-version=v1',
    ],
    'a TID': ['12345678', '12345678'],
    'the greatest amount': ['99999999', '99999999'],
  };
  for (const [name, [text, shown]] of Object.entries(masked)) {
    test(`mask shows ${name} as ${shown}`, () => assert.equal(mask(text), shown));
  }

  test('a card number in the message of an error is masked', () => {
    const { message } = errorObject('unknownMethod', { method: 'pay 4929130000001234' });
    assert.equal(message, 'Unknown method: pay ************1234.');
  });

  test('a value is masked before it is cut, so that no digits remain', () => {
    const method = `${'x'.repeat(64)}4929130000001234`;
    assert.ok(!errorObject('unknownMethod', { method }).message.includes('4929'));
  });

  test('a value is cut at 80 characters, never inside a surrogate pair', () => {
    const { message } = errorObject('unknownMethod', { method: `x${'😀'.repeat(60)}` });
    assert.ok(message.isWellFormed());
    assert.ok(message.length <= 'Unknown method: .'.length + 80, message);
  });
});

describe('the table of errors [C-3.22]', () => {
  test('every code is a JSON-RPC code or one of ours', () => {
    for (const { code } of Object.values(errorTable)) {
      assert.ok(
        (code >= -32700 && code <= -32600) || (code >= -32076 && code <= -32070),
        `${code}`,
      );
    }
  });

  test('placeholders are filled in in both sentences', () => {
    const { error, errorName } = refuse('otherCurrency', { tid: '12345678', currency: 'GBP' });
    assert.equal(errorName, 'otherCurrency');
    assert.deepEqual(error, {
      code: -32073,
      message: 'Terminal 12345678 works in GBP.',
      data: { userMessage: 'Card machine 12345678 takes GBP only.' },
    });
  });

  test('a value that looks like a placeholder or a pattern is inserted literally', () => {
    const { message } = errorObject('unknownMethod', { method: "{tid} $& $' $1" });
    assert.equal(message, "Unknown method: {tid} $& $' $1.");
  });

  test('a placeholder without a value stays as it is', () => {
    assert.equal(errorObject('unknownMethod').message, 'Unknown method: {method}.');
  });
});
