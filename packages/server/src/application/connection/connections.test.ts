// How many tills a site has, and what it costs to know.

import assert from 'node:assert/strict';
import test from 'node:test';
import { linkedPair, v1 } from '@tillgate/protocol';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import type { Handshake } from '../handshake/handshake.ts';
import { Tills } from '../pac/tills.ts';
import type { MonitoredChannel } from './connections.ts';
import { Connections } from './connections.ts';
import { Traffic } from './traffic.ts';

const clock = systemClock;
const handshake: Handshake = {
  site: { name: 'shop1' } as Handshake['site'],
  integration: 'pac',
  dialect: v1,
  tokenHash: '0'.repeat(64),
  softwareHouseId: '',
  installerId: '',
  eposId: undefined,
  finalReceipt: false,
  schemas: '',
};

test('a till that comes looks at the others of its site only where there may be too many [C-2.19]', () => {
  const tills = new Tills({ clock, holdMs: 1_000, isTokenValid: () => true });
  const connections = new Connections({
    ...{ clock, tills, traffic: new Traffic(clock, 0) },
    ...{ faults: { isEmpty: true }, observer: { connectionOpened: () => {} } },
  } as never);
  let looks = 0;
  const isResponding = { get: () => ++looks > 0 };
  for (let till = 0; till < 10; till += 1) {
    const channel: unknown = Object.defineProperty(linkedPair()[0], 'isResponding', isResponding);
    connections.open(handshake, channel as MonitoredChannel, []);
  }
  assert.equal(connections.countPac(handshake, 11), 10);
  assert.equal(looks, 0);
  assert.equal(connections.countPac(handshake, 10), 10);
  assert.equal(looks, 10);
});
