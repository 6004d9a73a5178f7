// The card machines of a site: virtual ones and those that link, combined into one driver.

import { combinedDriver } from './adapters/terminal/combined-driver.ts';
import { LinkDriver } from './adapters/terminal/link/link-driver.ts';
import { switchableDriver } from './adapters/terminal/switchable-driver.ts';
import { VirtualDriver } from './adapters/terminal/virtual/virtual-driver.ts';
import type { Access } from './application/handshake/access.ts';
import type { Enrolment } from './application/handshake/enrolment.ts';
import type { GatewayContext } from './gateway-context.ts';
import { virtualTimingsOf } from './limits.ts';
import type { LinkRegistry } from './ports/link.ts';
import { localTime } from './ports/local-time.ts';
import type { Store } from './ports/store.ts';
import type { TerminalDriver } from './ports/terminal-driver.ts';
import type { VirtualMachines } from './ports/virtual-machines.ts';
import type { WaiterAccess } from './ports/waiter.ts';

export interface CardMachines {
  /** All card machines of the site. */
  readonly driver: TerminalDriver;
  /** The virtual ones, where waiters connect and whose behaviour can be set; absent with another driver. */
  readonly virtual: (WaiterAccess & VirtualMachines & TerminalDriver) | undefined;
  /** Where card machines that link connect. */
  readonly links: LinkRegistry;
}

interface CardMachineDeps {
  readonly context: GatewayContext;
  readonly store: Store;
  readonly access: Access;
  readonly enrolment: Enrolment;
}

export async function openCardMachines(
  site: string,
  { context, store, access, enrolment }: CardMachineDeps,
): Promise<CardMachines> {
  const { clock, settings, customDriver } = context;
  const links = new LinkDriver({
    enrolled: enrolment.enrolled,
    isKnown: (_, tid) => enrolment.isKnown(tid),
    localTime: () => localTime(clock.now(), access.site?.timeZone ?? 'UTC'),
  });
  if (customDriver) {
    return { driver: combinedDriver(customDriver, links), virtual: undefined, links };
  }
  const virtual = new VirtualDriver({
    clock,
    store,
    settings: () => access.site,
    timings: virtualTimingsOf(settings),
    seed: settings.seed,
  });
  await virtual.load(site);
  const switchable = switchableDriver({
    virtual,
    linked: links,
    isOperatedByHand: (_, tid) => enrolment.isPaired(tid),
    onChange: (changed) => enrolment.onChange(changed),
  });
  return { driver: combinedDriver(switchable, links), virtual, links };
}
