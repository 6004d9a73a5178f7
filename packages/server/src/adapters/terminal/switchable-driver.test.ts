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
  currency: 'EUR',
  cashback: false,
  transactions: ['SALE'],
  reports: ['X_BALANCE'],
};

/** A machine that `change` hands to a linked device, and back to the simulator. */
function bench(made = virtualBench()) {
  const { clock, site, driver: virtual } = made;
  let byHand = false;
  const listeners = new Set<() => void>();
  const linked = new LinkDriver({
    enrolled: () => [TID],
    isKnown: (_, tid) => tid === TID,
    localTime: () => '2026-03-14T12:00:00',
  });
  const driver = switchableDriver({
    virtual,
    linked,
    isOperatedByHand: (_, tid) => tid === TID && byHand,
    onChange: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  });
  const started: string[] = [];
  const device: { last: LastOrder } = { last: { status: 'nothing' } };
  const machine: LinkedMachine = {
    start: async ({ id }) => {
      started.push(id);
      return 'taken';
    },
    startReport: async () => 'taken',
    cancel: () => undefined,
    answerSignature: () => undefined,
    lastOrder: async () => device.last,
    superseded: () => undefined,
  };
  const change = (to: boolean) => {
    byHand = to;
    for (const changed of listeners) changed();
  };
  return {
    clock,
    site,
    virtual,
    started,
    device,
    change,
    /** Connects the linked device. */
    link: () => {
      const listener = linked.link(site, TID, machine);
      listener.onReport({ kind: 'connected', profile });
      return listener;
    },
    watched: () => openRecorded({ driver, site }, TID),
  };
}

const names = ({ reports }: ReturnType<typeof openRecorded>) =>
  reports.map((report) => (report.kind === 'connected' ? report.profile.currency : report.kind));
const hasEnded = (clock: TestClock, watched: ReturnType<typeof openRecorded>) =>
  clock.advanceUntil(() => watched.outcomes().length > 0, 60_000);

/** A bench whose machines are all simulated. */
function simulated(made = virtualBench()): DriverBench {
  const { clock, store, site, driver: virtual, settings } = made;
  const linked = new LinkDriver({ enrolled: () => [], isKnown: () => false, localTime: () => '' });
  const waiters = new Map<string, Waiter | undefined>();
  return {
    driver: switchableDriver({
      virtual,
      linked,
      isOperatedByHand: () => false,
      onChange: () => () => undefined,
    }),
    site,
    approving: 'VCMINVLSIP0',
    asking: 'VCMINVLSIS0',
    wish: async (tid, request) => {
      const waiter = waiters.get(tid) ?? virtual.waiter(site, tid, () => undefined);
      waiters.set(tid, waiter);
      assert.ok(waiter, 'there is a waiter at the machine');
      return waiter.request(request);
    },
    until: (done) => clock.advanceUntil(done, 60_000),
    powerLoss: async () =>
      simulated({ ...made, driver: new VirtualDriver({ clock, store, settings }) }),
    close: async () => undefined,
  };
}

terminalDriverContract('The switchable driver of simulated machines', async () => simulated());

describe('a virtual card machine operated by hand [C-10.22]', () => {
  test('an idle machine switches to the device at once, and back', () => {
    const { watched, change, link } = bench();
    const opened = watched();
    assert.deepEqual(names(opened), ['GBP']);
    change(true);
    assert.deepEqual(names(opened), ['GBP', 'disconnected']);
    link();
    assert.deepEqual(names(opened), ['GBP', 'disconnected', 'EUR']);
    change(true);
    change(false);
    assert.deepEqual(names(opened), ['GBP', 'disconnected', 'EUR', 'disconnected', 'GBP']);
  });

  test('a simulated order runs to its end before the machine switches', async () => {
    const { watched, change, link, clock, started } = bench();
    const opened = watched();
    opened.terminal.start(saleOrder('a'));
    change(true);
    link();
    assert.ok(await hasEnded(clock, opened));
    assert.equal(opened.outcomes()[0]?.transactionResult, 'SUCCESSFUL');
    assert.deepEqual(names(opened).slice(-3), ['finished', 'disconnected', 'EUR']);
    opened.terminal.start(saleOrder('b'));
    assert.deepEqual(started, ['b']);
  });

  test('the request of a waiter is answered before the machine switches', async () => {
    const { watched, change, virtual, site } = bench();
    const opened = watched();
    const answer = virtual.waiter(site, TID, () => undefined)?.request({ kind: 'tables' });
    change(true);
    assert.deepEqual(names(opened), ['GBP', 'tableRequest']);
    const [, request] = opened.reports;
    assert.ok(request?.kind === 'tableRequest');
    request.answer({ answer: 'tables', tables: ['12'] });
    assert.deepEqual(await answer, { answer: 'tables', tables: ['12'] });
    assert.deepEqual(names(opened), ['GBP', 'tableRequest', 'disconnected']);
  });

  test('an order on a device whose key is revoked has no known outcome', async () => {
    const { watched, change, link } = bench();
    change(true);
    link();
    const opened = watched();
    opened.terminal.start(saleOrder('a'));
    change(false);
    assert.deepEqual(names(opened), ['EUR', 'disconnected', 'GBP']);
    assert.deepEqual(await opened.terminal.lastOrder('a'), { status: 'nothing' });
    opened.terminal.start(saleOrder('b'));
  });

  test('orders from before a switch are queried at the simulator, later ones at the device', async () => {
    const { watched, change, link, clock, device } = bench();
    const opened = watched();
    opened.terminal.start(saleOrder('a'));
    await hasEnded(clock, opened);
    change(true);
    await assert.rejects(opened.terminal.lastOrder('b'), 'the device is not connected');
    device.last = { status: 'running' };
    link();
    const last = await opened.terminal.lastOrder('a');
    assert.ok(last.status === 'outcome' && last.outcome.transactionResult === 'SUCCESSFUL');
    assert.deepEqual(await opened.terminal.lastOrder('b'), { status: 'running' });
  });

  test('a machine that stays silent switches after lastOrder was queried', async () => {
    const made = virtualBench({ timings: { virtualSilenceMs: 0 } });
    const tid = 'VCMHANDTIP0';
    const { driver, site, clock } = made;
    let byHand = false;
    const linked = new LinkDriver({
      enrolled: () => [tid],
      isKnown: () => true,
      localTime: () => '',
    });
    const all = switchableDriver({
      virtual: driver,
      linked,
      isOperatedByHand: () => byHand,
      onChange: () => () => undefined,
    });
    const opened = openRecorded({ driver: all, site }, tid);
    opened.terminal.start(saleOrder('a'));
    await clock.advance(60_000);
    byHand = true;
    assert.deepEqual(await opened.terminal.lastOrder('a'), { status: 'nothing' });
    assert.equal(names(opened).at(-1), 'disconnected');
  });

  test('a closed handle stays closed when the machine switches', () => {
    const { watched, change, link } = bench();
    const opened = watched();
    opened.terminal.close();
    change(true);
    link();
    assert.deepEqual(names(opened), ['GBP']);
    assert.deepEqual(names(watched()), ['EUR']);
  });
});
