// What every terminal driver promises (ports/terminal-driver.ts), as tests that any of them, ours
// or a stranger's, must pass.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ContractTests, DriverBench } from './terminal-driver-contract-kit.ts';
import {
  hasEnded,
  hasReported,
  hasShown,
  openRecorded,
  saleOrder,
} from './terminal-driver-contract-kit.ts';
import { tableTests } from './terminal-driver-contract-tables.ts';

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
    for (const [says, keeps] of Object.entries(contractTests)) promise(says, keeps);
  });
}

const connectionTests: ContractTests = {
  'it serves its machines and no others': async ({ driver, site, approving, asking }) => {
    assert.equal(driver.serves(site, approving), true);
    assert.equal(driver.serves(site, asking), true);
    assert.equal(driver.serves(site, 'no such machine'), false);
    assert.equal(driver.serves('no-such-site', approving), false);
    assert.deepEqual(driver.known('no-such-site'), []);
  },

  'the first report is that the machine is connected, and what it can do': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    assert.ok(await bench.until(hasReported(watched, 'connected')));
    assert.equal(watched.reports[0]?.kind, 'connected');
    assert.ok(bench.driver.known(bench.site).includes(bench.approving));
  },
};

const orderTests: ContractTests = {
  'a sale ends with exactly one outcome, and every report carries its order': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    await bench.until(hasReported(watched, 'connected'));
    const before = watched.reports.length;
    watched.terminal.start(saleOrder('a'));
    assert.equal(watched.reports.length, before, 'no report before start has returned');
    assert.ok(await bench.until(hasEnded(watched)));
    assert.equal(await bench.until(() => watched.outcomes().length > 1), false);
    assert.equal(watched.outcomes()[0]?.transactionResult, 'SUCCESSFUL');
    const told = watched.reports.slice(before);
    assert.ok(told.every((report) => 'order' in report && report.order === 'a'));
    assert.equal(told.at(-1)?.kind, 'finished');
  },

  'the next sale may be handed over the moment the last has ended': async (bench) => {
    const watched = openRecorded(bench, bench.approving, ({ kind }) => {
      if (kind === 'finished' && watched.outcomes().length === 1) {
        watched.terminal.start(saleOrder('b'));
      }
    });
    watched.terminal.start(saleOrder('a'));
    assert.ok(await bench.until(() => watched.outcomes().length === 2));
  },

  'handing over a second order during the first is a bug': async (bench) => {
    const { terminal } = openRecorded(bench, bench.approving);
    terminal.start(saleOrder('a'));
    assert.throws(() => terminal.start(saleOrder('b')));
    assert.throws(() => terminal.startReport({ id: 'c', reportType: 'X_BALANCE' }));
  },

  'a report is told exactly once, and remembered': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.startReport({ id: 'x', reportType: 'X_BALANCE' });
    assert.ok(await bench.until(hasReported(watched, 'reported')));
    const told = watched.reports.filter(({ kind }) => kind === 'reported');
    assert.equal(told.length, 1);
    const [report] = told;
    assert.ok(report?.kind === 'reported' && report.order === 'x');
    const known = await watched.terminal.lastOrder('x');
    assert.deepEqual(known, { status: 'report', result: report.result });
  },

  'a closed line says nothing more': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(saleOrder('a'));
    await bench.until(hasShown(watched, 'PRESENT_CARD'));
    const before = watched.reports.length;
    watched.terminal.close();
    assert.equal(await bench.until(() => watched.reports.length > before), false);
    await assert.rejects(watched.terminal.lastOrder('a'));
  },
};

const cancelTests: ContractTests = {
  'a sale cancelled in time says so, then ends CANCELLED once': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(saleOrder('a'));
    await bench.until(hasShown(watched, 'PRESENT_CARD'));
    watched.terminal.cancel('a');
    assert.ok(await bench.until(hasEnded(watched)));
    const [decided, finished] = watched.reports.slice(-2);
    assert.deepEqual(decided, { kind: 'cancelDecided', order: 'a', cancelled: true });
    assert.equal(finished?.kind, 'finished');
    assert.deepEqual(
      watched.outcomes().map((outcome) => outcome.transactionResult),
      ['CANCELLED'],
    );
  },

  'a cancel that comes too late says so, and the sale goes on': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(saleOrder('a'));
    await bench.until(hasShown(watched, 'CONNECTING'));
    watched.terminal.cancel('a');
    assert.ok(await bench.until(hasEnded(watched)));
    const decided = watched.reports.filter(({ kind }) => kind === 'cancelDecided');
    assert.deepEqual(decided, [{ kind: 'cancelDecided', order: 'a', cancelled: false }]);
    assert.equal(watched.outcomes()[0]?.transactionResult, 'SUCCESSFUL');
  },

  'a cancel for an order it is not working on comes too late': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.cancel('z');
    assert.ok(await bench.until(hasReported(watched, 'cancelDecided')));
    const decided = { kind: 'cancelDecided', order: 'z', cancelled: false } as const;
    assert.deepEqual(watched.reports.at(-1), decided);
  },
};

const signatureTests: ContractTests = {
  'an accepted signature ends SUCCESSFUL, a rejected one VOID': async (bench) => {
    for (const [accepted, result] of [
      [true, 'SUCCESSFUL'],
      [false, 'VOID'],
    ] as const) {
      const watched = openRecorded(bench, bench.asking);
      watched.terminal.start(saleOrder(`signed ${accepted}`));
      assert.ok(await bench.until(hasReported(watched, 'signatureWanted')));
      assert.equal(await bench.until(hasEnded(watched)), false, 'it waits for the answer');
      watched.terminal.answerSignature(`signed ${accepted}`, accepted, false);
      assert.ok(await bench.until(hasEnded(watched)));
      assert.equal(watched.outcomes()[0]?.transactionResult, result);
      const asks = watched.reports.filter(({ kind }) => kind === 'signatureWanted');
      assert.equal(asks.length, 1);
      watched.terminal.close();
    }
  },

  'an answer to a signature that nobody asked for changes nothing': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(saleOrder('a'));
    watched.terminal.answerSignature('a', false, false);
    watched.terminal.answerSignature('b', false, false);
    assert.ok(await bench.until(hasEnded(watched)));
    assert.equal(watched.outcomes()[0]?.transactionResult, 'SUCCESSFUL');
  },
};

const lastOrderTests: ContractTests = {
  'asked for its last order it says: nothing, running, or the outcome it told': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    assert.deepEqual(await watched.terminal.lastOrder('a'), { status: 'nothing' });
    watched.terminal.start(saleOrder('a'));
    assert.deepEqual(await watched.terminal.lastOrder('a'), { status: 'running' });
    await bench.until(hasShown(watched, 'APPROVED'));
    assert.deepEqual(await watched.terminal.lastOrder('a'), { status: 'running' });
    assert.deepEqual(await watched.terminal.lastOrder('b'), { status: 'nothing' });
    await bench.until(hasEnded(watched));
    const outcome = watched.outcomes()[0];
    assert.deepEqual(await watched.terminal.lastOrder('a'), { status: 'outcome', outcome });
  },

  'it knows a cancelled order too': async (bench) => {
    const watched = openRecorded(bench, bench.approving);
    watched.terminal.start(saleOrder('a'));
    watched.terminal.cancel('a');
    assert.ok(await bench.until(hasEnded(watched)));
    const outcome = watched.outcomes()[0];
    assert.deepEqual(await watched.terminal.lastOrder('a'), { status: 'outcome', outcome });
  },

  'what it told survives a loss of power': async (bench) => {
    const before = openRecorded(bench, bench.approving);
    before.terminal.start(saleOrder('a'));
    await bench.until(hasEnded(before));
    const outcome = before.outcomes()[0];
    const after = openRecorded(await bench.powerLoss(), bench.approving);
    assert.deepEqual(await after.terminal.lastOrder('a'), { status: 'outcome', outcome });
  },

  'what it showed as approved survives a loss of power': async (bench) => {
    const before = openRecorded(bench, bench.approving);
    before.terminal.start(saleOrder('a'));
    await bench.until(hasShown(before, 'APPROVED'));
    const after = openRecorded(await bench.powerLoss(), bench.approving);
    const known = await after.terminal.lastOrder('a');
    assert.equal(known.status, 'outcome');
  },

  'after a loss of power in mid-sale it takes the next order': async (bench) => {
    const before = openRecorded(bench, bench.approving);
    before.terminal.start(saleOrder('a'));
    await bench.until(hasShown(before, 'PIN_ENTRY'));
    const after = await bench.powerLoss();
    const watched = openRecorded(after, after.approving);
    const known = await watched.terminal.lastOrder('a');
    if (known.status === 'running') {
      assert.ok(await after.until(hasEnded(watched)));
    } else {
      // One that is sure to have taken nothing may also say that.
      const result = known.status === 'outcome' && known.outcome.transactionResult;
      if (result !== 'UNSUCCESSFUL') assert.deepEqual(known, { status: 'nothing' });
      watched.terminal.start(saleOrder('b'));
      assert.ok(await after.until(hasEnded(watched)));
    }
  },
};

const contractTests: ContractTests = {
  ...{ ...connectionTests, ...orderTests, ...cancelTests, ...signatureTests, ...lastOrderTests },
  ...tableTests,
};
