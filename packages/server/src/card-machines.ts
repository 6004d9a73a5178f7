// The card machines of a gateway: virtual ones and those that link, as one driver, and where people and
// machines come in to them.

import { combinedDriver } from './adapters/terminal/combined-driver.ts';
import { LinkDriver } from './adapters/terminal/link/link-driver.ts';
import { switchableDriver } from './adapters/terminal/switchable-driver.ts';
import type { VirtualTimings } from './adapters/terminal/virtual/scenario/timings.ts';
import { VirtualDriver } from './adapters/terminal/virtual/virtual-driver.ts';
import type { Access } from './application/handshake/access.ts';
import type { Enrolment } from './application/handshake/enrolment.ts';
import type { Clock } from './ports/clock.ts';
import type { LinkRegistry } from './ports/link.ts';
import { localTime } from './ports/local-time.ts';
import type { Store } from './ports/store.ts';
import type { TerminalDriver } from './ports/terminal-driver.ts';
import type { VirtualMachines } from './ports/virtual-machines.ts';
import type { WaiterAccess } from './ports/waiter.ts';

interface MachineParts {
  readonly clock: Clock;
  readonly store: Store;
  readonly siteNamed: Access['siteNamed'];
  readonly enrolment: Enrolment;
  readonly timings: VirtualTimings;
  readonly seed: string;
  /** Instead of the virtual ones. */
  readonly driver: TerminalDriver | undefined;
}

export interface CardMachines {
  readonly driver: TerminalDriver;
  /** Where waiters stand at virtual machines, and people bend them; absent where there are none. */
  readonly hall: (WaiterAccess & VirtualMachines & TerminalDriver) | undefined;
  readonly links: LinkRegistry;
}

export function cardMachines(parts: MachineParts): CardMachines {
  const { clock, store, siteNamed, enrolment, timings, seed } = parts;
  const links = new LinkDriver({
    enrolled: enrolment.enrolled,
    isKnown: enrolment.isKnown,
    localTime: (site) => localTime(clock.now(), siteNamed(site)?.timeZone ?? 'UTC'),
  });
  if (parts.driver) return { driver: combinedDriver(parts.driver, links), hall: undefined, links };
  const hall = new VirtualDriver({ clock, store, settings: siteNamed, timings, seed });
  const virtual = switchableDriver({
    virtual: hall,
    linked: links,
    isOperatedByHand: enrolment.isPaired,
    onChange: (changed) => enrolment.onChange(changed),
  });
  return { driver: combinedDriver(virtual, links), hall, links };
}
