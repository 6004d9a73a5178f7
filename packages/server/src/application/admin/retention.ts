// Removes what has been kept long enough, in the background.

import type { Clock } from '../../ports/clock.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Store } from '../../ports/store.ts';
import { INCOMPLETE } from '../journal/journal.ts';
import { purgeAudit } from './audit.ts';

const HOUR_MS = 3_600_000;

interface RetentionDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly observer: Pick<Observer, 'fault'>;
  readonly retentionMs: number;
  readonly auditRetentionMs: number;
  readonly tills: { expireOld(): void };
}

/** Looks every hour, the first time soon; returns stop. */
export function startRetention(tidying: RetentionDeps): () => void {
  const { store, clock, observer, retentionMs, auditRetentionMs, tills } = tidying;
  const failed = (cause: unknown) => observer.fault('retention', cause);
  const tidy = (): void => {
    tills.expireOld();
    store.purge(clock.now() - retentionMs, INCOMPLETE).catch(failed);
    purgeAudit(store, clock.now() - auditRetentionMs).catch(failed);
    stop = clock.after(HOUR_MS, tidy);
  };
  let stop = clock.after(HOUR_MS / 60, tidy);
  return () => stop();
}
