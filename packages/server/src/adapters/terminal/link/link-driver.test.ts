import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Breakable, Channel } from '@tillgate/protocol';
import { linkedPair, v1 } from '@tillgate/protocol';
import { newSite } from '../../../application/admin/test-site.ts';
import type { ClosableConnectionDeps } from '../../../application/connection/connection.ts';
import { Connection } from '../../../application/connection/connection.ts';
import type { LinkedMachine, LinkListener } from '../../../ports/link.ts';
import type { TerminalProfile, TerminalReport } from '../../../ports/terminal-driver.ts';
import type { Waiter } from '../../../ports/waiter.ts';
import { linkMachine } from '../../../testing/linked-machine.ts';
import { terminalDriverContract } from '../../../testing/terminal-driver-contract.ts';
import type { DriverBench } from '../../../testing/terminal-driver-contract-kit.ts';
import { saleOrder } from '../../../testing/terminal-driver-contract-kit.ts';
import { TestClock } from '../../../testing/test-clock.ts';
import { siteSettings } from '../../../testing/virtual-bench.ts';
import { MemoryStore } from '../../store/memory-store.ts';
import { VirtualDriver } from '../virtual/virtual-driver.ts';
import { LinkDriver } from './link-driver.ts';

const SITE = 'shop';
const TIDS = ['VCMINVLSIP0', 'VCMINVLSIS0'];
const site = newSite(SITE);

function linkDriver(): LinkDriver {
  return new LinkDriver({
    enrolled: (name) => (name === SITE ? TIDS : []),
    isKnown: (name, tid) => name === SITE && TIDS.includes(tid),
    localTime: () => '2026-03-14T12:00:00',
  });
}

/** The dependencies of one connection of a card machine. */
function connectionDeps(links: LinkDriver, clock: TestClock): ClosableConnectionDeps {
  const observer = new Proxy({}, { get: () => () => undefined });
  const deps = {
    links,
    clock,
    observer,
    site: () => site,
    terminals: { connected: async () => undefined, opened: () => undefined },
    limits: { terminalAnswerMs: 10_000, terminalMessages: 10_000 },
    badMessages: { most: 20, withinMs: 60_000 },
    terminalHeard: () => undefined,
    onClosed: () => undefined,
  };
  return deps as unknown as ClosableConnectionDeps;
}

/** The gateway's end of one connection of a card machine. */
function connect(deps: ClosableConnectionDeps, tid: string, channel: Channel): void {
  const handshake = {
    integration: 'terminal',
    dialect: v1,
    site,
    tid,
    schemas: '',
    tokenHash: '',
    softwareHouseId: '',
    installerId: '',
    eposId: undefined,
    finalReceipt: false,
  } as const;
  new Connection(deps, handshake).open(channel);
}

async function contractBench(store: MemoryStore, clock: TestClock): Promise<DriverBench> {
  const driver = linkDriver();
  const deps = connectionDeps(driver, clock);
  const settings = (name: string) => (name === SITE ? siteSettings() : undefined);
  const machines = new VirtualDriver({ clock, store, settings });
  const cables: Breakable[] = [];
  for (const tid of TIDS) {
    const [near, far] = linkedPair();
    cables.push(near);
    connect(deps, tid, near);
    linkMachine({ driver: machines, site: SITE, tid }, far);
  }
  // Delivers the `hello` of each machine.
  await clock.advance(0);
  const waiters = new Map<string, Waiter | undefined>();
  return {
    driver,
    site: SITE,
    approving: 'VCMINVLSIP0',
    asking: 'VCMINVLSIS0',
    wish: async (tid, request) => {
      const waiter = waiters.get(tid) ?? machines.waiter(SITE, tid, () => undefined);
      waiters.set(tid, waiter);
      assert.ok(waiter, 'there is a waiter at the machine');
      return waiter.request(request);
    },
    until: (done) => clock.advanceUntil(done, 60_000),
    powerLoss: () => {
      for (const cable of cables) cable.breakConnection();
      return contractBench(store, new TestClock(clock.now()));
    },
    close: async () => undefined,
  };
}

terminalDriverContract('The link driver', () => contractBench(new MemoryStore(), new TestClock()));

const profile: TerminalProfile = {
  currency: 'GBP',
  cashback: true,
  transactions: ['SALE'],
  reports: ['X_BALANCE'],
};
const hello = { kind: 'connected', profile } as const;
const [TID = ''] = TIDS;

/** A connection that records its commands and answers with `answers`. */
function machineOf(answers: Partial<LinkedMachine> = {}) {
  const commands: string[] = [];
  const record = (command: string) => {
    commands.push(command);
  };
  const machine: LinkedMachine = {
    start: async ({ id }) => {
      record(`start ${id}`);
      return 'taken';
    },
    startReport: async ({ id }) => {
      record(`startReport ${id}`);
      return 'taken';
    },
    cancel: (order) => record(`cancel ${order}`),
    answerSignature: (order) => record(`answerSignature ${order}`),
    lastOrder: async () => ({ status: 'nothing' }),
    superseded: () => record('superseded'),
    ...answers,
  };
  return { machine, commands };
}

function openTerminal(driver: LinkDriver) {
  const reports: TerminalReport[] = [];
  const terminal = driver.open(SITE, TID, (report) => reports.push(report));
  return { terminal, reports, names: () => reports.map(({ kind }) => kind) };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('connections of one machine [C-13.15]', () => {
  function twoConnections() {
    const driver = linkDriver();
    const { terminal, reports, names } = openTerminal(driver);
    const first = machineOf();
    const older = driver.link(SITE, TID, first.machine);
    older.onReport(hello);
    const second = machineOf();
    const newer = driver.link(SITE, TID, second.machine);
    return { driver, terminal, reports, names, first, older, second, newer };
  }

  test('a newer connection takes over with its hello, not before', () => {
    const { terminal, names, first, second, newer } = twoConnections();
    terminal.start(saleOrder('a'));
    assert.deepEqual(first.commands, ['start a']);
    assert.deepEqual(names(), ['connected']);
    newer.onReport(hello);
    assert.deepEqual(first.commands, ['start a', 'superseded']);
    assert.deepEqual(names(), ['connected', 'disconnected', 'connected']);
    terminal.cancel('a');
    assert.deepEqual(second.commands, ['cancel a']);
  });

  test('reports and the close of a superseded connection change nothing', async () => {
    const { terminal, names, older, newer } = twoConnections();
    newer.onReport(hello);
    const before = names().length;
    older.onReport({ kind: 'showing', order: 'a', value: 'PRESENT_CARD' });
    older.onReport(hello);
    older.onClosed();
    older.onClosed();
    assert.equal((await older.onRequest({ kind: 'tables' })).answer, 'no');
    assert.equal(names().length, before);
    terminal.start(saleOrder('a'));
  });

  test('only the newest connection without a hello is kept', () => {
    const { driver, names, second, newer, first } = twoConnections();
    driver.link(SITE, TID, machineOf().machine);
    assert.deepEqual(second.commands, ['superseded']);
    newer.onReport(hello);
    assert.deepEqual(names(), ['connected']);
    assert.deepEqual(first.commands, []);
  });

  test('a second hello reports the machine as disconnected first [C-13.6]', () => {
    const { older, names, first } = twoConnections();
    older.onReport(hello);
    assert.deepEqual(names(), ['connected', 'disconnected', 'connected']);
    assert.deepEqual(first.commands, []);
  });

  test('ten thousand closed connections leave no terminal in use', () => {
    const driver = linkDriver();
    const listeners: LinkListener[] = [];
    for (let count = 0; count < 10_000; count += 1) {
      const listener = driver.link(SITE, TID, machineOf().machine);
      if (count % 2 === 0) listener.onReport(hello);
      listeners.push(listener);
    }
    assert.equal(driver.activeTerminals, 1);
    for (const listener of listeners) listener.onClosed();
    assert.equal(driver.activeTerminals, 0);
    const { terminal } = openTerminal(driver);
    listeners[0]?.onClosed();
    assert.equal(driver.activeTerminals, 1, 'a second close does not remove the new terminal');
    terminal.close();
    assert.equal(driver.activeTerminals, 0);
  });
});

describe('an order that is refused [C-13.9]', () => {
  test('a refused transaction ends UNSUCCESSFUL, and the next can be started', async () => {
    const driver = linkDriver();
    const { terminal, reports } = openTerminal(driver);
    driver.link(SITE, TID, machineOf({ start: async () => 'refused' }).machine).onReport(hello);
    terminal.start(saleOrder('a'));
    await soon();
    const last = reports.at(-1);
    assert.ok(last?.kind === 'finished' && last.order === 'a');
    assert.equal(last.outcome.transactionResult, 'UNSUCCESSFUL');
    assert.equal(last.outcome.transactionTime, '2026-03-14T12:00:00');
    terminal.start(saleOrder('b'));
  });

  test('a refusal after the end of the order is ignored', async () => {
    const driver = linkDriver();
    const { terminal, reports, names } = openTerminal(driver);
    const { promise, resolve } = Promise.withResolvers<'refused'>();
    const listener = driver.link(SITE, TID, machineOf({ start: () => promise }).machine);
    listener.onReport(hello);
    terminal.start(saleOrder('a'));
    listener.onReport({ kind: 'reported', order: 'a', result: noTotals });
    resolve('refused');
    await soon();
    assert.deepEqual(names(), ['connected', 'reported']);
    assert.equal(reports.length, 2);
  });

  test('a refused report reconnects the machine, whose lastOrder returns nothing', async () => {
    const driver = linkDriver();
    const { terminal, names } = openTerminal(driver);
    driver
      .link(SITE, TID, machineOf({ startReport: async () => 'refused' }).machine)
      .onReport(hello);
    terminal.startReport({ id: 'x', reportType: 'X_BALANCE' });
    await soon();
    assert.deepEqual(names(), ['connected', 'disconnected', 'connected']);
    assert.deepEqual(await terminal.lastOrder('x'), { status: 'nothing' });
  });
});

const noTotals = {
  reportTime: '2026-03-14T12:00:00',
  balances: {},
  banking: {},
  reportLines: [],
};

describe('a machine out of reach', () => {
  test('a machine out of reach gets no order and no query', async () => {
    const { terminal } = openTerminal(linkDriver());
    assert.throws(() => terminal.start(saleOrder('a')));
    await assert.rejects(terminal.lastOrder('a'));
    terminal.cancel('a');
  });

  test('an answer of the former connection does not answer a query after a reconnect', async () => {
    const driver = linkDriver();
    const { terminal } = openTerminal(driver);
    const { promise, resolve } = Promise.withResolvers<{ readonly status: 'nothing' }>();
    driver.link(SITE, TID, machineOf({ lastOrder: () => promise }).machine).onReport(hello);
    const query = terminal.lastOrder('a');
    driver.link(SITE, TID, machineOf().machine).onReport(hello);
    resolve({ status: 'nothing' });
    await assert.rejects(query);
  });

  test('a requested card payment is answered unknown, not no, when the connection closes', async () => {
    const driver = linkDriver();
    openTerminal(driver);
    const listener = driver.link(SITE, TID, machineOf().machine);
    listener.onReport(hello);
    const paid = listener.onRequest({
      kind: 'pay',
      by: 'card',
      amount: 100,
      amountCashback: 0,
      amountGratuity: 0,
    });
    assert.equal((await listener.onRequest({ kind: 'bill' })).answer, 'no');
    listener.onClosed();
    assert.equal((await paid).answer, 'unknown');
  });
});

test('the first 200 values of one order are passed on [C-13.12]', () => {
  const driver = linkDriver();
  const { terminal, names } = openTerminal(driver);
  const listener = driver.link(SITE, TID, machineOf().machine);
  listener.onReport(hello);
  terminal.start(saleOrder('a'));
  for (let count = 0; count < 300; count += 1) {
    listener.onReport({ kind: 'showing', order: 'a', value: 'PLEASE_WAIT' });
  }
  assert.equal(names().filter((name) => name === 'showing').length, 200);
});
