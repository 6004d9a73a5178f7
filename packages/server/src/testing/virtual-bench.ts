// A site `shop` with virtual card machines on a test clock and a memory store, for the tests of the machines.

import { MemoryStore } from '../adapters/store/memory-store.ts';
import type {
  VirtualDriverOptions,
  VirtualSiteSettings,
  VirtualTerminalSettings,
} from '../adapters/terminal/virtual/virtual-driver.ts';
import { VirtualDriver } from '../adapters/terminal/virtual/virtual-driver.ts';
import type { TransactionOrder } from '../ports/terminal-driver.ts';
import { openRecorded } from './terminal-driver-contract-kit.ts';
import { TestClock } from './test-clock.ts';

export type VirtualBenchOptions = Partial<VirtualDriverOptions> & {
  readonly terminals?: Record<string, VirtualTerminalSettings>;
};

/** Settings of a test site in GBP and London time. */
export function siteSettings(more: Partial<VirtualSiteSettings> = {}): VirtualSiteSettings {
  return {
    title: 'The Corner Shop',
    currency: 'GBP',
    timeZone: 'Europe/London',
    test: true,
    terminals: {},
    ...more,
  };
}

/** A driver for the site `shop`, with its clock, store and site settings. */
export function virtualBench(setting: VirtualBenchOptions = {}) {
  const { terminals = {}, ...options } = setting;
  const clock = new TestClock();
  const store = new MemoryStore();
  const site = 'shop';
  const settings = (name: string) => (name === site ? siteSettings({ terminals }) : undefined);
  const driver = new VirtualDriver({ clock, store, settings, ...options });
  return { clock, store, site, driver, settings };
}

/** Runs orders on one machine, 60 s each, accepting signatures; returns the bench and the recorded terminal. */
export async function runOrders(
  tid: string,
  orders: readonly TransactionOrder[],
  setting: VirtualBenchOptions = {},
) {
  const bench = virtualBench(setting);
  const watched = openRecorded(bench, tid, (report) => {
    if (report.kind === 'signatureWanted') {
      watched.terminal.answerSignature(report.order, true, false);
    }
  });
  for (const order of orders) {
    watched.terminal.start(order);
    await bench.clock.advance(60_000);
  }
  return { ...bench, ...watched };
}
