// Combines several drivers: a machine belongs to the first driver that serves it.

import type { TerminalDriver } from '../../ports/terminal-driver.ts';

/** `open` throws if none of `drivers` serves the machine. */
export function combinedDriver(...drivers: readonly TerminalDriver[]): TerminalDriver {
  const driverOf = (site: string, tid: string) =>
    drivers.find((driver) => driver.serves(site, tid));
  return {
    known: (site) => [...new Set(drivers.flatMap((driver) => driver.known(site)))],
    serves: (site, tid) => driverOf(site, tid) !== undefined,
    open: (site, tid, onReport) => {
      const driver = driverOf(site, tid);
      if (!driver) throw new Error(`There is no card machine ${tid} at ${site}.`);
      return driver.open(site, tid, onReport);
    },
  };
}
