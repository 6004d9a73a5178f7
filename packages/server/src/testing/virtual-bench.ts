// One shop with virtual card machines on a test clock and a memory store: for the tests of the
// machines themselves.

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

export function siteSettings(more: Partial<VirtualSiteSettings> = {}): VirtualSiteSettings {
  const title = 'The Corner Shop';
  return { title, currency: 'GBP', timeZone: 'Europe/London', test: true, terminals: {}, ...more };
}

export function virtualBench(setting: VirtualBenchOptions = {}) {
  const { terminals = {}, ...options } = setting;
  const clock = new TestClock();
  const store = new MemoryStore();
  const site = 'shop';
  const settings = (name: string) => (name === site ? siteSettings({ terminals }) : undefined);
  const driver = new VirtualDriver({ clock, store, settings, ...options });
  return { clock, store, site, driver, settings };
}

/** Everything that one machine says of some orders, signatures accepted. */
export async function runOrders(
  tid: string,
  orders: readonly TransactionOrder[],
  setting: VirtualBenchOptions = {},
) {
  const bench = virtualBench(setting);
  const watched = openRecorded(bench, tid, (told) => {
    if (told.kind === 'signatureWanted') watched.terminal.answerSignature(told.order, true, false);
  });
  for (const order of orders) {
    watched.terminal.start(order);
    await bench.clock.advance(60_000);
  }
  return { ...bench, ...watched };
}
