// Machines that nobody has used for long are forgotten by the node that has their site, and by no other.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { MemoryStore } from '../../adapters/store/memory-store.ts';
import { soleOwnership } from '../../adapters/store/sole-ownership.ts';
import type { Store } from '../../ports/store.ts';
import { TestClock } from '../../testing/test-clock.ts';
import { startRetention } from './retention.ts';
import type { AdminSite } from './site-access.ts';

const DAY_MS = 86_400_000;
const record = { collection: 'machines', key: 'shop/1' };

interface Situation {
  /** What the node has open; undefined if there is no such site, or another node has it. */
  readonly open?: (store: Store) => Promise<Pick<AdminSite, 'store' | 'terminals'>>;
  readonly hasSite: boolean;
}

/** The version of the machine's stream after the machine was not used for two days, and the faults. */
async function tidied(t: TestContext, { open, hasSite }: Situation) {
  const store = new MemoryStore();
  const clock = new TestClock();
  await store.write({
    append: { stream: 'shop/1', version: 1, activityId: 1, at: clock.now(), body: '[]' },
    put: [{ ...record, value: '{}' }],
  });
  const site = await open?.(store);
  const faults: unknown[] = [];
  const stop = startRetention({
    ...{ store, clock, retentionMs: DAY_MS, auditRetentionMs: DAY_MS },
    observer: { fault: (_, cause) => faults.push(cause) },
    useSite: (_, use) => use(site as AdminSite | undefined),
    hasSite: async () => hasSite,
    undeclared: async () => [record],
    expireResults: async () => {},
  });
  t.after(stop);
  await clock.advance(2 * DAY_MS);
  return { version: await store.lastVersion('shop/1'), faults };
}

const terminals = (isOpen: boolean) => ({
  ...{ isOpen: () => isOpen, allOpened: [] },
  allConnected: async () => [],
});

test('a machine of a site that is here, or that was removed, is forgotten', async (t) => {
  const open = async (store: Store) => ({ store, terminals: terminals(false) });
  assert.equal((await tidied(t, { open, hasSite: true })).version, 0);
  assert.equal((await tidied(t, { hasSite: false })).version, 0);
});

test('a machine that is open, or whose site another node has, stays', async (t) => {
  const open = async (store: Store) => ({ store, terminals: terminals(true) });
  assert.equal((await tidied(t, { open, hasSite: true })).version, 1);
  assert.equal((await tidied(t, { hasSite: true })).version, 1);
});

test('a machine stays when the lease of its site is over meanwhile', async (t) => {
  const open = async (store: Store) => {
    const claim = await soleOwnership(store, 'incomplete').claim('shop');
    assert.ok(claim.kind === 'here');
    const view = store.under(claim.lease);
    await claim.lease.release();
    return { store: view, terminals: terminals(false) };
  };
  const { version, faults } = await tidied(t, { open, hasSite: true });
  assert.equal(version, 1);
  assert.match(String(faults[0]), /^Deposed/);
});
