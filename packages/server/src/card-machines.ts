// The card machines of a gateway: virtual ones and those that link, combined into one driver.

import { combinedDriver } from './adapters/terminal/combined-driver.ts';
import { LinkDriver } from './adapters/terminal/link/link-driver.ts';
import { switchableDriver } from './adapters/terminal/switchable-driver.ts';
import type { VirtualTimings } from './adapters/terminal/virtual/scenario/timings.ts';
import { VirtualDriver } from './adapters/terminal/virtual/virtual-driver.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { LinkRegistry } from './ports/link.ts';
import { localTime } from './ports/local-time.ts';
import type { TerminalDriver } from './ports/terminal-driver.ts';
import type { VirtualMachines } from './ports/virtual-machines.ts';
import type { WaiterAccess } from './ports/waiter.ts';

export interface CardMachines {
  /** All card machines of the gateway. */
  readonly driver: TerminalDriver;
  /** The virtual ones, where waiters connect and whose behaviour can be set; absent with another driver. */
  readonly virtual: (WaiterAccess & VirtualMachines & TerminalDriver) | undefined;
  /** Where card machines that link connect. */
  readonly links: LinkRegistry;
}

export function cardMachines(
  { clock, store, settings, access, enrolment, customDriver }: GatewayContext,
  timings: VirtualTimings,
): CardMachines {
  const { siteNamed } = access;
  const links = new LinkDriver({
    enrolled: enrolment.enrolled,
    isKnown: enrolment.isKnown,
    localTime: (site) => localTime(clock.now(), siteNamed(site)?.timeZone ?? 'UTC'),
  });
  if (customDriver) {
    return { driver: combinedDriver(customDriver, links), virtual: undefined, links };
  }
  const { seed } = settings;
  const virtual = new VirtualDriver({ clock, store, settings: siteNamed, timings, seed });
  const switchable = switchableDriver({
    virtual,
    linked: links,
    isOperatedByHand: enrolment.isPaired,
    onChange: (changed) => enrolment.onChange(changed),
  });
  return { driver: combinedDriver(switchable, links), virtual, links };
}
