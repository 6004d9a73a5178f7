// Removes what has been kept long enough, in the background.

import type { Clock } from '../../ports/clock.ts';
import type { Observer } from '../../ports/observer.ts';
import type { RecordName, Store } from '../../ports/store.ts';
import { INCOMPLETE } from '../journal/journal.ts';
import { siteAndTid } from '../journal/transaction-summary.ts';
import { purgeAudit } from './audit.ts';
import type { UseSite } from './site-access.ts';
import { REMOVED_SITES } from './sites.ts';

const HOUR_MS = 3_600_000;

interface RetentionDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly observer: Pick<Observer, 'fault'>;
  readonly retentionMs: number;
  readonly auditRetentionMs: number;
  readonly useSite: UseSite;
  readonly hasSite: (name: string) => Promise<boolean>;
  /** The records of used virtual card machines that nothing declares. */
  readonly undeclared: () => Promise<readonly RecordName[]>;
  /** Has results expire that nobody has fetched in time, at every site. */
  readonly expireResults: () => Promise<void>;
}

/** Looks every hour, the first time soon; returns stop. */
export function startRetention(tidying: RetentionDeps): () => void {
  const { store, clock, observer, retentionMs, auditRetentionMs } = tidying;
  const failed = (cause: unknown) => observer.fault('retention', cause);
  const tidy = (): void => {
    tidying.expireResults().catch(failed);
    store.purge(clock.now() - retentionMs, INCOMPLETE).catch(failed);
    forgetMachines(tidying, clock.now() - retentionMs).catch(failed);
    openNames(store, clock.now() - retentionMs).catch(failed);
    purgeAudit(store, clock.now() - auditRetentionMs).catch(failed);
    stop = clock.after(HOUR_MS, tidy);
  };
  let stop = clock.after(HOUR_MS / 60, tidy);
  return () => stop();
}

/** Machines that nothing but a till's request ever named, and that none has used for long, leave nothing behind. */
async function forgetMachines(
  { store, useSite, hasSite, undeclared }: RetentionDeps,
  time: number,
): Promise<void> {
  for (const record of await undeclared()) {
    const stream = record.key;
    const { site, tid } = siteAndTid(stream);
    await useSite(site, async (open) => {
      // The node that has the site does it: it knows whether the machine is open.
      if (!open && (await hasSite(site))) return;
      if (open?.terminals.isOpen(tid)) return;
      const written = open?.store ?? store;
      const isRemoved = await written.removeStream(stream, { time, spared: INCOMPLETE, record });
      if (isRemoved) open?.virtual?.forget(record);
    });
  }
}

/** Names of removed sites whose payments are no longer kept may be used again. */
async function openNames(store: Store, removedBefore: number): Promise<void> {
  const closed = await store.list(REMOVED_SITES, '');
  const old = closed.filter(({ value }) => Number(value) < removedBefore);
  if (old.length === 0) return;
  await store.write({ remove: old });
}
