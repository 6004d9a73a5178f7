// The part of the store contract about writes under a lease.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soleOwnership } from '../adapters/store/sole-ownership.ts';
import type { Lease } from '../ports/ownership.ts';
import type { Store } from '../ports/store.ts';
import { Deposed, VersionConflict } from '../ports/store.ts';
import type { Open } from './store-contract-kit.ts';
import { all, append, entry, opened, record, summary } from './store-contract-kit.ts';

export function leaseContract(open: Open): void {
  test('a view under a lease that holds reads and writes as the store does', async (t) => {
    const { store } = await opened(t, open);
    const view = store.under(await leaseOf(store, 'shop'));
    await view.write({ append: entry('shop/1', 1), put: [record('c', 'a', '1')] });
    await view.write({ append: entry('shop/1', 2) });
    await assert.rejects(view.write({ append: entry('shop/1', 2, { at: 2 }) }), VersionConflict);
    assert.deepEqual(summary(await all(view)), ['shop/1:1', 'shop/1:2']);
    assert.deepEqual(await view.list('c', ''), [record('c', 'a', '1')]);
    assert.equal(await view.lastVersion('shop/1'), 2);
    assert.equal(await view.purge(2_000, 'none'), 1);
  });

  test('what a view writes or removes after its lease is over is rejected, and nothing of it is kept', async (t) => {
    const { store } = await opened(t, open);
    const lease = await leaseOf(store, 'shop');
    const view = store.under(lease);
    await append(view, 'shop/1', [{}, {}]);
    await view.write({ put: [record('c', 'a', '1')] });
    await lease.release();
    const name = { collection: 'c', key: 'a' };
    for (const attempt of [
      () => view.write({ append: entry('shop/1', 3), put: [record('c', 'b', '1')] }),
      () => view.write({ append: entry('shop/2', 1) }),
      () => view.write({ put: [record('c', 'b', '1')], remove: [name] }),
      () => view.purge(2_000, 'none'),
      () => view.removeStream('shop/1', { time: 2_000, spared: 'none', record: name }),
    ]) {
      await assert.rejects(attempt(), Deposed);
    }
    assert.deepEqual(summary(await all(view)), ['shop/1:1', 'shop/1:2']);
    assert.deepEqual(await view.list('c', ''), [record('c', 'a', '1')]);
  });

  test('a view under the next lease goes on where the one before ended', async (t) => {
    const { store } = await opened(t, open);
    const ownership = soleOwnership(store, 'incomplete');
    const views: Store[] = [];
    for (const version of [1, 2]) {
      const claim = await ownership.claim('shop');
      assert.ok(claim.kind === 'here');
      views.push(store.under(claim.lease));
      await views.at(-1)!.write({ append: entry('shop/1', version) });
      await claim.lease.release();
    }
    await assert.rejects(views[0]!.write({ append: entry('shop/1', 3) }), Deposed);
    assert.equal(await store.lastVersion('shop/1'), 2);
  });

  test('closing a view leaves the store open', async (t) => {
    const { store } = await opened(t, open);
    await store.under(await leaseOf(store, 'shop')).close();
    await store.write({ append: entry('shop/1', 1) });
  });
}

async function leaseOf(store: Store, site: string): Promise<Lease> {
  const claim = await soleOwnership(store, 'incomplete').claim(site);
  assert.ok(claim.kind === 'here');
  return claim.lease;
}
