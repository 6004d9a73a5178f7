import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Waiter } from '../../../ports/waiter.ts';
import { terminalDriverContract } from '../../../testing/terminal-driver-contract.ts';
import type { DriverBench } from '../../../testing/terminal-driver-contract-kit.ts';
import { openRecorded, saleOrder } from '../../../testing/terminal-driver-contract-kit.ts';
import { TestClock } from '../../../testing/test-clock.ts';
import { runOrders, siteSettings, virtualBench } from '../../../testing/virtual-bench.ts';
import { MemoryStore } from '../../store/memory-store.ts';
import { undeclaredMachines } from './undeclared-machines.ts';
import { VirtualDriver } from './virtual-driver.ts';

function contractBench(store: MemoryStore, clock: TestClock): DriverBench {
  const settings = (site: string) => (site === 'shop' ? siteSettings() : undefined);
  const driver = new VirtualDriver({ clock, store, settings });
  const waiters = new Map<string, Waiter | undefined>();
  return {
    driver,
    site: 'shop',
    approving: 'VCMINVLSIP0',
    asking: 'VCMINVLSIS0',
    wish: async (tid, request) => {
      const waiter = waiters.get(tid) ?? driver.waiter('shop', tid, () => undefined);
      waiters.set(tid, waiter);
      assert.ok(waiter, 'there is a waiter at the machine');
      return waiter.request(request);
    },
    until: (done) => clock.advanceUntil(done, 60_000),
    powerLoss: async () => contractBench(store, new TestClock(clock.now())),
    close: async () => undefined,
  };
}

terminalDriverContract('The virtual driver', async () =>
  contractBench(new MemoryStore(), new TestClock()),
);

describe('the virtual card machines of a site [C-10.2]', () => {
  test('a test site serves every well-formed TID, and one that has run an order becomes known', async () => {
    const bench = virtualBench();
    const { driver, site } = bench;
    for (const tid of [
      'VCMSIP0',
      'VCMSIP1',
      'VCMPYC8SIP2',
      'VCMTill2SIP0',
      `VCM${'x'.repeat(25)}SIP0`,
    ]) {
      assert.ok(driver.serves(site, tid), tid);
    }
    for (const tid of [
      'VCMSIP3',
      'VCMSIP9',
      'VCMsip0',
      'VCMXIP0',
      `VCM${'x'.repeat(26)}SIP0`,
      '12345678',
    ]) {
      assert.equal(driver.serves(site, tid), false, tid);
    }
    assert.equal(driver.known(site).length, 6);
    const { terminal } = openRecorded(bench, 'VCMTill2SIP0');
    assert.equal(driver.known(site).length, 6);
    terminal.start(saleOrder('a'));
    await bench.clock.advance(60_000);
    assert.deepEqual(driver.known(site).slice(6), ['VCMTill2SIP0']);
  });

  test('machines that have run an order are known after a restart', async () => {
    const { store, clock, settings, site } = await runOrders('VCMTill2SIP0', [saleOrder('a')]);
    const driver = new VirtualDriver({ store, clock, settings });
    await driver.load(site);
    assert.deepEqual(driver.known(site).slice(6), ['VCMTill2SIP0']);
  });

  test('a used machine that nothing declares can be forgotten, a declared one cannot', async () => {
    const bench = virtualBench({ terminals: { VCMOwnSIP0: {} } });
    for (const tid of ['VCMTill2SIP0', 'VCMINVLSIP0', 'VCMOwnSIP0']) {
      openRecorded(bench, tid).terminal.start(saleOrder(tid));
    }
    await bench.clock.advance(60_000);
    const { driver, site, store, settings } = bench;
    const records = await undeclaredMachines(store, settings);
    assert.deepEqual(records, [{ collection: 'virtual-terminals', key: `${site}/VCMTill2SIP0` }]);
    for (const record of records) driver.forget(record);
    assert.deepEqual(driver.known(site).slice(6), ['VCMOwnSIP0']);
  });

  test('any other site serves only the machines in its settings', () => {
    const terminals = { VCMSIP0: { currency: 'EUR' as const }, 12345678: {} };
    const settings = () => siteSettings({ test: false, terminals });
    const bench = { driver: virtualBench({ settings }).driver, site: 'shop' };
    assert.deepEqual(bench.driver.known('shop'), ['VCMSIP0']);
    assert.equal(bench.driver.serves('shop', 'VCMINVLSIP0'), false);
    assert.equal(bench.driver.serves('shop', 'constructor'), false);
    const [connected] = openRecorded(bench, 'VCMSIP0').reports;
    assert.ok(connected?.kind === 'connected' && connected.profile.currency === 'EUR');
    assert.throws(() => openRecorded(bench, 'VCMINVLSIP0'));
  });
});

describe('the times of a virtual card machine', () => {
  test('a sale with chip and PIN takes 8.7 s at the realistic pace [C-11.15, C-11.16]', async () => {
    for (const [pace, ms] of [
      ['realistic', 8700],
      [2, 4350],
      ['instant', 0],
    ] as const) {
      const bench = virtualBench({ pace });
      const { terminal, outcomes } = openRecorded(bench, 'VCMINVLSIP0');
      const start = bench.clock.now();
      terminal.start(saleOrder('a'));
      assert.ok(await bench.clock.advanceUntil(() => outcomes().length > 0));
      assert.equal(bench.clock.now() - start, ms);
    }
  });

  test('the card is asked for 1.0 s after the start, for 4.1 s, and the PIN for 1.1 s [C-11.15, C-11.16]', async () => {
    const bench = virtualBench();
    const shownAt: [string, number][] = [];
    const { terminal } = openRecorded(bench, 'VCMINVLSIP0', (report) => {
      if (report.kind === 'showing') shownAt.push([report.value, bench.clock.now() - start]);
    });
    const start = bench.clock.now();
    terminal.start(saleOrder('a'));
    await bench.clock.advance(8700);
    assert.deepEqual(shownAt.slice(0, 4), [
      ['PRESENT_CARD', 1000],
      ['PLEASE_WAIT', 5100],
      ['PIN_ENTRY', 5380],
      ['PLEASE_WAIT', 6480],
    ]);
  });

  test('a single time can be set independently of the pace', async () => {
    const timings = { virtualCardMs: 9000 };
    const bench = virtualBench({ pace: 'instant', timings });
    const { terminal, shown } = openRecorded(bench, 'VCMINVLSIP0');
    terminal.start(saleOrder('a'));
    await bench.clock.advance(8999);
    assert.deepEqual(shown(), ['PRESENT_CARD']);
    await bench.clock.advance(1);
    assert.equal(shown().at(-1), 'REMOVE_CARD');
  });

  test('a silent machine reconnects after 10 s without the transaction', async () => {
    const bench = virtualBench();
    const { terminal, reports } = openRecorded(bench, 'VCMINVLTIP0');
    terminal.start(saleOrder('a'));
    await bench.clock.advance(5100);
    terminal.cancel('a');
    await bench.clock.advance(9999);
    assert.deepEqual(reports.at(-1), { kind: 'cancelDecided', order: 'a', cancelled: false });
    assert.deepEqual(await terminal.lastOrder('a'), { status: 'running' });
    await bench.clock.advance(1);
    assert.deepEqual(
      reports.slice(-2).map(({ kind }) => kind),
      ['disconnected', 'connected'],
    );
    assert.deepEqual(await terminal.lastOrder('a'), { status: 'nothing' });
    terminal.start(saleOrder('b'));
  });

  test('a silence of 0 lasts until lastOrder is queried [C-10.7]', async () => {
    const bench = virtualBench({ timings: { virtualSilenceMs: 0 } });
    const { terminal, reports } = openRecorded(bench, 'VCMINVLTIP0');
    terminal.start(saleOrder('a'));
    await bench.clock.advance(3_600_000);
    assert.equal(reports.at(-1)?.kind, 'showing');
    assert.deepEqual(await terminal.lastOrder('a'), { status: 'nothing' });
    terminal.start(saleOrder('b'));
  });
});

describe('the numbers of a virtual card machine [C-10.10]', () => {
  test('transaction numbers count only transactions that reached the bank', async () => {
    const orders = ['a', 'b', 'c'].map((id) => saleOrder(id));
    const { outcomes, terminal, clock } = await runOrders('VCMSIP0', orders);
    terminal.start(saleOrder('d'));
    terminal.cancel('d');
    await clock.advance(60_000);
    terminal.start(saleOrder('e'));
    await clock.advance(60_000);
    const numbers = outcomes().map((outcome) => outcome.transactionNumber);
    assert.deepEqual(numbers, ['0001', '0002', '0003', '', '0004']);
    const ids = outcomes().flatMap((outcome) => outcome.transactionId || []);
    assert.ok(ids.every((id, at) => /^\d{7}$/.test(id) && Number(id) === Number(ids[0]) + at));
    const codes = outcomes().flatMap((outcome) => outcome.card.authCode || []);
    assert.equal(new Set(codes).size, 4);
    assert.ok(codes.every((code) => /^\d{6}$/.test(code)));
  });

  test('equal seeds give equal reports, and different seeds different ones', async () => {
    const reportsOf = async (seed: string) =>
      JSON.stringify(
        (await runOrders('VCMSIS0', [saleOrder('a'), saleOrder('b')], { seed })).reports,
      );
    assert.equal(await reportsOf('one'), await reportsOf('one'));
    assert.notEqual(await reportsOf('one'), await reportsOf('two'));
  });

  test('the time of a payment is the local time of the site', async () => {
    const settings = () => siteSettings({ timeZone: 'America/New_York' });
    const { outcomes } = await runOrders('VCMSIP0', [saleOrder('a')], { settings });
    assert.equal(outcomes()[0]?.transactionTime, '2026-03-14T08:00:07');
  });
});
