// What operators need of an open site, besides its records.

import type { Store } from '../../ports/store.ts';
import type { VirtualMachines } from '../../ports/virtual-machines.ts';
import type { Connections } from '../connection/connections.ts';
import type { SiteFaults } from '../faults/site-faults.ts';
import type { Enrolment } from '../handshake/enrolment.ts';
import type { Terminals } from '../terminal/terminal.ts';
import type { Actor } from './actor.ts';
import type { AdminDeps } from './audit.ts';
import { siteMoving } from './refusal.ts';
import { findSite } from './sites.ts';

export interface AdminSite {
  readonly name: string;
  /** Writes only as long as this node has the site. */
  readonly store: Pick<Store, 'removeStream'>;
  readonly terminals: Pick<Terminals, 'allConnected' | 'allOpened' | 'isOpen'>;
  /** Tids of the machines that are there or expected. */
  known(): readonly string[];
  /** Whether there could be such a card machine. */
  serves(tid: string): boolean;
  /** Absent where no card machine is virtual. */
  readonly virtual: VirtualMachines | undefined;
  readonly enrolment: Pick<Enrolment, 'lastHeardAt'>;
  readonly connections: Pick<Connections, 'all'>;
  readonly faults: SiteFaults;
  /**
   * Keeps the site open for somebody who follows what happens there, until the returned function is called once. Calls `onOver`
   * if it is closed all the same: what happens from then on happens at another node.
   */
  follow(onOver: () => void): () => void;
  /** Drops the results and notices that no till has got yet. */
  dropUndelivered(): Promise<void>;
}

/**
 * Opens the site of that name, unless it is open, and keeps it open until the promise of `use` is settled; `use` gets
 * undefined if there is no such site, or another node has it.
 */
export type UseSite = <T>(
  name: string,
  use: (site: AdminSite | undefined) => Promise<T>,
) => Promise<T>;

export interface SiteAccessDeps extends AdminDeps {
  readonly useSite: UseSite;
}

/**
 * Opens the site for `use`. Refuses with `notFound` if the actor sees no site of that name, and with `moving` if another node
 * has it: requests are passed on to the node of their site, so it has just moved, or this node has given it up.
 */
export async function inSite<T>(
  deps: SiteAccessDeps,
  { actor, name }: { readonly actor: Actor; readonly name: string },
  use: (site: AdminSite) => Promise<T>,
): Promise<T> {
  await findSite(deps, actor, name);
  return deps.useSite(name, async (site) => {
    if (!site) throw siteMoving();
    return use(site);
  });
}

/** The activities in progress at a site, as `SITE/TID/NUMBER`; none if it is not open. */
export function openActivities(
  site: Pick<AdminSite, 'name' | 'terminals'> | undefined,
): readonly string[] {
  return (site?.terminals.allOpened ?? []).flatMap(({ tid, openActivity }) =>
    openActivity ? [`${site?.name}/${tid}/${openActivity.activityId}`] : [],
  );
}
