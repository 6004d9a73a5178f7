import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WatchedCollection } from '../../ports/store.ts';
import { SiteChanges } from './site-changes.ts';

test('a change is told to the listeners of its site, and one without a key to all', () => {
  const watched = new Map<WatchedCollection, (key?: string) => void>();
  const changes = new SiteChanges({
    watch: (collection, changed) => {
      watched.set(collection, changed);
      return () => watched.delete(collection);
    },
  });
  const told: string[] = [];
  const unsubscribe = changes.watch('shop1', () => told.push('shop1'));
  changes.watch('shop10', () => told.push('shop10'));
  watched.get('sites')?.('shop1');
  watched.get('tokens')?.('shop1/a');
  watched.get('terminals')?.('shop2/b');
  assert.deepEqual(told.splice(0), ['shop1', 'shop1']);
  watched.get('terminals')?.();
  assert.deepEqual(told.splice(0), ['shop1', 'shop10']);
  unsubscribe();
  watched.get('sites')?.('shop1');
  assert.deepEqual(told, []);
  changes.close();
  assert.equal(watched.size, 0);
});
