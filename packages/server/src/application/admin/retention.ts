// Removes what has been kept long enough, in the background.

import type { Clock } from '../../ports/clock.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Store } from '../../ports/store.ts';
import type { VirtualMachines } from '../../ports/virtual-machines.ts';
import { INCOMPLETE } from '../journal/journal.ts';
import { siteAndTid } from '../journal/transaction-summary.ts';
import type { Terminals } from '../terminal/terminal.ts';
import { purgeAudit } from './audit.ts';
import { REMOVED_SITES } from './sites.ts';

const HOUR_MS = 3_600_000;

interface RetentionDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly observer: Pick<Observer, 'fault'>;
  readonly retentionMs: number;
  readonly auditRetentionMs: number;
  readonly tills: { expireOld(): void };
  readonly terminals: Pick<Terminals, 'isOpen'>;
  readonly virtual: Pick<VirtualMachines, 'undeclared' | 'forget'> | undefined;
}

/** Looks every hour, the first time soon; returns stop. */
export function startRetention(tidying: RetentionDeps): () => void {
  const { store, clock, observer, retentionMs, auditRetentionMs, tills } = tidying;
  const failed = (cause: unknown) => observer.fault('retention', cause);
  const tidy = (): void => {
    tills.expireOld();
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
  { store, virtual, terminals }: RetentionDeps,
  time: number,
): Promise<void> {
  for (const record of (await virtual?.undeclared()) ?? []) {
    const stream = record.key;
    const { site, tid } = siteAndTid(stream);
    if (terminals.isOpen(site, tid)) continue;
    if (await store.removeStream(stream, { time, spared: INCOMPLETE, record })) {
      virtual?.forget(record);
    }
  }
}

/** Names of removed sites whose payments are no longer kept may be used again. */
async function openNames(store: Store, removedBefore: number): Promise<void> {
  const closed = await store.list(REMOVED_SITES, '');
  const old = closed.filter(({ value }) => Number(value) < removedBefore);
  if (old.length === 0) return;
  await store.write({ remove: old });
}
