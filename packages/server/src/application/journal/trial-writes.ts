// Finds out that a store which could not write can write again, also when nobody else writes: a load balancer sends no
// till to a gateway that is not ready.

import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';

/** How often the health of the store is looked at, in ms. */
const TRIAL_EVERY_MS = 5_000;
const RECORD = { collection: 'trial', key: 'write' };

/** Writes a small record now and then while the store is not healthy; returns a function that ends this. */
export function startTrialWrites(store: Store, clock: Clock): () => void {
  let cancel: Cancel = () => {};
  const look = (): void => {
    cancel = clock.after(TRIAL_EVERY_MS, look);
    if (store.health().ok) return;
    store.write({ put: [{ ...RECORD, value: String(clock.now()) }] }).catch(() => {});
  };
  cancel = clock.after(TRIAL_EVERY_MS, look);
  return () => cancel();
}
