// The address, from its parts or whole.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressUri, eposIdOf, tableUri } from './address.ts';

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

for (const [host, at] of [
  ['pay.example/shop1', 'wss://pay.example/shop1'],
  ['https://pay.example/a/b%20c/', 'wss://pay.example/a/b%20c'],
  ['ws://pay.example:8443/shop1//', 'ws://pay.example:8443/shop1'],
  ['wss://pay.example/shop1/pac', 'wss://pay.example/shop1'],
  ['wss://pay.example/pat/?x=1#y', 'wss://pay.example'],
] as const) {
  test(`the path of the host ${host} is kept before that of the gateway`, () => {
    const path = (uri: string) => uri.replace(/\?.*$/, '');
    assert.equal(path(addressUri({ ...parts, host })), `${at}/pac`);
    assert.equal(path(tableUri({ ...parts, host }, true)), `${at}/pat`);
  });
}

test('a whole address keeps the path before its last part', () => {
  const query = '?token=t&software-house-id=a&installer-id=b&api-version=v1';
  for (const path of ['/shop1/pac', '/a/b%20c/PAC/', '/pat/pac']) {
    const uri = `wss://pay.example${path}${query}`;
    assert.equal(addressUri({ uri }), uri);
  }
  assert.throws(() => addressUri({ uri: `wss://pay.example/shop1pac${query}` }), TypeError);
  assert.throws(() => addressUri({ uri: `wss://pay.example/pac/shop1${query}` }), TypeError);
});

for (const [what, query] of [
  ['in capitals', 'TOKEN=t&API-VERSION=v1&SOFTWARE-HOUSE-ID=a&INSTALLER-ID=b&EPOS-ID=T1'],
  [
    'after &amp;',
    'token=t&amp;api-version=v1&amp;software-house-id=a&amp;installer-id=b&amp;epos-id=T1',
  ],
  [
    'after &#38;',
    'token=t&#38;api-version=v1&#38;software-house-id=a&#38;installer-id=b&#38;epos-id=T1',
  ],
  ['in camel case', 'Token=t&apiVersion=v1&softwareHouseId=a&installerId=b&eposId=T1'],
]) {
  test(`parameters ${what} are taken as meant [C-2.27]`, () => {
    const uri = `wss://pay.example/pac?${query}`;
    const meant = 'wss://pay.example/pac?token=t&api-version=v1&software-house-id=a&installer-id=b';
    assert.equal(addressUri({ uri }), `${meant}&epos-id=T1`);
    assert.equal(addressUri({ uri }, false), meant);
    assert.equal(addressUri({ uri }, 'T2'), `${meant}&epos-id=T2`);
    assert.equal(eposIdOf({ uri }), 'T1');
    assert.throws(() => addressUri({ uri: uri.replace('=v1', '=v0') }), /expected api-version=v1/);
  });
}

test('final receipts are asked for as the option says, however the address spells the flag', () => {
  const uri = 'wss://pay.example/pat?token=t&api-version=v1&software-house-id=a&installer-id=b';
  for (const flag of [
    'final-pos-receipt-request',
    '[final-pos-receipt-request]',
    'finalPosReceipt',
  ]) {
    assert.equal(tableUri({ uri: `${uri}&${flag}` }, false), uri);
    assert.equal(tableUri({ uri: `${uri}&${flag}` }, true), `${uri}&final-pos-receipt-request=`);
  }
});

test('white space around an address, and line breaks in it, are ignored', () => {
  const uri = 'wss://pay.example/pac?token=t&api-version=v1&software-house-id=a&installer-id=b';
  assert.equal(addressUri({ uri: ` ${uri}\n` }), uri);
  assert.equal(addressUri({ uri: uri.replace('&installer', '\n&installer') }), uri);
});

test('an address is read where a `URL` is only a text, as in React Native', (t) => {
  const { URL } = globalThis;
  t.after(() => Object.assign(globalThis, { URL }));
  const TextOnly = class {
    readonly href: string;
    constructor(text: string) {
      this.href = text;
    }
  };
  Object.assign(globalThis, { URL: TextOnly });
  const host = 'https://pay.example:8443/shop1/pat?x=1';
  const query = 'token=t&api-version=v1&software-house-id=a&installer-id=b';
  const address = { host, token: 't', softwareHouseId: 'a', installerId: 'b' };
  assert.equal(addressUri(address, 'T1'), `wss://pay.example:8443/shop1/pac?${query}&epos-id=T1`);
  const uri = `ws://localhost/pac?${query}`;
  assert.equal(addressUri({ uri: ` ${uri}\n` }), uri);
  for (const wrong of ['shop1 ?', 'ftp://shop1/pac', 'wss://shop 1/pac', 'wss:///pac', '']) {
    assert.throws(() => addressUri({ uri: wrong }), TypeError);
  }
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
