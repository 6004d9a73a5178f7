// The link from end to end, the gateway's driver at one end and a card machine made with the kit at the other,
// keeps what every driver promises.

import type { OrderMemory, TerminalLink } from '@tillgate/client';
import { linkTerminal, orderInMemory } from '@tillgate/client';
import { linkedPair, v1 } from '@tillgate/protocol';
import { TestClock } from 'tillgate/testing';
import type { DriverBench } from 'tillgate/testing/contracts';
import { terminalDriverContract } from 'tillgate/testing/contracts';
import { LinkDriver } from '../../packages/server/src/adapters/terminal/link/link-driver.ts';
import { newSite } from '../../packages/server/src/application/admin/test-site.ts';
import type { ClosableConnectionDeps } from '../../packages/server/src/application/connection/connection.ts';
import { Connection } from '../../packages/server/src/application/connection/connection.ts';
import { Bank, bankMachine } from '../support/terminal/bank-machine.ts';

const SITE = 'shop';
const APPROVING = '11111111';
const ASKING = '22222222';
const STEP_MS = 500;

/** What outlives a loss of power, by machine. */
type Kept = ReadonlyMap<string, { readonly bank: Bank; readonly memory: OrderMemory }>;

/** As much of a gateway as one connection of a card machine needs. */
function worldOf(links: LinkDriver, clock: TestClock): ClosableConnectionDeps {
  const observer = new Proxy({}, { get: () => () => undefined });
  const world = {
    ...{ links, clock, observer, site: () => newSite(SITE) },
    terminals: { connected: async () => undefined, opened: () => undefined },
    limits: { terminalAnswerMs: 10_000, terminalMessages: 200 },
    badMessages: { most: 1, withinMs: 60_000 },
    terminalHeard: () => undefined,
    onClosed: () => undefined,
  };
  return world as unknown as ClosableConnectionDeps;
}

function link(world: ClosableConnectionDeps, tid: string, kept: Kept): Promise<TerminalLink> {
  const clock = world.clock as TestClock;
  const timing = {
    now: () => clock.now(),
    after: (ms: number, then: () => void) => clock.after(ms, then),
    random: () => 0.5,
  };
  const handshake = {
    ...{ integration: 'terminal' as const, dialect: v1, site: newSite(SITE), tid },
    ...{ schemas: '', tokenHash: '', softwareHouseId: '', installerId: '' },
    ...{ eposId: undefined, finalReceipt: false },
  };
  const open = async () => {
    const [near, far] = linkedPair();
    new Connection(world, handshake).open(near);
    return far;
  };
  const { bank, memory } = kept.get(tid)!;
  const machine = bankMachine({
    ...{ bank, memory, signs: tid === ASKING },
    tick: (signal) => tick(clock, signal),
  });
  return linkTerminal({ host: 'gateway', token: 'key', tid, open, timing }, machine);
}

function tick(clock: TestClock, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const callOff = clock.after(STEP_MS, resolve);
  signal?.addEventListener('abort', () => {
    callOff();
    reject(signal.reason);
  });
  return promise;
}

async function bench(kept: Kept, clock: TestClock): Promise<DriverBench> {
  const driver = new LinkDriver({
    enrolled: (name) => (name === SITE ? [...kept.keys()] : []),
    isKnown: (name, tid) => name === SITE && kept.has(tid),
    localTime: () => '2026-03-14T12:00:00',
  });
  const world = worldOf(driver, clock);
  const links = new Map<string, TerminalLink>();
  for (const tid of kept.keys()) links.set(tid, await link(world, tid, kept));
  // Their greetings are on the way.
  await clock.advance(0);
  return {
    ...{ driver, site: SITE, approving: APPROVING, asking: ASKING },
    wish: (tid, { kind, ...params }) => links.get(tid)![kind](params as never),
    until: (done) => clock.advanceUntil(done, 60_000),
    // The clock of the run before stands still, and with it all that it had begun.
    powerLoss: () => bench(kept, new TestClock(clock.now())),
    close: async () => {
      for (const one of links.values()) one.close();
    },
  };
}

terminalDriverContract('The link driver with a card machine of the kit', () => {
  const machine = () => ({ bank: new Bank(), memory: orderInMemory() });
  const kept = new Map([
    [APPROVING, machine()],
    [ASKING, machine()],
  ]);
  return bench(kept, new TestClock());
});
