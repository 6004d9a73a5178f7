import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UsageError } from '../exit-code.ts';
import { waiterOf, waiterUri } from './waiter-options.ts';

const till =
  'wss://shop1.pay.example/pac?token=5b0c&api-version=v1&software-house-id=A&installer-id=B';

describe('where a waiter connects', () => {
  test('the address of a till will do, for its host and its token', () => {
    const expected = 'wss://shop1.pay.example/waiter?token=5b0c&tid=VCMSIP0';
    assert.equal(waiterUri({ uri: till, tid: 'VCMSIP0' }), expected);
    assert.equal(waiterUri({ uri: expected }), expected);
    assert.equal(
      waiterUri({ uri: 'http://[::1]:8765/PAT/?token=a', tid: 'VCMSIP0' }),
      'ws://[::1]:8765/waiter?token=a&tid=VCMSIP0',
    );
    assert.equal(
      waiterUri({ uri: 'https://pay.example/shop1/pac?token=a', tid: 'VCMSIP0' }),
      'wss://pay.example/shop1/waiter?token=a&tid=VCMSIP0',
    );
  });

  test('at the test site of this machine the card machine need not be named', () => {
    assert.match(waiterUri({}), /^ws:\/\/127\.0\.0\.1:8765\/waiter\?token=0{8}.*&tid=VCMINVLSIP0$/);
    assert.throws(() => waiterUri({ uri: till }), /--tid is missing/);
  });

  test('an address that leads nowhere is not tried', () => {
    for (const uri of ['shop1', 'ftp://shop1/waiter', 'ws://shop1/', 'ws://shop1/other?token=a']) {
      assert.throws(() => waiterUri({ uri, tid: 'VCMSIP0' }), UsageError, uri);
    }
  });

  test('a waiter has 1 to 16 characters, or no name', () => {
    assert.deepEqual(waiterOf({}), {});
    assert.deepEqual(waiterOf({ waiter: '001' }), { waiterId: '001' });
    for (const waiter of ['', 'x'.repeat(17)])
      assert.throws(() => waiterOf({ waiter }), /--waiter/);
  });
});
