import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { addressIn, clientAddress } from './client-address.ts';

/** A request over a socket from 10.0.0.1. */
function request(forwardedFor?: string, remoteAddress = '10.0.0.1') {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('one address has one spelling [C-2.20]', () => {
  const spellings = {
    '203.0.113.7': [
      '203.0.113.7',
      ' 203.0.113.7 ',
      '203.0.113.7:50123',
      '"203.0.113.7:50123"',
      '::ffff:203.0.113.7',
      '::FFFF:203.0.113.7',
      '::ffff:cb00:7107',
      '0:0:0:0:0:ffff:203.0.113.7',
      '[::ffff:203.0.113.7]:50123',
      '::ffff:203.0.113.7:50123',
      '[203.0.113.7]:50123',
    ],
    '2001:db8::7': [
      '2001:db8::7',
      '2001:DB8::7',
      '2001:0db8:0000:0000:0000:0000:0000:0007',
      '2001:db8:0:0::7',
      '[2001:db8::7]',
      '[2001:DB8::7]:50123',
      '"[2001:db8::7]:50123"',
      '2001:db8:0:0:0:0:0:7:50123',
    ],
    'fe80::1': ['fe80::1%eth0', '[fe80::1%eth0]:443'],
  };
  for (const [address, entries] of Object.entries(spellings)) {
    for (const entry of entries) {
      test(`${entry} is ${address}`, () => assert.equal(addressIn(entry), address));
    }
  }

  for (const entry of [
    '',
    'unknown',
    '_hidden',
    '1.2.3',
    '1.2.3.4.5',
    ':',
    '[]',
    'x'.repeat(9_999),
  ]) {
    test(`${JSON.stringify(entry.slice(0, 20))} is no address`, () =>
      assert.equal(addressIn(entry), undefined));
  }
});

describe('an IPv6 address is counted by its first 64 bits [C-2.20]', () => {
  const networks = [
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8::7', '2001:db8:0:0::/64'],
    ['2001:db8::ffff:1:2:3:4', '2001:db8:0:ffff::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::1.2.3.4', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
  ] as const;
  for (const [address, network] of networks) {
    test(`${address} is counted as ${network}`, () =>
      assert.equal(clientAddress(request(address), true).network, network));
  }
});

describe('the address of the client behind a proxy', () => {
  const lists = [
    ['1.1.1.1, 203.0.113.7:443', '203.0.113.7'],
    ['1.1.1.1, 203.0.113.7,', '203.0.113.7'],
    ['unknown', '10.0.0.1'],
    ['1.1.1.1, unknown', '10.0.0.1'],
    ['', '10.0.0.1'],
    [undefined, '10.0.0.1'],
  ] as const;
  for (const [list, address] of lists) {
    test(`X-Forwarded-For ${list} gives ${address}`, () =>
      assert.equal(clientAddress(request(list), true).address, address));
  }

  test('the socket counts without a proxy, in the same spelling', () => {
    const { address } = clientAddress(request('203.0.113.7', '::ffff:10.0.0.1'), false);
    assert.equal(address, '10.0.0.1');
  });
});
