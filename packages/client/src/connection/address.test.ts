// The address, from its parts or whole.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressUri } from './address.ts';

const parts = {
  host: 'shop1.pay.example',
  token: '00000000-0000-4000-8000-000000000001',
  softwareHouseId: 'SH 1001&x',
  installerId: 'IN2002',
};

test('the parts make the address of the handshake [C-2.1]', () => {
  assert.equal(
    addressUri(parts, 'TILL-3'),
    'wss://shop1.pay.example/pac?token=00000000-0000-4000-8000-000000000001&api-version=v1' +
      '&software-house-id=SH+1001%26x&installer-id=IN2002&epos-id=TILL-3',
  );
  assert.match(
    addressUri({ ...parts, host: 'http://localhost:8080/' }),
    /^ws:\/\/localhost:8080\/pac\?/,
  );
});

test('a whole address stays as it is, and gets a version and an epos-id [C-2.2]', () => {
  const uri = 'ws://localhost:8080/PAC?token=t&software-house-id=a&installer-id=b';
  assert.equal(addressUri({ uri }, 'T1'), `${uri}&api-version=v1&epos-id=T1`);
  assert.equal(addressUri({ uri: `${uri}&api-version=v1` }), `${uri}&api-version=v1`);
  assert.equal(
    addressUri({ uri: `${uri}&api-version=v1&epos-id=T1` }, false),
    `${uri}&api-version=v1`,
  );
});

test('an invalid address is refused without repeating the token', () => {
  const token = parts.token;
  const wrong = [
    { uri: `shop1 ?token=${token}` },
    { uri: `ftp://shop1/pac?token=${token}` },
    { uri: `wss://shop1/pat?token=${token}` },
    { uri: `wss://shop1/pac?token=${token}&api-version=v0` },
    { ...parts, token: '' },
    { ...parts, softwareHouseId: ' ' },
    { ...parts, installerId: 'x'.repeat(129) },
    { ...parts, host: '' },
  ];
  for (const address of wrong) {
    assert.throws(
      () => addressUri(address),
      (cause: Error) => cause instanceof TypeError && !cause.message.includes(token),
    );
  }
  assert.throws(() => addressUri(parts, 'TILL 3'), /eposId: expected 1\.\.64/);
});
