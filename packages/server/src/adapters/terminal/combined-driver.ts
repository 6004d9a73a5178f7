// Several drivers as one: a machine belongs to the first that serves it.

import type { TerminalDriver } from '../../ports/terminal-driver.ts';

export function combinedDriver(...drivers: readonly TerminalDriver[]): TerminalDriver {
  const driverOf = (site: string, tid: string) =>
    drivers.find((driver) => driver.serves(site, tid));
  return {
    known: (site) => [...new Set(drivers.flatMap((driver) => driver.known(site)))],
    serves: (site, tid) => driverOf(site, tid) !== undefined,
    open: (site, tid, take) => {
      const driver = driverOf(site, tid);
      if (!driver) throw new Error(`There is no card machine ${tid} at ${site}.`);
      return driver.open(site, tid, take);
    },
  };
}
