import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GatewayAddress } from './gateway-address.ts';
import {
  addressFaults,
  connectionUrl,
  EXAMPLE_TOKEN,
  initialAddress,
  isLoopback,
  originOf,
  tokenUrl,
  withoutToken,
} from './gateway-address.ts';

const parts: GatewayAddress = {
  host: 'testhost.pay.example',
  integration: 'pat',
  token: EXAMPLE_TOKEN,
  version: 'v1',
  softwareHouseId: 'ABC123',
  installerId: '123ABC',
  finalReceipt: true,
  eposId: '',
};

describe('the URL of an address [C-2.2]', () => {
  test('the URL equals the example of the specification', () => {
    assert.equal(
      connectionUrl(parts),
      'wss://testhost.pay.example/pat?token=00000000-0000-0000-0000-000000000000&api-version=v1' +
        '&software-house-id=ABC123&installer-id=123ABC&final-pos-receipt-request',
    );
  });

  test('the URL asks for final receipts only for pat and v1 [C-9.16]', () => {
    assert.doesNotMatch(connectionUrl({ ...parts, version: 'v0' }), /final/);
    assert.doesNotMatch(connectionUrl({ ...parts, integration: 'pac' }), /final/);
  });

  test('the URL has an epos-id only for pac [C-4.39]', () => {
    const named = { ...parts, eposId: 'till-1' };
    assert.doesNotMatch(connectionUrl(named), /epos-id/);
    assert.match(connectionUrl({ ...named, integration: 'pac' }), /&epos-id=till-1$/);
  });

  test('the URL has no empty software house id and installer id in v0', () => {
    const bare = { ...parts, version: 'v0', softwareHouseId: '', installerId: '' } as const;
    assert.equal(
      connectionUrl(bare),
      `wss://testhost.pay.example/pat?token=${EXAMPLE_TOKEN}&api-version=v0`,
    );
  });

  test('the URL encodes every character of a token and of an id', () => {
    const odd = { ...parts, integration: 'pac', token: 'a&b=c d', installerId: 'Müller & Co' };
    const uri = new URL(connectionUrl(odd as GatewayAddress));
    assert.equal(uri.searchParams.get('token'), 'a&b=c d');
    assert.equal(uri.searchParams.get('installer-id'), 'Müller & Co');
  });

  test('a host without a scheme gets plain ws on loopback only [C-2.3]', () => {
    assert.equal(originOf('localhost:8765'), 'ws://localhost:8765');
    assert.equal(originOf('127.0.0.1:8765'), 'ws://127.0.0.1:8765');
    assert.equal(originOf('[::1]:8765'), 'ws://[::1]:8765');
    assert.equal(originOf('shop1.pay.example'), 'wss://shop1.pay.example');
    assert.equal(originOf('http://10.0.0.2:80/'), 'ws://10.0.0.2:80');
    assert.equal(originOf('ws://10.0.0.2:80'), 'ws://10.0.0.2:80');
    assert.equal(originOf('https://shop1.pay.example/'), 'wss://shop1.pay.example');
    assert.equal(isLoopback('127.0.0.1.evil.example'), false);
  });

  test('a URL is shown without its token', () => {
    assert.doesNotMatch(withoutToken(connectionUrl(parts)), /0000/);
  });
});

const pageAt = (address: string) => new URL(address);

describe('the initial address', () => {
  test('the initial address uses TLS if the page does', () => {
    assert.equal(initialAddress(pageAt('https://shop1.pay.example')).host, 'shop1.pay.example');
    assert.equal(initialAddress(pageAt('https://localhost:8765')).host, 'wss://localhost:8765');
    assert.equal(initialAddress(pageAt('http://10.0.0.2:8765')).host, 'ws://10.0.0.2:8765');
  });

  test('the initial address is complete on loopback, with the example token of the test site', () => {
    const here = initialAddress(pageAt('http://localhost:8765'));
    assert.deepEqual(addressFaults(here), {});
    assert.match(connectionUrl(here), /^ws:\/\/localhost:8765\/pac\?token=0{8}-/);
  });

  test('the initial address lacks token and ids on any other host', () => {
    const there = initialAddress(pageAt('https://shop1.pay.example'));
    assert.deepEqual(Object.keys(addressFaults(there)), [
      'token',
      'softwareHouseId',
      'installerId',
    ]);
  });

  test('the faults are what a gateway would refuse or ignore', () => {
    const integration = 'pac';
    const wrong = { ...parts, integration, eposId: 'my till', softwareHouseId: 'x'.repeat(129) };
    assert.deepEqual(Object.keys(addressFaults(wrong as GatewayAddress)), [
      'softwareHouseId',
      'eposId',
    ]);
    for (const host of ['', 'shop 1', 'shop1.pay.example/pac', 'a?b', 'a#b']) {
      assert.deepEqual(Object.keys(addressFaults({ ...parts, host })), ['host'], host);
    }
  });

  test('a host may have the path of a proxy', () => {
    const behind = { ...parts, host: 'localhost:8765/shop1/' };
    assert.deepEqual(addressFaults(behind), {});
    assert.match(connectionUrl(behind), /^ws:\/\/localhost:8765\/shop1\/pat\?/);
  });
});

describe('the URL for a till of a site, with a new token', () => {
  const page = (host: string, protocol = 'https:') => ({
    protocol,
    host,
    hostname: host.replace(/:\d+$/, ''),
  });
  const token = 'b2f0c9aa';
  const urlAt = (host: string, site: string) =>
    tokenUrl({
      page: page(host),
      site,
      defaultSite: 'shop1',
      parts: { integration: 'pac', token },
    });

  for (const [host, site, expected] of [
    ['pay.example', 'pay', 'wss://pay.example/pac'],
    ['shop1.pay.example', 'shop1', 'wss://shop1.pay.example/pac'],
    ['shop1.pay.example:8443', 'shop2', 'wss://shop2.pay.example:8443/pac'],
    ['localhost:8765', 'shop1', 'wss://localhost:8765/pac'],
    ['localhost:8765', 'shop2', 'wss://shop2.localhost:8765/pac'],
    ['192.0.2.7:8765', 'shop1', 'wss://192.0.2.7:8765/pac'],
    ['[::1]:8765', 'shop1', 'wss://[::1]:8765/pac'],
  ] as const) {
    test(`a page at ${host} names ${site} by its first label [C-2.2]`, () => {
      assert.equal(urlAt(host, site)?.split('?')[0], expected);
    });
  }

  test('an IP address names no other site than the default one', () => {
    assert.equal(urlAt('192.0.2.7:8765', 'shop2'), undefined);
  });

  test('the ids of the software house and installer are left to the till where they are not known', () => {
    assert.equal(
      urlAt('shop1.pay.example', 'shop1'),
      'wss://shop1.pay.example/pac?token=b2f0c9aa&api-version=v1',
    );
    const parts = {
      integration: 'pat',
      token,
      softwareHouseId: 'SH1',
      installerId: 'IN2',
    } as const;
    assert.match(
      tokenUrl({ page: page('a.example', 'http:'), site: 'a', defaultSite: '', parts }) ?? '',
      /^ws:.*&software-house-id=SH1&installer-id=IN2$/,
    );
  });
});
