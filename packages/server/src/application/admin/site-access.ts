// What operators need of an open site, besides its records.

import type { Store } from '../../ports/store.ts';
import type { VirtualMachines } from '../../ports/virtual-machines.ts';
import type { Connections } from '../connection/connections.ts';
import type { Enrolment } from '../handshake/enrolment.ts';
import type { Terminals } from '../terminal/terminal.ts';

export interface AdminSite {
  /** Writes only as long as this node has the site. */
  readonly store: Pick<Store, 'removeStream'>;
  readonly terminals: Pick<Terminals, 'allConnected' | 'allOpened' | 'isOpen'>;
  /** Tids of the machines that are there or expected. */
  known(): readonly string[];
  /** Absent where no card machine is virtual. */
  readonly virtual: VirtualMachines | undefined;
  readonly enrolment: Pick<Enrolment, 'lastHeardAt'>;
  readonly connections: Pick<Connections, 'all'>;
}

/**
 * Opens the site of that name, unless it is open, and keeps it open until the promise of `use` is settled; `use` gets
 * undefined if there is no such site, or another node has it.
 */
export type UseSite = <T>(
  name: string,
  use: (site: AdminSite | undefined) => Promise<T>,
) => Promise<T>;
