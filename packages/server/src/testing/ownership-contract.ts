// The contract of the ownership port (ports/ownership.ts) as a test suite that every adapter passes.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { describe, test } from 'node:test';
import type { Claim, Lease, Leased, LeaseEnd, Ownership } from '../ports/ownership.ts';
import type { Store } from '../ports/store.ts';
import { StoreFault } from '../ports/store.ts';
import { count, record } from './store-contract-kit.ts';

/** A new ownership of sites for one test, and the store that it is about. */
export interface OpenedOwnership {
  /** The adapter under test. */
  readonly ownership: Ownership;
  /** The store that its sites are written to. */
  readonly store: Store;
  /** Removes the data after the test; the suite has closed `ownership`. */
  readonly discard?: () => Promise<void>;
}

/**
 * Defines the tests of the ownership port. `open` is called once for each test; incomplete activities are in the
 * collection `incomplete`.
 */
export function ownershipContract(name: string, open: () => Promise<OpenedOwnership>): void {
  describe(`${name} says who runs a site`, () => {
    async function opened(t: TestContext): Promise<OpenedOwnership> {
      const made = await open();
      t.after(async () => {
        await made.ownership.close();
        await made.discard?.();
      });
      return made;
    }

    test('a site that nobody has is here when it is claimed, and its lease holds', async (t) => {
      const { ownership } = await opened(t);
      const lease = here(await ownership.claim('shop'));
      assert.equal(lease.site, 'shop');
      assert.equal(lease.holds(), true);
      assert.deepEqual(ownership.health(), { ok: true });
    });

    test('claims of one site give the same lease, also at the same time', async (t) => {
      const { ownership } = await opened(t);
      const claims = await Promise.all(count(20).map(() => ownership.claim('shop')));
      const leases = [...claims, await ownership.claim('shop')].map(here);
      assert.equal(new Set(leases).size, 1);
    });

    test('each lease has a number of its own, and is over alone', async (t) => {
      const { ownership } = await opened(t);
      const sites = count(50).map((n) => `shop${n}`);
      const leases = (await Promise.all(sites.map((site) => ownership.claim(site)))).map(here);
      assert.deepEqual(
        leases.map(({ site }) => site),
        sites,
      );
      assert.equal(new Set(leases.map(({ number }) => number)).size, 50);
      await leases[0]!.release();
      assert.deepEqual(
        leases.map((lease) => lease.holds()),
        leases.map((_, index) => index > 0),
      );
    });

    test('a released lease is over for good, and the next claim gives another', async (t) => {
      const { ownership } = await opened(t);
      const first = here(await ownership.claim('shop'));
      await first.release();
      await first.release();
      const second = here(await ownership.claim('shop'));
      assert.equal(first.holds(), false);
      assert.equal(second.holds(), true);
      assert.notEqual(second.number, first.number);
    });

    test('a site that is claimed while its lease is being released gets a lease that holds', async (t) => {
      const { ownership } = await opened(t);
      const first = here(await ownership.claim('shop'));
      const [, claim] = await Promise.all([first.release(), ownership.claim('shop')]);
      assert.equal(here(claim).holds(), true);
      assert.equal(here(await ownership.claim('shop')), here(claim));
    });

    test('watchers of a lease hear once why it is over, also those that come later', async (t) => {
      const { ownership } = await opened(t);
      const lease = here(await ownership.claim('shop'));
      const before = ends(lease);
      const unsubscribed = ends(lease);
      unsubscribed.stop();
      await lease.release();
      const later = ends(lease);
      await ownership.close();
      assert.deepEqual(before.heard, ['released']);
      assert.deepEqual(later.heard, ['released']);
      assert.deepEqual(unsubscribed.heard, []);
    });

    test('sites with incomplete activities that nobody has are orphans', async (t) => {
      const { ownership, store } = await opened(t);
      const keys = ['shop-2/1/1', 'shop/1/1', 'shop/1/7', 'shop/2/1', 'shop2/1/1', 'shop3/1/1'];
      await store.write({
        put: [...keys.map((key) => record('incomplete', key, '{}')), record('other', 'x/1/1', '')],
      });
      assert.deepEqual(await ownership.orphans(10), ['shop-2', 'shop', 'shop2', 'shop3']);
      assert.deepEqual(await ownership.orphans(2), ['shop-2', 'shop']);
      const lease = here(await ownership.claim('shop'));
      assert.deepEqual(await ownership.orphans(10), ['shop-2', 'shop2', 'shop3']);
      await lease.release();
      assert.deepEqual(await ownership.orphans(2), ['shop-2', 'shop2'], 'shop was given back');
    });

    test('each of many orphans is found once, however many activities it has', async (t) => {
      const { ownership, store } = await opened(t);
      const site = (n: number) => `shop${String(n).padStart(4, '0')}`;
      const put = count(700).flatMap((n) =>
        count(n % 150 === 0 ? 300 : 1).map((id) => record('incomplete', `${site(n)}/1/${id}`, '')),
      );
      await store.write({ put });
      const sites = count(700).map(site);
      assert.deepEqual(await ownership.orphans(1_000), sites);
      await Promise.all(sites.slice(0, 690).map((name) => ownership.claim(name)));
      assert.deepEqual(await ownership.orphans(3), sites.slice(690, 693));
    });

    test('a closed ownership has given its sites back and refuses claims', async (t) => {
      const { ownership } = await opened(t);
      const lease = here(await ownership.claim('shop'));
      const watcher = ends(lease);
      await ownership.close();
      await ownership.close();
      assert.equal(lease.holds(), false);
      assert.deepEqual(watcher.heard, ['released']);
      await assert.rejects(ownership.claim('shop'), StoreFault);
    });
  });
}

/** The lease of a claim that must be here. */
export function here(claim: Claim): Lease {
  assert.ok(claim.kind === 'here', `${claim.kind}`);
  return claim.lease;
}

/** What a new watcher hears from now on, until `stop`. */
export function ends(leased: Leased) {
  const heard: LeaseEnd[] = [];
  const stop = leased.onOver((why) => heard.push(why));
  return { heard, stop };
}
