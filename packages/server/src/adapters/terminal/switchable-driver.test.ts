import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LinkedMachine } from '../../ports/link.ts';
import type { LastOrder, TerminalProfile } from '../../ports/terminal-driver.ts';
import type { Waiter } from '../../ports/waiter.ts';
import { terminalDriverContract } from '../../testing/terminal-driver-contract.ts';
import type { DriverBench } from '../../testing/terminal-driver-contract-kit.ts';
import { openRecorded, saleOrder } from '../../testing/terminal-driver-contract-kit.ts';
import type { TestClock } from '../../testing/test-clock.ts';
import { virtualBench } from '../../testing/virtual-bench.ts';
import { LinkDriver } from './link/link-driver.ts';
import { switchableDriver } from './switchable-driver.ts';
import { VirtualDriver } from './virtual/virtual-driver.ts';

const TID = 'VCMHANDSIP0';
const profile: TerminalProfile = {
  ...{ currency: 'EUR', cashback: false },
  ...{ transactions: ['SALE'], reports: ['X_BALANCE'] },
};

/** A machine that anybody may take in the hand, and let go. */
function bench(made = virtualBench()) {
  const { clock, site, driver: virtual } = made;
  let held = false;
  const listeners = new Set<() => void>();
  const linked = new LinkDriver({
    enrolled: () => [TID],
    isKnown: (_, tid) => tid === TID,
    localTime: () => '2026-03-14T12:00:00',
  });
  const driver = switchableDriver({
    ...{ virtual, linked, isOperatedByHand: (_, tid) => tid === TID && held },
    onChange: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  });
  const told: string[] = [];
  const remembered: { last: LastOrder } = { last: { status: 'nothing' } };
  const machine: LinkedMachine = {
    start: async ({ id }) => {
      told.push(id);
      return 'taken';
    },
    startReport: async () => 'taken',
    cancel: () => undefined,
    answerSignature: () => undefined,
    lastOrder: async () => remembered.last,
    superseded: () => undefined,
  };
  const change = (to: boolean) => {
    held = to;
    for (const changed of listeners) changed();
  };
  return {
    ...{ made, clock, site, virtual, driver, told, remembered, change },
    /** The holder's machine comes on the line. */
    link: () => {
      const ears = linked.link(site, TID, machine);
      ears.onReport({ kind: 'connected', profile });
      return ears;
    },
    watched: () => openRecorded({ driver, site }, TID),
  };
}

const names = ({ reports }: ReturnType<typeof openRecorded>) =>
  reports.map((told) => (told.kind === 'connected' ? told.profile.currency : told.kind));
const isOver = (clock: TestClock, line: ReturnType<typeof openRecorded>) =>
  clock.advanceUntil(() => line.outcomes().length > 0, 60_000);

/** The gateway plays them all. */
function unheld(made = virtualBench()): DriverBench {
  const { clock, store, site, driver: virtual, settings } = made;
  const linked = new LinkDriver({ enrolled: () => [], isKnown: () => false, localTime: () => '' });
  const hands = { isOperatedByHand: () => false, onChange: () => () => undefined };
  const waiters = new Map<string, Waiter | undefined>();
  return {
    driver: switchableDriver({ virtual, linked, ...hands }),
    ...{ site, approving: 'VCMINVLSIP0', asking: 'VCMINVLSIS0' },
    wish: async (tid, wish) => {
      const waiter = waiters.get(tid) ?? virtual.waiter(site, tid, () => undefined);
      waiters.set(tid, waiter);
      assert.ok(waiter, 'there is a waiter at the machine');
      return waiter.request(wish);
    },
    until: (done) => clock.advanceUntil(done, 60_000),
    powerLoss: async () =>
      unheld({ ...made, driver: new VirtualDriver({ clock, store, settings }) }),
    close: async () => undefined,
  };
}

terminalDriverContract('A driver of machines that nobody holds', async () => unheld());

describe('C-10.22, a virtual card machine in the hand', () => {
  test('at rest it changes hands at once, and back', () => {
    const { watched, change, link } = bench();
    const line = watched();
    assert.deepEqual(names(line), ['GBP']);
    change(true);
    assert.deepEqual(names(line), ['GBP', 'disconnected']);
    link();
    assert.deepEqual(names(line), ['GBP', 'disconnected', 'EUR']);
    change(true);
    change(false);
    assert.deepEqual(names(line), ['GBP', 'disconnected', 'EUR', 'disconnected', 'GBP']);
  });

  test('what the gateway plays is played to its end first', async () => {
    const { watched, change, link, clock, told } = bench();
    const line = watched();
    line.terminal.start(saleOrder('a'));
    change(true);
    link();
    assert.ok(await isOver(clock, line));
    assert.equal(line.outcomes()[0]?.transactionResult, 'SUCCESSFUL');
    assert.deepEqual(names(line).slice(-3), ['finished', 'disconnected', 'EUR']);
    line.terminal.start(saleOrder('b'));
    assert.deepEqual(told, ['b']);
  });

  test('a waiter has his answer first', async () => {
    const { watched, change, virtual, site } = bench();
    const line = watched();
    const answer = virtual.waiter(site, TID, () => undefined)?.request({ kind: 'tables' });
    change(true);
    assert.deepEqual(names(line), ['GBP', 'tableRequest']);
    const [, request] = line.reports;
    assert.ok(request?.kind === 'tableRequest');
    request.answer({ answer: 'tables', tables: ['12'] });
    assert.deepEqual(await answer, { answer: 'tables', tables: ['12'] });
    assert.deepEqual(names(line), ['GBP', 'tableRequest', 'disconnected']);
  });

  test('let go in mid-order, the end of it is not known', async () => {
    const { watched, change, link } = bench();
    change(true);
    link();
    const line = watched();
    line.terminal.start(saleOrder('a'));
    change(false);
    assert.deepEqual(names(line), ['EUR', 'disconnected', 'GBP']);
    assert.deepEqual(await line.terminal.lastOrder('a'), { status: 'nothing' });
    line.terminal.start(saleOrder('b'));
  });

  test('what was taken before is told by the machine, what was taken in the hand by who holds it', async () => {
    const { watched, change, link, clock, remembered } = bench();
    const line = watched();
    line.terminal.start(saleOrder('a'));
    await isOver(clock, line);
    change(true);
    await assert.rejects(line.terminal.lastOrder('b'), 'who holds it is not on the line');
    remembered.last = { status: 'running' };
    link();
    const last = await line.terminal.lastOrder('a');
    assert.ok(last.status === 'outcome' && last.outcome.transactionResult === 'SUCCESSFUL');
    assert.deepEqual(await line.terminal.lastOrder('b'), { status: 'running' });
  });

  test('a machine that fell silent for ever changes hands when it has been asked', async () => {
    const made = virtualBench({ timings: { virtualSilenceMs: 0 } });
    const tid = 'VCMHANDTIP0';
    const { driver, site, clock } = made;
    let held = false;
    const linked = new LinkDriver({
      ...{ enrolled: () => [tid], isKnown: () => true, localTime: () => '' },
    });
    const all = switchableDriver({
      ...{ virtual: driver, linked, isOperatedByHand: () => held, onChange: () => () => undefined },
    });
    const line = openRecorded({ driver: all, site }, tid);
    line.terminal.start(saleOrder('a'));
    await clock.advance(60_000);
    held = true;
    assert.deepEqual(await line.terminal.lastOrder('a'), { status: 'nothing' });
    assert.equal(names(line).at(-1), 'disconnected');
  });

  test('a closed line stays closed, whoever takes the machine', () => {
    const { watched, change, link } = bench();
    const line = watched();
    line.terminal.close();
    change(true);
    link();
    assert.deepEqual(names(line), ['GBP']);
    assert.deepEqual(names(watched()), ['EUR']);
  });
});
