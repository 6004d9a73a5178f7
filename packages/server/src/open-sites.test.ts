import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from './adapters/store/memory-store.ts';
import { soleOwnership } from './adapters/store/sole-ownership.ts';
import type { ClosableSite } from './open-sites.ts';
import { OpenSites } from './open-sites.ts';
import type { Lease, Ownership } from './ports/ownership.ts';
import { TestClock } from './testing/test-clock.ts';

const MINUTE_MS = 60_000;

class FakeSite implements ClosableSite {
  readonly lease: Lease;
  isIdle = true;
  readonly calls: string[];

  constructor(lease: Lease, calls: string[]) {
    this.lease = lease;
    this.calls = calls;
  }

  closeMoved(): void {
    this.calls.push(`moved ${this.lease.site}`);
  }

  close(): void {
    this.calls.push(`closed ${this.lease.site}`);
  }
}

function bench(more: { ownership?: Pick<Ownership, 'claim'> } = {}) {
  const clock = new TestClock();
  const calls: string[] = [];
  const ownership = more.ownership ?? soleOwnership(new MemoryStore(), 'incomplete');
  const held = { until: undefined as Promise<void> | undefined };
  const fault = { next: undefined as Error | undefined };
  const sites = new OpenSites<FakeSite>({
    clock,
    ownership,
    exists: async (name) => name.startsWith('shop'),
    open: async (lease) => {
      calls.push(`opened ${lease.site}`);
      if (fault.next) throw fault.next;
      await held.until;
      return new FakeSite(lease, calls);
    },
  });
  return { clock, calls, sites, ownership, fault, held };
}

async function openOf(sites: OpenSites<FakeSite>, name: string): Promise<FakeSite> {
  const found = await sites.find(name);
  assert.ok(found?.kind === 'here');
  return found.site;
}

test('a site is opened once, however many need it at a time', async () => {
  const { calls, sites } = bench();
  const found = await Promise.all([openOf(sites, 'shop1'), openOf(sites, 'shop1')]);
  assert.equal(found[0], found[1]);
  assert.equal(await openOf(sites, 'shop1'), found[0]);
  assert.deepEqual(calls, ['opened shop1']);
});

test('a name without a site opens nothing, and is looked for again', async () => {
  const { calls, sites } = bench();
  assert.equal(await sites.find('other'), undefined);
  assert.equal(await sites.use('other', async (site) => site), undefined);
  assert.deepEqual([calls, sites.all], [[], []]);
});

test('an idle site is closed after a while and opened again when it is needed', async () => {
  const { calls, clock, sites } = bench();
  const first = await openOf(sites, 'shop1');
  await clock.advance(3 * MINUTE_MS);
  assert.deepEqual(calls, ['opened shop1', 'closed shop1']);
  assert.equal(first.lease.holds(), false);
  assert.notEqual(await openOf(sites, 'shop1'), first);
});

test('a site that is busy, or was a moment ago, stays open', async () => {
  const { calls, clock, sites } = bench();
  const site = await openOf(sites, 'shop1');
  site.isIdle = false;
  await clock.advance(10 * MINUTE_MS);
  site.isIdle = true;
  await clock.advance(MINUTE_MS);
  assert.deepEqual(calls, ['opened shop1']);
});

test('a site that somebody uses stays open until that is done', async () => {
  const { calls, clock, sites } = bench();
  const done = Promise.withResolvers<void>();
  const used = sites.use('shop1', async () => done.promise);
  await clock.advance(10 * MINUTE_MS);
  assert.deepEqual(calls, ['opened shop1']);
  done.resolve();
  await used;
  sites.closeIfIdle('shop1');
  assert.deepEqual(calls, ['opened shop1', 'closed shop1']);
});

test('a site that a handshake has just found is not closed before it gets there', async () => {
  const { calls, clock, sites } = bench();
  const visited = sites.use('shop1', async () => {});
  await openOf(sites, 'shop1');
  await visited;
  sites.closeIfIdle('shop1');
  await clock.advance(MINUTE_MS);
  assert.deepEqual(calls, ['opened shop1']);
});

test('a site whose lease is over has its connections closed, and is claimed anew', async () => {
  const { calls, sites } = bench();
  const site = await openOf(sites, 'shop1');
  site.isIdle = false;
  await site.lease.release();
  assert.deepEqual(calls, ['opened shop1', 'moved shop1', 'closed shop1']);
  const next = await openOf(sites, 'shop1');
  assert.notEqual(next.lease.number, site.lease.number);
});

test('a site that could not be opened stays claimed, and is opened at the next try', async () => {
  const { fault, ownership, sites } = bench();
  fault.next = new Error('no line');
  await assert.rejects(sites.find('shop1'), /no line/);
  const claim = await ownership.claim('shop1');
  assert.ok(claim.kind === 'here' && claim.lease.number === '1');
  fault.next = undefined;
  await openOf(sites, 'shop1');
});

test('a site of another node is not opened, and asked for again each time', async () => {
  let claims = 0;
  const node = { id: 'node2', host: '10.0.0.2', port: 9000 };
  const claim: Ownership['claim'] = async () => {
    claims += 1;
    return { kind: 'elsewhere', node, onOver: () => () => {} };
  };
  const { calls, sites } = bench({ ownership: { claim } });
  for (const _ of [1, 2]) {
    const found = await sites.find('shop1');
    assert.ok(found?.kind === 'elsewhere' && found.node === node);
  }
  assert.equal(await sites.use('shop1', async (site) => site), undefined);
  assert.deepEqual([claims, calls], [3, []]);
});

test('a site that may move is given to other nodes, and none is opened any more', async () => {
  const { calls, sites } = bench();
  const [first, second] = [await openOf(sites, 'shop1'), await openOf(sites, 'shop2')];
  second.isIdle = false;
  sites.leave(({ isIdle }) => isIdle);
  assert.deepEqual(calls.slice(2), ['moved shop1', 'closed shop1']);
  assert.deepEqual([first.lease.holds(), second.lease.holds()], [false, true]);
  assert.equal(await sites.find('shop1'), undefined);
  assert.equal(await openOf(sites, 'shop2'), second);
  second.isIdle = true;
  sites.leave(({ isIdle }) => isIdle);
  assert.deepEqual(calls.slice(4), ['moved shop2', 'closed shop2']);
});

test('closing closes every site, also one that is just being opened, and opens none any more', async () => {
  const { calls, clock, held, sites } = bench();
  await openOf(sites, 'shop1');
  const { promise, resolve } = Promise.withResolvers<void>();
  held.until = promise;
  const opening = sites.find('shop2');
  await clock.advance(0);
  const closing = sites.close();
  resolve();
  await Promise.all([opening, closing]);
  assert.deepEqual(calls, ['opened shop1', 'opened shop2', 'closed shop1', 'closed shop2']);
  assert.equal(await sites.find('shop3'), undefined);
});
