// What every terminal driver promises (ports/terminal-driver.ts), as tests that any of them, ours
// or a stranger's, must pass.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DriverBench, Promises } from './terminal-driver-contract-kit.ts';
import { ended, said, saleOrder, shows, watch } from './terminal-driver-contract-kit.ts';
import { tablePromises } from './terminal-driver-contract-tables.ts';

export function terminalDriverContract(name: string, make: () => Promise<DriverBench>): void {
  const promise = (says: string, keeps: (bench: DriverBench) => Promise<void>) =>
    test(says, async () => {
      const bench = await make();
      try {
        await keeps(bench);
      } finally {
        await bench.close();
      }
    });
  describe(`${name} keeps the promises of a terminal driver`, () => {
    for (const [says, keeps] of Object.entries(promises)) promise(says, keeps);
  });
}

const asked: Promises = {
  'it serves its machines and no others': async ({ driver, site, approving, asking }) => {
    assert.equal(driver.serves(site, approving), true);
    assert.equal(driver.serves(site, asking), true);
    assert.equal(driver.serves(site, 'no such machine'), false);
    assert.equal(driver.serves('no-such-site', approving), false);
    assert.deepEqual(driver.known('no-such-site'), []);
  },

  'the first report is that the machine is connected, and what it can do': async (bench) => {
    const watched = watch(bench, bench.approving);
    assert.ok(await bench.until(said(watched, 'connected')));
    assert.equal(watched.reports[0]?.kind, 'connected');
    assert.ok(bench.driver.known(bench.site).includes(bench.approving));
  },
};

const played: Promises = {
  'a sale ends with exactly one outcome, and every report carries its order': async (bench) => {
    const watched = watch(bench, bench.approving);
    await bench.until(said(watched, 'connected'));
    const before = watched.reports.length;
    watched.line.start(saleOrder('a'));
    assert.equal(watched.reports.length, before, 'no report before start has returned');
    assert.ok(await bench.until(ended(watched)));
    assert.equal(await bench.until(() => watched.outcomes().length > 1), false);
    assert.equal(watched.outcomes()[0]?.transactionResult, 'SUCCESSFUL');
    const told = watched.reports.slice(before);
    assert.ok(told.every((report) => 'order' in report && report.order === 'a'));
    assert.equal(told.at(-1)?.kind, 'finished');
  },

  'the next sale may be handed over the moment the last has ended': async (bench) => {
    const watched = watch(bench, bench.approving, ({ kind }) => {
      if (kind === 'finished' && watched.outcomes().length === 1) {
        watched.line.start(saleOrder('b'));
      }
    });
    watched.line.start(saleOrder('a'));
    assert.ok(await bench.until(() => watched.outcomes().length === 2));
  },

  'handing over a second order during the first is a bug': async (bench) => {
    const { line } = watch(bench, bench.approving);
    line.start(saleOrder('a'));
    assert.throws(() => line.start(saleOrder('b')));
    assert.throws(() => line.startReport({ id: 'c', reportType: 'X_BALANCE' }));
  },

  'a report is told exactly once, and remembered': async (bench) => {
    const watched = watch(bench, bench.approving);
    watched.line.startReport({ id: 'x', reportType: 'X_BALANCE' });
    assert.ok(await bench.until(said(watched, 'reported')));
    const told = watched.reports.filter(({ kind }) => kind === 'reported');
    assert.equal(told.length, 1);
    const [report] = told;
    assert.ok(report?.kind === 'reported' && report.order === 'x');
    const known = await watched.line.lastOrder('x');
    assert.deepEqual(known, { status: 'report', result: report.result });
  },

  'a closed line says nothing more': async (bench) => {
    const watched = watch(bench, bench.approving);
    watched.line.start(saleOrder('a'));
    await bench.until(shows(watched, 'PRESENT_CARD'));
    const before = watched.reports.length;
    watched.line.close();
    assert.equal(await bench.until(() => watched.reports.length > before), false);
    await assert.rejects(watched.line.lastOrder('a'));
  },
};

const cancelled: Promises = {
  'a sale cancelled in time says so, then ends CANCELLED once': async (bench) => {
    const watched = watch(bench, bench.approving);
    watched.line.start(saleOrder('a'));
    await bench.until(shows(watched, 'PRESENT_CARD'));
    watched.line.cancel('a');
    assert.ok(await bench.until(ended(watched)));
    const [decided, finished] = watched.reports.slice(-2);
    assert.deepEqual(decided, { kind: 'cancelDecided', order: 'a', cancelled: true });
    assert.equal(finished?.kind, 'finished');
    assert.deepEqual(
      watched.outcomes().map((outcome) => outcome.transactionResult),
      ['CANCELLED'],
    );
  },

  'a cancel that comes too late says so, and the sale goes on': async (bench) => {
    const watched = watch(bench, bench.approving);
    watched.line.start(saleOrder('a'));
    await bench.until(shows(watched, 'CONNECTING'));
    watched.line.cancel('a');
    assert.ok(await bench.until(ended(watched)));
    const decided = watched.reports.filter(({ kind }) => kind === 'cancelDecided');
    assert.deepEqual(decided, [{ kind: 'cancelDecided', order: 'a', cancelled: false }]);
    assert.equal(watched.outcomes()[0]?.transactionResult, 'SUCCESSFUL');
  },

  'a cancel for an order it is not working on comes too late': async (bench) => {
    const watched = watch(bench, bench.approving);
    watched.line.cancel('z');
    assert.ok(await bench.until(said(watched, 'cancelDecided')));
    const decided = { kind: 'cancelDecided', order: 'z', cancelled: false } as const;
    assert.deepEqual(watched.reports.at(-1), decided);
  },
};

const signed: Promises = {
  'an accepted signature ends SUCCESSFUL, a rejected one VOID': async (bench) => {
    for (const [accepted, result] of [
      [true, 'SUCCESSFUL'],
      [false, 'VOID'],
    ] as const) {
      const watched = watch(bench, bench.asking);
      watched.line.start(saleOrder(`signed ${accepted}`));
      assert.ok(await bench.until(said(watched, 'signatureWanted')));
      assert.equal(await bench.until(ended(watched)), false, 'it waits for the answer');
      watched.line.answerSignature(`signed ${accepted}`, accepted, false);
      assert.ok(await bench.until(ended(watched)));
      assert.equal(watched.outcomes()[0]?.transactionResult, result);
      const asks = watched.reports.filter(({ kind }) => kind === 'signatureWanted');
      assert.equal(asks.length, 1);
      watched.line.close();
    }
  },

  'an answer to a signature that nobody asked for changes nothing': async (bench) => {
    const watched = watch(bench, bench.approving);
    watched.line.start(saleOrder('a'));
    watched.line.answerSignature('a', false, false);
    watched.line.answerSignature('b', false, false);
    assert.ok(await bench.until(ended(watched)));
    assert.equal(watched.outcomes()[0]?.transactionResult, 'SUCCESSFUL');
  },
};

const remembered: Promises = {
  'asked for its last order it says: nothing, running, or the outcome it told': async (bench) => {
    const watched = watch(bench, bench.approving);
    assert.deepEqual(await watched.line.lastOrder('a'), { status: 'nothing' });
    watched.line.start(saleOrder('a'));
    assert.deepEqual(await watched.line.lastOrder('a'), { status: 'running' });
    await bench.until(shows(watched, 'APPROVED'));
    assert.deepEqual(await watched.line.lastOrder('a'), { status: 'running' });
    assert.deepEqual(await watched.line.lastOrder('b'), { status: 'nothing' });
    await bench.until(ended(watched));
    const outcome = watched.outcomes()[0];
    assert.deepEqual(await watched.line.lastOrder('a'), { status: 'outcome', outcome });
  },

  'it knows a cancelled order too': async (bench) => {
    const watched = watch(bench, bench.approving);
    watched.line.start(saleOrder('a'));
    watched.line.cancel('a');
    assert.ok(await bench.until(ended(watched)));
    const outcome = watched.outcomes()[0];
    assert.deepEqual(await watched.line.lastOrder('a'), { status: 'outcome', outcome });
  },

  'what it told survives a loss of power': async (bench) => {
    const before = watch(bench, bench.approving);
    before.line.start(saleOrder('a'));
    await bench.until(ended(before));
    const outcome = before.outcomes()[0];
    const after = watch(await bench.powerLoss(), bench.approving);
    assert.deepEqual(await after.line.lastOrder('a'), { status: 'outcome', outcome });
  },

  'what it showed as approved survives a loss of power': async (bench) => {
    const before = watch(bench, bench.approving);
    before.line.start(saleOrder('a'));
    await bench.until(shows(before, 'APPROVED'));
    const after = watch(await bench.powerLoss(), bench.approving);
    const known = await after.line.lastOrder('a');
    assert.equal(known.status, 'outcome');
  },

  'after a loss of power in mid-sale it takes the next order': async (bench) => {
    const before = watch(bench, bench.approving);
    before.line.start(saleOrder('a'));
    await bench.until(shows(before, 'PIN_ENTRY'));
    const after = await bench.powerLoss();
    const watched = watch(after, after.approving);
    const known = await watched.line.lastOrder('a');
    if (known.status === 'running') {
      assert.ok(await after.until(ended(watched)));
    } else {
      // One that is sure to have taken nothing may also say that.
      const result = known.status === 'outcome' && known.outcome.transactionResult;
      if (result !== 'UNSUCCESSFUL') assert.deepEqual(known, { status: 'nothing' });
      watched.line.start(saleOrder('b'));
      assert.ok(await after.until(ended(watched)));
    }
  },
};

const promises: Promises = {
  ...{ ...asked, ...played, ...cancelled, ...signed, ...remembered },
  ...tablePromises,
};
