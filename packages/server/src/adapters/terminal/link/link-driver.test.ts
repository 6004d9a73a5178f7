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

/** As much of a gateway as one connection of a card machine needs. */
function worldOf(links: LinkDriver, clock: TestClock): ClosableConnectionDeps {
  const observer = new Proxy({}, { get: () => () => undefined });
  const world = {
    ...{ links, clock, observer, siteNamed: () => site },
    terminals: { connected: async () => undefined },
    limits: { terminalAnswerMs: 10_000, terminalMessages: 10_000 },
    badMessages: { most: 20, withinMs: 60_000 },
    terminalHeard: () => undefined,
    onClosed: () => undefined,
  };
  return world as unknown as ClosableConnectionDeps;
}

/** The gateway's end of one connection of a card machine. */
function connect(world: ClosableConnectionDeps, tid: string, channel: Channel): void {
  const handshake = {
    ...{ integration: 'terminal' as const, dialect: v1, site, tid, schemas: '', tokenHash: '' },
    ...{ softwareHouseId: '', installerId: '', eposId: undefined, finalReceipt: false },
  } as const;
  new Connection(world, handshake).open(channel);
}

async function contractBench(store: MemoryStore, clock: TestClock): Promise<DriverBench> {
  const driver = linkDriver();
  const world = worldOf(driver, clock);
  const settings = (name: string) => (name === SITE ? siteSettings() : undefined);
  const machines = new VirtualDriver({ clock, store, settings });
  const cables: Breakable[] = [];
  for (const tid of TIDS) {
    const [near, far] = linkedPair();
    cables.push(near);
    connect(world, tid, near);
    linkMachine({ driver: machines, site: SITE, tid }, far);
  }
  // Their greetings are on the way.
  await clock.advance(0);
  const waiters = new Map<string, Waiter | undefined>();
  return {
    driver,
    site: SITE,
    approving: 'VCMINVLSIP0',
    asking: 'VCMINVLSIS0',
    wish: async (tid, wish) => {
      const waiter = waiters.get(tid) ?? machines.waiter(SITE, tid, () => undefined);
      waiters.set(tid, waiter);
      assert.ok(waiter, 'there is a waiter at the machine');
      return waiter.request(wish);
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
  ...{ currency: 'GBP', cashback: true },
  ...{ transactions: ['SALE'], reports: ['X_BALANCE'] },
};
const hello = { kind: 'connected', profile } as const;
const [TID = ''] = TIDS;

/** A machine that notes what it is told and answers as the test says. */
function machineOf(answers: Partial<LinkedMachine> = {}) {
  const told: string[] = [];
  const note = (word: string) => {
    told.push(word);
  };
  const machine: LinkedMachine = {
    start: async ({ id }) => {
      note(`start ${id}`);
      return 'taken';
    },
    startReport: async ({ id }) => {
      note(`startReport ${id}`);
      return 'taken';
    },
    cancel: (order) => note(`cancel ${order}`),
    answerSignature: (order) => note(`answerSignature ${order}`),
    lastOrder: async () => ({ status: 'nothing' }),
    superseded: () => note('discontinue'),
    ...answers,
  };
  return { machine, told };
}

function lineOf(driver: LinkDriver) {
  const reports: TerminalReport[] = [];
  const line = driver.open(SITE, TID, (report) => reports.push(report));
  return { line, reports, names: () => reports.map(({ kind }) => kind) };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('connections of one machine [C-13.15]', () => {
  function twoVisits() {
    const driver = linkDriver();
    const { line, reports, names } = lineOf(driver);
    const first = machineOf();
    const older = driver.link(SITE, TID, first.machine);
    older.onReport(hello);
    const second = machineOf();
    const newer = driver.link(SITE, TID, second.machine);
    return { driver, line, reports, names, first, older, second, newer };
  }

  test('a newer one takes over when it greets, not before', () => {
    const { line, names, first, second, newer } = twoVisits();
    line.start(saleOrder('a'));
    assert.deepEqual(first.told, ['start a']);
    assert.deepEqual(names(), ['connected']);
    newer.onReport(hello);
    assert.deepEqual(first.told, ['start a', 'discontinue']);
    assert.deepEqual(names(), ['connected', 'disconnected', 'connected']);
    line.cancel('a');
    assert.deepEqual(second.told, ['cancel a']);
  });

  test('what still comes on the older one changes nothing, its close neither', async () => {
    const { line, names, older, newer } = twoVisits();
    newer.onReport(hello);
    const before = names().length;
    older.onReport({ kind: 'showing', order: 'a', value: 'PRESENT_CARD' });
    older.onReport(hello);
    older.onClosed();
    older.onClosed();
    assert.equal((await older.onRequest({ kind: 'tables' })).answer, 'no');
    assert.equal(names().length, before);
    line.start(saleOrder('a'));
  });

  test('of those that do not greet only the newest is kept', () => {
    const { driver, names, second, newer, first } = twoVisits();
    driver.link(SITE, TID, machineOf().machine);
    assert.deepEqual(second.told, ['discontinue']);
    newer.onReport(hello);
    assert.deepEqual(names(), ['connected']);
    assert.deepEqual(first.told, []);
  });

  test('to greet again is to have been away [C-13.6]', () => {
    const { older, names, first } = twoVisits();
    older.onReport(hello);
    assert.deepEqual(names(), ['connected', 'disconnected', 'connected']);
    assert.deepEqual(first.told, []);
  });

  test('ten thousand connections leave nothing behind', () => {
    const driver = linkDriver();
    const gone: LinkListener[] = [];
    for (let count = 0; count < 10_000; count += 1) {
      const ears = driver.link(SITE, TID, machineOf().machine);
      if (count % 2 === 0) ears.onReport(hello);
      gone.push(ears);
    }
    assert.equal(driver.activeTerminals, 1);
    for (const ears of gone) ears.onClosed();
    assert.equal(driver.activeTerminals, 0);
    const { line } = lineOf(driver);
    gone[0]?.onClosed();
    assert.equal(driver.activeTerminals, 1, 'a late goodbye does not take the seat of another');
    line.close();
    assert.equal(driver.activeTerminals, 0);
  });
});

describe('an order that is refused [C-13.9]', () => {
  test('ends UNSUCCESSFUL, and the next may be handed over', async () => {
    const driver = linkDriver();
    const { line, reports } = lineOf(driver);
    driver.link(SITE, TID, machineOf({ start: async () => 'refused' }).machine).onReport(hello);
    line.start(saleOrder('a'));
    await soon();
    const last = reports.at(-1);
    assert.ok(last?.kind === 'finished' && last.order === 'a');
    assert.equal(last.outcome.transactionResult, 'UNSUCCESSFUL');
    assert.equal(last.outcome.transactionTime, '2026-03-14T12:00:00');
    line.start(saleOrder('b'));
  });

  test('that refusal counts only while the order is in hand', async () => {
    const driver = linkDriver();
    const { line, reports, names } = lineOf(driver);
    const { promise, resolve } = Promise.withResolvers<'refused'>();
    const ears = driver.link(SITE, TID, machineOf({ start: () => promise }).machine);
    ears.onReport(hello);
    line.start(saleOrder('a'));
    ears.onReport({ kind: 'reported', order: 'a', result: noTotals });
    resolve('refused');
    await soon();
    assert.deepEqual(names(), ['connected', 'reported']);
    assert.equal(reports.length, 2);
  });

  test('a report that is refused has the machine asked, which knows nothing of it', async () => {
    const driver = linkDriver();
    const { line, names } = lineOf(driver);
    driver
      .link(SITE, TID, machineOf({ startReport: async () => 'refused' }).machine)
      .onReport(hello);
    line.startReport({ id: 'x', reportType: 'X_BALANCE' });
    await soon();
    assert.deepEqual(names(), ['connected', 'disconnected', 'connected']);
    assert.deepEqual(await line.lastOrder('x'), { status: 'nothing' });
  });
});

const noTotals = {
  ...{ reportTime: '2026-03-14T12:00:00', balances: {}, banking: {} },
  reportLines: [],
};

describe('a machine out of reach', () => {
  test('is handed nothing over, and is not asked', async () => {
    const { line } = lineOf(linkDriver());
    assert.throws(() => line.start(saleOrder('a')));
    await assert.rejects(line.lastOrder('a'));
    line.cancel('a');
  });

  test('an answer of the connection before is not taken for one of the next', async () => {
    const driver = linkDriver();
    const { line } = lineOf(driver);
    const { promise, resolve } = Promise.withResolvers<{ readonly status: 'nothing' }>();
    driver.link(SITE, TID, machineOf({ lastOrder: () => promise }).machine).onReport(hello);
    const asked = line.lastOrder('a');
    driver.link(SITE, TID, machineOf().machine).onReport(hello);
    resolve({ status: 'nothing' });
    await assert.rejects(asked);
  });

  test('a card payment wished for before is answered unknown, not no', async () => {
    const driver = linkDriver();
    lineOf(driver);
    const ears = driver.link(SITE, TID, machineOf().machine);
    ears.onReport(hello);
    const extras = { amountCashback: 0, amountGratuity: 0 };
    const paid = ears.onRequest({ kind: 'pay', by: 'card', amount: 100, ...extras });
    assert.equal((await ears.onRequest({ kind: 'bill' })).answer, 'no');
    ears.onClosed();
    assert.equal((await paid).answer, 'unknown');
  });
});

test('of one order the first 200 values are passed on [C-13.12]', () => {
  const driver = linkDriver();
  const { line, names } = lineOf(driver);
  const ears = driver.link(SITE, TID, machineOf().machine);
  ears.onReport(hello);
  line.start(saleOrder('a'));
  for (let count = 0; count < 300; count += 1) {
    ears.onReport({ kind: 'showing', order: 'a', value: 'PLEASE_WAIT' });
  }
  assert.equal(names().filter((name) => name === 'showing').length, 200);
});
