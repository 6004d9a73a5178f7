// The ownership of one process under the contract of all.

import { ownershipContract } from '../../testing/ownership-contract.ts';
import { MemoryStore } from './memory-store.ts';
import { soleOwnership } from './sole-ownership.ts';

ownershipContract('the ownership of one process', async () => {
  const store = new MemoryStore();
  return { ownership: soleOwnership(store, 'incomplete'), store };
});
