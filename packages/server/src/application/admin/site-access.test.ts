// What operators are told of a site that this node has not, or has no more.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../../adapters/store/memory-store.ts';
import { TestClock } from '../../testing/test-clock.ts';
import { commandLine } from './actor.ts';
import type { UseSite } from './site-access.ts';
import { inSite } from './site-access.ts';
import { addSite } from './sites.ts';

test('a site that is on its way to another node is moving, and one that nobody has does not exist', async () => {
  const useSite: UseSite = (_, use) => use(undefined);
  const deps = { store: new MemoryStore(), clock: new TestClock(), useSite };
  await addSite(deps, commandLine, { name: 'shop1' });
  const asked = (name: string) => inSite(deps, { actor: commandLine, name }, async () => 'open');
  await assert.rejects(asked('shop1'), { problem: 'moving', extra: { retryAfterS: 2 } });
  await assert.rejects(asked('shop2'), { problem: 'notFound' });
});
