import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tillConnectionName, waiterConnectionName } from './connection-name.ts';
import type { GatewayAddress } from './gateway-address.ts';

const parts: GatewayAddress = {
  host: 'shop1.pay.example',
  integration: 'pac',
  token: 'secret',
  version: 'v1',
  softwareHouseId: 'ABC123',
  installerId: '123ABC',
  finalReceipt: false,
  eposId: '',
};

test('the label of a connection has its site, integration, version and till', () => {
  assert.equal(tillConnectionName(parts, 'a').label, 'shop1 · pac v1');
  assert.equal(
    tillConnectionName({ ...parts, eposId: 'till-1' }, 'a').label,
    'shop1 · pac v1 · till-1',
  );
  assert.equal(
    tillConnectionName({ ...parts, host: 'localhost:8765' }, 'a', 'Till').label,
    'localhost:8765 · pac v1 · Till',
  );
});

test('two connections to one address have two labels, also when one is closed', () => {
  const here = { ...parts, host: 'twice.pay.example' };
  const labels = ['a', 'b', 'c'].map((id) => tillConnectionName(here, id).label);
  assert.deepEqual(labels, ['twice · pac v1', 'twice · pac v1 (2)', 'twice · pac v1 (3)']);
});

test('the label of the connection of a waiter has no version, but its card machine [C-10.14]', () => {
  const { label, integration } = waiterConnectionName(parts, 'waiter-1', 'VCMINVLSIP0');
  assert.deepEqual([label, integration], ['shop1 · waiter · VCMINVLSIP0', 'waiter']);
});

test('connections share open requests if their till, site and version are the same [C-4.40]', () => {
  const named = { ...parts, eposId: 'till-1' };
  const scope = (change: Partial<GatewayAddress>, id: string) =>
    tillConnectionName({ ...named, ...change }, id).scope;
  assert.equal(scope({}, 'a'), scope({}, 'b'));
  assert.notEqual(scope({}, 'a'), scope({ version: 'v0' }, 'b'));
  assert.notEqual(scope({}, 'a'), scope({ host: 'shop2.pay.example' }, 'b'));
  assert.notEqual(scope({ eposId: '' }, 'a'), scope({ eposId: '' }, 'b'));
  assert.equal(scope({ integration: 'pat' }, 'a'), 'a');
});
