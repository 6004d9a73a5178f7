// One shop with virtual card machines on a test clock and a memory store: for the tests of the
// machines themselves.

import { MemoryStore } from '../adapters/store/memory-store.ts';
import type {
  VirtualOptions,
  VirtualSite,
  VirtualTerminal,
} from '../adapters/terminal/virtual/virtual-driver.ts';
import { virtualTerminals } from '../adapters/terminal/virtual/virtual-driver.ts';
import type { TransactionOrder } from '../ports/terminal-driver.ts';
import { watch } from './terminal-driver-contract-kit.ts';
import { TestClock } from './test-clock.ts';

export type Setting = Partial<VirtualOptions> & {
  readonly terminals?: Record<string, VirtualTerminal>;
};

export function shop(more: Partial<VirtualSite> = {}): VirtualSite {
  const title = 'The Corner Shop';
  return { title, currency: 'GBP', timeZone: 'Europe/London', test: true, terminals: {}, ...more };
}

export function street(setting: Setting = {}) {
  const { terminals = {}, ...options } = setting;
  const clock = new TestClock();
  const store = new MemoryStore();
  const site = 'shop';
  const settings = (name: string) => (name === site ? shop({ terminals }) : undefined);
  const driver = virtualTerminals({ clock, store, settings, ...options });
  return { clock, store, site, driver, settings };
}

/** Everything that one machine says of some orders, signatures accepted. */
export async function play(
  tid: string,
  orders: readonly TransactionOrder[],
  setting: Setting = {},
) {
  const bench = street(setting);
  const watched = watch(bench, tid, (told) => {
    if (told.kind === 'signatureWanted') watched.line.answerSignature(told.order, true, false);
  });
  for (const order of orders) {
    watched.line.start(order);
    await bench.clock.advance(60_000);
  }
  return { ...bench, ...watched };
}
